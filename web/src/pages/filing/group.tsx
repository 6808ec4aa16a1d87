import { useState } from "preact/hooks";
import { Refusal } from "../../api/client";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Page } from "../../parts/Page";
import { Said } from "../../parts/Said";
import { go } from "../../router";
import type { Filing } from "./flow";
import { requiredOf, type Group } from "./procedure";
import { Question } from "./question";
import { useReach } from "./reach";
import { Saving } from "./saving";
import { after } from "./tasks";
import { defects, fieldOf } from "./validate";

/** One group of questions. What is wrong is said when the applicant goes on, and goes away as it is mended. */
export function GroupPage(filing: Filing & { group: Group; choose: () => void }) {
  const { draft, state, to, group, choose } = filing;
  const { form } = draft;
  useReach();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const found = defects(form, state.answers, group.names);
  // Only what was named when going on: a field that is being typed is not scolded.
  const named = new Set(refusal?.fields.map((one) => one.field));
  const still = found.filter((one) => named.has(one.field));
  const refused = (state.phase === "refused" ? (state.refusal?.fields ?? []) : []).filter((one) =>
    group.names.includes(fieldOf(one.field) ?? ""),
  );
  const shown = [...still, ...refused.filter((one) => !named.has(one.field))];
  const required = requiredOf(form, state.answers);

  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (found.length > 0) {
      setRefusal(new Refusal(422, "Incomplete", t("filing.check.text"), found));
      void draft.flush();
      return;
    }
    draft.visit(group.slug);
    const target = after(filing, group.slug);
    void draft.flush();
    if (state.theirs !== null) choose();
    else go(target);
  };
  return (
    <Page title={group.title} caption={<Said of={draft.procedure.name} />} back={to()} failed={refusal !== null}>
      <ErrorSummary refusal={refusal} />
      <Saving state={state} choose={choose} />
      <form onSubmit={(event) => void send(event)} noValidate>
        {group.names.map((name) => {
          const property = form.properties[name];
          return (
            property && (
              <Question
                key={name}
                path={`answers.${name}`}
                of={property}
                value={state.answers[name]}
                required={required.has(name)}
                defects={shown}
                onInput={(value) => draft.answer(name, value)}
              />
            )
          );
        })}
        <Buttons>
          <Button>{t("button.continue")}</Button>
          <a class="govuk-link" href={to()}>
            {t("filing.later")}
          </a>
        </Buttons>
      </form>
    </Page>
  );
}

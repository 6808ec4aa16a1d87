import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { RadiosField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Page } from "../../parts/Page";
import { Said } from "../../parts/Said";
import { same } from "./draft";
import type { Filing } from "./flow";
import { title } from "./procedure";
import { shown } from "./shown";

/** Two devices changed the draft: both are shown, question by question, and the applicant chooses. */
export function Reconcile({ draft, state, onDone }: Filing & { onDone: () => void }) {
  const theirs = state.theirs;
  const names = Object.keys(draft.form.properties).filter(
    (name) => theirs !== null && !same(state.answers[name], theirs.answers[name]),
  );
  const ways = theirs !== null && theirs.delivery !== state.delivery;
  // What only the other device touched is theirs from the start; where both did, this device's goes first.
  const [chosen, setChosen] = useState<Record<string, string>>(() =>
    Object.fromEntries(names.map((name) => [name, same(state.answers[name], draft.base[name]) ? "theirs" : "mine"])),
  );
  const [way, setWay] = useState("mine");
  if (theirs === null) return null;
  const settle = (event: Event): void => {
    event.preventDefault();
    const answers = { ...state.answers };
    for (const name of names) if (chosen[name] === "theirs") answers[name] = theirs.answers[name];
    draft.settle(answers, ways && way === "theirs" ? theirs.delivery : state.delivery);
    announce(t("filing.reconcile.done"));
    onDone();
  };
  const options = (mine: string, other: string) => [
    { value: "mine", label: mine, hint: t("filing.reconcile.mine") },
    { value: "theirs", label: other, hint: t("filing.reconcile.theirs") },
  ];
  return (
    <Page title={t("filing.reconcile")} caption={<Said of={draft.procedure.name} />}>
      <p class="govuk-body">{t(names.length > 0 || ways ? "filing.reconcile.text" : "filing.reconcile.same")}</p>
      <form onSubmit={settle} noValidate>
        {names.map((name) => {
          const property = draft.form.properties[name];
          return (
            property && (
              <RadiosField
                key={name}
                name={`choose-${name}`}
                label={title(property)}
                value={chosen[name] ?? "mine"}
                onInput={(one) => setChosen({ ...chosen, [name]: one })}
                options={options(shown(state.answers[name], property), shown(theirs.answers[name], property))}
              />
            )
          );
        })}
        {ways && (
          <RadiosField
            name="choose-delivery"
            label={t("filing.delivery")}
            value={way}
            onInput={setWay}
            options={options(t(`filing.delivery.${state.delivery}`), t(`filing.delivery.${theirs.delivery}`))}
          />
        )}
        <Button>{t("filing.reconcile.button")}</Button>
      </form>
    </Page>
  );
}

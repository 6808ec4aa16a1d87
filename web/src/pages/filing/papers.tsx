import { useState } from "preact/hooks";
import { Refusal } from "../../api/client";
import { said, t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Page } from "../../parts/Page";
import { Said } from "../../parts/Said";
import { go } from "../../router";
import type { Filing } from "./flow";
import { PaperCard } from "./paper";
import { papersFor } from "./procedure";
import { useReach } from "./reach";
import { Saving } from "./saving";
import { SignedForm } from "./signed-form";
import { paperStatus } from "./status";

/** The papers that the answers call for. Who goes on is told what is missing, and may go on all the same. */
export function PapersPage(filing: Filing & { choose: () => void }) {
  const { draft, state, sent, uploads, to, choose } = filing;
  const { procedure } = draft;
  useReach();
  const rules = papersFor(procedure, state.answers);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const missing = rules
    .map((rule) => ({ rule, status: paperStatus(rule, sent) }))
    .filter(({ rule, status }) => status === "begun" || (rule.required && status === "none"))
    .map(({ rule, status }) => ({
      field: `papers.${rule.code}`,
      code: status === "begun" ? "PaperNotChecked" : "PaperMissing",
      message: t(status === "begun" ? "filing.papers.unfinished" : "filing.papers.missing", { name: said(rule.name) }),
    }));
  const named = new Set(refusal?.fields.map((one) => one.field));
  const left = procedure.papers.filter(
    (rule) => !rules.includes(rule) && sent.papers.some((one) => one.component === rule.code && one.counts),
  );
  const send = (event: Event): void => {
    event.preventDefault();
    draft.visit("papers");
    if (missing.length > 0 && refusal === null) setRefusal(new Refusal(422, "Incomplete", t("filing.papers.anyway"), missing));
    else go(to("check"));
  };
  return (
    <Page title={t("filing.papers")} caption={<Said of={procedure.name} />} back={to()} failed={refusal !== null}>
      <ErrorSummary refusal={refusal} />
      <Saving state={state} choose={choose} />
      <p class="govuk-body">{t("filing.papers.how")}</p>
      {rules.map((rule) => (
        <PaperCard
          key={rule.code}
          rule={rule}
          level={procedure.level}
          uploads={uploads}
          sent={sent}
          error={
            named.has(`papers.${rule.code}`) ? missing.find((one) => one.field === `papers.${rule.code}`)?.message : undefined
          }
        />
      ))}
      {left.map((rule) => (
        <PaperCard key={rule.code} rule={rule} level={procedure.level} uploads={uploads} sent={sent} unneeded />
      ))}
      {procedure.level >= 4 && <SignedForm uploads={uploads} sent={sent} save={() => draft.flush()} />}
      {rules.length === 0 && <p class="govuk-body">{t("filing.papers.none")}</p>}
      <form onSubmit={send} noValidate>
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

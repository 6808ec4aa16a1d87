import { useMemo, useState } from "preact/hooks";
import { api, ask, Refusal } from "../../api/client";
import type { FieldDefect } from "../../api/refusal";
import { useAction } from "../../hooks";
import { said, t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { CheckboxField } from "../../parts/Field";
import { Page } from "../../parts/Page";
import { SummaryList } from "../../parts/SummaryList";
import { Said } from "../../parts/Said";
import { go } from "../../router";
import { forget } from "./copies";
import type { Filing } from "./flow";
import { deliveries, groupsOf, papersFor, title } from "./procedure";
import { Saving } from "./saving";
import { Shown } from "./shown";
import { formRule } from "./signed-form";
import { paperStatus } from "./status";
import { paperThatCounts } from "./uploads";
import { defects, fieldOf, isEmpty, paperOf } from "./validate";

/** Everything once more, the declaration, and the filing itself. */
export function Review(filing: Filing & { choose: () => void }) {
  const { draft, state, sent, to, choose } = filing;
  const { procedure, form } = draft;
  const [declared, setDeclared] = useState(false);
  const rules = papersFor(procedure, state.answers);
  const groups = groupsOf(form);

  const ownDefects = (): FieldDefect[] => [
    ...defects(form, state.answers),
    ...rules.flatMap((rule): FieldDefect[] => {
      const status = paperStatus(rule, sent);
      const name = said(rule.name);
      const field = `papers.${rule.code}`;
      if (status === "begun")
        return [{ field, code: "PaperNotChecked", message: t("filing.papers.unfinished", { name }) }];
      return rule.required && status === "none"
        ? [{ field, code: "PaperMissing", message: t("filing.papers.missing", { name }) }]
        : [];
    }),
    ...(declared
      ? []
      : [{ field: "declaration", code: "DeclarationRequired", message: t("filing.declaration.missing") }]),
  ];
  const submission = useAction((key) =>
    ask(
      api.POST("/dossiers/{dossier_id}/submission", {
        params: { path: { dossier_id: draft.id }, header: { "Idempotency-Key": key } },
        body: { declaration: true },
      }),
    ),
  );
  const [saving, setSaving] = useState(false);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const found = ownDefects();
    if (found.length > 0) {
      submission.refuse(new Refusal(422, "Incomplete", t("filing.check.text"), found));
      return;
    }
    setSaving(true);
    const saved = await draft.flush();
    setSaving(false);
    const now = draft.state.get();
    if (now.theirs !== null) return choose();
    if (!saved) {
      submission.refuse(now.refusal ?? new Refusal(0, "Offline", t("error.offline")));
      return;
    }
    const filed = await submission.run();
    if (filed !== undefined) {
      await forget(draft.id);
      go(`/ho-so/${draft.id}/bien-nhan`, { replace: true });
    }
  };
  /** Where a defect can be mended; null: here. */
  const page = (field: string): string | null => {
    if (paperOf(field) !== undefined) return `${to("papers")}#${field}`;
    const name = fieldOf(field);
    const group = groups.find((one) => name !== undefined && one.names.includes(name));
    return group ? `${to(group.slug)}#${field}` : null;
  };
  // The server names a defect by its path; in this list the question's own words must stand before it.
  const nameOf = (field: string): string | undefined => {
    const property = form.properties[fieldOf(field) ?? ""];
    if (property !== undefined) return title(property);
    const rule = [...procedure.papers, formRule()].find((one) => one.code === paperOf(field));
    return rule && said(rule.name);
  };
  const refusal = useMemo(() => {
    const given = submission.refusal;
    if (given === null) return null;
    const fields = given.fields.map((one) => {
      const name = nameOf(one.field);
      return name === undefined || one.message.includes(name) ? one : { ...one, message: `${name}: ${one.message}` };
    });
    return new Refusal(given.status, given.code, given.message, fields);
  }, [submission.refusal]);
  const named = new Set(submission.refusal?.fields.map((one) => fieldOf(one.field) ?? one.field));
  return (
    <Page title={t("filing.check")} caption={<Said of={procedure.name} />} back={to()} failed={submission.refusal !== null}>
      <ErrorSummary refusal={refusal} page={page} />
      <Saving state={state} choose={choose} />
      <p class="govuk-body">{t("filing.check.agency", { agency: draft.dossier.agency.name })}</p>
      {groups.map((group) => (
        <section key={group.slug} class="filing-review">
          <h2 class="govuk-heading-m">{group.title}</h2>
          <SummaryList
            rows={group.names.flatMap((name) => {
              const of = form.properties[name];
              if (of === undefined) return [];
              const wrong = named.has(name) ? submission.refusal?.of(`answers.${name}`) : undefined;
              const value = (
                <>
                  <Shown value={state.answers[name]} of={of} />
                  {wrong && isEmpty(state.answers[name]) ? null : wrong && <p class="govuk-error-message">{wrong}</p>}
                </>
              );
              return [{ label: title(of), value, change: `${to(group.slug)}#answers.${name}` }];
            })}
          />
        </section>
      ))}
      {deliveries(procedure).length > 1 && (
        <section class="filing-review">
          <h2 class="govuk-heading-m">{t("filing.delivery")}</h2>
          <SummaryList
            rows={[
              {
                label: t("filing.delivery.question"),
                value: t(`filing.delivery.${state.delivery}`),
                change: to("delivery"),
              },
            ]}
          />
        </section>
      )}
      {rules.length > 0 && (
        <section class="filing-review">
          <h2 class="govuk-heading-m">{t("filing.papers")}</h2>
          <SummaryList
            rows={rules.map((rule) => {
              const paper = paperThatCounts(sent.papers, rule.code);
              const status = paperStatus(rule, sent);
              const value =
                status === "done"
                  ? t("filing.papers.verified", { count: paper?.pages.length ?? 0 })
                  : t(status === "begun" ? "filing.paper.status.begun" : rule.required ? "filing.paper.status.none" : "filing.papers.unsent");
              return { label: said(rule.name), value, change: `${to("papers")}#papers.${rule.code}` };
            })}
          />
        </section>
      )}
      <form onSubmit={(event) => void send(event)} noValidate>
        <h2 class="govuk-heading-m">{t("filing.declaration")}</h2>
        <p class="govuk-body">{t("filing.declaration.text")}</p>
        <CheckboxField
          name="declaration"
          label={t("filing.declaration.label")}
          checked={declared}
          onInput={setDeclared}
          error={declared ? undefined : submission.refusal?.of("declaration")}
        />
        <Button busy={submission.busy || saving}>{t("filing.submit")}</Button>
      </form>
    </Page>
  );
}

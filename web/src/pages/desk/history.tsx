import { dateTime, money } from "../../format";
import { t, type Key } from "../../i18n";
import { Lazy } from "../../parts/Lazy";
import { Timeline } from "../../parts/Timeline";
import { Written } from "../../parts/Said";
import type { Dossier } from "./dossier";
import { useDraft } from "./drafts";
import { paperName, shownAnswer, titleOf, type Procedure } from "./procedure";

type Detail = Record<string, unknown>;
interface Given {
  dossier: Dossier;
  procedure: Procedure;
}

const record = (value: unknown): Detail => (typeof value === "object" && value !== null ? (value as Detail) : {});
const text = (value: unknown): string => (typeof value === "string" ? value : "");

export const stepName = (action: string): string => t(`desk.step.${action}` as Key);
export const roleName = (role: string): string => t(`desk.role.${role}` as Key);

/** What an act said, as label and text; long accounts of due dates stand elsewhere. */
export function told(detail: Detail, procedure: Procedure): [string, string][] {
  const words = ["reason", "opinion", "note", "exception", "number", "title", "tracking", "sender", "recipient", "signature", "to_name", "from_name", "instead_of"] as const;
  const rows: [string, string][] = words
    .filter((key) => text(detail[key]) !== "")
    .map((key) => [t(`desk.detail.${key}`), text(detail[key])]);
  if (typeof detail["amount"] === "number") rows.push([t("desk.detail.amount"), money(detail["amount"])]);
  if (detail["means"]) rows.push([t("desk.fee.means"), t(`desk.means.${text(detail["means"])}` as Key)]);
  for (const [component, found] of Object.entries(record(detail["originals"])))
    rows.push([paperName(procedure, component), t(`desk.originals.${text(found)}` as Key)]);
  for (const [name, reason] of Object.entries(record(detail["fields"])))
    rows.push([titleOf(name, procedure.form.properties?.[name]), text(reason)]);
  for (const [component, reason] of Object.entries(record(detail["papers"])))
    if (text(reason) !== "") rows.push([paperName(procedure, component), text(reason)]);
  return rows;
}

export function History({ dossier, procedure }: Given) {
  const newest = dossier.timeline.length;
  return (
    <section class="block" aria-labelledby="history-title">
      <h2 class="govuk-heading-m" id="history-title">
        {t("desk.history")}
      </h2>
      <Timeline
        moments={[...dossier.timeline].reverse().map((step) => ({
          id: step.number,
          title: `${stepName(step.action)} → ${step.state.name}`,
          at: step.at,
          shown: dateTime(step.at),
          by: (
            <>
              <Written text={step.stands_for ? t("desk.instead", { name: step.actor, absent: step.stands_for }) : step.actor} />
              {step.actor && ", "}
              {roleName(step.role)}
            </>
          ),
          ...(step.number === newest ? { kind: "now" as const } : {}),
          children: told(step.detail, procedure).map(([label, words]) => (
            <p key={label + words}>
              {label}: <Written text={words} />
            </p>
          )),
        }))}
      />
    </section>
  );
}

/** Each supplement as a table: what stood there, why it was asked for, what stands there now. */
export function Supplements({ dossier, procedure }: Given) {
  const answered = dossier.timeline.filter((step) => step.action === "supplement");
  if (answered.length === 0) return null;
  return (
    <section class="block" aria-labelledby="supplements-title">
      <h2 class="govuk-heading-m" id="supplements-title">
        {t("desk.supplements")}
      </h2>
      {answered.map((step) => {
        const asked = dossier.timeline.filter((one) => one.action === "request_supplement" && one.number < step.number);
        const why = record(asked.at(-1)?.detail);
        const rows = rowsOf(step.detail, why, { dossier, procedure });
        return (
          <div class="scroll-x" key={step.number} tabIndex={0} role="region" aria-label={dateTime(step.at)}>
            <table class="govuk-table compare">
              <caption class="govuk-table__caption">{t("desk.supplements.at", { at: dateTime(step.at) })}</caption>
              <thead>
                <tr>
                  {(["item", "why", "old", "new"] as const).map((key) => (
                    <th class="govuk-table__header" scope="col" key={key}>
                      {t(`desk.supplements.${key}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map(([name, reason, old, fresh]) => (
                  <tr key={name}>
                    <th class="govuk-table__header" scope="row">
                      {name}
                    </th>
                    <td class="govuk-table__cell">
                      <Written text={reason} />
                    </td>
                    <td class="govuk-table__cell compare__old">
                      <Written text={old} />
                    </td>
                    <td class="govuk-table__cell compare__new">
                      <Written text={fresh} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {text(step.detail["note"]) !== "" && (
              <p class="govuk-body">
                {t("desk.supplements.note")}: <Written text={text(step.detail["note"])} />
              </p>
            )}
          </div>
        );
      })}
    </section>
  );
}

function rowsOf(detail: Detail, why: Detail, { dossier, procedure }: Given): [string, string, string, string][] {
  const { before, after } = { before: record(detail["before"]), after: record(detail["after"]) };
  const file = (id: unknown): string => {
    const paper = dossier.papers.find((one) => one.id === id);
    if (paper === undefined) return t("desk.papers.none");
    return `${paper.pages.map((page) => page.name).join(", ")} (${dateTime(paper.created_at)})`;
  };
  const fields = Object.keys(after).map((name): [string, string, string, string] => {
    const property = procedure.form.properties?.[name];
    const reason = text(record(why["fields"])[name]);
    return [titleOf(name, property), reason, shownAnswer(before[name], property), shownAnswer(after[name], property)];
  });
  const papers = Object.entries(record(detail["papers"])).map(([name, value]): [string, string, string, string] => {
    const reason = text(record(why["papers"])[name]);
    return [paperName(procedure, name), reason, file(record(value)["was"]), file(record(value)["id"])];
  });
  return [...fields, ...papers];
}

export function Messages({ dossier, again }: { dossier: Dossier; again: () => void }) {
  const [text, setText] = useDraft(`${dossier.id} message`, "");
  const given = { side: "agency", dossier, text, setText, again } as const;
  return <Lazy load={() => import("../letters")} areas={["letters"]} with={given} />;
}

import { dateTime, money, phone } from "../../format";
import { t, type Key } from "../../i18n";
import type { Dossier } from "./dossier";
import { stepName } from "./history";
import { paperName, RESULT, type Procedure } from "./procedure";

/** The control sheet that goes with the dossier, drawn only on paper (A4). */
export function Sheet({ dossier, procedure }: { dossier: Dossier; procedure: Procedure }) {
  const of = (key: string): string => String(dossier.applicant[key] ?? "");
  const facts: [string, string | null][] = [
    [t("desk.sheet.code"), dossier.code],
    [t("desk.sheet.procedure"), `${dossier.procedure.code} – ${dossier.procedure.name}`],
    [t("desk.applicant"), of("name")],
    [t("desk.applicant.identity"), of("identity")],
    [t("desk.applicant.contact"), [phone(of("phone")), of("email")].filter(Boolean).join(", ")],
    [t("desk.column.submitted"), dossier.submitted_at && dateTime(dossier.submitted_at)],
    [t("desk.sheet.received"), dossier.received_at && dateTime(dossier.received_at)],
    [t("desk.due"), dossier.due_at && dateTime(dossier.due_at)],
    [t("desk.column.state"), dossier.state.name],
    [t("desk.officer"), dossier.assignee_name],
  ];
  const papers = dossier.papers.filter((one) => one.counts && one.component !== RESULT);
  return (
    <article class="sheet">
      <p class="sheet__agency">{dossier.agency.name}</p>
      <p class="sheet__title">{t("desk.sheet.title")}</p>
      <table>
        <tbody>
          {facts.map(
            ([label, value]) =>
              value && (
                <tr key={label}>
                  <th>{label}</th>
                  <td>{value}</td>
                </tr>
              ),
          )}
        </tbody>
      </table>
      <p class="sheet__part">{t("desk.papers")}</p>
      <ol>
        {papers.map((one) => (
          <li key={one.id}>
            {paperName(procedure, one.component)}
            {dossier.originals[one.component] &&
              ` – ${t(`desk.originals.${dossier.originals[one.component]}` as Key)}`}
          </li>
        ))}
      </ol>
      {dossier.fees.length > 0 && <p class="sheet__part">{t("desk.fees")}</p>}
      {dossier.fees.map((fee) => (
        <p key={fee.code}>
          {fee.name}: {money(fee.amount)}
          {fee.receipt && `, ${t("desk.fee.paid", { receipt: fee.receipt })}`}
        </p>
      ))}
      <p class="sheet__part">{t("desk.history")}</p>
      <table class="sheet__steps">
        <thead>
          <tr>
            {(["at", "step", "by", "sign"] as const).map((key) => (
              <th key={key}>{t(`desk.sheet.${key}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {dossier.timeline.map((step) => (
            <tr key={step.number}>
              <td>{dateTime(step.at)}</td>
              <td>
                {stepName(step.action)} → {step.state.name}
              </td>
              <td>{step.actor}</td>
              <td />
            </tr>
          ))}
        </tbody>
      </table>
    </article>
  );
}

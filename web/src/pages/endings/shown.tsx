import type { Schema } from "../../api/client";
import { dateTime } from "../../format";
import { t } from "../../i18n";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { SummaryList, type SummaryRow } from "../../parts/SummaryList";

export type Complaint = Schema["ComplaintShape"];

const tones = { open: "blue", declined: "grey", rejected: "grey", reopened: "green", upheld: "green" } as const;
const lines = (text: string) => (
  <span class="lines">
    <Written text={text} />
  </span>
);

/** One complaint with all that is known of it; `more` comes first. */
export function Shown({ of, more = [] }: { of: Complaint; more?: readonly SummaryRow[] }) {
  const ended = t("endings.one.ended.at", { state: of.ended_in.name, at: dateTime(of.ended_at) });
  const rows: SummaryRow[] = [
    ...more,
    { label: t("endings.one.outcome"), value: <Tag tone={tones[of.outcome]}>{of.outcome_name}</Tag> },
    { label: t("endings.one.ended"), value: ended },
    { label: t("endings.one.filed"), value: dateTime(of.filed_at) },
    { label: t("endings.one.text"), value: lines(of.text) },
  ];
  if (of.answered_at === null) rows.push({ label: t("endings.one.until"), value: dateTime(of.answer_by) });
  else {
    rows.push({ label: t("endings.one.answer"), value: lines(of.answer) });
    const by = t("endings.one.answered.at", { who: of.answered_by, at: dateTime(of.answered_at) });
    rows.push({ label: t("endings.one.answered"), value: <Written text={by} /> });
  }
  return <SummaryList rows={rows} />;
}

import type { ComponentChildren } from "preact";
import { t } from "../i18n";

export interface SummaryRow {
  label: string;
  value: ComponentChildren;
  /** Where the value can be changed. */
  change?: string;
}

/** What was answered or is known, one row each. */
export function SummaryList({ rows, plain }: { rows: readonly SummaryRow[]; plain?: boolean }) {
  const changing = rows.some((row) => row.change);
  return (
    <dl class={`govuk-summary-list${plain ? " govuk-summary-list--no-border" : ""}`}>
      {rows.map(({ label, value, change }) => (
        <div class={`govuk-summary-list__row${changing && !change ? " govuk-summary-list__row--no-actions" : ""}`} key={label}>
          <dt class="govuk-summary-list__key">{label}</dt>
          <dd class="govuk-summary-list__value">{value}</dd>
          {change && (
            <dd class="govuk-summary-list__actions">
              <a class="govuk-link" href={change}>
                {t("button.change")}
                <span class="govuk-visually-hidden"> {label}</span>
              </a>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

import { number, plainDate } from "../../format";
import { t } from "../../i18n";
import { Columns, Table } from "./charts";
import { opens, pageName, type Statistics } from "./figures";

/** Views of pages: thirty days as bars and as a table, the pages seen most. */
export function Visits({ visits }: { visits: Statistics["visits"] }) {
  if (visits.since === null) return <p class="govuk-body">{t("statistics.visits.none")}</p>;
  const sum = visits.days.reduce((total, one) => total + one.views, 0);
  const best = visits.days.reduce((top, one) => (one.views > top.views ? one : top));
  const days = visits.days.length;
  return (
    <>
      <p class="govuk-body">
        <span id="visits-told">
          {sum === 0
            ? t("statistics.visits.quiet", { days })
            : t("statistics.visits.sentence", {
                days,
                count: number(sum),
                day: plainDate(best.day),
                most: number(best.views),
              })}
        </span>{" "}
        {t("statistics.visits.total", { since: plainDate(visits.since), count: number(visits.total) })}
      </p>
      <Columns
        values={visits.days.map((one) => one.views)}
        told="visits-told"
        ends={[plainDate(visits.days[0]?.day ?? ""), plainDate(visits.days.at(-1)?.day ?? "")]}
      />
      <details class="govuk-details">
        <summary class="govuk-details__summary">
          <span class="govuk-details__summary-text">{t("statistics.visits.table")}</span>
        </summary>
        <div class="govuk-details__text">
          <Table
            caption={t("statistics.visits.days", { days })}
            heads={[t("statistics.day"), t("statistics.views")]}
            rows={visits.days.map((one) => ({ key: one.day, head: plainDate(one.day), cells: [number(one.views)] }))}
          />
        </div>
      </details>
      {visits.pages.length > 0 && (
        <Table
          caption={t("statistics.visits.most", { since: plainDate(visits.pages_since) })}
          heads={[t("statistics.page"), t("statistics.views")]}
          rows={visits.pages.map((one) => ({
            key: one.page,
            head: <PageName of={one} />,
            cells: [number(one.views)],
          }))}
        />
      )}
    </>
  );
}

export function PageName({ of }: { of: Parameters<typeof pageName>[0] }) {
  const to = opens(of.page);
  const name = pageName(of);
  return to === null ? (
    <>{name}</>
  ) : (
    <a class="govuk-link" href={to}>
      {name}
    </a>
  );
}

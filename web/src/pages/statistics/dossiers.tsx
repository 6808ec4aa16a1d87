import { published } from "../../catalogue";
import { number } from "../../format";
import { said, t } from "../../i18n";
import { Rows, Table } from "./charts";
import { figures, type Figure, type Span, type Statistics, type Year } from "./figures";

/** Bars of at most so many agencies, those with the most results; the table has them all. */
const drawn = 10;

/** Dossiers received and decided, by agency, this year and the last. */
export function Dossiers({ dossiers }: { dossiers: Statistics["dossiers"] }) {
  return (
    <>
      {dossiers.years.map((year) => (
        <OfYear key={year.year} year={year} least={dossiers.least} />
      ))}
    </>
  );
}

const span = ({ least, most }: Span): string =>
  least === most ? number(least) : t("statistics.span", { least: number(least), most: number(most) });

/** The same in a cell. */
const range = ({ least, most }: Span): string => (least === most ? number(least) : `${number(least)}–${number(most)}`);

function OfYear({ year, least }: { year: Year; least: number }) {
  const total = (figure: Figure): Span => year.total[figure] ?? { least: 0, most: 0 };
  const told = `dossiers-told-${year.year}`;
  const shown = figures.filter((figure) => year.total[figure] !== undefined);
  const decided = year.agencies
    .map((row) => ({ name: said(row.name) || row.agency, onTime: row.on_time ?? 0, late: row.late ?? 0 }))
    .filter((row) => row.onTime + row.late > 0)
    .sort((a, b) => b.onTime + b.late - a.onTime - a.late)
    .slice(0, drawn);
  return (
    <>
      <h3 class="govuk-heading-s">{t("statistics.dossiers.year", { year: year.year })}</h3>
      {year.agencies.length === 0 ? (
        <p class="govuk-body">{t("statistics.dossiers.none", { year: year.year })}</p>
      ) : (
        <>
          <p class="govuk-body">
            <span id={told}>
              {t("statistics.dossiers.sentence", {
                received: span(total("received")),
                on_time: span(total("on_time")),
                late: span(total("late")),
              })}
            </span>
            {year.total.overdue && (
              <>
                {" "}
                {total("overdue").most === 0
                  ? t("statistics.dossiers.punctual")
                  : t("statistics.dossiers.overdue", { overdue: span(total("overdue")) })}
              </>
            )}
          </p>
          {decided.length > 0 && (
            <Rows
              told={told}
              most={Math.max(...decided.map((row) => row.onTime + row.late))}
              rows={decided.map((row) => ({
                name: row.name,
                parts: [
                  { name: t("statistics.on_time"), value: row.onTime },
                  { name: t("statistics.late"), value: row.late },
                ],
              }))}
            />
          )}
          <Table
            caption={t("statistics.dossiers.agencies", { year: year.year })}
            heads={[t("statistics.agency"), ...shown.map((figure) => t(`statistics.${figure}`))]}
            rows={[
              { key: "", head: t("statistics.dossiers.all"), cells: shown.map((figure) => range(total(figure))) },
              ...year.agencies.map((row) => ({
                key: row.agency,
                head: (
                  <a class="govuk-link" href={published(`/cq/${row.agency}`)}>
                    {said(row.name) || row.agency}
                  </a>
                ),
                cells: shown.map((figure) => {
                  const value = row[figure];
                  return value === null || value === undefined ? t("statistics.few", { least }) : number(value);
                }),
              })),
            ]}
          />
        </>
      )}
    </>
  );
}

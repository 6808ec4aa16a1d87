import { api, ask, type Schema } from "../../api/client";
import { lawDay } from "../../format";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Vi, Written } from "../../parts/Said";
import { StateTag } from "../../parts/StateTag";
import { DueTag } from "../desk/due";
import { Cell, Table } from "../finance/table";

type Row = Schema["SummaryShape"];
const groups = ["overdue", "today", "tomorrow", "week"] as const;
type Group = (typeof groups)[number];

/** Overdue by the moment; then by the day of the law's calendar. */
function groupOf({ deadline }: Row): Group {
  if (deadline === null || deadline.urgency === "overdue") return "overdue";
  const tomorrow = lawDay(new Date(Date.now() + 86_400_000));
  const day = lawDay(new Date(deadline.at));
  return deadline.days <= 0 ? "today" : day === tomorrow ? "tomorrow" : "week";
}

/** What an agency must do in the next seven days, whoever's turn it is. */
export function Ahead({ agency }: { agency: Schema["AgencyShape"] }) {
  const found = useLoad(
    () => ask(api.GET("/desk/deadlines/{agency}", { params: { path: { agency: agency.code } } })),
    [agency.code],
  );
  return (
    <Page title={t("deadlines.ahead")} caption={agency.name} wide>
      <Ready of={found}>
        {({ items, more }) => (
          <div aria-busy={found.busy}>
            <div class="queue__head">
              <p class="govuk-body" role="status">
                {t(items.length === 0 ? "deadlines.ahead.none" : "deadlines.ahead.count", { count: items.length })}
              </p>
              <Button kind="secondary" busy={found.busy} onClick={found.again}>
                {t("deadlines.again")}
              </Button>
            </div>
            {groups.map((group) => (
              <Part key={group} group={group} rows={items.filter((row) => groupOf(row) === group)} />
            ))}
            {more && (
              <Notice>
                <p>{t("deadlines.ahead.more")}</p>
              </Notice>
            )}
          </div>
        )}
      </Ready>
    </Page>
  );
}

function Part({ group, rows }: { group: Group; rows: readonly Row[] }) {
  if (rows.length === 0) return null;
  const columns = ["code", "applicant", "state", "due", "officer"] as const;
  return (
    <section aria-labelledby={`ahead-${group}`}>
      <h2 class="govuk-heading-m" id={`ahead-${group}`}>
        {t(`deadlines.ahead.${group}`)} <span class="ahead__count">{rows.length}</span>
      </h2>
      <Table caption={t(`deadlines.ahead.${group}`)} columns={columns.map((one) => t(`deadlines.column.${one}`))}>
        {rows.map((row) => (
          <tr role="row" class="queue__row" key={row.id}>
            <th class="queue__code" scope="row" role="rowheader">
              <a class="govuk-link queue__foreign" href={`/can-bo/ho-so/${row.id}`}>
                {row.code}
              </a>
              <span class="queue__procedure">
                <Vi>{row.procedure.name}</Vi>
              </span>
            </th>
            <Cell name={t("deadlines.column.applicant")}>
              <Written text={row.applicant_name} />
            </Cell>
            <Cell name={t("deadlines.column.state")}>
              <StateTag state={row.state} />
            </Cell>
            <Cell name={t("deadlines.column.due")}>
              <DueTag of={row} />
            </Cell>
            <Cell name={t("deadlines.column.officer")}>
              {row.assignee_name ? <Written text={row.assignee_name} /> : t("deadlines.nobody")}
            </Cell>
          </tr>
        ))}
      </Table>
    </section>
  );
}

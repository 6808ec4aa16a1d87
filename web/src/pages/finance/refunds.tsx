import { api, ask, type Schema } from "../../api/client";
import { date, money } from "../../format";
import { t } from "../../i18n";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { Tag } from "../../parts/StateTag";
import { go } from "../../router";
import { MONEY } from "../desk/money";
import type { FinanceProps } from ".";
import { usePages } from "../../parts/pages";
import { Cell, Table } from "./table";

export type Refund = Schema["RefundShape"];

const states = ["open", "prepared", "approved", "sent"] as const;
const filters = ["all", "overdue", ...states] as const;
type Filter = (typeof filters)[number];

export const refundsPage = (agency: string): string => `/can-bo/${MONEY}/hoan-phi/${agency}`;

export const nameOf = (filter: Filter): string =>
  filter === "all" || filter === "overdue" ? t(`finance.refunds.${filter}`) : t(`finance.state.${filter}`);

const tones = { open: "yellow", prepared: "blue", approved: "purple", sent: "grey", done: "green" } as const;

export function RefundTag({ of }: { of: Refund }) {
  if (of.needs_account) return <Tag tone="grey">{t("finance.waits.account")}</Tag>;
  const state = of.state as keyof typeof tones;
  return <Tag tone={tones[state] ?? "grey"}>{t(`finance.state.${state}`)}</Tag>;
}

export const channelOf = (of: Refund): string =>
  t(`finance.way.${(of.channel ?? "open") as "original" | "transfer" | "cash" | "open"}`);

const passes = (of: Refund, filter: Filter): boolean =>
  filter === "all" || (filter === "overdue" ? of.overdue : of.state === filter);

/** What the agency owes back, nearest deadline first. */
export function Refunds({ agency, query }: FinanceProps) {
  const filter = filters.find((one) => one === query.get("loc")) ?? "all";
  const pages = usePages(
    (cursor) =>
      ask(
        api.GET("/desk/refunds", {
          params: { query: cursor === null ? { agency: agency.code } : { agency: agency.code, cursor } },
        }),
      ),
    [agency.code],
    (count) => t("finance.refunds.more", { count }),
  );
  const shown = pages.items.filter((one) => passes(one, filter));
  const address = refundsPage(agency.code);
  const columns = {
    code: t("finance.refunds.code"),
    amount: t("finance.refunds.amount"),
    way: t("finance.refunds.way"),
    state: t("finance.refunds.state"),
    due: t("finance.refunds.due"),
  };
  return (
    <Page title={t("finance.refunds")} caption={agency.name} wide>
      <ErrorSummary refusal={pages.refusal} />
      <Ready of={pages.first}>
        {({ threshold }) => (
          <>
            <p class="govuk-body">{t("finance.refunds.threshold", { amount: money(threshold) })}</p>
            {pages.items.length === 0 ? (
              <p class="govuk-body">{t("finance.refunds.none")}</p>
            ) : (
              <>
                <div class="chips no-print" role="group" aria-label={t("finance.refunds.filter")}>
                  {filters.map((one) => (
                    <button
                      key={one}
                      type="button"
                      class="chips__one"
                      aria-pressed={one === filter}
                      onClick={() =>
                        go(one === "all" ? address : `${address}?loc=${one}`, { replace: true, quiet: true })
                      }
                    >
                      {nameOf(one)}{" "}
                      <span class="chips__count">{pages.items.filter((refund) => passes(refund, one)).length}</span>
                    </button>
                  ))}
                </div>
                <p class="govuk-body" role="status">
                  {t("finance.refunds.shown", {
                    shown: shown.length,
                    count: pages.items.length,
                    amount: money(shown.reduce((sum, one) => sum + one.amount, 0)),
                  })}
                </p>
                {shown.length > 0 && (
                  <Table caption={t("finance.refunds")} columns={Object.values(columns)} numbers={[1]}>
                    {shown.map((one) => (
                      <tr key={`${one.dossier}/${one.id}`} role="row" class="queue__row">
                        <th class="queue__code" scope="row" role="rowheader">
                          <a class="govuk-link" href={`${address}/${one.dossier}/${one.id}`}>
                            {one.dossier_code}
                          </a>
                          <span class="queue__procedure">{one.because}</span>
                        </th>
                        <Cell name={columns.amount} number>
                          <strong>{money(one.amount)}</strong>
                        </Cell>
                        <Cell name={columns.way}>
                          {one.via.name}
                          <span class="queue__procedure">{channelOf(one)}</span>
                        </Cell>
                        <Cell name={columns.state}>
                          <RefundTag of={one} />
                        </Cell>
                        <Cell name={columns.due}>
                          {date(one.due_at)} {one.overdue && <Tag tone="red">{t("finance.refunds.overdue")}</Tag>}
                        </Cell>
                      </tr>
                    ))}
                  </Table>
                )}
                {pages.more}
              </>
            )}
          </>
        )}
      </Ready>
    </Page>
  );
}

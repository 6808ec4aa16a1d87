import { useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { dateTime, money } from "../../format";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { ReceiptLink } from "../../parts/ReceiptLink";
import { Written } from "../../parts/Said";
import { go } from "../../router";
import type { FinanceProps } from "../finance";
import { usePages } from "../../parts/pages";
import { Cell, Table } from "../finance/table";
import { page } from "./words";

const receiptOf = (dossier: string, payment: string): Promise<{ url: string }> =>
  ask(
    api.GET("/desk/dossiers/{dossier_id}/receipts/{payment_id}", {
      params: { path: { dossier_id: dossier, payment_id: payment } },
    }),
  );

/** The receipts of a series, the latest first. */
export function Receipts({ agency, query }: FinanceProps) {
  const series = query.get("quyen") ?? "";
  const [typed, setTyped] = useState(series);
  const pages = usePages(
    (cursor) =>
      ask(
        api.GET("/desk/receipts", {
          params: {
            query: {
              agency: agency.code,
              ...(series === "" ? {} : { series }),
              ...(cursor === null ? {} : { cursor }),
            },
          },
        }),
      ),
    [agency.code, series],
    (count) => t("books.receipts.more", { count }),
  );
  const see = (event: Event) => {
    event.preventDefault();
    const wanted = typed.trim().toUpperCase();
    const address = page("bien-lai", agency.code);
    go(wanted === "" ? address : `${address}?quyen=${encodeURIComponent(wanted)}`, { replace: true, quiet: true });
  };
  const refusal = pages.refusal ?? pages.first.refusal;
  const columns = {
    number: t("books.receipts.number"),
    code: t("books.receipts.code"),
    payer: t("books.receipts.payer"),
    amount: t("books.receipts.amount"),
    at: t("books.receipts.at"),
  };
  return (
    <Page title={t("books.receipts")} caption={agency.name} wide>
      <ErrorSummary refusal={refusal} />
      <form class="books-filter no-print" onSubmit={see} noValidate>
        <TextField
          name="series"
          label={t("books.receipts.series")}
          hint={t("books.receipts.series.hint")}
          value={typed}
          width={10}
          maxLength={20}
          autocomplete="off"
          error={refusal?.of("series")}
          onInput={setTyped}
        />
        <Button kind="secondary" busy={pages.first.busy}>
          {t("books.receipts.see")}
        </Button>
      </form>
      <Ready of={pages.first}>
        {() => (
          <div aria-live="polite">
            <p class="govuk-body">
              {pages.items.length === 0
                ? t("books.receipts.none")
                : t("books.receipts.text", { series: series || t("books.receipts.now") })}
            </p>
            {pages.items.length > 0 && (
              <Table caption={t("books.receipts")} columns={Object.values(columns)} numbers={[3]}>
                {pages.items.map((one) => (
                  <tr key={one.number} role="row" class="queue__row">
                    <th class="queue__code" scope="row" role="rowheader">
                      {one.ready ? (
                        <ReceiptLink number={one.number} get={() => receiptOf(one.dossier, one.payment)} />
                      ) : (
                        one.number
                      )}
                    </th>
                    <Cell name={columns.code}>
                      <a class="govuk-link" href={`/can-bo/ho-so/${one.dossier}`}>
                        {one.code}
                      </a>
                    </Cell>
                    <Cell name={columns.payer}>
                      <Written text={one.payer} />
                    </Cell>
                    <Cell name={columns.amount} number>
                      {money(one.amount)}
                    </Cell>
                    <Cell name={columns.at}>{dateTime(one.issued_at)}</Cell>
                  </tr>
                ))}
              </Table>
            )}
            {pages.more}
          </div>
        )}
      </Ready>
    </Page>
  );
}

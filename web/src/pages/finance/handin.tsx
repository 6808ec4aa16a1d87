import { useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { money } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Page } from "../../parts/Page";
import { Written } from "../../parts/Said";
import type { FinanceProps } from ".";
import { DrawerTag, difference, shiftOf, type Drawer } from "./drawer";
import { usePages } from "../../parts/pages";
import { Cell, Table } from "./table";

/** What was taken beyond the change that stays with the cashier. */
const toReceive = (of: Drawer): number => (of.counted ?? of.expected) - of.change;

/** The drawers that wait: an accountant receives what was counted. */
export function HandIns({ agency }: FinanceProps) {
  const pages = usePages(
    (cursor) =>
      ask(
        api.GET("/desk/drawers/{agency}", {
          params: { path: { agency: agency.code }, query: cursor === null ? {} : { cursor } },
        }),
      ),
    [agency.code],
    (count) => t("finance.handin.more", { count }),
  );
  const [asked, setAsked] = useState<Drawer | null>(null);
  const take = useAction((_key, of: Drawer) =>
    ask(
      api.PUT("/desk/drawers/{agency}/{drawer_id}/hand-in", {
        params: { path: { agency: agency.code, drawer_id: of.id } },
        body: {},
      }),
    ),
  );
  const confirm = async () => {
    if (asked === null) return;
    const after = await take.run(asked);
    setAsked(null);
    if (after !== undefined) {
      announce(t("finance.handin.done", { amount: money(toReceive(after)), name: after.officer_name }));
    }
    pages.again();
  };
  const columns = ["cashier", "state", "expected", "counted", "difference", "amount"] as const;
  const named = {
    cashier: t("finance.handin.cashier"),
    state: t("finance.handin.state"),
    expected: t("finance.drawer.expected"),
    counted: t("finance.drawer.counted"),
    difference: t("finance.drawer.difference"),
    amount: t("finance.handin.amount"),
  };
  return (
    <Page title={t("finance.handin")} caption={agency.name} wide failed={take.refusal !== null}>
      <ErrorSummary refusal={take.refusal ?? pages.refusal} />
      <p class="govuk-body">{t("finance.handin.text")}</p>
      <Ready of={pages.first}>
        {() =>
          pages.items.length === 0 ? (
            <p class="govuk-body">{t("finance.handin.none")}</p>
          ) : (
            <>
              <Table caption={t("finance.handin")} columns={columns.map((one) => named[one])} numbers={[2, 3, 4, 5]}>
                {pages.items.map((one) => (
                  <tr key={one.id} role="row" class="queue__row">
                    <th scope="row" role="rowheader">
                      <Written text={one.officer_name} />
                      <span class="queue__procedure">{shiftOf(one)}</span>
                    </th>
                    <Cell name={named.state}>
                      <DrawerTag of={one} />
                    </Cell>
                    <Cell name={named.expected} number>
                      {money(one.expected)}
                    </Cell>
                    <Cell name={named.counted} number>
                      {one.counted !== null && money(one.counted)}
                    </Cell>
                    <Cell name={named.difference} number>
                      {one.counted !== null && difference(one)}
                      {one.note && (
                        <span class="queue__procedure">
                          <Written text={one.note} />
                        </span>
                      )}
                    </Cell>
                    <Cell name={named.amount} number>
                      <strong>{money(toReceive(one))}</strong>
                      {one.state === "counted" && (
                        <Button
                          kind="secondary"
                          label={t("finance.handin.take.one", { name: one.officer_name, shift: shiftOf(one) })}
                          onClick={() => (take.refuse(null), setAsked(one))}
                        >
                          {t("finance.handin.take")}
                        </Button>
                      )}
                    </Cell>
                  </tr>
                ))}
              </Table>
              <p class="govuk-hint">
                {t("finance.handin.amount")}: {t("finance.handin.amount.hint")}.
              </p>
              {pages.more}
            </>
          )
        }
      </Ready>
      <Dialog
        open={asked !== null}
        title={asked ? t("finance.handin.sure", { amount: money(toReceive(asked)), name: asked.officer_name }) : ""}
        confirm={t("finance.handin.take")}
        busy={take.busy}
        onConfirm={() => void confirm()}
        onClose={() => setAsked(null)}
      >
        <p class="govuk-body">{asked && t("finance.handin.sure.text", { shift: shiftOf(asked) })}</p>
      </Dialog>
    </Page>
  );
}

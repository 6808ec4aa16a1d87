import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { money, number, plainDate } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import type { FinanceProps } from "../finance";
import { DrawerTag, shiftOf } from "../finance/drawer";
import { usePages } from "../../parts/pages";
import { ClosedTag, KeptDays } from "./days";
import { Movements } from "./movements";
import { dayPlus, page, word } from "./words";

type Day = Schema["DayShape"];

/** How a day stands now: what moved, what waits, the balances; each table with its sum, for the screen and for paper. */
export function DayPage({ agency, day }: FinanceProps & { day: string }) {
  const path = { agency: agency.code, day };
  const loaded = useLoad(() => ask(api.GET("/desk/books/{agency}/days/{day}", { params: { path } })), [agency.code, day]);
  return (
    <Page
      title={t("books.day", { day: plainDate(day) })}
      caption={agency.name}
      back={page("doi-soat", agency.code)}
      wide
    >
      <p class="govuk-body books-neighbours no-print">
        <a class="govuk-link" href={page("doi-soat", agency.code, dayPlus(day, -1))}>
          {t("books.day.before")}
        </a>
        <a class="govuk-link" href={page("doi-soat", agency.code, dayPlus(day, 1))}>
          {t("books.day.after")}
        </a>
      </p>
      <Ready of={loaded}>
        {(found) => (
          <>
            <Standing of={found} />
            <Tools agency={agency.code} day={day} />
            <Moved of={found} />
            <div class="books-pair">
              <Uses of={found} />
              <Ages of={found} />
            </div>
            {found.drawers.length > 0 && <Drawers of={found} />}
            <Accounts of={found} />
            <Fold title={t("books.list.show")}>
              <Movements agency={agency.code} day={day} ways={found.movements.map((one) => one.via)} />
            </Fold>
            <Fold title={t("books.below.show")}>
              <Below agency={agency.code} day={day} />
            </Fold>
          </>
        )}
      </Ready>
    </Page>
  );
}

/** Loaded when it is opened, and not printed while it is closed. */
function Fold({ title, children }: { title: string; children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="govuk-details books-fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="govuk-details__summary">
        <span class="govuk-details__summary-text">{title}</span>
      </summary>
      {open && children}
    </details>
  );
}

function Standing({ of }: { of: Day }) {
  return (
    <div class="card books-standing">
      <p>
        <ClosedTag of={of} />
      </p>
      {of.closed ? (
        <p>{t("books.day.closed.text")}</p>
      ) : (
        <>
          {of.unmatched > 0 && <p>{t("books.day.open.unmatched", { amount: money(of.unmatched) })}</p>}
          {of.drawers.length > 0 && <p>{t("books.day.open.drawers", { count: of.drawers.length })}</p>}
          <p class="no-print">
            <a class="govuk-link" href={page("chua-khop", of.agency)}>
              {t("books.day.open.see")}
            </a>
          </p>
        </>
      )}
    </div>
  );
}

/** To print, and the day's tables for a spreadsheet, which come with the bearer token and so through the page. */
function Tools({ agency, day }: { agency: string; day: string }) {
  const path = { agency, day };
  const fetching = useAction(async (_key, which: "movements" | "journal") => {
    const call =
      which === "movements"
        ? api.GET("/desk/books/{agency}/days/{day}/movements.csv", { params: { path }, parseAs: "blob" })
        : api.GET("/desk/books/{agency}/days/{day}/journal.csv", { params: { path }, parseAs: "blob" });
    const table = await ask<Blob>(call as Promise<{ data?: Blob; error?: unknown; response: Response }>);
    const address = URL.createObjectURL(table);
    const link = document.createElement("a");
    link.href = address;
    link.download = `${agency}-${day}-${which}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    return true;
  });
  return (
    <>
      <ErrorSummary refusal={fetching.refusal} />
      <Buttons>
        <Button kind="secondary" onClick={() => print()}>
          {t("button.print")}
        </Button>
        <Button kind="secondary" busy={fetching.busy} onClick={() => void fetching.run("movements")}>
          {t("books.csv.movements")}
        </Button>
        <Button kind="secondary" busy={fetching.busy} onClick={() => void fetching.run("journal")}>
          {t("books.csv.journal")}
        </Button>
      </Buttons>
    </>
  );
}

interface SumsProps {
  id: string;
  title: string;
  columns: readonly string[];
  /** How many columns at the beginning are words; the others are numbers. */
  words: number;
  rows: readonly (readonly ComponentChildren[])[];
  foot?: readonly ComponentChildren[];
}

/** A table of sums: scrolls inside itself on a phone, since sums are read across. */
export function Sums({ id, title, columns, words, rows, foot }: SumsProps) {
  return (
    <section class="sums" aria-labelledby={id}>
      <h2 class="govuk-heading-m" id={id}>
        {title}
      </h2>
      {rows.length === 0 ? (
        <p class="govuk-body">{t("books.day.none")}</p>
      ) : (
        <div class="table-scroll" tabIndex={0} role="region" aria-labelledby={id}>
          <table class="sums__table">
            <thead>
              <tr>
                {columns.map((name, index) => (
                  <th key={name} scope="col" class={index < words ? undefined : "sums__number"}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={at}>
                  {row.map((cell, index) =>
                    index === 0 ? (
                      <th key={index} scope="row">
                        {cell}
                      </th>
                    ) : (
                      <td key={index} class={index < words ? undefined : "sums__number"}>
                        {cell}
                      </td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
            {foot && (
              <tfoot>
                <tr>
                  <th scope="row" colSpan={words}>
                    {t("books.day.sum")}
                  </th>
                  {foot.map((cell, index) => (
                    <td key={index} class="sums__number">
                      {cell}
                    </td>
                  ))}
                </tr>
              </tfoot>
            )}
          </table>
        </div>
      )}
    </section>
  );
}

const total = <T,>(of: readonly T[], what: (one: T) => number): number => of.reduce((sum, one) => sum + what(one), 0);

function Moved({ of: { movements } }: { of: Day }) {
  const signed = (one: Day["movements"][number]) => (one.kind === "refund" ? -one.amount : one.amount);
  return (
    <Sums
      id="moved"
      title={t("books.moved")}
      columns={(["via", "kind", "state", "count", "amount", "fee"] as const).map((key) => t(`books.moved.${key}`))}
      words={3}
      rows={movements.map((one) => [
        one.via.name,
        word("kind", one.kind),
        word("state", one.state),
        number(one.count),
        money(signed(one)),
        money(one.fee),
      ])}
      foot={[
        number(total(movements, (one) => one.count)),
        money(total(movements, signed)),
        money(total(movements, (one) => one.fee)),
      ]}
    />
  );
}

function Uses({ of: { payments } }: { of: Day }) {
  return (
    <Sums
      id="uses"
      title={t("books.uses")}
      columns={[t("books.moved.via"), t("books.use"), t("books.moved.count"), t("books.moved.amount")]}
      words={2}
      rows={payments.map((one) => [one.via.name, word("use", one.use), number(one.count), money(one.amount)])}
      foot={[number(total(payments, (one) => one.count)), money(total(payments, (one) => one.amount))]}
    />
  );
}

function Ages({ of }: { of: Day }) {
  const { waiting } = of;
  return (
    <div>
      <Sums
        id="ages"
        title={t("books.ages")}
        columns={[t("books.age"), t("books.moved.count"), t("books.moved.amount")]}
        words={1}
        rows={waiting.map((one) => [
          one.most === null
            ? t("books.age.more", { least: one.least })
            : t("books.age.days", { least: one.least, most: one.most }),
          number(one.count),
          money(one.amount),
        ])}
        foot={[number(total(waiting, (one) => one.count)), money(total(waiting, (one) => one.amount))]}
      />
      {of.oldest !== null && <p class="govuk-hint">{t("books.age.oldest", { day: plainDate(of.oldest) })}</p>}
      {of.missing_count > 0 && (
        <Notice kind="warning">
          <p>{t("books.age.missing", { count: of.missing_count, amount: money(of.missing) })}</p>
        </Notice>
      )}
    </div>
  );
}

function Drawers({ of: { drawers } }: { of: Day }) {
  return (
    <Sums
      id="drawers"
      title={t("books.day.drawers")}
      columns={[
        t("finance.handin.cashier"),
        t("finance.handin.state"),
        t("finance.drawer.expected"),
        t("finance.drawer.counted"),
      ]}
      words={2}
      rows={drawers.map((one) => [
        `${one.officer_name}, ${shiftOf(one)}`,
        <DrawerTag of={one} />,
        money(one.expected),
        one.counted === null ? "" : money(one.counted),
      ])}
    />
  );
}

/** A drawer is known by its officer's number; the day's drawers know the name. */
function accountName({ account, name }: Day["accounts"][number], { drawers }: Day): string {
  const [kind, officer] = account.split(":");
  if (kind !== "drawer" || officer === undefined) return name;
  const known = drawers.find((one) => one.id.startsWith(`${officer}.`));
  return name.replace(officer, known?.officer_name ?? officer.slice(0, 8));
}

function Accounts({ of }: { of: Day }) {
  const { accounts, proof } = of;
  return (
    <>
      <Sums
        id="accounts"
        title={t("books.accounts")}
        columns={[t("books.account"), t("books.account.before"), t("books.account.moved"), t("books.account.after")]}
        words={1}
        rows={accounts.map((one) => [accountName(one, of), money(one.before), money(one.moved), money(one.after)])}
        foot={[
          money(total(accounts, (one) => one.before)),
          money(total(accounts, (one) => one.moved)),
          money(total(accounts, (one) => one.after)),
        ]}
      />
      {proof === 0 ? (
        <p class="govuk-hint">{t("books.account.proof")}</p>
      ) : (
        <Notice kind="error">
          <p>{t("books.account.wrong")}</p>
        </Notice>
      )}
    </>
  );
}

function Below({ agency, day }: { agency: string; day: string }) {
  const pages = usePages(
    (cursor) =>
      ask(
        api.GET("/desk/books/{agency}/days/{day}/agencies", {
          params: { path: { agency, day }, query: cursor === null ? {} : { cursor } },
        }),
      ),
    [agency, day],
    (count) => t("books.below.more", { count }),
  );
  return (
    <section aria-labelledby="below">
      <h2 class="govuk-heading-m" id="below">
        {t("books.below")}
      </h2>
      <ErrorSummary refusal={pages.refusal} />
      <Ready of={pages.first}>
        {() => (
          <>
            <KeptDays caption={t("books.below")} items={pages.items} byAgency />
            {pages.more}
          </>
        )}
      </Ready>
    </section>
  );
}

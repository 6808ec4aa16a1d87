import { useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { lawDay, money, number, plainDate } from "../../format";
import { t } from "../../i18n";
import { Button, Buttons, LinkButton } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { DateField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { Tag } from "../../parts/StateTag";
import { go } from "../../router";
import type { FinanceProps } from "../finance";
import { usePages } from "../../parts/pages";
import { Cell, Table } from "../finance/table";
import { isDay, page } from "./words";

type Kept = Schema["KeptDayShape"];

export function ClosedTag({ of }: { of: Pick<Kept, "closed"> & { reckoned_at?: string | null } }) {
  if (of.closed) return <Tag tone="green">{t("books.day.closed")}</Tag>;
  return of.reckoned_at === null ? (
    <Tag tone="grey">{t("books.day.unreckoned")}</Tag>
  ) : (
    <Tag tone="yellow">{t("books.day.open")}</Tag>
  );
}

/** The days that were reckoned, the latest first, and the way to any other. */
export function Days({ agency }: FinanceProps) {
  const [day, setDay] = useState("");
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const pages = usePages(
    (cursor) =>
      ask(
        api.GET("/desk/books/{agency}/days", {
          params: { path: { agency: agency.code }, query: cursor === null ? {} : { cursor } },
        }),
      ),
    [agency.code],
    (count) => t("books.days.more", { count }),
  );
  const see = (event: Event) => {
    event.preventDefault();
    if (isDay(day)) return go(page("doi-soat", agency.code, day));
    const message = t("books.days.wrong");
    setRefusal(new Refusal(422, "Incomplete", message, [{ field: "day", code: "Invalid", message }]));
  };
  return (
    <Page title={t("books.days")} caption={agency.name} wide failed={refusal !== null}>
      <ErrorSummary refusal={refusal ?? pages.refusal} />
      <p class="govuk-body">{t("books.days.text")}</p>
      <form class="books-day" onSubmit={see} noValidate>
        <DateField name="day" label={t("books.days.date")} value={day} onInput={setDay} error={refusal?.of("day")} />
        <Buttons>
          <Button kind="secondary">{t("books.days.see")}</Button>
          <LinkButton kind="secondary" href={page("doi-soat", agency.code, lawDay(new Date()))}>
            {t("books.days.today")}
          </LinkButton>
        </Buttons>
      </form>
      <Ready of={pages.first}>
        {() =>
          pages.items.length === 0 ? (
            <p class="govuk-body">{t("books.days.none")}</p>
          ) : (
            <>
              <KeptDays caption={t("books.days")} items={pages.items} />
              {pages.more}
            </>
          )
        }
      </Ready>
    </Page>
  );
}

/** Days of one agency, or one day of several. */
export function KeptDays({ caption, items, byAgency }: { caption: string; items: readonly Kept[]; byAgency?: boolean }) {
  const columns = {
    day: t(byAgency ? "books.below.agency" : "books.day.day"),
    state: t("books.day.state"),
    movements: t("books.day.movements"),
    amount: t("books.day.amount"),
    unmatched: t("books.day.unmatched"),
    drawers: t("books.day.drawers"),
  };
  return (
    <Table caption={caption} columns={Object.values(columns)} numbers={[2, 3, 4, 5]}>
      {items.map((one) => (
        <tr key={`${one.agency}/${one.day}`} role="row" class="queue__row">
          <th class="queue__code" scope="row" role="rowheader">
            <a class="govuk-link" href={page("doi-soat", one.agency, one.day)}>
              {byAgency ? one.name : plainDate(one.day)}
            </a>
          </th>
          <Cell name={columns.state}>
            <ClosedTag of={one} />
          </Cell>
          <Cell name={columns.movements} number>
            {number(one.movements)}
          </Cell>
          <Cell name={columns.amount} number>
            {money(one.amount)}
          </Cell>
          <Cell name={columns.unmatched} number>
            {money(one.unmatched)}
          </Cell>
          <Cell name={columns.drawers} number>
            {number(one.open_drawers)}
          </Cell>
        </tr>
      ))}
    </Table>
  );
}

import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { money, time } from "../../format";
import { t } from "../../i18n";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { SelectField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { Tag } from "../../parts/StateTag";
import { usePages } from "../../parts/pages";
import { Cell, Table } from "../finance/table";
import { page, word, type Entry } from "./words";

const states = [
  "booked",
  "matched",
  "differs",
  "adjusted",
  "written_off",
  "stray",
  "owed",
  "returned",
  "dismissed",
  "covered",
] as const;
const tones = {
  booked: "yellow",
  matched: "green",
  differs: "red",
  adjusted: "grey",
  written_off: "grey",
  stray: "red",
  owed: "purple",
  returned: "grey",
  dismissed: "grey",
  covered: "green",
} as const;

export function EntryTag({ of }: { of: Entry }) {
  return <Tag tone={tones[of.state as keyof typeof tones] ?? "grey"}>{word("state", of.state)}</Tag>;
}

interface MovementsProps {
  agency: string;
  day: string;
  ways: readonly Schema["WayShape"][];
}

/** The movements of a day one by one, of a channel or state when asked. */
export function Movements({ agency, day, ways }: MovementsProps) {
  const [via, setVia] = useState("");
  const [state, setState] = useState("");
  const pages = usePages(
    (cursor) =>
      ask(
        api.GET("/desk/books/{agency}/days/{day}/movements", {
          params: {
            path: { agency, day },
            query: { ...(cursor === null ? {} : { cursor }), ...(via ? { via } : {}), ...(state ? { state } : {}) },
          },
        }),
      ),
    [agency, day, via, state],
    (count) => t("books.list.more", { count }),
  );
  const channels = [...new Map(ways.map((one) => [one.code, one.name])).entries()];
  const all = { value: "", label: t("books.list.all") };
  const columns = {
    number: t("books.waiting.number"),
    at: t("books.entry.at"),
    kind: t("books.moved.kind"),
    amount: t("books.moved.amount"),
    state: t("books.moved.state"),
  };
  return (
    <section aria-labelledby="movements">
      <h2 class="govuk-heading-m" id="movements">
        {t("books.list")}
      </h2>
      <ErrorSummary refusal={pages.refusal} />
      <div class="books-filter no-print">
        <SelectField
          name="via"
          label={t("books.list.filter.via")}
          filled
          value={via}
          onInput={setVia}
          options={[all, ...channels.map(([value, label]) => ({ value, label }))]}
        />
        <SelectField
          name="state"
          label={t("books.list.filter.state")}
          filled
          value={state}
          onInput={setState}
          options={[all, ...states.map((value) => ({ value, label: word("state", value) }))]}
        />
      </div>
      <Ready of={pages.first}>
        {() => (
          <>
            {pages.items.length === 0 ? (
              <p class="govuk-body">{t("books.list.none")}</p>
            ) : (
              <Table caption={t("books.list")} columns={Object.values(columns)} numbers={[3]}>
                {pages.items.map((one) => (
                  <tr key={one.id} role="row" class="queue__row">
                    <th class="queue__code" scope="row" role="rowheader">
                      <a class="govuk-link queue__foreign" href={page("chua-khop", agency, one.id)}>
                        {one.number}
                      </a>
                      <span class="queue__procedure">{one.via.name}</span>
                    </th>
                    <Cell name={columns.at}>{time(one.at)}</Cell>
                    <Cell name={columns.kind}>{word("kind", one.kind)}</Cell>
                    <Cell name={columns.amount} number>
                      {money(one.amount)}
                    </Cell>
                    <Cell name={columns.state}>
                      <EntryTag of={one} />
                    </Cell>
                  </tr>
                ))}
              </Table>
            )}
            {pages.more}
          </>
        )}
      </Ready>
    </section>
  );
}

import { api, ask } from "../../api/client";
import { money } from "../../format";
import { t } from "../../i18n";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { go } from "../../router";
import type { FinanceProps } from "../finance";
import { usePages } from "../../parts/pages";
import { Cell, Table } from "../finance/table";
import { EntryTag } from "./movements";
import { page } from "./words";

const lists = ["strays", "unmatched"] as const;

/** What the books and the other sides do not agree about, the oldest first. */
export function Waiting({ agency, query }: FinanceProps) {
  const which = lists.find((one) => one === query.get("loc")) ?? "strays";
  const address = page("chua-khop", agency.code);
  const pages = usePages(
    (cursor) => {
      const params = { path: { agency: agency.code }, query: cursor === null ? {} : { cursor } };
      return ask(
        which === "strays"
          ? api.GET("/desk/books/{agency}/strays", { params })
          : api.GET("/desk/books/{agency}/unmatched", { params }),
      );
    },
    [agency.code, which],
    (count) => t("books.waiting.more", { count }),
  );
  const columns = {
    number: t("books.waiting.number"),
    amount: t("books.waiting.amount"),
    age: t("books.waiting.age"),
    state: t("books.moved.state"),
    why: t("books.waiting.why"),
  };
  return (
    <Page title={t("books.waiting")} caption={agency.name} wide>
      <ErrorSummary refusal={pages.refusal} />
      <div class="chips no-print" role="group" aria-label={t("books.waiting.which")}>
        {lists.map((one) => (
          <button
            key={one}
            type="button"
            class="chips__one"
            aria-pressed={one === which}
            onClick={() => go(one === "strays" ? address : `${address}?loc=${one}`, { replace: true, quiet: true })}
          >
            {t(`books.waiting.${one}`)}
          </button>
        ))}
      </div>
      <p class="govuk-body">{t(`books.waiting.${which}.text`)}</p>
      <Ready of={pages.first}>
        {() => (
          <div aria-live="polite">
            {pages.items.length === 0 ? (
              <p class="govuk-body">{t("books.waiting.none")}</p>
            ) : (
              <Table caption={t(`books.waiting.${which}`)} columns={Object.values(columns)} numbers={[1]}>
                {pages.items.map((one) => (
                  <tr key={one.id} role="row" class="queue__row">
                    <th class="queue__code" scope="row" role="rowheader">
                      <a class="govuk-link queue__foreign" href={page("chua-khop", agency.code, one.id)}>
                        {one.number}
                      </a>
                      <span class="queue__procedure">{one.via.name}</span>
                    </th>
                    <Cell name={columns.amount} number>
                      <strong>{money(one.unmatched || one.amount)}</strong>
                    </Cell>
                    <Cell name={columns.age}>
                      {one.age === 0 ? t("books.waiting.age.today") : t("books.waiting.age.days", { count: one.age })}
                    </Cell>
                    <Cell name={columns.state}>
                      <EntryTag of={one} /> {one.proposal && <Tag tone="blue">{t("books.waiting.proposed")}</Tag>}{" "}
                      {one.missing && <Tag tone="red">{t("books.waiting.missing")}</Tag>}
                    </Cell>
                    <Cell name={columns.why}>
                      {one.why}
                      {one.text && (
                        <span class="queue__procedure">
                          <Written text={one.text} />
                        </span>
                      )}
                    </Cell>
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

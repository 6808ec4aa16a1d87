import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { dateTime, number } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Page } from "../../parts/Page";
import { Written } from "../../parts/Said";
import { Named } from "./queue";

type Agency = Schema["AgencyShape"];
type SearchRecord = Schema["SearchRecordShape"];

/** Who searched for people at an agency, newest first, for its administrator. */
export default function Records({ agency, agencies }: { agency: Agency; agencies: readonly Agency[] }) {
  const [added, setAdded] = useState<{ items: SearchRecord[]; cursor: string | null } | null>(null);
  const load = (cursor?: string) =>
    ask(
      api.GET("/desk/searches/{agency}", {
        params: { path: { agency: agency.code }, query: cursor === undefined ? {} : { cursor } },
      }),
    );
  const page = useLoad(async () => {
    const first = await load();
    setAdded(null);
    return first;
  });
  const more = useAction(async (_key, cursor: string) => {
    const next = await load(cursor);
    setAdded((before) => ({ items: [...(before?.items ?? []), ...next.items], cursor: next.cursor }));
    announce(t("desk.records.more", { count: next.items.length }));
    return true;
  });
  return (
    <Page title={t("desk.records")} caption={agency.name} wide failed={more.refusal !== null}>
      <p class="govuk-body">{t("desk.records.text")}</p>
      {agencies.length > 1 && (
        <ul class="govuk-list">
          {agencies
            .filter((one) => one.code !== agency.code)
            .map((one) => (
              <li key={one.code}>
                <a class="govuk-link" href={`/can-bo/nhat-ky/${one.code}`}>
                  {one.name}
                </a>
              </li>
            ))}
        </ul>
      )}
      <ErrorSummary refusal={more.refusal} />
      <Ready of={page}>
        {(first) => {
          const records = [...first.items, ...(added?.items ?? [])];
          const cursor = added === null ? first.cursor : added.cursor;
          if (records.length === 0) return <p class="govuk-body">{t("desk.records.none")}</p>;
          return (
            <>
              <List records={records} />
              {cursor !== null && (
                <Button kind="secondary" busy={more.busy} onClick={() => void more.run(cursor)}>
                  {t("pages.more")}
                </Button>
              )}
            </>
          );
        }}
      </Ready>
    </Page>
  );
}

function List({ records }: { records: readonly SearchRecord[] }) {
  const columns = ["at", "officer", "kind", "purpose", "hits", "mark"] as const;
  const facts = (one: SearchRecord) =>
    [
      ["officer", <Written text={one.officer_name} />],
      ["kind", t(`desk.find.kind.${one.kind}`)],
      ["purpose", t(`desk.find.purpose.${one.purpose}`)],
      ["hits", one.page === 1 ? number(one.hits) : t("desk.records.page", { hits: one.hits, page: one.page })],
      ["mark", <code>{one.mark}</code>],
    ] as const;
  return (
    <table class="queue" role="table">
      <caption class="govuk-visually-hidden">{t("desk.records")}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((key) => (
            <th key={key} scope="col" role="columnheader">
              {t(`desk.records.${key}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {records.map((one) => (
          <tr key={`${one.at} ${one.request} ${one.mark}`} role="row" class="queue__row">
            <th scope="row" role="rowheader">
              <time dateTime={one.at}>{dateTime(one.at)}</time>
            </th>
            {facts(one).map(([key, shown]) => (
              <td key={key} role="cell">
                <Named name={t(`desk.records.${key}`)} />
                {shown}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

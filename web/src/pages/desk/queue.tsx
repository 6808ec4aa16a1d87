import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { dateTime } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t, type Key } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Page } from "../../parts/Page";
import { StateTag } from "../../parts/StateTag";
import { go } from "../../router";
import { urgencies, urgency, DueTag, type Urgency } from "./due";
import { useShortcuts } from "./shortcuts";

type OwnQueue = Schema["QueueShape"];
type Row = Schema["SummaryShape"];

export const queueName = (queue: string): string => t(`desk.queue.${queue}` as Key);

/** One queue, most urgent first, with the next pages by request. */
export function Queue({ of, query }: { of: OwnQueue; query: URLSearchParams }) {
  const path = { agency: of.agency.code, queue: of.queue };
  const address = `/can-bo/${path.agency}/${path.queue}`;
  const chosen = urgencies.find((one) => one === query.get("han")) ?? null;
  const [later, setLater] = useState<{ items: Row[]; cursor: string | null } | null>(null);
  const load = (cursor?: string) =>
    ask(api.GET("/desk/queues/{agency}/{queue}", { params: { path, query: cursor ? { cursor } : {} } }));
  const page = useLoad(async () => {
    const first = await load();
    setLater(null);
    return first;
  }, [path.agency, path.queue]);
  const more = useAction(async (_key, cursor: string) => {
    const next = await load(cursor);
    setLater((before) => ({ items: [...(before?.items ?? []), ...next.items], cursor: next.cursor }));
    announce(t("desk.queue.more.said", { count: next.items.length }));
    return true;
  });
  const claim = useAction((key, id: string, _code: string) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/claim", {
        params: { path: { dossier_id: id }, header: { "Idempotency-Key": key } },
        body: {},
      }),
    ),
  );
  const take = async (row: Row) => {
    if ((await claim.run(row.id, row.code ?? "")) !== undefined) {
      announce(t("desk.claimed", { code: row.code ?? "" }));
      go(`/can-bo/ho-so/${row.id}`);
    } else page.again();
  };
  const step = (by: number) => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>(".queue__code a")];
    const at = links.findIndex((one) => one === document.activeElement);
    links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
  };
  useShortcuts([
    { key: "j", does: "desk.keys.next", run: () => step(1) },
    { key: "k", does: "desk.keys.previous", run: () => step(-1) },
    { key: "r", does: "desk.keys.reload", run: page.again },
  ]);
  return (
    <Page title={queueName(of.queue)} caption={of.agency.name} wide failed={claim.refusal !== null}>
      <ErrorSummary refusal={claim.refusal ?? more.refusal} />
      <Ready of={page}>
        {(first) => {
          const rows = [...first.items, ...(later?.items ?? [])];
          const cursor = later === null ? first.cursor : later.cursor;
          const shown = chosen === null ? rows : rows.filter((row) => urgency(row) === chosen);
          return (
            <>
              {rows.length > 0 && (
                <Bars
                  rows={rows}
                  chosen={chosen}
                  choose={(next) => go(next === null ? address : `${address}?han=${next}`, { replace: true, quiet: true })}
                />
              )}
              <div class="queue__head">
                <p class="govuk-body" role="status">
                  {rows.length === 0
                    ? t("desk.queue.empty")
                    : t(cursor === null ? "desk.queue.all" : "desk.queue.some", {
                        shown: shown.length,
                        count: rows.length,
                      })}
                </p>
                <Button kind="secondary" busy={page.busy} onClick={page.again}>
                  {t("desk.queue.reload")}
                </Button>
              </div>
              {shown.length > 0 && <Table rows={shown} busy={claim.busy} take={(row) => void take(row)} queue={of.queue} />}
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

/** How the loaded rows spread over the deadlines; each bar shows only its own rows. */
function Bars({ rows, chosen, choose }: { rows: Row[]; chosen: Urgency | null; choose: (next: Urgency | null) => void }) {
  const counts = urgencies.map((one) => [one, rows.filter((row) => urgency(row) === one).length] as const);
  if (counts.every(([, count]) => count === 0)) return null;
  return (
    <div class="bars" role="group" aria-label={t("desk.bars")}>
      {counts.map(([one, count]) => (
        <button
          key={one}
          type="button"
          class={`bars__one bars__one--${one}`}
          aria-pressed={chosen === one}
          onClick={() => choose(chosen === one ? null : one)}
        >
          <span class="bars__count">{count}</span>
          <span class="bars__name">{t(`desk.bars.${one}`)}</span>
          <svg class="bars__bar" aria-hidden="true" focusable="false">
            <rect width={`${(100 * count) / rows.length}%`} height="100%" />
          </svg>
        </button>
      ))}
    </div>
  );
}

function Table({ rows, queue, busy, take }: { rows: Row[]; queue: string; busy: boolean; take: (row: Row) => void }) {
  const columns = ["desk.column.code", "desk.column.applicant", "desk.column.state", "desk.column.due"] as const;
  const last: Key = queue === "appraisal" ? "desk.column.officer" : "desk.column.submitted";
  // Roles are written out: on a phone the rows are laid out as cards, and the table must stay one for screen readers.
  return (
    <table class="queue" role="table">
      <caption class="govuk-visually-hidden">{queueName(queue)}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {[...columns, last].map((key) => (
            <th key={key} scope="col" role="columnheader">
              {t(key)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={row.id} role="row" class={`queue__row queue__row--${urgency(row)}`}>
            <th class="queue__code" scope="row" role="rowheader">
              <a class="govuk-link" href={`/can-bo/ho-so/${row.id}`}>
                {row.code}
              </a>
              <span class="queue__procedure">{row.procedure.name}</span>
            </th>
            <td role="cell">
              <Named name={t("desk.column.applicant")} />
              {row.applicant_name}
            </td>
            <td role="cell">
              <Named name={t("desk.column.state")} />
              <StateTag state={row.state} />
            </td>
            <td role="cell">
              <Named name={t("desk.column.due")} />
              <DueTag of={row} />
            </td>
            <td role="cell">
              {queue === "appraisal" && row.state.code === "received" ? (
                <Button kind="secondary" busy={busy} onClick={() => take(row)} label={t("desk.claim.one", { code: row.code ?? "" })}>
                  {t("desk.act.claim")}
                </Button>
              ) : (
                <>
                  <Named name={t(last)} />
                  {queue === "appraisal" ? row.assignee_name : row.submitted_at && dateTime(row.submitted_at)}
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The column's name inside a card; the wide table has it at its head. */
function Named({ name }: { name: string }) {
  return (
    <span class="queue__name" aria-hidden="true">
      {name}
    </span>
  );
}

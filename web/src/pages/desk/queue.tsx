import { useRef, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { dateTime } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t, type Key } from "../../i18n";
import { Button, TextButton } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Page as Frame } from "../../parts/Page";
import { Vi, Written } from "../../parts/Said";
import { StateTag } from "../../parts/StateTag";
import { go } from "../../router";
import { isTimed, parts, type Count, type Counts } from "./counts";
import { urgencies, urgency, DueTag, type Urgency } from "./due";
import { useShortcuts } from "./shortcuts";

type OwnQueue = Schema["QueueShape"];
type Row = Schema["SummaryShape"];
/** A first page, with the filter that it was asked for under. */
type Page = Schema["ListShape"] & { of: Urgency | null };

export const queueName = (queue: string): string => t(`desk.queue.${queue}` as Key);

/** One queue, most urgent first, with the next pages by request; filtered by the API, so that pages stay whole. */
export function Queue({ of, query, counts }: { of: OwnQueue; query: URLSearchParams; counts: Counts }) {
  const path = { agency: of.agency.code, queue: of.queue };
  const address = `/can-bo/${path.agency}/${path.queue}`;
  const chosen = urgencies.find((one) => one === query.get("han")) ?? null;
  const now = useRef(chosen);
  now.current = chosen;
  const [added, setAdded] = useState<{ to: Page | null; items: Row[]; cursor: string | null } | null>(null);
  const load = (cursor?: string) => {
    const filter = chosen === null ? {} : { urgency: chosen };
    const from = cursor === undefined ? {} : { cursor };
    return ask(api.GET("/desk/queues/{agency}/{queue}", { params: { path, query: { ...filter, ...from } } }));
  };
  const page = useLoad(async (): Promise<Page> => ({ ...(await load()), of: chosen }), [chosen]);
  const more = useAction(async (_key, cursor: string) => {
    const next = await load(cursor);
    if (now.current !== chosen) return false; // the filter was changed meanwhile
    const before = added?.to === page.data ? added.items : [];
    setAdded({ to: page.data, items: [...before, ...next.items], cursor: next.cursor });
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
  const again = () => {
    page.again();
    counts.again();
  };
  const take = async (row: Row) => {
    if ((await claim.run(row.id, row.code ?? "")) !== undefined) {
      announce(t("desk.claimed", { code: row.code ?? "" }));
      go(`/can-bo/ho-so/${row.id}`);
    } else again();
  };
  const choose = (next: Urgency | null) =>
    go(next === null ? address : `${address}?han=${next}`, { replace: true, quiet: true });
  const step = (by: number) => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>(".queue__code a")];
    const at = links.findIndex((one) => one === document.activeElement);
    links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
  };
  useShortcuts([
    { key: "j", does: "desk.keys.next", run: () => step(1), repeats: true },
    { key: "k", does: "desk.keys.previous", run: () => step(-1), repeats: true },
    { key: "r", does: "desk.keys.reload", run: again },
  ]);
  const count = counts.of(path.agency, path.queue);
  return (
    <Frame title={queueName(of.queue)} caption={of.agency.name} wide failed={claim.refusal !== null}>
      <ErrorSummary refusal={claim.refusal ?? more.refusal} />
      {count !== undefined && isTimed(count) && <Bars of={count} chosen={chosen} choose={choose} />}
      <Ready of={page}>
        {(first) => {
          const next = added?.to === first ? added : null; // what was added to an older list is gone with it
          const rows = [...first.items, ...(next?.items ?? [])];
          const cursor = next === null ? first.cursor : next.cursor;
          return (
            <div aria-busy={page.busy}>
              <div class="queue__head">
                <p class="govuk-body" role="status">
                  {said(first.of, rows.length, cursor !== null)}{" "}
                  {first.of !== null && <TextButton onClick={() => choose(null)}>{t("desk.queue.unfilter")}</TextButton>}
                </p>
                <Button kind="secondary" busy={page.busy} onClick={again}>
                  {t("desk.queue.reload")}
                </Button>
              </div>
              {rows.length > 0 && <Table rows={rows} busy={claim.busy} take={(row) => void take(row)} queue={of.queue} />}
              {cursor !== null && (
                <Button kind="secondary" busy={more.busy} onClick={() => void more.run(cursor)}>
                  {t("pages.more")}
                </Button>
              )}
            </div>
          );
        }}
      </Ready>
    </Frame>
  );
}

function said(filter: Urgency | null, count: number, more: boolean): string {
  if (count === 0) return t(filter === null ? "desk.queue.empty" : "desk.queue.empty.filtered", { filter: nameOf(filter) });
  const shown = t(more ? "desk.queue.some" : "desk.queue.all", { count });
  return filter === null ? shown : `${nameOf(filter)}: ${shown}`;
}

const nameOf = (filter: Urgency | null): string => (filter === null ? "" : t(`desk.bars.${filter}`));

/** How the queue spreads over the deadlines; each bar shows only its own rows. */
function Bars({ of, chosen, choose }: { of: Count; chosen: Urgency | null; choose: (next: Urgency | null) => void }) {
  return (
    <div class="bars" role="group" aria-label={t("desk.bars")}>
      {parts(of)
        .filter((one) => one.urgency !== "none" || one.count > 0)
        .map(({ urgency: one, shown, share }) => (
          <button
            key={one}
            type="button"
            class={`bars__one bars__one--${one}`}
            aria-pressed={chosen === one}
            onClick={() => choose(chosen === one ? null : one)}
          >
            <span class="bars__count">{shown ?? <NotCounted />}</span>
            <span class="bars__name">{t(`desk.bars.${one}`)}</span>
            <svg class="bars__bar" aria-hidden="true" focusable="false">
              <rect width={`${100 * share}%`} height="100%" />
            </svg>
          </button>
        ))}
    </div>
  );
}

function NotCounted() {
  return (
    <>
      <span aria-hidden="true">–</span>
      <span class="govuk-visually-hidden">{t("desk.bars.uncounted")}</span>
    </>
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
              <span class="queue__procedure">
                <Vi>{row.procedure.name}</Vi>
              </span>
            </th>
            <td role="cell">
              <Named name={t("desk.column.applicant")} />
              <Written text={row.applicant_name} />
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
                  {queue === "appraisal" ? (
                    <Written text={row.assignee_name} />
                  ) : (
                    row.submitted_at && dateTime(row.submitted_at)
                  )}
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
export function Named({ name }: { name: string }) {
  return (
    <span class="queue__name" aria-hidden="true">
      {name}
    </span>
  );
}

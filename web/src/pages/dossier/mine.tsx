import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import type { Text } from "../../catalogue";
import { eraseDraft } from "../../device";
import { useAction, useLoad } from "../../hooks";
import { date, dateTime } from "../../format";
import { said, t } from "../../i18n";
import { Button, Buttons, LinkButton, TextButton } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Page } from "../../parts/Page";
import { StateTag } from "../../parts/StateTag";
import { Said } from "../../parts/Said";
import { namesOf, onlyVietnamese } from "./catalogue";
import { useLeave } from "./focus";
import { dueOf } from "./words";

type Row = Schema["SummaryShape"];
const SIZE = 10;

const page = (cursor?: string) =>
  ask(api.GET("/dossiers", { params: { query: cursor ? { limit: SIZE, cursor } : { limit: SIZE } } }));

/** My dossiers and drafts. Further pages are added below, so that the way back never loses the place. */
export function Mine() {
  const first = useLoad(() => page());
  const naming = useLoad(namesOf);
  const unread = useLoad(() => ask(api.GET("/me/inbox/unread")));
  const nameOf = naming.data ?? onlyVietnamese;
  const [added, setAdded] = useState<{ items: Row[]; cursor: string | null } | null>(null);
  const [leaving, setLeaving] = useState<Row | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const [focusOn, setFocusOn] = useState<number | null>(null);
  const more = useAction(async (_key, cursor: string) => page(cursor));
  const leave = useLeave(leaving !== null);
  const discard = useDiscard(() => {
    leave();
    setLeaving(null);
    setAdded(null);
    first.again();
  });
  useEffect(() => setAdded(null), [first.data]);
  useEffect(() => {
    if (focusOn === null) return;
    list.current?.querySelectorAll<HTMLAnchorElement>("h2 a")[focusOn]?.focus();
    setFocusOn(null);
  }, [focusOn]);
  return (
    <Page title={t("dossier.mine")} failed={discard.refusal !== null}>
      <ErrorSummary refusal={more.refusal} />
      <p class="govuk-body">{t("dossier.mine.text")}</p>
      <p class="govuk-body">
        <a class="govuk-link" href="/thong-bao">
          {unread.data?.count ? t("dossier.mine.unread", { count: unread.data.count }) : t("nav.notices")}
        </a>
      </p>
      <Ready of={first}>
        {(data) => {
          const rows = [...data.items, ...(added?.items ?? [])];
          const cursor = added === null ? data.cursor : added.cursor;
          const load = async () => {
            if (cursor === null) return;
            const next = await more.run(cursor);
            if (next === undefined) return;
            setAdded({ items: [...(added?.items ?? []), ...next.items], cursor: next.cursor });
            setFocusOn(rows.length);
            announce(t("dossier.mine.more", { count: next.items.length }));
          };
          if (rows.length === 0) return <Nothing />;
          return (
            <>
              <ol class="dossiers" aria-label={t("dossier.mine.list")} ref={list}>
                {rows.map((row) => (
                  <Entry row={row} name={nameOf(row.procedure)} key={row.id} onDiscard={() => (discard.refuse(null), setLeaving(row))} />
                ))}
              </ol>
              <p class="govuk-hint">{t("dossier.mine.shown", { count: rows.length })}</p>
              {cursor !== null && (
                <Button kind="secondary" busy={more.busy} onClick={() => void load()}>
                  {t("pages.more")}
                </Button>
              )}
            </>
          );
        }}
      </Ready>
      <DiscardDialog of={leaving} name={leaving ? said(nameOf(leaving.procedure)) : ""} discard={discard} onClose={() => setLeaving(null)} />
    </Page>
  );
}

function Nothing() {
  return (
    <>
      <p class="govuk-body">{t("dossier.mine.none")}</p>
      <LinkButton href="/tim">{t("dossier.mine.find")}</LinkButton>
    </>
  );
}

function Entry({ row, name, onDiscard }: { row: Row; name: Text; onDiscard: () => void }) {
  const draft = row.state.code === "draft";
  const due = dueOf(row);
  return (
    <li class="card dossiers__item">
      <div class="dossiers__head">
        <h2 class="govuk-heading-s">
          <a class="govuk-link" href={draft ? `/ho-so/${row.id}/nop` : `/ho-so/${row.id}`}>
            <Said of={name} />
          </a>
        </h2>
        <StateTag state={row.state} />
      </div>
      <dl class="facts">
        {row.code && <Fact label={t("dossier.code")} value={row.code} strong />}
        <Fact label={t("dossier.agency")} value={row.agency.name} />
        {row.submitted_at ? (
          <Fact label={t("dossier.submitted")} value={dateTime(row.submitted_at)} />
        ) : (
          <Fact label={t("dossier.created")} value={dateTime(row.created_at)} />
        )}
        {due && <Fact label={due.label} value={draft ? date(due.at) : dateTime(due.at)} strong={!draft} />}
      </dl>
      {draft && (
        <Buttons>
          <LinkButton href={`/ho-so/${row.id}/nop`}>{t("dossier.draft.continue")}</LinkButton>
          <TextButton onClick={onDiscard} label={t("dossier.draft.discard.one", { procedure: said(name) })}>
            {t("dossier.draft.discard")}
          </TextButton>
        </Buttons>
      )}
    </li>
  );
}

function Fact({ label, value, strong }: { label: string; value: string; strong?: boolean }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{strong ? <strong>{value}</strong> : value}</dd>
    </div>
  );
}

export function useDiscard(done: () => void) {
  return useAction(async (_key, id: string) => {
    await ask(api.DELETE("/dossiers/{dossier_id}", { params: { path: { dossier_id: id } } }));
    await eraseDraft(id);
    announce(t("dossier.draft.discarded"));
    done();
    return true;
  });
}

export function DiscardDialog({
  of,
  name,
  discard,
  onClose,
}: {
  of: { id: string } | null;
  name: string;
  discard: ReturnType<typeof useDiscard>;
  onClose: () => void;
}) {
  return (
    <Dialog
      open={of !== null}
      title={t("dossier.draft.discard.ask")}
      confirm={t("dossier.draft.discard")}
      warning
      busy={discard.busy}
      onConfirm={() => of && void discard.run(of.id)}
      onClose={onClose}
    >
      <ErrorSummary refusal={discard.refusal} />
      <p class="govuk-body">{t("dossier.draft.discard.text", { procedure: name })}</p>
    </Dialog>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, type Refusal, type Schema } from "../../api/client";
import { agencies, type Agency } from "../../catalogue";
import { dateTime, phone } from "../../format";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { useKept } from "../../kept";
import { Button } from "../../parts/Button";
import { Lazy } from "../../parts/Lazy";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { NoticesSent } from "../../parts/NoticesSent";
import { Page } from "../../parts/Page";
import { StateTag } from "../../parts/StateTag";
import { SummaryList } from "../../parts/SummaryList";
import { Said, Written } from "../../parts/Said";
import { ActForm, actName, known, type Act } from "./acts";
import { Answers } from "./answers";
import { DueTag } from "./due";
import { Fees } from "./fees";
import { History, Messages, Supplements } from "./history";
import { Papers } from "./papers";
import { Parcels } from "./parcels";
import { Forms } from "./forms";
import { Printing } from "./printing";
import { procedureOf, type Procedure } from "./procedure";
import { useShortcuts } from "./shortcuts";
import { About } from "./templates";
import { useComposer, ComposerEnd, ComposerStart } from "./supplement";

const consulting = () => import("../consult/section");

export type Dossier = Schema["DossierShape"];
type Told = { kind: "success"; text: string } | { kind: "error"; refusal: Refusal } | null;

/** A dossier on the desk: what was sent, what it is measured by, and the acts open to this officer. */
interface DossierPageProps {
  id: string;
  posts: readonly Schema["PostShape"][];
  acted: () => void;
}

export function DossierPage({ id, posts, acted }: DossierPageProps) {
  const both = useLoad(async () => {
    const dossier = await ask(api.GET("/desk/dossiers/{dossier_id}", { params: { path: { dossier_id: id } } }));
    const [procedure, tree] = await Promise.all([
      procedureOf(dossier.procedure.code, dossier.procedure.version ?? 1),
      agencies(),
    ]);
    const agency = tree.find((one) => one.code === dossier.agency.code) ?? null;
    return { dossier, procedure, agency, above: tree.find((one) => one.code === agency?.parent) ?? null };
  }, [id]);
  if (both.data === null) {
    return (
      <Page title={t("desk.dossier")} wide>
        <Ready of={both}>{() => null}</Ready>
      </Page>
    );
  }
  return <View {...both.data} posts={posts} stale={both.refusal} again={both.again} acted={acted} />;
}

interface ViewProps {
  dossier: Dossier;
  procedure: Procedure;
  agency: Agency | null;
  above: Agency | null;
  posts: readonly Schema["PostShape"][];
  stale: Refusal | null;
  again: () => void;
  /** Something was done to the dossier: the queues are not what they were. */
  acted: () => void;
}

function View({ dossier, procedure, agency, above, posts, stale, again, acted }: ViewProps) {
  const [printing, setPrinting] = useState(false);
  const [open, setOpen] = useKept<Act | null>("act", null);
  const [told, setTold] = useState<Told>(null);
  const composer = useComposer(dossier);
  useEffect(() => {
    // The portal itself moves it on, in seconds.
    if (dossier.state.code !== "sealing") return;
    const soon = setTimeout(again, 1500);
    return () => clearTimeout(soon);
  }, [dossier]);
  const acts = known.filter((act) => dossier.actions.includes(act));
  const act = open !== null && acts.includes(open) ? open : null;
  const composing = act === "request_supplement";
  const checking = act === "check_parcel"; // what came by post is held against what was uploaded, so that lies beside
  const close = () => {
    setOpen(null);
    setTold(null);
    document.querySelector<HTMLElement>(".acts button")?.focus();
  };
  const done = (text: string) => {
    setOpen(null);
    composer.clear();
    setTold({ kind: "success", text });
    announce(text);
    again();
    acted();
  };
  // Somebody else was faster, or this page is old: what is there now is shown beside the words of the refusal.
  const refused = (refusal: Refusal) => {
    setTold({ kind: "error", refusal });
    if (refusal.status !== 409 && refusal.status !== 404) return;
    again();
    acted();
  };
  const choose = (next: Act | undefined) => {
    if (next === undefined) return;
    setTold(null);
    setOpen(next);
    if (next === open) document.getElementById("act-title")?.focus();
  };
  const reload = () => {
    setTold(null);
    again();
  };
  useShortcuts([
    ...acts.slice(0, 9).map((one, n) => ({
      key: String(n + 1),
      does: `desk.act.${one}` as const,
      run: () => choose(one),
    })),
    { key: "p", does: "desk.print", run: () => setPrinting(true) },
    { key: "r", does: "desk.keys.reload", run: reload },
  ]);
  const doing = { dossier, procedure, done, refused, close };
  const parts = (
    <div class="dossier__parts">
      <Answers dossier={dossier} procedure={procedure} composer={composing ? composer : null} />
      <Papers dossier={dossier} procedure={procedure} composer={composing ? composer : null} />
    </div>
  );
  return (
    <About.Provider value={dossier}>
      <div class="dossier no-print-sheet">
        <Page title={dossier.code ?? t("desk.dossier")} caption={dossier.procedure.name} wide>
          <Head dossier={dossier} procedure={procedure} />
          {told?.kind === "success" && act === null && <Success text={told.text} />}
          {told?.kind === "error" && act === null && <Stopped refusal={told.refusal} />}
          {stale !== null && (
            <Notice kind="error" live>
              <p>{stale.message}</p>
            </Notice>
          )}
          <Acts acts={acts} choose={choose} again={reload} print={() => setPrinting(true)} />
          {act !== null && !composing && (
            <div class={checking ? "act-beside" : undefined}>
              <div class="act card">
                <ActForm key={act} act={act} {...doing} />
              </div>
              {checking && <Papers dossier={dossier} procedure={procedure} composer={null} />}
            </div>
          )}
          {composing ? (
            <div class="composer" role="group" aria-labelledby="act-title">
              <ComposerStart close={close} />
              {parts}
              <ComposerEnd composer={composer} {...doing} />
            </div>
          ) : checking ? (
            <Answers dossier={dossier} procedure={procedure} composer={null} />
          ) : (
            parts
          )}
          <Parcels dossier={dossier} procedure={procedure} />
          {(dossier.questions.length > 0 || ["consult", "transfer"].some((one) => dossier.actions.includes(one))) && (
            <Lazy load={consulting} areas={["consult"]} with={{ dossier, procedure, done, refused }} />
          )}
          {dossier.results.length > 0 && (
            <Lazy load={() => import("./issued")} areas={["issuing"]} with={{ dossier, done }} />
          )}
          <Supplements dossier={dossier} procedure={procedure} />
          <div class="dossier__parts">
            <div>
              <Due dossier={dossier} />
              <Fees dossier={dossier} posts={posts} />
            </div>
            <div>
              <Messages dossier={dossier} again={again} />
              <Lazy load={() => import("../people/notes")} areas={["people", "letters"]} with={{ id: dossier.id }} />
            </div>
          </div>
          <Forms dossier={dossier} />
          <NoticesSent dossier={dossier.id} />
          <History dossier={dossier} procedure={procedure} />
        </Page>
      </div>
      <Printing
        dossier={dossier}
        procedure={procedure}
        agency={agency}
        above={above}
        open={printing}
        close={() => setPrinting(false)}
      />
    </About.Provider>
  );
}

function Success({ text }: { text: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [text]);
  return (
    <div class="told" ref={box} tabIndex={-1}>
      <Notice kind="success">
        <p>{text}</p>
      </Notice>
    </div>
  );
}

function Stopped({ refusal }: { refusal: Refusal }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [refusal]);
  return (
    <div class="told" ref={box} tabIndex={-1}>
      <Notice kind="error" live title={t("desk.refused")}>
        <p>{refusal.message}</p>
        <p>{t("desk.refused.reloaded")}</p>
      </Notice>
    </div>
  );
}

function Head({ dossier, procedure }: { dossier: Dossier; procedure: Procedure }) {
  const of = (key: string): string => String(dossier.applicant[key] ?? "");
  const rows = [
    { label: t("desk.applicant"), value: <Written text={[of("name"), of("representative")].filter(Boolean).join(" – ")} /> },
    { label: t("desk.applicant.identity"), value: of("identity") },
    { label: t("desk.applicant.contact"), value: [phone(of("phone")), of("email")].filter(Boolean).join(", ") },
    { label: t("desk.result.kind"), value: <Said of={procedure.result} /> },
    { label: t("desk.delivery"), value: t(`desk.delivery.${dossier.delivery}` as "desk.delivery.counter") },
    { label: t("desk.column.submitted"), value: dossier.submitted_at ? dateTime(dossier.submitted_at) : "" },
    ...(dossier.assignee_name
      ? [{ label: t("desk.officer"), value: <Written text={dossier.assignee_name} /> }]
      : []),
  ].filter((row) => row.value !== "");
  return (
    <div class="dossier__head">
      <p class="dossier__state">
        <StateTag state={dossier.state} /> <DueTag of={dossier} />
      </p>
      <SummaryList rows={rows} plain />
    </div>
  );
}

interface ActsProps {
  acts: readonly Act[];
  choose: (act: Act) => void;
  again: () => void;
  print: () => void;
}

function Acts({ acts, choose, again, print }: ActsProps) {
  return (
    <section class="acts no-print" aria-labelledby="acts-title">
      <h2 class="govuk-heading-s" id="acts-title">
        {t("desk.acts")}
      </h2>
      {acts.length === 0 && <p class="govuk-body">{t("desk.acts.none")}</p>}
      <div class="acts__row">
        {acts.map((one, n) => (
          <Button
            key={one}
            kind={one === "refuse" || one === "stop" ? "warning" : n === 0 ? "primary" : "secondary"}
            name={`act-${one}`}
            onClick={() => choose(one)}
          >
            {actName(one)}
          </Button>
        ))}
        <span class="acts__quiet">
          <Button kind="secondary" onClick={print}>
            {t("desk.print")}
          </Button>
          <Button kind="secondary" onClick={again}>
            {t("desk.queue.reload")}
          </Button>
        </span>
      </div>
    </section>
  );
}

function Due({ dossier }: { dossier: Dossier }) {
  const at = dossier.due_at ?? dossier.reply_due_at;
  if (at === null) return null;
  return (
    <section class="block" aria-labelledby="due-title">
      <h2 class="govuk-heading-m" id="due-title">
        {t("desk.due")}
      </h2>
      <p class="govuk-body">
        {t(dossier.due_at === null ? "desk.due.reply" : "desk.due.result", { at: dateTime(at) })}
      </p>
      {dossier.counted_late !== null && (
        <p class="govuk-body">{t(`desk.late.${dossier.counted_late}` as "desk.late.late_apology")}</p>
      )}
      {dossier.due_explanation.length > 0 && (
        <details class="govuk-details">
          <summary class="govuk-details__summary">
            <span class="govuk-details__summary-text">{t("desk.due.why")}</span>
          </summary>
          <div class="govuk-details__text">
            <Lazy load={() => import("../due")} areas={["due"]} with={dossier} />
          </div>
        </details>
      )}
    </section>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { useAction } from "../../hooks";
import { said, t } from "../../i18n";
import { TextButton } from "../../parts/Button";
import Checked from "../../parts/Checked";
import { Dialog } from "../../parts/Dialog";
import { RadiosField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Tag } from "../../parts/StateTag";
import { Said } from "../../parts/Said";
import type { PaperRule } from "./procedure";
import { Sheets } from "./sheets";
import { paperStatus } from "./status";
import { paperThatCounts, type Paper, type Uploads, type UploadsState } from "./uploads";

interface PaperCardProps {
  rule: PaperRule;
  level: number;
  uploads: Uploads;
  sent: UploadsState;
  error?: string | undefined;
  /** The answers do not call for it any more; it can only be taken back. */
  unneeded?: boolean;
}

const tones = { none: "grey", begun: "yellow", done: "green" } as const;

/** One paper: the rule, the two buttons, the pages, and what became of them. */
export function PaperCard({ rule, level, uploads, sent, error, unneeded }: PaperCardProps) {
  const work = sent.works[rule.code];
  const there = paperThatCounts(sent.papers, rule.code);
  const status = paperStatus(rule, sent);
  const id = `papers.${rule.code}`;
  return (
    <section
      class={`card paper govuk-form-group${error ? " paper--wrong" : ""}`}
      aria-labelledby={`${id}-name`}
      data-component={rule.code}
      data-status={work?.stage ?? there?.status ?? "none"}
    >
      <h2 class="govuk-heading-s paper__name" id={`${id}-name`}>
        <Said of={rule.name} />
      </h2>
      <p class="paper__rule">
        <Tag tone={tones[status]}>{t(`filing.paper.status.${status}`)}</Tag>
        <span>{ruleOf(rule)}</span>
      </p>
      {rule.note && (
        <p class="govuk-body">
          <Said of={rule.note} />
        </p>
      )}
      {error && (
        <p class="govuk-error-message" id={`${id}-error`}>
          <span class="govuk-visually-hidden">{t("error.prefix")}</span> {error}
        </p>
      )}
      {unneeded ? (
        <Notice kind="warning">
          <p>{t("filing.papers.unneeded")}</p>
        </Notice>
      ) : null}
      {work !== undefined && <Sheets rule={rule} work={work} uploads={uploads} />}
      {work === undefined && there !== undefined && (
        <Kept paper={there} uploads={uploads} name={said(rule.name)} dossier={uploads.dossier} />
      )}
      {!unneeded && <Choose rule={rule} level={level} uploads={uploads} sent={sent} error={error} />}
    </section>
  );
}

function ruleOf(rule: PaperRule): string {
  const parts = [
    t(!rule.required ? "filing.papers.optional" : rule.condition ? "filing.papers.conditional" : "filing.papers.required"),
  ];
  if (rule.originals > 0) parts.push(t("filing.papers.originals", { count: rule.originals }));
  if (rule.copies > 0) parts.push(t("filing.papers.copies", { count: rule.copies }));
  parts.push(t("filing.papers.pages", { most: rule.max_pages }));
  return parts.join(" · ");
}

/** What the files are made from, and the two ways to give them. */
function Choose({ rule, level, uploads, sent, error }: Omit<PaperCardProps, "unneeded">) {
  const [source, setSource] = useState("original");
  const [replacing, setReplacing] = useState(false);
  const camera = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const work = sent.works[rule.code];
  const there = work === undefined ? paperThatCounts(sent.papers, rule.code) : undefined;
  const problem = sent.problems[rule.code];
  const id = `papers.${rule.code}`;
  const name = said(rule.name);
  if (there !== undefined && !replacing) {
    return (
      <p class="govuk-body">
        <TextButton onClick={() => setReplacing(true)} label={t("filing.papers.replace.label", { name })}>
          {t("filing.papers.replace")}
        </TextButton>
      </p>
    );
  }
  const busy = work !== undefined && ["preparing", "sending", "cut", "checking", "slow"].includes(work.stage);
  if (busy) return null;
  const full = (work?.pile.sheets.length ?? 0) >= rule.max_pages;
  const pdf = work?.pile.sheets.some((one) => one.type === "application/pdf") ?? false;
  if (full || pdf) return problem ? <Problem id={id} text={problem} /> : null;
  const take = (input: HTMLInputElement, way: "photo" | "scan"): void => {
    const given = [...(input.files ?? [])];
    input.value = "";
    const wanted = source === "digital" ? "digital" : way;
    const provenance = rule.provenance.includes(wanted) ? wanted : (rule.provenance[0] ?? "photo");
    setReplacing(false);
    void uploads.add(rule, given, provenance);
  };
  const copied = source === "certified_copy";
  const sources = [
    { value: "original", label: t("filing.papers.source.original") },
    ...(rule.provenance.includes("digital") ? [{ value: "digital", label: t("filing.papers.source.digital") }] : []),
    { value: "certified_copy", label: t("filing.papers.source.certified_copy") },
  ];
  return (
    <>
      {work === undefined && (
        <RadiosField
          name={`${id}-source`}
          label={t("filing.papers.source")}
          value={source}
          onInput={(one) => {
            setSource(one);
            if (one === "certified_copy") announce(refusedCopy(level), true);
          }}
          options={sources}
          error={copied ? refusedCopy(level) : undefined}
        />
      )}
      {problem && <Problem id={id} text={problem} />}
      <div class="paper__ways">
        <button
          type="button"
          id={id}
          class={`govuk-button${work === undefined ? "" : " govuk-button--secondary"}`}
          disabled={copied}
          aria-describedby={error ? `${id}-name ${id}-error` : `${id}-name`}
          onClick={() => camera.current?.click()}
        >
          {t(work === undefined ? "filing.papers.photo" : "filing.papers.photo.more")}
        </button>
        <button
          type="button"
          class="govuk-button govuk-button--secondary"
          disabled={copied}
          aria-describedby={`${id}-name`}
          onClick={() => files.current?.click()}
        >
          {t(work === undefined ? "filing.papers.file" : "filing.papers.file.more")}
        </button>
      </div>
      <input
        ref={camera}
        type="file"
        hidden
        accept="image/*"
        capture="environment"
        data-way="photo"
        onChange={(event) => take(event.currentTarget, "photo")}
      />
      <input
        ref={files}
        type="file"
        hidden
        multiple
        accept="image/*,application/pdf"
        data-way="file"
        onChange={(event) => take(event.currentTarget, "scan")}
      />
    </>
  );
}

// Decision 08/2018: at level 3 papers are taken from the original; the server refuses the same.
const refusedCopy = (level: number): string =>
  t(level <= 3 ? "filing.papers.copy.level3" : "filing.papers.copy.refused");

function Problem({ id, text }: { id: string; text: string }) {
  return (
    <p class="govuk-error-message" id={`${id}-problem`}>
      <span class="govuk-visually-hidden">{t("error.prefix")}</span> {text}
    </p>
  );
}

/** How often the server is asked while signatures are being checked: they take a second, or the queue is long. */
const pause = 2000;

/** A paper that the server has. */
export function Kept({ paper, uploads, name, dossier }: { paper: Paper; uploads: Uploads; name: string; dossier: string }) {
  const [asked, setAsked] = useState(false);
  const taking = useAction(async () => {
    await uploads.takeBack(paper.id);
    return true;
  });
  const viewing = useAction(() =>
    ask(api.GET("/dossiers/{dossier_id}/papers/{paper_id}", { params: { path: { dossier_id: dossier, paper_id: paper.id } } })),
  );
  const open = async (): Promise<void> => {
    const found = await viewing.run();
    if (found) location.assign(found.url); // an attachment: the page stays
  };
  const take = async (): Promise<void> => {
    const gone = await taking.run();
    setAsked(false);
    if (gone) announce(t("filing.papers.taken"));
  };
  const verdict = paper.check && paper.check.verdict;
  const before = useRef(verdict);
  useEffect(() => {
    if (before.current === null && verdict) announce(paper.check?.message ?? "");
    before.current = verdict;
    if (paper.check === null || verdict !== null) return undefined;
    const timer = setInterval(() => void uploads.look().catch((failed: unknown) => console.debug(failed)), pause);
    return () => clearInterval(timer);
  }, [paper.id, verdict]);
  const refusal = taking.refusal ?? viewing.refusal;
  return (
    <div class="paper__kept">
      <p class="govuk-body">
        {paper.status === "verified"
          ? t("filing.papers.verified", { count: paper.pages.length })
          : t("filing.papers.expected")}
      </p>
      {paper.check && <Checked check={paper.check} />}
      {paper.sha256 && (
        <p class="paper__hash">
          {t("filing.papers.hash")} <code>{paper.sha256}</code>
        </p>
      )}
      {refusal && <p class="govuk-error-message">{refusal.message}</p>}
      <div class="paper__acts">
        {paper.status === "verified" && (
          <TextButton onClick={() => void open()} label={t("filing.papers.open.label", { name })}>
            {t("filing.papers.open")}
          </TextButton>
        )}
        <TextButton onClick={() => setAsked(true)} label={t("filing.papers.take.label", { name })}>
          {t("filing.papers.take")}
        </TextButton>
      </div>
      <Dialog
        open={asked}
        title={t("filing.papers.take.title")}
        confirm={t("filing.papers.take")}
        warning
        busy={taking.busy}
        onConfirm={() => void take()}
        onClose={() => setAsked(false)}
      >
        <p class="govuk-body">{t("filing.papers.take.text", { name })}</p>
      </Dialog>
    </div>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { bytes, dateTime } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { Lazy } from "../../parts/Lazy";
import { Notice } from "../../parts/Notice";
import { Tag } from "../../parts/StateTag";
import { Written } from "../../parts/Said";
import type { Dossier } from "./dossier";
import { FORM, paperName, RESULT, type Procedure } from "./procedure";
import { Item, type Composer } from "./supplement";

type Paper = Schema["PaperShape"];
type Preview = { paper: Paper; address: string };

const tones = { expected: "yellow", verified: "green", refused: "red", replaced: "grey", discarded: "grey" } as const;

const checked = () => import("../../parts/Checked");

interface PapersProps {
  dossier: Dossier;
  procedure: Procedure;
  composer: Composer | null;
}

/** Every paper that the procedure knows, the one that counts first, with what it replaced. */
export function Papers({ dossier, procedure, composer }: PapersProps) {
  const [preview, setPreview] = useState<Preview | null>(null);
  const asked = (dossier.supplement?.["papers"] ?? {}) as Record<string, string>;
  const components = [
    ...new Set([...procedure.papers.map((one) => one.code), ...dossier.papers.map((one) => one.component)]),
  ];
  const caption = useRef<HTMLElement>(null);
  useEffect(() => caption.current?.focus(), [preview]);
  const shut = () => {
    const of = preview?.paper.id;
    setPreview(null);
    document.getElementById(`look-${of}`)?.focus();
  };
  useEffect(() => () => (preview ? URL.revokeObjectURL(preview.address) : undefined), [preview]);
  const look = useAction(async (_key, paper: Paper) => {
    setPreview({ paper, address: URL.createObjectURL(await file(dossier.id, paper)) });
    return true;
  });
  const download = useAction(async (_key, paper: Paper) => {
    location.assign(await addressOf(dossier.id, paper));
    return true;
  });
  const shown = { look: (p: Paper) => void look.run(p), download: (p: Paper) => void download.run(p) };
  const refusal = look.refusal ?? download.refusal;
  return (
    <section class="block papers" aria-labelledby="papers-title">
      <h2 class="govuk-heading-m" id="papers-title">
        {t("desk.papers")}
      </h2>
      {refusal !== null && (
        <Notice kind="error" live>
          <p>{refusal.message}</p>
        </Notice>
      )}
      {preview !== null && (
        <figure class="preview">
          <figcaption tabIndex={-1} ref={caption}>
            <strong>{paperName(procedure, preview.paper.component)}</strong>
            <Button kind="secondary" onClick={shut}>
              {t("desk.papers.close")}
            </Button>
          </figcaption>
          <iframe src={`${preview.address}#navpanes=0&view=FitH`} title={paperName(procedure, preview.paper.component)} />
        </figure>
      )}
      <ul class="papers__list">
        {components.map((component) => {
          const own = dossier.papers.filter((one) => one.component === component);
          const counting = own.find((one) => one.counts) ?? own.find((one) => one.status !== "replaced");
          const older = own.filter((one) => one !== counting);
          return (
            <li key={component} class={asked[component] ? "papers__one papers__one--asked" : "papers__one"}>
              <h3 class="govuk-heading-s">{paperName(procedure, component)}</h3>
              {counting === undefined ? (
                <p class="papers__none">{t("desk.papers.none")}</p>
              ) : (
                <One paper={counting} name={paperName(procedure, component)} {...shown} />
              )}
              {asked[component] && (
                <p class="answers__asked">
                  {t("desk.asked")} <Written text={asked[component]} />
                </p>
              )}
              {older.length > 0 && (
                <details class="govuk-details">
                  <summary class="govuk-details__summary">
                    <span class="govuk-details__summary-text">{t("desk.papers.older", { count: older.length })}</span>
                  </summary>
                  {older.map((one) => (
                    <One key={one.id} paper={one} name={paperName(procedure, component)} {...shown} />
                  ))}
                </details>
              )}
              {composer && component !== RESULT && component !== FORM && (
                <Item composer={composer} kind="papers" name={component} title={paperName(procedure, component)} />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface OneProps {
  paper: Paper;
  name: string;
  look: (paper: Paper) => void;
  download: (paper: Paper) => void;
}

/** A paper as it was sent, with its files and its hash; browsers without a viewer of their own can only download it. */
export function One({ paper, name, look, download }: OneProps) {
  const status = paper.status as keyof typeof tones;
  const kept = status === "verified" || status === "replaced";
  return (
    <div class="paper">
      <p class="paper__state">
        <Tag tone={tones[status] ?? "grey"}>{t(`desk.paper.${status}`)}</Tag>{" "}
        {t(`desk.provenance.${paper.provenance}` as "desk.provenance.photo")} · {dateTime(paper.created_at)}
      </p>
      <ul class="paper__pages">
        {paper.pages.map((page) => (
          <li key={page.number}>
            <Written text={page.name} /> ({bytes(page.size)}){page.message && <span class="paper__why"> – {page.message}</span>}
          </li>
        ))}
      </ul>
      {paper.check && <Lazy load={checked} areas={[]} with={{ check: paper.check }} />}
      {paper.sha256 && (
        <p class="paper__hash">
          SHA-256: <code>{paper.sha256.slice(0, 16)}…</code>
        </p>
      )}
      {kept && (
        <p class="paper__buttons no-print">
          {navigator.pdfViewerEnabled && (
            <button
              type="button"
              class="govuk-button govuk-button--secondary"
              id={`look-${paper.id}`}
              aria-label={t("desk.papers.look.one", { name })}
              onClick={() => look(paper)}
            >
              {t("desk.papers.look")}
            </button>
          )}
          <Button kind="secondary" onClick={() => download(paper)} label={t("desk.papers.download.one", { name })}>
            {t("desk.papers.download")}
          </Button>
        </p>
      )}
    </div>
  );
}

async function addressOf(dossier: string, paper: Paper): Promise<string> {
  const path = { dossier_id: dossier, paper_id: paper.id };
  return (await ask(api.GET("/dossiers/{dossier_id}/papers/{paper_id}", { params: { path } }))).url;
}

/** The kept PDF, for a look inside the page; where storage does not let pages read it, downloading still works. */
async function file(dossier: string, paper: Paper): Promise<Blob> {
  const address = await addressOf(dossier, paper);
  try {
    const answer = await fetch(address);
    if (answer.ok) return new Blob([await answer.arrayBuffer()], { type: "application/pdf" });
  } catch (closed) {
    if (!(closed instanceof TypeError)) throw closed;
  }
  throw new Refusal(0, "NoPreview", t("desk.papers.no-preview"));
}

import { api, ask } from "../../api/client";
import { useAction } from "../../hooks";
import { dateTime } from "../../format";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import Checked from "../../parts/Checked";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Tag } from "../../parts/StateTag";
import { Written } from "../../parts/Said";
import type { Procedure } from "../filing/procedure";
import { paperNameOf } from "./catalogue";
import { word, type Dossier, type Paper } from "./words";
import { save } from "../../parts/saving";

// Sent by the clerk: the result has its own place, and the signature is for the agency.
const byClerk = new Set(["_result", "_signature"]);

/** The papers sent, those that count first; each with what became of it, and its file where it is kept. */
export function Papers({ dossier, procedure }: { dossier: Dossier; procedure: Procedure }) {
  const papers = dossier.papers
    .filter((paper) => !byClerk.has(paper.component))
    .sort((a, b) => Number(b.counts) - Number(a.counts) || b.created_at.localeCompare(a.created_at));
  return (
    <section aria-labelledby="papers">
      <h2 class="govuk-heading-m" id="papers">
        {t("dossier.papers")}
      </h2>
      {papers.length === 0 && <p class="govuk-body">{t("dossier.papers.none")}</p>}
      <ul class="papers">
        {papers.map((paper) => (
          <Item key={paper.id} dossier={dossier} paper={paper} name={paperNameOf(procedure, paper.component)} />
        ))}
      </ul>
    </section>
  );
}

const tones = { expected: "yellow", verified: "green", refused: "red", replaced: "grey", discarded: "grey" } as const;

function Item({ dossier, paper, name }: { dossier: Dossier; paper: Paper; name: string }) {
  const wrong = paper.pages.filter((page) => page.message);
  return (
    <li class={`card papers__item${paper.counts ? "" : " papers__item--old"}`}>
      <div class="dossiers__head">
        <h3 class="govuk-heading-s">{name}</h3>
        <Tag tone={tones[paper.status as keyof typeof tones] ?? "grey"}>{word("paper", paper.status, paper.status)}</Tag>
      </div>
      <p class="papers__fact">
        {t("dossier.paper.sent", { at: dateTime(paper.created_at) })} ·{" "}
        {t("dossier.paper.pages", { count: paper.pages.length })}
      </p>
      {wrong.map((page) => (
        <p class="govuk-error-message" key={page.number}>
          <Written text={page.name} />: {page.message}
        </p>
      ))}
      {paper.check && <Checked check={paper.check} />}
      {paper.sha256 && (
        <p class="papers__fact">
          {t("dossier.paper.hash")}: <code class="hash">{paper.sha256}</code>
        </p>
      )}
      {paper.sha256 && (
        <Download dossier={dossier.id} paper={paper.id} label={t("dossier.paper.download.one", { name })}>
          {t("dossier.paper.download")}
        </Download>
      )}
    </li>
  );
}

/** Fetches an address that is good for two minutes and opens it; the storage sends it as an attachment. */
export function Download({
  dossier,
  paper,
  label,
  children,
}: {
  dossier: string;
  paper: string;
  label?: string;
  children: string;
}) {
  const download = useAction(async () => {
    const { url } = await ask(
      api.GET("/dossiers/{dossier_id}/papers/{paper_id}", {
        params: { path: { dossier_id: dossier, paper_id: paper } },
      }),
    );
    save(url);
    return true;
  });
  return (
    <>
      <ErrorSummary refusal={download.refusal} />
      <Button kind="secondary" busy={download.busy} onClick={() => void download.run()} {...(label ? { label } : {})}>
        {children}
      </Button>
    </>
  );
}

import { t } from "../../i18n";
import { Written } from "../../parts/Said";
import { useStore } from "../../store";
import { PaperCard } from "../filing/paper";
import type { PaperRule } from "../filing/procedure";
import type { Uploads } from "../filing/uploads";
import type { Dossier, Paper } from "./words";

/** The paper that was filed and counts until the supplement is sent. */
export const filedPaperOf = (dossier: Dossier, component: string): Paper | undefined =>
  dossier.papers.find((one) => one.component === component && one.counts);

/** The paper sent in this supplement, if any. */
export const newPaperOf = (papers: readonly Paper[], dossier: Dossier, component: string): Paper | undefined => {
  const filed = filedPaperOf(dossier, component);
  return papers
    .filter((one) => one.component === component && one.id !== filed?.id)
    .filter((one) => one.status === "verified" || one.status === "expected")
    .at(-1);
};

/** A new file for one paper, as in filing: photographed or chosen, page by page, checked before it is sent. */
export function Replacement({
  uploads,
  dossier,
  rule,
  error,
}: {
  uploads: Uploads;
  dossier: Dossier;
  rule: PaperRule;
  error: string | undefined;
}) {
  const sent = useStore(uploads.state);
  const old = filedPaperOf(dossier, rule.code);
  const done = newPaperOf(sent.papers, dossier, rule.code)?.status === "verified" && !sent.works[rule.code];
  return (
    <>
      {old && (
        <p class="supplement__old">
          <strong>{t("dossier.supplement.oldPaper")}</strong> <Written text={old.pages.map((page) => page.name).join(", ")} />
        </p>
      )}
      {/* The filed paper cannot be taken back any more; here only what replaces it is shown. */}
      <PaperCard
        rule={rule}
        level={dossier.level}
        uploads={uploads}
        sent={{ ...sent, papers: sent.papers.filter((one) => one.id !== old?.id) }}
        error={done ? undefined : error}
      />
    </>
  );
}

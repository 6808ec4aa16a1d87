import { useRef } from "preact/hooks";
import { bytes } from "../../format";
import { said, t } from "../../i18n";
import { Button, Buttons, TextButton } from "../../parts/Button";
import { Problem } from "../../parts/field-frame";
import { Progress } from "../../parts/Progress";
import { useStore } from "../../store";
import type { PaperRule } from "../filing/procedure";
import type { Uploads, Work } from "../filing/uploads";
import type { Dossier, Paper } from "./words";

/** The paper sent in this supplement, if any: not the one that was filed and counts until the supplement is sent. */
export const newPaperOf = (papers: readonly Paper[], dossier: Dossier, component: string): Paper | undefined => {
  const filed = filedPaperOf(dossier, component);
  return papers
    .filter((one) => one.component === component && one.id !== filed?.id)
    .filter((one) => one.status === "verified" || one.status === "expected")
    .at(-1);
};

export const filedPaperOf = (dossier: Dossier, component: string): Paper | undefined =>
  dossier.papers.find((one) => one.component === component && one.counts);

const kinds = "image/jpeg,image/png,application/pdf";

/** A new file for one paper: photographed or chosen, page by page, sent before the supplement itself. */
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
  const { papers, works, problems } = useStore(uploads.state);
  const camera = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const name = said(rule.name);
  const id = `papers.${rule.code}`;
  const work = works[rule.code];
  const sent = newPaperOf(papers, dossier, rule.code);
  const old = filedPaperOf(dossier, rule.code);
  const ready = sent?.status === "verified" && work === undefined;
  const wrong = problems[rule.code] ?? (ready ? undefined : error);
  const busy = work !== undefined && ["preparing", "sending", "cut", "checking", "slow"].includes(work.stage);
  const take = (provenance: "photo" | "scan") => (event: Event & { currentTarget: HTMLInputElement }) => {
    const chosen = [...(event.currentTarget.files ?? [])];
    event.currentTarget.value = "";
    if (chosen.length > 0) void uploads.add(rule, chosen, provenance);
  };
  return (
    <div class={`govuk-form-group${wrong ? " govuk-form-group--error" : ""}`} role="group" aria-labelledby={`${id}-name`}>
      <p class="govuk-label" id={`${id}-name`}>
        {name}
      </p>
      {old && (
        <p class="supplement__old">
          <strong>{t("dossier.supplement.oldPaper")}</strong> {old.pages.map((page) => page.name).join(", ")}
        </p>
      )}
      <p class="govuk-hint">{t("dossier.supplement.limits")}</p>
      <Problem name={id} error={wrong} />
      {ready && (
        <p class="supplement__done">
          <strong>{t("dossier.supplement.new")}</strong> {sent.pages.map((page) => page.name).join(", ")} –{" "}
          {t("dossier.supplement.ready")}
        </p>
      )}
      {work && <Pages uploads={uploads} work={work} component={rule.code} name={name} busy={busy} />}
      {!busy && (
        <Buttons>
          <input
            ref={camera}
            class="supplement__input"
            type="file"
            accept="image/*"
            capture="environment"
            tabIndex={-1}
            aria-hidden="true"
            onChange={take("photo")}
          />
          <input
            ref={files}
            class="supplement__input"
            type="file"
            accept={kinds}
            multiple
            tabIndex={-1}
            aria-hidden="true"
            data-component={rule.code}
            onChange={take("scan")}
          />
          <button
            type="button"
            id={id}
            class="govuk-button govuk-button--secondary"
            aria-describedby={wrong ? `${id}-error` : undefined}
            aria-label={`${t("dossier.supplement.file")}: ${name}`}
            onClick={() => files.current?.click()}
          >
            {t("dossier.supplement.file")}
          </button>
          <Button
            kind="secondary"
            label={`${t("dossier.supplement.photo")}: ${name}`}
            onClick={() => camera.current?.click()}
          >
            {t("dossier.supplement.photo")}
          </Button>
        </Buttons>
      )}
    </div>
  );
}

function Pages({
  uploads,
  work,
  component,
  name,
  busy,
}: {
  uploads: Uploads;
  work: Work;
  component: string;
  name: string;
  busy: boolean;
}) {
  const { sheets } = work.pile;
  return (
    <>
      <ol class="supplement__pages" aria-label={t("dossier.supplement.pages", { name })}>
        {sheets.map((sheet, index) => (
          <li key={sheet.key}>
            <span>
              {sheet.name} ({bytes(sheet.blob.size)})
            </span>{" "}
            {sheet.wrong && <span class="govuk-error-message">{sheet.wrong}</span>}
            {!busy && (
              <TextButton
                label={t("dossier.supplement.remove.one", { page: index + 1, name: sheet.name })}
                onClick={() => void uploads.remove(component, index)}
              >
                {t("dossier.supplement.remove")}
              </TextButton>
            )}
            {work.stage === "sending" && (
              <Progress
                label={sheet.name}
                value={work.progress[sheet.key] ?? 0}
                text={`${Math.round((work.progress[sheet.key] ?? 0) * 100)}%`}
              />
            )}
          </li>
        ))}
      </ol>
      {work.stage === "failed" && work.refusal ? (
        <p class="govuk-error-message">{work.refusal.message}</p>
      ) : work.stage !== "gathering" && work.stage !== "failed" ? (
        <p role="status">{t(`dossier.supplement.stage.${work.stage}`)}</p>
      ) : null}
      {!busy && sheets.length > 0 && (
        <Button onClick={() => void uploads.send(component)}>
          {t("dossier.supplement.upload", { count: sheets.length })}
        </Button>
      )}
    </>
  );
}

import { useRef } from "preact/hooks";
import { api, ask } from "../../api/client";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { Kept } from "./paper";
import type { PaperRule } from "./procedure";
import { Sheets } from "./sheets";
import { paperThatCounts, type Uploads, type UploadsState } from "./uploads";

const FORM = "_form";

/** The form as a paper (chalicelib/domain/form_paper.py): no procedure asks for it. */
export const formRule = (): PaperRule => ({
  code: FORM,
  name: { vi: t("signature.form") },
  required: false,
  condition: null,
  originals: 1,
  copies: 0,
  provenance: ["digital"],
  max_pages: 30,
});

/** Level 4: download the form as it is filled in, sign it with a program of one's own, upload it. */
export function SignedForm({
  uploads,
  sent,
  save,
}: {
  uploads: Uploads;
  sent: UploadsState;
  /** Saves what is not saved yet: the form is made of the draft that the server has. */
  save: () => Promise<boolean>;
}) {
  const file = useRef<HTMLInputElement>(null);
  const work = sent.works[FORM];
  const there = paperThatCounts(sent.papers, FORM);
  const getting = useAction(async () => {
    if (!(await save())) return undefined;
    return ask(api.PUT("/dossiers/{dossier_id}/form", { params: { path: { dossier_id: uploads.dossier } } }));
  });
  const get = async (): Promise<void> => {
    const issued = await getting.run();
    if (issued) location.assign(issued.url); // an attachment: the page stays
  };
  const id = `papers.${FORM}`;
  const free = work === undefined || work.stage === "refused" || work.stage === "failed";
  return (
    <section class="card paper govuk-form-group" aria-labelledby={`${id}-name`} data-component={FORM}>
      <h2 class="govuk-heading-s paper__name" id={`${id}-name`}>
        {t("signature.way")}
      </h2>
      <p class="govuk-body">{t("signature.way.about")}</p>
      <ol class="govuk-list govuk-list--number">
        <li>{t("signature.way.download")}</li>
        <li>{t("signature.way.sign")}</li>
        <li>{t("signature.way.upload")}</li>
      </ol>
      {getting.refusal && <p class="govuk-error-message">{getting.refusal.message}</p>}
      {sent.problems[FORM] && <p class="govuk-error-message">{sent.problems[FORM]}</p>}
      {work !== undefined && <Sheets rule={formRule()} work={work} uploads={uploads} />}
      {work === undefined && there !== undefined && (
        <Kept paper={there} uploads={uploads} name={t("signature.form")} dossier={uploads.dossier} />
      )}
      <div class="paper__ways">
        <Button kind="secondary" busy={getting.busy} onClick={() => void get()}>
          {t("signature.way.get")}
        </Button>
        {free && (
          <button
            type="button"
            id={id}
            class="govuk-button govuk-button--secondary"
            aria-describedby={`${id}-name`}
            onClick={() => file.current?.click()}
          >
            {t(there === undefined ? "signature.way.choose" : "signature.way.replace")}
          </button>
        )}
      </div>
      <input
        ref={file}
        type="file"
        hidden
        accept="application/pdf"
        data-way="file"
        onChange={(event) => {
          const given = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          void uploads.add(formRule(), given, "digital");
        }}
      />
    </section>
  );
}

import { useRef } from "preact/hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { PdfLink } from "../../parts/PdfLink";
import type { Filing } from "../filing/flow";
import type { PaperRule } from "../filing/procedure";
import { Sheets } from "../filing/sheets";
import { FORM } from "../filing/status";
import { issued } from "./form";

const rule = (): PaperRule => ({
  code: FORM,
  name: { vi: t("signing.there") },
  required: false,
  condition: null,
  originals: 0,
  copies: 0,
  provenance: ["digital"],
  max_pages: 30,
});

/** The form is fetched, signed with the visitor's own tool, and comes back as a file. */
export function Upload({ filing: { draft, uploads, sent } }: { filing: Filing }) {
  const files = useRef<HTMLInputElement>(null);
  const work = sent.works[FORM];
  const problem = sent.problems[FORM];
  const take = (input: HTMLInputElement): void => {
    const given = [...(input.files ?? [])];
    input.value = "";
    void uploads.add(rule(), given, "digital");
  };
  return (
    <section class="card paper" data-component={FORM} data-status={work?.stage ?? "none"}>
      <p class="govuk-body">
        <PdfLink text={t("signing.form")} get={() => issued(draft)} />
      </p>
      <p class="govuk-hint">{t("signing.form.text")}</p>
      {problem && (
        <p class="govuk-error-message">
          <span class="govuk-visually-hidden">{t("error.prefix")}</span> {problem}
        </p>
      )}
      {work === undefined ? (
        <Button kind="secondary" onClick={() => files.current?.click()}>
          {t("signing.file")}
        </Button>
      ) : (
        <Sheets rule={rule()} work={work} uploads={uploads} />
      )}
      <input
        ref={files}
        type="file"
        hidden
        accept="application/pdf"
        data-way="file"
        onChange={(event) => take(event.currentTarget)}
      />
    </section>
  );
}

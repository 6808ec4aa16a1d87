import type { ComponentChildren } from "preact";
import type { Schema } from "../api/client";
import { dateTime } from "../format";
import { t } from "../i18n";
import { PdfLink } from "./PdfLink";

type Sheet = Schema["SheetShape"];

interface Props {
  sheets: readonly Sheet[];
  get: (sheet: Sheet) => Promise<{ url: string }>;
  children?: ComponentChildren;
}

/** The forms that the dossier's events brought, the latest first; each a PDF, or in the making. */
export function Sheets({ sheets, get, children }: Props) {
  if (sheets.length === 0 && !children) return null;
  return (
    <section aria-labelledby="sheets">
      <h2 class="govuk-heading-m" id="sheets">
        {t("sheets.title")}
      </h2>
      <ul class="govuk-list">
        {sheets.map((one) => (
          <li key={`${one.event}-${one.form}`}>
            {one.ready ? <PdfLink text={one.name} get={() => get(one)} /> : one.name}
            <br />
            <span class="govuk-hint">{one.ready ? dateTime(one.at) : t("sheets.soon")}</span>
          </li>
        ))}
        {children}
      </ul>
    </section>
  );
}

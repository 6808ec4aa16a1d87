import type { ComponentChildren } from "preact";
import type { Agency } from "../../catalogue";
import { t } from "../../i18n";
import { QrPicture, type Drawn } from "../../parts/Qr";
import { Said, Written } from "../../parts/Said";

/** Where something is filled in by hand. */
const BLANK = "…………………………………………";

interface HeadProps {
  agency: Agency | null;
  above: Agency | null;
  /** Of the dossier, where the sheet goes with one. */
  code: string | null;
  title: string;
  qr?: Drawn | null | undefined;
}

/** The head of an official sheet: agency on the left, the country on the right, the code, the title. */
export function SheetHead({ agency, above, code, title, qr }: HeadProps) {
  const today = new Date();
  return (
    <>
      <div class="sheet__head">
        <div class="sheet__agency">
          {above !== null && (
            <p>
              <Said of={above.name} />
            </p>
          )}
          <p>
            <strong>
              <Said of={agency?.name} />
            </strong>
          </p>
          <p>{t("desk.sheet.desk")}</p>
          {code !== null && (
            <p class="sheet__code">
              {t("desk.sheet.code")}: <strong>{code}</strong>
            </p>
          )}
        </div>
        <div class="sheet__country">
          <p>
            <strong>{t("desk.sheet.country")}</strong>
          </p>
          <p class="sheet__motto">{t("desk.sheet.motto")}</p>
          <p class="sheet__date">
            {t("desk.sheet.date", { day: today.getDate(), month: today.getMonth() + 1, year: today.getFullYear() })}
          </p>
        </div>
      </div>
      {qr && (
        <div class="sheet__qr">
          <QrPicture of={qr} label={t("desk.sheet.qr", { code: code ?? "" })} />
        </div>
      )}
      <p class="sheet__title">{title}</p>
    </>
  );
}

export type Line = [label: string, value: ComponentChildren];

/** Label and value, one under the other; what is not known is left to be filled in. */
export function Lines({ of }: { of: readonly Line[] }) {
  return (
    <dl class="sheet__lines">
      {of.map(([label, value]) => (
        <div key={label}>
          <dt>{label}:</dt>
          <dd>{value === null || value === "" ? BLANK : typeof value === "string" ? <Written text={value} /> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface SignaturesProps {
  left: string;
  right: string;
  /** Who signs, where it is known. */
  leftName?: string | undefined;
  rightName?: string | undefined;
}

export function Signatures({ left, right, leftName, rightName }: SignaturesProps) {
  return (
    <div class="sheet__signatures">
      {[
        [left, leftName],
        [right, rightName],
      ].map(([office, name]) => (
        <div key={office}>
          <p>
            <strong>{office}</strong>
          </p>
          <p class="sheet__sign">{t("desk.sheet.signature")}</p>
          <p class="sheet__name">
            <Written text={name} />
          </p>
        </div>
      ))}
    </div>
  );
}

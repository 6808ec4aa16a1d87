import type { ComponentChildren } from "preact";
import { t } from "../i18n";

/** What all fields have. */
export interface Common {
  /** The field's name in the request; also the id of its (first) control. */
  name: string;
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  optional?: boolean;
  /** The label is the question of the page. */
  big?: boolean;
}

type Framed = Pick<Common, "name" | "hint" | "error">;

export const group = ({ error }: Framed): string => `govuk-form-group${error ? " govuk-form-group--error" : ""}`;

export const described = ({ name, hint, error }: Framed): string | undefined =>
  [hint ? `${name}-hint` : "", error ? `${name}-error` : ""].filter(Boolean).join(" ") || undefined;

export function Hint({ name, hint }: Framed) {
  return hint ? (
    <div class="govuk-hint" id={`${name}-hint`}>
      {hint}
    </div>
  ) : null;
}

export function Problem({ name, error }: Framed) {
  return error ? (
    <p class="govuk-error-message" id={`${name}-error`}>
      <span class="govuk-visually-hidden">{t("error.prefix")}</span> {error}
    </p>
  ) : null;
}

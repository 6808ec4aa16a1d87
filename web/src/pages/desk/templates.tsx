import { t } from "../../i18n";
import { templates as english } from "../../i18n/en/templates";
import { templates as vietnamese } from "../../i18n/vi/templates";
import { SelectField } from "../../parts/Field";
import { language } from "../../preferences";

/** Usual words for an act, to be edited before they are sent. */
const templates = {
  paper: ["blurred", "incomplete", "wrong", "expired", "not-original"],
  field: ["missing", "differs", "unclear"],
  ask: ["once"],
  receive: ["complete"],
  refuse: ["not-competent", "no-basis", "incomplete"],
  propose: ["fulfilled", "conditions"],
  send_back: ["unclear", "missing"],
  approve: ["agreed"],
  stop: ["not-fulfilled", "forged", "asked"],
  compare: ["matched", "differs"],
} as const;

export type TemplatesOf = keyof typeof templates;
export const hasTemplates = (act: string): act is TemplatesOf => act in templates;

interface TemplatesProps {
  name: string;
  of: TemplatesOf;
  text: string;
  onText: (text: string) => void;
}

/**
 * A choice of usual reasons; the chosen one is added to what was typed, once. What is added is Vietnamese in every
 * language of the page: it goes into the dossier, and to the applicant.
 */
export function Templates({ name, of, text, onText }: TemplatesProps) {
  const shown = language() === "en" ? english : vietnamese;
  const keys = templates[of].map((one) => `template.${of}.${one}` as keyof typeof vietnamese);
  const add = (key: keyof typeof vietnamese | undefined) => {
    if (key === undefined || text.includes(vietnamese[key])) return;
    onText(text.trim() === "" ? vietnamese[key] : `${text.trim()}\n${vietnamese[key]}`);
  };
  return (
    <SelectField
      name={name}
      label={t("desk.template")}
      {...(language() === "en" ? { hint: t("desk.template.hint") } : {})}
      optional
      value=""
      onInput={(key) => add(keys.find((one) => one === key))}
      options={keys.map((key) => ({ value: key, label: shown[key] }))}
    />
  );
}

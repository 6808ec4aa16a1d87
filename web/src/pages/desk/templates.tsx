import { t, type Key } from "../../i18n";
import { SelectField } from "../../parts/Field";

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

/** A choice of usual reasons; the chosen one is added to what was typed. */
export function Templates({ name, of, text, onText }: TemplatesProps) {
  const texts = templates[of].map((one) => t(`desk.template.${of}.${one}` as Key));
  return (
    <SelectField
      name={name}
      label={t("desk.template")}
      optional
      value=""
      onInput={(number) => {
        const chosen = texts[Number(number)];
        if (number !== "" && chosen !== undefined) onText(text.trim() === "" ? chosen : `${text.trim()}\n${chosen}`);
      }}
      options={texts.map((one, n) => ({ value: String(n), label: one }))}
    />
  );
}

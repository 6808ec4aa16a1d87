import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { date } from "../../format";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { SelectField } from "../../parts/Field";
import { language } from "../../preferences";
import type { Dossier } from "./dossier";

type All = Schema["AllReasonsShape"];

/** Whose agency's words are offered, and what their placeholders are filled from. */
export const About = createContext<Dossier | null>(null);

const kept = new Map<string, Promise<All>>();

/** The usual words of an agency, asked for once; again after `forget`. */
export function wordsOf(agency: string): Promise<All> {
  const name = `${language()} ${agency}`;
  let coming = kept.get(name);
  if (coming === undefined) {
    coming = ask(api.GET("/desk/reasons/{agency}", { params: { path: { agency } } }));
    kept.set(name, coming);
    coming.catch(() => kept.delete(name));
  }
  return coming;
}

export const forget = (): void => kept.clear();

const filled = (text: string, { applicant, code, procedure, due_at }: Dossier): string => {
  const values: Record<string, string> = {
    applicant: String(applicant["name"] ?? ""),
    code: code ?? "",
    procedure: procedure.name,
    due: due_at ? date(due_at) : "",
  };
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] || whole);
};

interface TemplatesProps {
  name: string;
  of: string;
  text: string;
  onText: (text: string) => void;
}

/**
 * A choice of usual words for an act, to be edited before they are sent; the chosen ones are added to what was typed,
 * once. What is added is Vietnamese in every language of the page: it goes into the dossier, and to the applicant.
 */
export function Templates({ name, of, text, onText }: TemplatesProps) {
  const dossier = useContext(About);
  const agency = dossier?.agency.code;
  const words = useLoad(async () => (agency === undefined ? null : wordsOf(agency)), [agency]);
  const texts = words.data?.items.find((one) => one.kind === of)?.texts ?? [];
  // Whoever gets no words writes their own.
  if (dossier === null || texts.length === 0) return null;
  const add = (chosen: string) => {
    const own = chosen === "" ? "" : filled(texts[Number(chosen)]?.text ?? "", dossier);
    if (own === "" || text.includes(own)) return;
    onText(text.trim() === "" ? own : `${text.trim()}\n${own}`);
  };
  return (
    <SelectField
      name={name}
      label={t("desk.template")}
      {...(language() === "en" ? { hint: t("desk.template.hint") } : {})}
      optional
      value=""
      onInput={add}
      options={texts.map((one, at) => ({ value: String(at), label: one.gloss ?? one.text }))}
    />
  );
}

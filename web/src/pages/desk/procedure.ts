import { Refusal } from "../../api/client";
import { number, plainDate } from "../../format";
import { said, t } from "../../i18n";
import { language } from "../../preferences";

interface Text {
  vi: string;
  en?: string | null;
}

/** A property of the form's JSON Schema, with the extensions that carry its texts. */
export interface Property {
  type?: string;
  title?: string;
  format?: string;
  enum?: unknown[];
  properties?: Record<string, Property>;
  items?: Property;
  "x-title-en"?: string;
  "x-group"?: string;
  "x-group-en"?: string;
  "x-enum-vi"?: string[];
  "x-enum-en"?: string[];
}

export interface PaperRule {
  code: string;
  name: Text;
  required: boolean;
  originals: number;
  copies: number;
}

/** What the desk needs of a published procedure; the document itself never changes. */
export interface Procedure {
  code: string;
  name: Text;
  form: { properties?: Record<string, Property>; required?: string[] };
  papers: PaperRule[];
  /** The time that the law gives, by channel. */
  durations?: Record<string, { amount: number; unit: string }>;
  result: Text;
  /** What of the result's document the officer writes, where the portal makes it. */
  result_template?: { texts: ResultText[] } | null;
}

export interface ResultText {
  name: string;
  label: Text;
  required: boolean;
  most: number;
}

const known = new Map<string, Promise<Procedure>>();

/** The version of a procedure that a dossier was filed under. */
export function procedureOf(code: string, version: number): Promise<Procedure> {
  const address = `/catalogue/procedures/${encodeURIComponent(code)}/${version}.json`;
  let coming = known.get(address);
  if (coming === undefined) {
    coming = load(address);
    known.set(address, coming);
    coming.catch(() => known.delete(address));
  }
  return coming;
}

async function load(address: string): Promise<Procedure> {
  let answer: Response;
  try {
    answer = await fetch(address);
  } catch (lost) {
    if (lost instanceof TypeError) throw new Refusal(0, "Offline", t("error.offline"));
    throw lost;
  }
  if (!answer.ok) throw new Refusal(answer.status, "NotFound", t("desk.procedure.missing"));
  return (await answer.json()) as Procedure;
}

/** The component that an officer's own file of the result has. */
export const RESULT = "_result";
export const SIGNATURE = "_signature";
export const FORM = "_form";

export const titleOf = (name: string, of: Property | undefined): string =>
  said({ vi: of?.title ?? name, en: of?.["x-title-en"] ?? null });

export const paperName = (procedure: Procedure, component: string): string =>
  component === RESULT
    ? t("desk.papers.result")
    : component === SIGNATURE
      ? t("desk.paper.signature")
      : component === FORM
        ? t("signature.form")
        : said(procedure.papers.find((one) => one.code === component)?.name ?? { vi: component });

export interface Group {
  name: string;
  fields: [string, Property][];
}

/** The form's fields in the order of the procedure, by group. */
export function groupsOf(procedure: Procedure): Group[] {
  const groups = new Map<string, Group>();
  for (const [name, property] of Object.entries(procedure.form.properties ?? {})) {
    const heading = said({ vi: property["x-group"] ?? t("desk.answers.other"), en: property["x-group-en"] ?? null });
    const group = groups.get(heading) ?? { name: heading, fields: [] };
    group.fields.push([name, property]);
    groups.set(heading, group);
  }
  return [...groups.values()];
}

/** An answer as people read it. */
export function shownAnswer(value: unknown, of: Property | undefined): string {
  if (value === undefined || value === null || value === "") return t("desk.answers.none");
  if (Array.isArray(value)) return value.map((one) => shownAnswer(one, of?.items)).join("; ");
  if (typeof value === "boolean") return t(value ? "desk.yes" : "desk.no");
  if (typeof value === "object") {
    const inner = Object.entries(value).map(([k, v]) => {
      const property = of?.properties?.[k];
      return `${titleOf(k, property)}: ${shownAnswer(v, property)}`;
    });
    return inner.join("; ");
  }
  const chosen = of?.enum?.indexOf(value) ?? -1;
  const names = language() === "en" ? (of?.["x-enum-en"] ?? of?.["x-enum-vi"]) : of?.["x-enum-vi"];
  if (chosen >= 0 && names?.[chosen] !== undefined) return names[chosen];
  if (of?.format === "date" && typeof value === "string") return plainDate(value);
  return typeof value === "number" ? number(value) : String(value);
}

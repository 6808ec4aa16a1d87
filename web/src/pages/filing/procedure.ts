import { asRefusal } from "../../hooks";
import { Refusal } from "../../api/client";
import { folded } from "../../format";
import { t } from "../../i18n";
import { language } from "../../preferences";

/** What of JSON Schema a published form may use (chalicelib/services/form_schema.py says so). */
export interface Property {
  type: "string" | "integer" | "number" | "boolean" | "array" | "object";
  title: string;
  "x-title-en"?: string;
  description?: string;
  "x-description-en"?: string;
  "x-group"?: string;
  "x-group-en"?: string;
  "x-prefill"?: "name" | "identity" | "representative" | "phone" | "email";
  "x-multiline"?: boolean;
  enum?: string[];
  "x-enum-vi"?: string[];
  "x-enum-en"?: string[];
  format?: "date" | "email";
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Property;
  properties?: Record<string, Property>;
  required?: string[];
}

interface Test {
  properties: Record<string, { const?: unknown; enum?: unknown[] }>;
  required?: string[];
}

export interface Form {
  properties: Record<string, Property>;
  required?: string[];
  allOf?: { if: Test; then?: { required?: string[] }; else?: { required?: string[] } }[];
}

export interface Named {
  vi: string;
  en?: string | null;
}

export interface PaperRule {
  code: string;
  name: Named;
  required: boolean;
  condition: { field: string; in: unknown[] } | null;
  originals: number;
  copies: number;
  provenance: ("photo" | "scan" | "digital")[];
  max_pages: number;
  note?: Named | null;
}

export interface Procedure {
  code: string;
  version: number;
  name: Named;
  agencies: string[];
  level: number;
  audience: ("person" | "organisation")[];
  form: Form | null;
  papers: PaperRule[];
  delivery: ("counter" | "online" | "post")[];
}

export type Delivery = Procedure["delivery"][number];
export type Answers = Record<string, unknown>;
export type Row = Record<string, unknown>;

/** A published document. Throws Refusal as the API's calls do. */
export async function published<T>(path: string): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(`/catalogue/${path}`);
  } catch (lost) {
    if (lost instanceof TypeError) throw new Refusal(0, "Offline", t("error.offline"));
    throw asRefusal(lost);
  }
  if (answer.status === 404) throw new Refusal(404, "NotFound", t("filing.unknown"));
  if (!answer.ok) throw new Refusal(answer.status, "InternalError", t("error.server"));
  return (await answer.json()) as T;
}

export const procedureOf = (code: string): Promise<Procedure> =>
  published<Procedure>(`procedures/${encodeURIComponent(code)}.json`);

const english = (): boolean => language() === "en";

export const title = (of: Property): string => (english() && of["x-title-en"]) || of.title;
export const description = (of: Property): string | undefined =>
  (english() && of["x-description-en"]) || of.description;
const label = (of: Property, index: number): string =>
  (english() ? of["x-enum-en"] : of["x-enum-vi"])?.[index] ?? of.enum?.[index] ?? "";
export const choices = (of: Property): { value: string; label: string }[] =>
  (of.enum ?? []).map((value, index) => ({ value, label: label(of, index) }));

export interface Group {
  /** In the address of its page. */
  slug: string;
  names: string[];
  title: string;
}

/** The questions by page, in the form's order. */
export function groupsOf(form: Form): Group[] {
  const found = new Map<string, Group>();
  for (const [name, property] of Object.entries(form.properties)) {
    const vi = property["x-group"] ?? "";
    const slug = folded(vi).replace(/[^a-z0-9]+/g, "-") || "thong-tin";
    const group = found.get(slug);
    if (group) group.names.push(name);
    else {
      const shown = (english() && property["x-group-en"]) || vi || t("filing.group");
      found.set(slug, { slug, names: [name], title: shown });
    }
  }
  return [...found.values()];
}

// True is not 1 in JSON, and never in JavaScript's ===.
const holds = (test: Test, answers: Answers): boolean =>
  (test.required ?? []).every((name) => answers[name] !== undefined) &&
  Object.entries(test.properties).every(([name, wanted]) => {
    const answer = answers[name];
    if (answer === undefined) return true;
    if (wanted.enum) return wanted.enum.includes(answer);
    return wanted.const === answer;
  });

/** The fields that must be answered, given the other answers. */
export function requiredOf(form: Form, answers: Answers): Set<string> {
  const found = new Set(form.required);
  for (const rule of form.allOf ?? []) {
    const then = holds(rule.if, answers) ? rule.then : rule.else;
    for (const name of then?.required ?? []) found.add(name);
  }
  return found;
}

/** The papers that these answers call for. */
export const papersFor = (procedure: Procedure, answers: Answers): PaperRule[] =>
  procedure.papers.filter(
    ({ condition }) =>
      condition === null || (answers[condition.field] !== undefined && condition.in.includes(answers[condition.field])),
  );

/** The ways to get the result; at level 3 the law knows the counter alone. */
export const deliveries = (procedure: Procedure): Delivery[] =>
  procedure.level >= 4 ? procedure.delivery : ["counter"];

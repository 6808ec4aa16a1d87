import type { FieldDefect } from "../../api/refusal";
import { t } from "../../i18n";
import { requiredOf, title, type Answers, type Form, type Property, type Row } from "./procedure";

export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** What a value of this kind looks like when it goes to the server, or undefined when it cannot go yet. */
function ready(value: unknown, of: Property): unknown {
  if (isEmpty(value)) return undefined;
  switch (of.type) {
    case "string":
      if (typeof value !== "string") return undefined;
      return [...value].length <= (of.maxLength ?? Infinity) ? value : undefined;
    case "integer":
      return Number.isInteger(value) ? value : undefined;
    case "number":
      return typeof value === "number" ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "array": {
      if (!Array.isArray(value) || of.items === undefined) return undefined;
      const items = of.items;
      const rows = value.map((one) => (items.type === "object" ? readyRow(one as Row, items) : ready(one, items)));
      return rows.filter((one) => one !== undefined).slice(0, of.maxItems);
    }
    case "object":
      return readyRow(value as Row, of);
  }
}

function readyRow(row: Row, of: Property): Row {
  const kept: Row = {};
  for (const [name, property] of Object.entries(of.properties ?? {})) {
    const value = ready(row[name], property);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/** What of the answers a draft may hold: the server refuses wrong types and what is too long, even in a draft. */
export const sendable = (form: Form, answers: Answers): Answers =>
  readyRow(answers, { type: "object", title: "", properties: form.properties });

const realDate = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < "0001") return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
};

const mail = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function* wrongs(value: unknown, of: Property, path: string): Generator<FieldDefect> {
  const say = (code: string, message: string): FieldDefect => ({ field: path, code, message: `${title(of)}: ${message}` });
  if (of.type === "string") {
    const text = String(value);
    const length = [...text].length;
    if (of.format === "date") {
      if (!realDate(text)) yield say("BadDate", t("filing.wrong.date"));
    } else if (of.format === "email") {
      if (!mail.test(text)) yield say("BadEmail", t("filing.wrong.email"));
    } else if (of.enum && !of.enum.includes(text)) yield say("NotOneOf", t("filing.wrong.choice"));
    else if (of.maxLength !== undefined && length > of.maxLength)
      yield say("TooLong", t("filing.wrong.long", { most: of.maxLength }));
    else if (of.minLength !== undefined && length < of.minLength)
      yield say("TooShort", t("filing.wrong.short", { least: of.minLength }));
    else if (of.pattern !== undefined && !new RegExp(of.pattern, "u").test(text)) yield say("BadFormat", shape(of));
  } else if (of.type === "integer" || of.type === "number") {
    if (typeof value !== "number") yield say("WrongType", t("filing.wrong.number"));
    else if (of.type === "integer" && !Number.isInteger(value)) yield say("WrongType", t("filing.wrong.whole"));
    else if (of.minimum !== undefined && value < of.minimum)
      yield say("TooSmall", t("filing.wrong.small", { least: of.minimum }));
    else if (of.maximum !== undefined && value > of.maximum)
      yield say("TooBig", t("filing.wrong.big", { most: of.maximum }));
  } else if (of.type === "array" && Array.isArray(value) && of.items) {
    if (of.minItems !== undefined && value.length < of.minItems)
      yield say("TooFew", t("filing.wrong.few", { least: of.minItems }));
    if (of.maxItems !== undefined && value.length > of.maxItems)
      yield say("TooMany", t("filing.wrong.many", { most: of.maxItems }));
    for (const [index, one] of value.entries()) {
      const place = `${path}[${index}]`;
      if (of.items.type === "object") yield* rowWrongs(one as Row, of.items, place, new Set(of.items.required));
      else if (isEmpty(one)) yield { field: place, code: "Required", message: required(of.items) };
      else yield* wrongs(one, of.items, place);
    }
  }
}

function* rowWrongs(row: Row, of: Pick<Property, "properties">, path: string, must: Set<string>): Generator<FieldDefect> {
  for (const [name, property] of Object.entries(of.properties ?? {})) {
    const value = row[name];
    const place = `${path}.${name}`;
    if (isEmpty(value)) {
      if (must.has(name)) yield { field: place, code: "Required", message: required(property) };
    } else yield* wrongs(value, property, place);
  }
}

function required(of: Property): string {
  const name = title(of);
  if (of.type === "boolean" || of.enum) return t("filing.required.choose", { name });
  if (of.type === "array") return t("filing.required.rows", { name });
  return t("filing.required.enter", { name });
}

/** What a pattern wants, in words where it is one of the usual ones. */
function shape(of: Property): string {
  const digits = /^\^\[0-9\]\{(\d+)\}\$$/.exec(of.pattern ?? "");
  if (digits) return t("filing.wrong.digits", { count: digits[1] ?? "" });
  if (of.pattern === "^0[0-9]{9}$") return t("filing.wrong.phone");
  return t("filing.wrong.format");
}

/** What would keep the answers from being filed, in the order of the form; field paths as the server's (answers.x). */
export const defects = (form: Form, answers: Answers, only?: readonly string[]): FieldDefect[] => {
  const found = [...rowWrongs(answers, form, "answers", requiredOf(form, answers))];
  return only === undefined ? found : found.filter((one) => only.includes(fieldOf(one.field) ?? ""));
};

/** The form's field that a path of a defect lies in: answers.activities[0].name → activities. */
export const fieldOf = (path: string): string | undefined => /^answers\.([^.[]+)/.exec(path)?.[1];
export const paperOf = (path: string): string | undefined => /^papers\.(.+)$/.exec(path)?.[1];

/** Whether a value of the profile may stand in the field from the start. */
export const fits = (value: unknown, of: Property): boolean =>
  !isEmpty(value) && [...wrongs(value, of, "")].length === 0;

import { language, prefer, type Language } from "../preferences";
import { common } from "./vi/common";
import { entry } from "./vi/entry";
import type { books } from "./vi/books";
import type { deadlines } from "./vi/deadlines";
import type { consult } from "./vi/consult";
import type { desk } from "./vi/desk";
import type { dossier } from "./vi/dossier";
import type { due } from "./vi/due";
import type { evidence } from "./vi/evidence";
import type { endings } from "./vi/endings";
import type { filing } from "./vi/filing";
import type { finance } from "./vi/finance";
import type { issuing } from "./vi/issuing";
import type { letters } from "./vi/letters";
import type { money } from "./vi/money";
import type { people } from "./vi/people";
import type { notices } from "./vi/notices";
import type { post } from "./vi/post";
import type { receipts } from "./vi/receipts";
import type { records } from "./vi/records";
import type { results } from "./vi/results";
import type { signatures } from "./vi/signatures";
import type { signing } from "./vi/signing";
import type { statistics } from "./vi/statistics";

/** A text's name. Vietnamese is the source: a key exists when it stands in vi/<area>.ts. */
export type Key = keyof (typeof common &
  typeof entry &
  typeof filing &
  typeof dossier &
  typeof deadlines &
  typeof desk &
  typeof letters &
  typeof due &
  typeof money &
  typeof notices &
  typeof endings &
  typeof finance &
  typeof issuing &
  typeof books &
  typeof receipts &
  typeof people &
  typeof post &
  typeof consult &
  typeof evidence &
  typeof records &
  typeof results &
  typeof signatures &
  typeof signing &
  typeof statistics);
export type Area =
  | "common"
  | "entry"
  | "filing"
  | "dossier"
  | "deadlines"
  | "desk"
  | "letters"
  | "due"
  | "endings"
  | "money"
  | "notices"
  | "finance"
  | "issuing"
  | "books"
  | "receipts"
  | "people"
  | "post"
  | "consult"
  | "evidence"
  | "records"
  | "results"
  | "signatures"
  | "signing"
  | "statistics";
/** What an English file must be: the same keys, no more and no fewer. */
export type Same<T> = { readonly [K in keyof T]: string };
export type Params = Record<string, string | number>;

const files = import.meta.glob<Record<string, Record<string, string>>>([
  "./*/*.ts",
  "!./vi/common.ts",
  "!./vi/entry.ts",
  "!./*/handling.ts", // a part of the desk's
]);
const texts: Record<Language, Record<string, string>> = { vi: { ...common, ...entry }, en: {} };
const loaded: Record<Language, Set<Area>> = { vi: new Set(["common", "entry"]), en: new Set() };

async function load(into: Language, area: Area): Promise<void> {
  if (loaded[into].has(area)) return;
  const file = files[`./${into}/${area}.ts`];
  if (file === undefined) throw new Error(`no texts ${into}/${area}`);
  Object.assign(texts[into], (await file())[area]);
  loaded[into].add(area);
}

/** Make the texts of areas ready; routes name theirs, so that pages need not ask. */
export async function ready(areas: Area | readonly Area[] = []): Promise<void> {
  const own = new Set<Area>(["common", "entry", ...[areas].flat()]);
  await Promise.all([...own].map((one) => load(language(), one)));
}

/** Change the language without losing the page: everything is drawn again with the other texts. */
export async function speak(next: Language): Promise<void> {
  const all = new Set([...loaded.vi, ...loaded.en]);
  await Promise.all([...all].map((area) => load(next, area)));
  prefer({ language: next });
}

/** The text of a key in the visitor's language, with {params} filled in; `<key>.one` where there is one and {count} is 1. */
export function t(key: Key, params: Params = {}): string {
  const own = texts[language()];
  const text = (String(params["count"]) === "1" ? own[`${key}.one`] : undefined) ?? own[key] ?? texts.vi[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/** A text that data carry in both languages. */
export function said(text: { vi: string; en?: string | null } | null | undefined): string {
  if (!text) return "";
  return (language() === "en" && text.en) || text.vi;
}

const accented = /[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/i;

/** Whether a text that somebody wrote is Vietnamese: a fourth of its words have letters that English has not. */
export function isVietnamese(text: string): boolean {
  const words = text.normalize("NFC").match(/\p{L}+/gu) ?? [];
  return words.length > 0 && words.filter((word) => accented.test(word)).length * 4 >= words.length;
}

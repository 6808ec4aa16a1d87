import type { Schema } from "../../api/client";
import { t, type Key } from "../../i18n";
import { MONEY } from "../desk/money";

export type Entry = Schema["EntryShape"];
export type File = Schema["FileShape"];

export const page = (section: string, agency: string, ...rest: string[]): string =>
  ["", "can-bo", MONEY, section, agency, ...rest].join("/");

/** The text of a key made from a code of the API, or the code itself while this site does not know it. */
export function word(family: string, code: string): string {
  const key = `books.${family}.${code}`;
  const text = t(key as Key);
  return text === key ? code : text;
}

const DAY = 86_400_000;
/** The day `by` days later (2026-11-23). */
export const dayPlus = (day: string, by: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + by * DAY).toISOString().slice(0, 10);
export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && dayPlus(text, 0) === text;

import { t } from "./i18n";
import { language } from "./preferences";

/** Moments are shown on the clock of the law, wherever the reader is. */
const zone = "Asia/Ho_Chi_Minh";
const locale = (): string => (language() === "vi" ? "vi-VN" : "en-GB");

const shaped = (options: Intl.DateTimeFormatOptions) => (moment: string) =>
  new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options }).format(new Date(moment));

/** 23/11/2026 */
export const date = shaped({ day: "2-digit", month: "2-digit", year: "numeric" });
/** 15:04 */
export const time = shaped({ hour: "2-digit", minute: "2-digit", hour12: false });
/** 15:04, 23/11/2026 */
export const dateTime = (moment: string): string => `${time(moment)}, ${date(moment)}`;
/** The day of a moment on the clock of the law: 2026-11-23. */
export const lawDay = (moment: Date): string => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(moment);
/** A date without time (2026-11-23), as people write it. */
export const plainDate = (text: string): string => text.split("-").reverse().join("/");
/** 8.000 đồng */
export const money = (dong: number): string => t("money.dong", { amount: number(dong) });
export const number = (value: number): string =>
  new Intl.NumberFormat(locale(), { maximumFractionDigits: 20 }).format(value);
/** 0912000001: accounts keep +84912000001. */
export const phone = (text: string): string => text.replace(/^\+84/, "0");
/** 1,4 MB */
export function bytes(count: number): string {
  const [value, unit] = count < 1_000_000 ? [Math.ceil(count / 1000), "kB"] : [count / 1_000_000, "MB"];
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: unit === "kB" ? 0 : 1 }).format(value)} ${unit}`;
}

/** Text as search compares it: no case, no diacritics, đ as d. */
export const folded = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/đ/g, "d")
    .replace(/\s+/g, " ")
    .trim();

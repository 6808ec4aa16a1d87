import type { Language } from "../preferences";

const unit = /(?:đồng|dong|vnđ|vnd|đ|₫)$/iu;
/** Between thousands, and before the fraction. */
const marks = { vi: [".", ","], en: [",", "."] } as const;

/**
 * What somebody typed or pasted as a number: 1.500.000 and 12,5 in Vietnamese, 1,500,000 and 12.5 in English, with
 * spaces or a unit of money behind it; the other language's marks where only one reading is possible. Null for an empty
 * box, the text itself when it is no number, so that nothing is guessed and the check can say so.
 *
 * In a `whole` number a mark before three digits is always one of thousands, and one before fewer is never read as
 * thousands left unfinished: 5.000 is five thousand, 5.00 is no number.
 */
export function readNumber(text: string, whole: boolean, language: Language): number | string | null {
  const plain = text.normalize("NFKC").replace(/\s/g, "").replace("\u2212", "-").replace(unit, "");
  if (text.trim() === "") return null;
  const found = digits(plain, whole, language);
  if (found === null) return text;
  const value = Number(found);
  // Beyond this the machine's numbers lose their last digits.
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : text;
}

/** The number as the machine writes it, or null. */
function digits(plain: string, whole: boolean, language: Language): string | null {
  if (/^-?\d+$/.test(plain)) return plain;
  const [own, point] = marks[language];
  const [foreign, foreignPoint] = marks[language === "vi" ? "en" : "vi"];
  const ownReading = grouped(plain, own, point);
  if (ownReading !== null) return ownReading;
  const fraction = new RegExp(`^-?\\d+\\${point}\\d+$`);
  const thousands = grouped(plain, foreign, foreignPoint);
  if (whole) return thousands ?? (fraction.test(plain) ? plain.replace(point, ".") : null);
  if (fraction.test(plain) || /^-?\d+[.,]\d+$/.test(plain)) return plain.replace(",", ".");
  return thousands;
}

/** 1.500.000 or 1.500.000,50 with these marks. */
function grouped(plain: string, group: string, point: string): string | null {
  const shape = new RegExp(`^-?[1-9]\\d{0,2}(\\${group}\\d{3})+(\\${point}\\d+)?$`);
  return shape.test(plain) ? plain.replaceAll(group, "").replace(point, ".") : null;
}

import { useState } from "preact/hooks";
import { language } from "../../preferences";
import type { Common } from "../../parts/field-frame";
import { TextField } from "../../parts/Field";

/**
 * A number as people write it: 1.500.000 and 12,5 in Vietnamese, 1,500,000 and 12.5 in English; both where only one
 * reading is possible. Null for an empty box, the text itself when it is no number (the check then says so).
 */
export function parseNumber(text: string, whole: boolean): number | string | null {
  const plain = text.replace(/[\s\u00a0]/g, "");
  if (plain === "") return null;
  const [group, point] = language() === "vi" ? [".", ","] : [",", "."];
  if (/^-?\d+$/.test(plain)) return Number(plain);
  const grouped = new RegExp(`^-?\\d{1,3}(\\${group}\\d{3})+(\\${point}\\d+)?$`);
  if (grouped.test(plain)) return Number(plain.replaceAll(group, "").replace(point, "."));
  if (whole && /^-?\d{1,3}([.,]\d{3})+$/.test(plain)) return Number(plain.replace(/[.,]/g, ""));
  if (/^-?\d+[.,]\d+$/.test(plain)) return Number(plain.replace(",", "."));
  return text;
}

const written = (value: unknown): string => {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return "";
  return language() === "vi" ? String(value).replace(".", ",") : String(value);
};

/** What is typed stays as typed (12,50 is not shortened under the hand); the value is what it means. */
export function NumberQuestion({
  value,
  whole,
  onInput,
  ...rest
}: Common & { value: unknown; whole: boolean; onInput: (value: unknown) => void }) {
  const [typed, setTyped] = useState(() => written(value));
  const shown = parseNumber(typed, whole) === (value ?? null) ? typed : written(value);
  return (
    <TextField
      {...rest}
      width={10}
      inputmode={whole ? "numeric" : "decimal"}
      value={shown}
      onInput={(text) => {
        setTyped(text);
        onInput(parseNumber(text, whole));
      }}
    />
  );
}

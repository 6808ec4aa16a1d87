import { useState } from "preact/hooks";
import { number } from "../format";
import { language } from "../preferences";
import type { Common } from "./field-frame";
import { TextField } from "./Field";
import { readNumber } from "./number";

interface NumberProps extends Common {
  /** Null for an empty box; text that is no number stays text, for the check to say so. */
  value: unknown;
  onInput: (value: number | string | null) => void;
  whole: boolean;
  suffix?: string;
}

const written = (value: unknown): string =>
  typeof value === "number" ? number(value) : typeof value === "string" ? value : "";

/** A number as people write it. It stays as typed under the hand, and is written with its thousands when it is left. */
export function NumberField({ value, onInput, whole, ...rest }: NumberProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const means = (text: string) => readNumber(text, whole, language());
  const shown = typed !== null && means(typed) === (value ?? null) ? typed : written(value);
  return (
    <TextField
      {...rest}
      width={10}
      inputmode={whole ? "numeric" : "decimal"}
      autocomplete="off"
      value={shown}
      onInput={(text) => {
        setTyped(text);
        onInput(means(text));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

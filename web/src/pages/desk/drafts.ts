import { useState } from "preact/hooks";
import { watchOwner } from "../../session";

// What officers typed and did not send yet, by dossier and act: another act, another page, a key pressed by mistake or
// a session that ends under it lose none of it. In memory only, and for nobody but the one who typed it.
const kept = new Map<string, unknown>();
watchOwner(() => kept.clear());

export const drop = (name: string): void => void kept.delete(name);

/** As useState, but the value is still there when the form is opened again, until `drop(name)`. */
export function useDraft<T>(name: string, first: T): [T, (value: T | ((before: T) => T)) => void] {
  const [value, setValue] = useState<T>(() => (kept.has(name) ? (kept.get(name) as T) : first));
  const set = (next: T | ((before: T) => T)) =>
    setValue((before) => {
      const after = typeof next === "function" ? (next as (before: T) => T)(before) : next;
      kept.set(name, after);
      return after;
    });
  return [value, set];
}

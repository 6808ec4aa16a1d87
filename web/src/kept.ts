import { useEffect, useRef, useState, type Dispatch, type StateUpdater } from "preact/hooks";
import { wasLost, watchOwner } from "./session";

// In memory only, and for nobody but the one who typed it.
const kept = new Map<string, unknown>();
watchOwner(() => kept.clear());

/**
 * The state of a form that outlives its page when the session ends under it: who logs in again finds on the same
 * address what was typed. `name` is the form's and field's own on its page.
 */
export function useKept<T>(name: string, first: T | (() => T)): [T, Dispatch<StateUpdater<T>>] {
  const key = useRef(`${location.pathname} ${name}`).current;
  const state = useState<T>(() => {
    if (!kept.has(key)) return typeof first === "function" ? (first as () => T)() : first;
    const value = kept.get(key) as T;
    kept.delete(key);
    return value;
  });
  const latest = useRef(state[0]);
  latest.current = state[0];
  useEffect(
    () => () => {
      if (wasLost()) kept.set(key, latest.current);
    },
    [],
  );
  return state;
}

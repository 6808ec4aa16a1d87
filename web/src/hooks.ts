import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { newKey } from "./api/key";
import { Refusal } from "./api/refusal";
import { t } from "./i18n";
import { usePreferences } from "./preferences";

export interface Loaded<T> {
  data: T | null;
  refusal: Refusal | null;
  busy: boolean;
  again: () => void;
}

/** Data for a page, loaded again when `on` or the language changes; the old data stay until the new ones are there. */
export function useLoad<T>(load: () => Promise<T>, on: readonly unknown[] = []): Loaded<T> {
  const { language } = usePreferences();
  const [round, setRound] = useState(0);
  const [state, setState] = useState<Omit<Loaded<T>, "again">>({ data: null, refusal: null, busy: true });
  useEffect(() => {
    let current = true;
    setState((before) => ({ ...before, busy: true }));
    load().then(
      (data) => current && setState({ data, refusal: null, busy: false }),
      (failed: unknown) => current && setState((before) => ({ ...before, refusal: asRefusal(failed), busy: false })),
    );
    return () => {
      current = false;
    };
  }, [...on, language, round]);
  return { ...state, again: useCallback(() => setRound((n) => n + 1), []) };
}

/** Only refusals are shown to people; anything else is a mistake of ours and belongs in the console. */
export function asRefusal(failed: unknown): Refusal {
  if (failed instanceof Refusal) return failed;
  console.error(failed);
  return new Refusal(500, "InternalError", t("error.server"));
}

export interface Action<A extends unknown[], R> {
  /** Gives the result, or undefined when refused (then `refusal` says why). A second call while busy does nothing. */
  run: (...given: A) => Promise<R | undefined>;
  busy: boolean;
  refusal: Refusal | null;
  /** Show a refusal of the page's own (a check in the browser), or clear it. */
  refuse: (refusal: Refusal | null) => void;
}

/**
 * One act of the visitor: busy while it runs, its refusal kept for the page. `act` gets an idempotency key first; the
 * key stays the same while the act is retried after a lost connection or a failing server, and changes afterwards.
 */
export function useAction<A extends unknown[], R>(act: (key: string, ...given: A) => Promise<R>): Action<A, R> {
  const [state, setState] = useState<{ busy: boolean; refusal: Refusal | null }>({ busy: false, refusal: null });
  const key = useRef<{ for: string; key: string } | null>(null);
  const running = useRef(false);
  const run = async (...given: A): Promise<R | undefined> => {
    if (running.current) return undefined;
    running.current = true;
    setState({ busy: true, refusal: null });
    const about = JSON.stringify(given);
    if (key.current?.for !== about) key.current = { for: about, key: newKey() };
    try {
      const result = await act(key.current.key, ...given);
      key.current = null;
      setState({ busy: false, refusal: null });
      return result;
    } catch (failed) {
      const refusal = asRefusal(failed);
      if (refusal.status > 0 && refusal.status < 500) key.current = null;
      setState({ busy: false, refusal });
      return undefined;
    } finally {
      running.current = false;
    }
  };
  return { run, ...state, refuse: (refusal) => setState({ busy: false, refusal }) };
}

export type Saving = "idle" | "waiting" | "saving" | "saved" | "offline" | "failed";

export interface Saver<T> {
  state: Saving;
  savedAt: Date | null;
  refusal: Refusal | null;
  /** There is something new to save; written at most `every` ms later, the newest only. */
  touch: (value: T) => void;
  /** Write what waits now (before leaving a page). True when everything is saved. */
  flush: () => Promise<boolean>;
}

/** Saves what changes: soon, one at a time, the newest last; tries again by itself when the network comes back. */
export function useSave<T>(write: (value: T) => Promise<unknown>, every = 1500): Saver<T> {
  const [state, setState] = useState<{ state: Saving; savedAt: Date | null; refusal: Refusal | null }>({
    state: "idle",
    savedAt: null,
    refusal: null,
  });
  const kept = useRef<{ next: { value: T } | null; timer: ReturnType<typeof setTimeout> | undefined }>({
    next: null,
    timer: undefined,
  });
  const running = useRef<Promise<boolean> | null>(null);
  const latest = useRef(write);
  latest.current = write;

  const work = async (): Promise<boolean> => {
    while (kept.current.next !== null) {
      const { value } = kept.current.next;
      kept.current.next = null;
      setState((s) => ({ ...s, state: "saving" }));
      try {
        await latest.current(value);
      } catch (failed) {
        const refusal = asRefusal(failed);
        kept.current.next ??= { value };
        setState((s) => ({ ...s, state: refusal.offline ? "offline" : "failed", refusal }));
        if (refusal.offline) kept.current.timer = setTimeout(() => void flush(), 5000);
        return false;
      }
      setState({ state: "saved", savedAt: new Date(), refusal: null });
    }
    return true;
  };
  const flush = (): Promise<boolean> => {
    clearTimeout(kept.current.timer);
    running.current ??= work().finally(() => {
      running.current = null;
    });
    return running.current;
  };
  useEffect(() => {
    const back = () => void flush();
    addEventListener("online", back);
    return () => {
      removeEventListener("online", back);
      void flush();
    };
  }, []);
  const touch = (value: T): void => {
    kept.current.next = { value };
    clearTimeout(kept.current.timer);
    kept.current.timer = setTimeout(() => void flush(), every);
    setState((s) => (s.state === "saving" || s.state === "offline" ? s : { ...s, state: "waiting" }));
  };
  return { ...state, touch, flush };
}

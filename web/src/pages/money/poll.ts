import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { api, ask, type Refusal } from "../../api/client";
import { asRefusal } from "../../hooks";
import { usePreferences } from "../../preferences";
import type { Attempt } from "./words";

/** Seconds before each further question, ever longer; the last one stays. */
const pauses = [2, 3, 5, 8, 13, 20, 30];
const LONG = 60_000;

export interface Watched {
  attempt: Attempt | null;
  refusal: Refusal | null;
  asking: boolean;
  askedAt: Date | null;
  /** It has taken long enough to say that nobody need wait here. */
  long: boolean;
  ask: () => void;
}

/** An attempt, asked about while it is open and somebody looks; the API asks the gateway in its turn. */
export function useAttempt(reference: string): Watched {
  const { language } = usePreferences();
  const [state, setState] = useState<Omit<Watched, "ask" | "long">>({
    attempt: null,
    refusal: null,
    asking: false,
    askedAt: null,
  });
  const [began] = useState(() => Date.now());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const round = useRef(0);
  const running = useRef(false);

  const check = useCallback(async () => {
    clearTimeout(timer.current);
    if (running.current) return;
    running.current = true;
    setState((before) => ({ ...before, asking: true }));
    let goOn: boolean;
    try {
      const attempt = await ask(
        api.POST("/payment-attempts/{reference}/check", { params: { path: { reference } } }),
      );
      goOn = attempt.state === "open";
      setState({ attempt, refusal: null, asking: false, askedAt: new Date() });
    } catch (failed) {
      const refusal = asRefusal(failed);
      goOn = refusal.offline || refusal.status >= 500;
      setState((before) => ({ ...before, refusal, asking: false }));
    } finally {
      running.current = false;
    }
    if (!goOn || document.hidden) return;
    const pause = pauses[Math.min(round.current, pauses.length - 1)] ?? 30;
    round.current += 1;
    timer.current = setTimeout(() => void check(), pause * 1000);
  }, [reference]);

  useEffect(() => {
    void check();
    return () => clearTimeout(timer.current);
  }, [check, language]);

  // Whoever comes back from the banking app looks at this page again, and wants to know at once.
  const open = state.attempt === null || state.attempt.state === "open";
  useEffect(() => {
    if (!open) return undefined;
    const look = () => {
      if (document.hidden) return;
      round.current = 0;
      void check();
    };
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", look);
    };
  }, [open, check]);

  return { ...state, long: Date.now() - began > LONG, ask: () => void check() };
}

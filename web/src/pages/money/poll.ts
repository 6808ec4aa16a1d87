import { useEffect, useState } from "preact/hooks";
import { api, ask, type Refusal } from "../../api/client";
import { asRefusal } from "../../hooks";
import { usePreferences } from "../../preferences";
import { useTurns } from "../../turns";
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
  const open = state.attempt === null || state.attempt.state === "open";
  const turns = useTurns(open, pauses, async () => {
    setState((before) => ({ ...before, asking: true }));
    try {
      const attempt = await ask(
        api.POST("/payment-attempts/{reference}/check", { params: { path: { reference } } }),
      );
      setState({ attempt, refusal: null, asking: false, askedAt: new Date() });
      return attempt.state === "open";
    } catch (failed) {
      const refusal = asRefusal(failed);
      setState((before) => ({ ...before, refusal, asking: false }));
      return refusal.offline || refusal.status >= 500;
    }
  });
  useEffect(() => turns.now(), [reference, language]);

  return { ...state, long: Date.now() - began > LONG, ask: turns.now };
}

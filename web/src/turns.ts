import { useCallback, useEffect, useRef } from "preact/hooks";

/**
 * Asks in turns while there is something to wait for and somebody looks; who comes back from another app or out of a
 * dead spot is answered at once. `ask` says whether it goes on; `pauses` are the seconds before each further turn, the
 * last one stays. Gives what takes the next turn now, and what puts it off by the first pause.
 */
export function useTurns(
  open: boolean,
  pauses: readonly number[],
  ask: () => Promise<boolean>,
): { now: () => void; soon: () => void } {
  const latest = useRef(ask);
  latest.current = ask;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const round = useRef(0);
  const running = useRef(false);
  const gone = useRef(false);

  const later = useCallback(() => {
    const pause = pauses[Math.min(round.current, pauses.length - 1)] ?? 30;
    round.current += 1;
    timer.current = setTimeout(() => void turn(), pause * 1000);
  }, []);
  const turn = useCallback(async () => {
    clearTimeout(timer.current);
    if (running.current) return;
    running.current = true;
    let goesOn = false;
    try {
      goesOn = await latest.current();
    } finally {
      running.current = false;
    }
    if (goesOn && !document.hidden && !gone.current) later();
  }, []);

  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
      clearTimeout(timer.current);
    };
  }, []);
  useEffect(() => {
    if (!open) return undefined;
    const look = (): void => {
      if (document.hidden) return;
      round.current = 0;
      void turn();
    };
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", look);
    };
  }, [open]);
  return { now: () => void turn(), soon: later };
}

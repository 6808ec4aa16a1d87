import { useEffect } from "preact/hooks";
import { api, ask, type Refusal, type Schema } from "../../api/client";
import { number } from "../../format";
import { useLoad } from "../../hooks";
import { urgencies, type Urgency } from "./due";

export type Count = Schema["CountShape"];

/** How many wait in the officer's queues, as far as they were counted. */
export interface Counts {
  of: (agency: string, queue: string) => Count | undefined;
  leftOut: number;
  refusal: Refusal | null;
  again: () => void;
}

const counted = (agency?: string) => ask(api.GET("/desk/counts", { params: { query: agency ? { agency } : {} } }));

/**
 * Counted anew on every page of the desk, after every act, and whenever the officer comes back to the window. Whoever
 * has posts at many agencies gets those of the first, and those of the `agency` whose page is open.
 */
export function useCounts(place: string, agency: string | undefined): Counts {
  const loaded = useLoad(async () => {
    const first = await counted();
    const missing = agency !== undefined && first.left_out > 0 && !first.items.some((one) => one.agency === agency);
    return missing ? { ...first, items: [...first.items, ...(await counted(agency)).items] } : first;
  }, [place]);
  const { again } = loaded;
  useEffect(() => {
    const back = () => document.visibilityState === "visible" && again();
    addEventListener("focus", back);
    document.addEventListener("visibilitychange", back);
    return () => {
      removeEventListener("focus", back);
      document.removeEventListener("visibilitychange", back);
    };
  }, []);
  const items = loaded.data?.items ?? [];
  return {
    of: (at, queue) => items.find((one) => one.agency === at && one.queue === queue),
    leftOut: loaded.data?.left_out ?? 0,
    refusal: loaded.refusal,
    again,
  };
}

const LIMIT = 99;
const sum = (of: Count): number => urgencies.reduce((all, one) => all + of[one], 0);

/** The number as it is shown: above what is counted only that it is more. */
export const total = (of: Count): string => (of.more ? `${LIMIT}+` : number(sum(of)));

export interface Part {
  urgency: Urgency;
  /** As it is shown; null where it was not counted, because what is more urgent filled the count. */
  shown: string | null;
  count: number;
  /** Of all that was counted, 0 to 1. */
  share: number;
}

/** The count by urgency. What was counted is the most urgent: of the last kind there may be more, of the rest nothing is known. */
export function parts(of: Count): Part[] {
  const all = sum(of);
  const last = Math.max(...urgencies.map((one, n) => (of[one] > 0 ? n : -1)));
  return urgencies.map((urgency, n) => {
    const count = of[urgency];
    const shown = of.more && n > last ? null : of.more && n === last ? `${number(count)}+` : number(count);
    return { urgency, shown, count, share: all === 0 ? 0 : count / all };
  });
}

/** Whether deadlines run for anything in the queue; else there is nothing to tell apart. */
export const isTimed = (of: Count): boolean => of.more || of.none < sum(of);

export const overdue = (of: Count): string => parts(of)[0]?.shown ?? "";

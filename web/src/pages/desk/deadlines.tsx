import { Lazy } from "../../parts/Lazy";
import type { DeadlinesProps } from "../deadlines";

/** The pages about deadlines below /can-bo/, for whoever has a post at the agency, with their links' names. */
export const DEADLINES = { han: "desk.ahead", lich: "desk.calendar" } as const;

export const isDeadlines = (first: string | undefined): first is keyof typeof DEADLINES =>
  first !== undefined && first in DEADLINES;

/** The pages themselves, fetched with their texts when they are opened. */
export function DeadlinesPage(place: DeadlinesProps) {
  return <Lazy load={() => import("../deadlines")} areas={["deadlines"]} with={place} />;
}

import type { Same } from "..";
import type { due as source } from "../vi/due";

export const due: Same<typeof source> = {
  "due.parts": "From the receipt to the due date:",
  "due.total": "The whole time",
  "due.steps": "How it was counted, step by step:",
  "due.hours": "{count} h",
  "due.minutes": "{count} min",
  "due.seconds": "{count} s",
};

import type { Schema } from "../../api/client";

type Step = Schema["StepShape"];

export interface Person {
  name: string;
  role: string;
}

/** One line of the control sheet: who passed the dossier on, after which work, to whom, and whether in time. */
export interface HandOver {
  number: number;
  action: string;
  at: string;
  from: Person;
  /** Null while nobody has taken it up. */
  to: Person | null;
  /** Against the deadline that ran for the agency; null where none ran for whoever passed it on. */
  result: "early" | "intime" | "late" | null;
  note: string;
}

const day = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Ho_Chi_Minh" });
/** After these the agency owes nothing more, or the applicant holds the dossier: a date in them is not the agency's. */
const rests = new Set(["request_supplement", "enter_result", "refuse", "stop", "withdraw", "lapse"]);

const text = (value: unknown): string => (typeof value === "string" ? value : "");

export function handOvers(timeline: readonly Step[]): HandOver[] {
  const steps = timeline.filter((one) => one.action !== "escalate");
  let due = "";
  const lines = steps.map((step, index): HandOver => {
    const next = steps[index + 1];
    const byAgency = step.role !== "applicant" && step.role !== "system";
    const result = due !== "" && byAgency ? compared(step.at, due) : null;
    const { due_at, reply_due_at, note, reason, opinion, recipient } = step.detail;
    // A step that sets no date leaves the one in force, but for acceptance: with it the reply is given.
    if (rests.has(step.action)) due = "";
    else due = text(due_at) || text(reply_due_at) || (step.action === "receive" ? "" : due);
    return {
      number: step.number,
      action: step.action,
      at: step.at,
      from: { name: step.actor, role: step.role },
      to: text(recipient)
        ? { name: text(recipient), role: "recipient" }
        : next === undefined
          ? null
          : { name: next.actor, role: next.role },
      result,
      note: text(reason) || text(opinion) || text(note),
    };
  });
  // Who claims a dossier stands as the taker in the line before.
  return lines.filter((one) => one.action !== "claim");
}

function compared(at: string, due: string): "early" | "intime" | "late" {
  if (Date.parse(at) > Date.parse(due)) return "late";
  return day.format(new Date(at)) < day.format(new Date(due)) ? "early" : "intime";
}

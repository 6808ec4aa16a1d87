import type { DraftState } from "./draft";
import { papersFor, type Form, type Group, type PaperRule, type Procedure } from "./procedure";
import { paperThatCounts, type UploadsState } from "./uploads";
import { defects, isEmpty } from "./validate";

export type Status = "none" | "begun" | "done";

export function groupStatus(form: Form, group: Group, { answers, visited }: DraftState): Status {
  const begun = group.names.some((name) => !isEmpty(answers[name]));
  if (defects(form, answers, group.names).length > 0) return begun ? "begun" : "none";
  return begun || visited.has(group.slug) ? "done" : "none";
}

export function paperStatus(rule: PaperRule, { papers, works }: UploadsState): Status {
  if (works[rule.code] !== undefined) return "begun";
  const there = paperThatCounts(papers, rule.code);
  return there === undefined ? "none" : there.status === "verified" ? "done" : "begun";
}

/** The form as its applicant signed it: a paper that no procedure names. */
export const FORM = "_form";

/** Signed, or decided to go by post; while a signed file is on its way it is begun. */
export function signStatus({ visited }: DraftState, { papers, works }: UploadsState): Status {
  const there = paperThatCounts(papers, FORM);
  if (works[FORM] !== undefined || there?.status === "expected") return "begun";
  return there !== undefined || visited.has("sign") ? "done" : "none";
}

export function papersStatus(procedure: Procedure, state: DraftState, sent: UploadsState): Status {
  const rules = papersFor(procedure, state.answers);
  const all = rules.map((rule) => ({ must: rule.required, status: paperStatus(rule, sent) }));
  const open = all.filter(({ must, status }) => (must ? status !== "done" : status === "begun"));
  if (open.length === 0) return all.some(({ must }) => must) || state.visited.has("papers") ? "done" : "none";
  return all.some(({ status }) => status !== "none") ? "begun" : "none";
}

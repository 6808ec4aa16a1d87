import type { Schema } from "../../api/client";
import { t, type Key } from "../../i18n";

export type Dossier = Schema["DossierShape"];
export type Step = Schema["StepShape"];
export type Paper = Schema["PaperShape"];

/** What the agency asks to be supplied, as `DossierShape.supplement` carries it. */
export interface Asked {
  papers: Record<string, string>;
  fields: Record<string, string>;
  note: string;
  asked_at: string;
  due_at: string;
  asked_by: string;
}

export const askedOf = (dossier: Dossier): Asked | null => dossier.supplement as Asked | null;

/** The text of a key made from a code of the API, or what is said for a code that this site does not know yet. */
export function word(family: string, code: string, otherwise: string): string {
  const key = `dossier.${family}.${code}`;
  const text = t(key as Key);
  return text === key ? otherwise : text;
}

const over = new Set(["not_received", "delivered", "closed", "withdrawn", "stopped"]);
export const isOver = (state: { code: string }): boolean => over.has(state.code);

/** The date that counts now, and what it is called; null once nothing is waited for. */
export function dueOf(
  dossier: Pick<Dossier, "state" | "due_at" | "reply_due_at"> & { draft_expires_at?: string | null },
): { label: string; at: string } | null {
  if (isOver(dossier.state)) return null;
  if (dossier.state.code === "draft") {
    return dossier.draft_expires_at ? { label: t("dossier.due.draft"), at: dossier.draft_expires_at } : null;
  }
  if (dossier.due_at) return { label: t("dossier.due"), at: dossier.due_at };
  const replying = dossier.state.code === "submitted";
  return replying && dossier.reply_due_at ? { label: t("dossier.due.reply"), at: dossier.reply_due_at } : null;
}

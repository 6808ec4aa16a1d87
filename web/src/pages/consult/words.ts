import type { Schema } from "../../api/client";
import { t } from "../../i18n";
import type { Tag } from "../../parts/StateTag";

export type Question = Schema["QuestionShape"];

/** How a question stands now, with the colour that repeats it. */
export function standing(of: Question): { text: string; tone: Parameters<typeof Tag>[0]["tone"] } {
  if (of.closed === null) {
    const late = new Date(of.due_at) < new Date();
    return late ? { text: t("consult.state.late"), tone: "red" } : { text: t("consult.state.open"), tone: "yellow" };
  }
  if (of.closed === "silence" && of.answer !== null) return { text: t("consult.state.after"), tone: "yellow" };
  const tones = { answered: "green", silence: "green", withdrawn: "grey", ended: "grey" } as const;
  return { text: t(`consult.state.${of.late ? "after" : of.closed}`), tone: of.late ? "yellow" : tones[of.closed] };
}

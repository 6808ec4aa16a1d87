import { Refusal } from "../../api/client";
import { t, type Key } from "../../i18n";
import { store } from "../../store";

/** Whose account is being confirmed or reset: passed between pages in memory, for a number does not belong in a log. */
export const pending = store({ username: "", message: "" });

/** A refusal that names every empty item, or null. */
export function missing(items: readonly [field: string, value: string, message: Key][]): Refusal | null {
  const fields = items
    .filter(([, value]) => value.trim() === "")
    .map(([field, , key]) => ({ field, code: "Missing", message: t(key) }));
  return fields.length > 0 ? new Refusal(422, "BadRequest", t("account.incomplete"), fields) : null;
}

import { api, ask, Refusal } from "../../api/client";
import { t } from "../../i18n";
import type { Draft } from "./draft";

/** The form of the draft as it is filled in now, saved before; its bytes are what is signed. Throws Refusal. */
export async function issued(draft: Draft): Promise<{ url: string }> {
  if (!(await draft.flush())) throw draft.state.get().refusal ?? new Refusal(0, "Offline", t("signing.unsaved"));
  return ask(api.PUT("/dossiers/{dossier_id}/form", { params: { path: { dossier_id: draft.id } } }));
}

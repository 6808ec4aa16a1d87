import { api, ask, Refusal, type Schema } from "../../api/client";
import { sendTo } from "../../api/storage";
import { t } from "../../i18n";
import type { Ready } from "./chosen";

/**
 * Leave the message, then send its files to storage. The message's id is the act's key: sent again after a lost
 * connection it is the same message, and only what has not come is asked for.
 */
export async function deliver(
  side: "applicant" | "agency",
  dossier: string,
  id: string,
  text: string,
  files: readonly Ready[],
): Promise<true> {
  const given = { params: { path: { dossier_id: dossier } }, body: { id, text, files: described(files) } };
  const sent =
    side === "applicant"
      ? await ask(api.POST("/dossiers/{dossier_id}/messages", given))
      : await ask(api.POST("/desk/dossiers/{dossier_id}/messages", given));
  return send(sent.uploads, files);
}

/** The same for a note among officers. */
export async function leave(dossier: string, id: string, text: string, files: readonly Ready[]): Promise<true> {
  const given = { params: { path: { dossier_id: dossier } }, body: { id, text, files: described(files) } };
  const left = await ask(api.POST("/desk/dossiers/{dossier_id}/notes", given));
  return send(left.uploads, files);
}

const described = (files: readonly Ready[]) =>
  files.map(({ name, type, sha256, blob }) => ({ name, type, sha256, size: blob.size }));

async function send(places: readonly Schema["UploadShape"][], files: readonly Ready[]): Promise<true> {
  // 403: the form has expired; a new one comes with the next try.
  await sendTo(places, files, (status) => new Refusal(status === 403 ? 503 : status, "UploadFailed", t("letters.files.failed")));
  return true;
}

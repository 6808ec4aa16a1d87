import { t } from "../i18n";
import { Refusal, type Schema } from "./client";

/** Send files to the places that were given for them, one after the other. `failed` is what a storage that says no means. */
export async function sendTo(
  places: readonly Schema["UploadShape"][],
  files: readonly { blob: Blob; name: string }[],
  failed: (status: number) => Refusal,
): Promise<void> {
  for (const place of places) {
    const file = files[place.page - 1];
    if (file === undefined) throw new Error("a place for a file that there is not");
    const form = new FormData();
    for (const [name, value] of Object.entries(place.fields)) form.append(name, value);
    form.append("file", file.blob, file.name);
    let answer: Response;
    try {
      answer = await fetch(place.url, { method: "POST", body: form });
    } catch (lost) {
      if (lost instanceof TypeError) throw new Refusal(0, "Offline", t("error.offline"));
      throw lost;
    }
    if (!answer.ok) throw failed(answer.status);
  }
}

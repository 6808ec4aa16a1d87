import { useRef } from "preact/hooks";
import { api, ask, newKey, Refusal } from "../../api/client";
import { sendTo } from "../../api/storage";
import { t } from "../../i18n";

const POLL = 700;
const PATIENCE = 90_000;

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function described(file: File) {
  const sha256 = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return { name: file.name, size: file.size, type: file.type, sha256 };
}

/** What a clerk sends: the file of a result, a signature drawn on the screen, the sheet that was signed. */
type What = "result-file" | "drawn" | "sheet";

/** Send files of a clerk's to storage and wait until they were inspected; the id of the paper they became. */
async function upload(what: What, dossier: string, id: string, files: readonly File[]): Promise<string> {
  const path = { dossier_id: dossier };
  const field = what === "result-file" ? "paper" : "signature";
  const unchecked = (message: string) =>
    new Refusal(422, "Incomplete", t("desk.incomplete"), [{ field, code: "PaperNotChecked", message }]);
  const body = { id, files: await Promise.all(files.map(described)) };
  const slot =
    what === "result-file"
      ? await ask(api.POST("/desk/dossiers/{dossier_id}/result-file", { params: { path }, body }))
      : await ask(
          api.POST("/desk/dossiers/{dossier_id}/signature-file", {
            params: { path },
            body: { ...body, drawn: what === "drawn" },
          }),
        );
  const sent = files.map((file) => ({ blob: file, name: file.name }));
  await sendTo(slot.uploads, sent, (status) => new Refusal(status, "UploadFailed", t("desk.result.upload.failed")));
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const { papers } = await ask(api.GET("/desk/dossiers/{dossier_id}", { params: { path } }));
    const paper = papers.find((one) => one.id === slot.paper.id);
    if (paper?.status === "verified") return paper.id;
    if (paper?.status === "refused") {
      const why = paper.pages.map((page) => page.message).filter(Boolean);
      throw unchecked(t("desk.result.refused", { reason: why.join("; ") }));
    }
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  throw unchecked(t("desk.result.slow"));
}

/** Sends files once, however often an act is tried: while `of` is the same they keep their place, and what they became. */
export function useUpload(dossier: string) {
  const slot = useRef<{ of: object; id: string } | null>(null);
  const sent = useRef<{ of: object; paper: string } | null>(null);
  return {
    known: (of: object): string | null => (sent.current?.of === of ? sent.current.paper : null),
    async send(what: What, of: object, files: readonly File[]): Promise<string> {
      if (slot.current?.of !== of) slot.current = { of, id: newKey() };
      sent.current = { of, paper: await upload(what, dossier, slot.current.id, files) };
      return sent.current.paper;
    },
    /** A refused file needs another place. */
    drop: () => {
      slot.current = null;
    },
  };
}

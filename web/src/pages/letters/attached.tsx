import { useEffect, useState } from "preact/hooks";
import type { Schema } from "../../api/client";
import { useAction } from "../../hooks";
import { t, type Key } from "../../i18n";
import { TextButton } from "../../parts/Button";
import { Tag } from "../../parts/StateTag";
import { save } from "../../parts/saving";

type Attachment = Schema["AttachmentShape"];
/** Asks for the address to save a file from, by its number. */
type Place = (number: string) => Promise<{ url: string }>;

const looks = [1500, 2000, 3000, 5000, 8000, 13000]; // how long to wait for the inspector between questions

/** The files of a message or a note: to be saved, being checked, or not taken and why. */
export function Attached({ files, place }: { files: readonly Attachment[]; place: Place }) {
  if (files.length === 0) return null;
  return (
    <ul class="letters__files" aria-label={t("letters.files")}>
      {files.map((file) => (
        <li key={file.number}>
          <One file={file} place={place} />
        </li>
      ))}
    </ul>
  );
}

function One({ file, place }: { file: Attachment; place: Place }) {
  const fetching = useAction(async () => {
    const { url } = await place(String(file.number));
    save(url);
    return true;
  });
  if (file.status === "kept") {
    return (
      <>
        <TextButton onClick={() => void fetching.run()} label={t("letters.save", { name: file.name })}>
          {file.name}
        </TextButton>
        {fetching.refusal && <span class="govuk-error-message">{fetching.refusal.message}</span>}
      </>
    );
  }
  return (
    <>
      {file.name} <Tag tone={file.status === "refused" ? "red" : "grey"}>{t(`letters.file.${file.status}` as Key)}</Tag>
      {file.message !== null && <span class="letters__why">{file.message}</span>}
    </>
  );
}

/** While a file of what is shown is being looked at, the page asks again what came of it. */
export function useChecking(shown: readonly { files: readonly Attachment[] }[], again: () => void) {
  const [turn, setTurn] = useState(0);
  const waits = shown.some((one) => one.files.some((file) => file.status === "expected"));
  useEffect(() => {
    const pause = looks[turn];
    if (!waits || pause === undefined) return;
    const timer = setTimeout(() => (setTurn(turn + 1), again()), pause);
    return () => clearTimeout(timer);
  }, [waits, turn, shown]);
  useEffect(() => {
    if (!waits) setTurn(0);
  }, [waits]);
}

import { useState } from "preact/hooks";
import { newKey } from "../../api/client";
import { bytes as size } from "../../format";
import { t } from "../../i18n";
import { TextButton } from "../../parts/Button";
import { announce } from "../../parts/live";
import { Written } from "../../parts/Said";
import { prepare, Unfit } from "../filing/shrink";

/** A file as it will be sent: photographs upright, smaller, without where and when they were taken. */
export interface Ready {
  key: string;
  name: string;
  type: string;
  sha256: string;
  blob: Blob;
}

const most = 3;
const largest = 10 * 1024 * 1024;

interface ChosenProps {
  /** The id of the control: a page can have several. */
  name: string;
  label: string;
  files: readonly Ready[];
  choose: (files: readonly Ready[]) => void;
  error: string | undefined;
}

/** Up to three files to send along; each can be taken out again. */
export function Chosen({ name, label, files, choose, error }: ChosenProps) {
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const add = async (picked: readonly File[]) => {
    setBusy(true);
    const found = [...files];
    let problem: string | null = null;
    for (const file of picked) {
      try {
        const made = await prepare(file);
        if (found.length >= most) problem = t("letters.files.many", { most });
        else if (made.blob.size > largest) problem = t("letters.files.large", { name: file.name });
        else found.push({ ...made, key: newKey() });
      } catch (unfit) {
        if (!(unfit instanceof Unfit)) throw unfit;
        problem = t(`letters.files.unfit.${unfit.reason}`, { name: file.name });
      }
    }
    setBusy(false);
    setWrong(problem);
    choose(found);
    announce(problem ?? t("letters.files.added", { count: found.length }), problem !== null);
  };
  const message = wrong ?? error;
  return (
    <div class={`govuk-form-group${message ? " govuk-form-group--error" : ""}`}>
      <label class="govuk-label" for={name}>
        {label} <span class="optional">{t("field.optional")}</span>
      </label>
      <p class="govuk-hint" id={`${name}-hint`}>
        {t("letters.files.hint", { most })}
      </p>
      {message && (
        <p class="govuk-error-message" id={`${name}-error`}>
          {message}
        </p>
      )}
      <input
        class="govuk-file-upload"
        type="file"
        id={name}
        multiple
        accept="application/pdf,image/*"
        aria-describedby={message ? `${name}-hint ${name}-error` : `${name}-hint`}
        disabled={busy || files.length >= most}
        onChange={(event) => {
          const input = event.currentTarget;
          void add([...(input.files ?? [])]);
          input.value = "";
        }}
      />
      {files.length > 0 && (
        <ul class="letters__files" aria-label={t("letters.files.chosen")}>
          {files.map((one) => (
            <li key={one.key}>
              <Written text={one.name} /> ({size(one.blob.size)}){" "}
              <TextButton
                onClick={() => (choose(files.filter((other) => other !== one)), announce(t("letters.files.removed")))}
                label={t("letters.files.remove.one", { name: one.name })}
              >
                {t("letters.files.remove")}
              </TextButton>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

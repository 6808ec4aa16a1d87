import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

type Outcome = { name: string; same: boolean };

/** Whether a file is the issued one: compared here in the browser, and sent nowhere. */
export function Compare({ sha256, revoked }: { sha256: string; revoked: boolean }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [over, setOver] = useState(false);
  const compare = async (file: File | undefined) => {
    if (file === undefined) return;
    const same = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())) === sha256;
    setOutcome({ name: file.name, same });
    announce(t(same ? "proof.compare.same" : "proof.compare.other", { name: file.name }));
  };
  return (
    <div
      class={`checked__drop${over ? " checked__drop--over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void compare(event.dataTransfer?.files[0]);
      }}
    >
      <label class="govuk-label govuk-label--s" for="compare" id="compare-label">
        {t("proof.compare")}
      </label>
      <p class="govuk-hint" id="compare-hint">
        {t("proof.compare.hint")}
      </p>
      {/* The browser's own words beside a file input are in the browser's language. */}
      <input
        class="govuk-visually-hidden file-input"
        id="compare"
        type="file"
        aria-labelledby="compare-label compare-choose"
        aria-describedby="compare-hint"
        onChange={(event) => {
          void compare(event.currentTarget.files?.[0]);
          event.currentTarget.value = ""; // the same file again is compared again
        }}
      />
      <label class="govuk-button govuk-button--secondary" id="compare-choose" for="compare">
        {t("proof.compare.choose")}
      </label>
      {outcome !== null && (
        <Notice kind={outcome.same && !revoked ? "success" : "error"}>
          <p>{t(outcome.same ? "proof.compare.same" : "proof.compare.other", { name: outcome.name })}</p>
          {outcome.same && revoked && <p>{t("proof.compare.revoked")}</p>}
        </Notice>
      )}
    </div>
  );
}

import { useEffect, useRef } from "preact/hooks";
import { time } from "../../format";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import type { DraftState } from "./draft";

const spokenPhases = new Set(["saved", "kept", "elsewhere", "refused"]);

/** Where what was typed is, in sight and spoken when it changes for good. */
export function Saving({ state, choose }: { state: DraftState; choose: () => void }) {
  const { phase, savedAt, refusal } = state;
  const spoken = useRef(phase);
  const text =
    phase === "idle"
      ? t("filing.save.idle")
      : phase === "saved"
        ? t("save.saved", { time: savedAt ? time(savedAt.toISOString()) : "" })
        : phase === "refused"
          ? `${t("save.failed")}: ${refusal?.message ?? ""}`
          : phase === "kept"
            ? t(navigator.onLine === false || refusal?.offline ? "filing.save.offline" : "filing.save.kept")
            : phase === "elsewhere"
              ? t("filing.save.elsewhere")
              : t(`save.${phase}`);
  useEffect(() => {
    if (!spokenPhases.has(phase)) return;
    // Every autosave would be noise: that it works again is said, not that it goes on working.
    if (spoken.current !== phase) announce(text, phase !== "saved");
    spoken.current = phase;
  }, [phase]);
  const look = phase === "kept" ? "offline" : phase === "refused" || phase === "elsewhere" ? "failed" : phase;
  return (
    <>
      {state.renewed && (
        <Notice kind="warning">
          <p>{t("filing.renewed")}</p>
        </Notice>
      )}
      {phase === "elsewhere" ? (
        <Notice kind="warning" title={t("filing.save.elsewhere")}>
          <p>{t("filing.elsewhere.text")}</p>
          <Button kind="secondary" onClick={choose}>
            {t("filing.elsewhere.open")}
          </Button>
        </Notice>
      ) : (
        <p class={`save-state save-state--${look} filing-save`} data-phase={phase}>
          {text}
        </p>
      )}
    </>
  );
}

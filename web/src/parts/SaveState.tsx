import { useEffect, useRef } from "preact/hooks";
import { time } from "../format";
import type { Saver } from "../hooks";
import { t } from "../i18n";
import { announce } from "./live";

/** Whether what was typed is safe; spoken when it becomes so, and when it stops being so. */
export function SaveState({ of }: { of: Pick<Saver<never>, "state" | "savedAt" | "refusal"> }) {
  const spoken = useRef("");
  const text =
    of.state === "idle"
      ? ""
      : of.state === "saved"
        ? t("save.saved", { time: of.savedAt ? time(of.savedAt.toISOString()) : "" })
        : of.state === "failed"
          ? `${t("save.failed")}: ${of.refusal?.message ?? ""}`
          : t(`save.${of.state}`);
  useEffect(() => {
    if (of.state !== "saved" && of.state !== "offline" && of.state !== "failed") return;
    if (spoken.current !== text) announce(text);
    spoken.current = text;
  }, [text]);
  return <p class={`save-state save-state--${of.state}`}>{text}</p>;
}

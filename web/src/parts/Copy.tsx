import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { announce } from "./live";
import { TextButton } from "./Button";

/** Puts a text on the clipboard and says so; nothing where the browser has none for this page. */
export function Copy({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const soon = setTimeout(() => setCopied(false), 3000);
    return () => clearTimeout(soon);
  }, [copied]);
  if (!("clipboard" in navigator)) return null;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch (refused) {
      if (!(refused instanceof DOMException)) throw refused;
      announce(t("money.copy.failed"), true);
      return;
    }
    setCopied(true);
    announce(t("money.copied.one", { what }));
  };
  return (
    <span class="copy no-print">
      <TextButton onClick={() => void copy()} label={t("money.copy.one", { what })}>
        {t(copied ? "money.copied" : "money.copy")}
      </TextButton>
    </span>
  );
}

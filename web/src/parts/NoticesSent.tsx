import { useState } from "preact/hooks";
import { t } from "../i18n";
import { Button } from "./Button";
import { Lazy } from "./Lazy";

/** What was told about a dossier and what became of it, fetched when somebody wants to know. */
export function NoticesSent({ dossier }: { dossier: string }) {
  const [open, setOpen] = useState(false);
  if (open) return <Lazy load={() => import("../pages/notices/log")} areas={["notices"]} with={{ dossier }} />;
  return (
    <p class="no-print">
      <Button kind="secondary" onClick={() => setOpen(true)}>
        {t("notices.sent")}
      </Button>
    </p>
  );
}

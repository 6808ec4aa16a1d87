import { api, ask } from "../../api/client";
import { t } from "../../i18n";
import { PdfLink } from "../../parts/PdfLink";
import { Sheets } from "../../parts/Sheets";
import type { Dossier } from "./dossier";

/** The forms of a dossier as they are kept, and the control sheet as the work stands now. */
export function Forms({ dossier }: { dossier: Dossier }) {
  const path = { dossier_id: dossier.id };
  return (
    <Sheets
      sheets={dossier.sheets}
      get={({ event, form }) =>
        ask(
          api.GET("/desk/dossiers/{dossier_id}/sheets/{event}/{form}", {
            params: { path: { ...path, event: String(event), form } },
          }),
        )
      }
    >
      <li>
        <PdfLink
          text={t("sheets.control")}
          get={() => ask(api.PUT("/desk/dossiers/{dossier_id}/control-sheet", { params: { path } }))}
        />
      </li>
    </Sheets>
  );
}

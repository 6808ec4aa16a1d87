import type { Schema } from "../../api/client";
import { t } from "../../i18n";
import { Said } from "../../parts/Said";
import "./due.scss";

type Dossier = Pick<Schema["DossierShape"], "due_explanation" | "due_parts">;

/** 8 giờ 30 phút: hours are not made days of, so that a reader can add them up. */
export function span(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const [hours, left] = [Math.floor(minutes / 60), minutes % 60];
  const words = [
    ...(hours > 0 ? [t("due.hours", { count: hours })] : []),
    ...(left > 0 ? [t("due.minutes", { count: left })] : []),
    ...(seconds % 60 > 0 ? [t("due.seconds", { count: seconds % 60 })] : []),
  ];
  return words.join(" ") || t("due.minutes", { count: 0 });
}

/** Why a result is due when it is: what the time is made of, and how it was counted, day by day. */
export default function Why({ due_explanation: items, due_parts: parts }: Dossier) {
  return (
    <div class="why">
      {parts.length > 0 && (
        <table class="why__parts">
          <caption>{t("due.parts")}</caption>
          <tbody>
            {parts.map((one) => (
              <tr key={one.kind} class={`why__part why__part--${one.kind}`}>
                <th scope="row">{one.name}</th>
                <td>{span(one.seconds)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t("due.total")}</th>
              <td>{span(parts.reduce((sum, one) => sum + one.seconds, 0))}</td>
            </tr>
          </tfoot>
        </table>
      )}
      <p class="govuk-body">{t("due.steps")}</p>
      <ol class="explanation">
        {items.map((one, n) => (
          <li key={n}>
            <Said of={{ vi: String(one["vi"] ?? ""), en: String(one["en"] ?? "") }} />
          </li>
        ))}
      </ol>
    </div>
  );
}

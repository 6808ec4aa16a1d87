import type { Schema } from "../../api/client";
import { dateTime } from "../../format";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Ready } from "../../parts/Loading";
import { Card } from "./card";
import { boardOf } from "./give";
import "./people.scss";

const SHOWN = 6;

/** Where an appraiser starts: what lies with them at an agency, whoever gave it to them, the most urgent first. */
export default function Mine({ agency }: { agency: Schema["AgencyShape"] }) {
  const board = useLoad(() => boardOf(agency.code), [agency.code]);
  const title = `mine-${agency.code}`;
  return (
    <section class="block" aria-labelledby={title}>
      <h2 class="govuk-heading-m" id={title}>
        {t("people.mine", { agency: agency.name })}
      </h2>
      <Ready of={board}>
        {({ me, members, dossiers }) => {
          const own = dossiers.filter((one) => one.assignee === me);
          const last = members.find((one) => one.id === me)?.last_given_at ?? null;
          return (
            <>
              <p class="govuk-body">
                {own.length === 0 ? t("people.mine.none") : t("people.board.count", { count: own.length })}
                {last !== null && `, ${t("people.mine.last", { at: dateTime(last) })}`}.{" "}
                <a class="govuk-link" href={`/can-bo/nhom/${agency.code}`}>
                  {t("people.mine.board")}
                </a>
              </p>
              <ul class="board board__list">
                {own.slice(0, SHOWN).map((one) => (
                  <Card of={one} key={one.id} />
                ))}
              </ul>
            </>
          );
        }}
      </Ready>
    </section>
  );
}

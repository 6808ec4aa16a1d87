import { api, ask } from "../../api/client";
import { dateTime } from "../../format";
import { t } from "../../i18n";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Ready } from "../../parts/Loading";
import { usePages } from "../../parts/pages";
import { Written } from "../../parts/Said";
import "./notices.scss";

/** Every notice about a dossier with what became of it on each way: for the applicant, and as proof for the agency. */
export default function Log({ dossier }: { dossier: string }) {
  const pages = usePages(
    (cursor) =>
      ask(
        api.GET("/dossiers/{dossier_id}/notices", {
          params: { path: { dossier_id: dossier }, query: cursor ? { cursor } : {} },
        }),
      ),
    [dossier],
    (count) => t("notices.more", { count }),
  );
  return (
    <section class="block no-print" aria-labelledby="notices-sent">
      <h2 class="govuk-heading-m" id="notices-sent">
        {t("notices.log")}
      </h2>
      <ErrorSummary refusal={pages.refusal} />
      <Ready of={pages.first}>
        {() =>
          pages.items.length === 0 ? (
            <p class="govuk-body">{t("notices.log.none")}</p>
          ) : (
            <>
              <ol class="told">
                {pages.items.map((one) => (
                  <li class="told__one" key={one.id}>
                    <h3 class="govuk-heading-s told__subject">
                      <Written text={one.subject} />
                    </h3>
                    <p class="told__ways">{t("notices.log.portal", { at: dateTime(one.at) })}</p>
                    {one.deliveries.map((way) => (
                      <p class="told__ways" key={way.way}>
                        {t(`notices.state.${way.state}`, {
                          way: t(`notices.way.${way.way}`),
                          to: way.to,
                          at: dateTime(way.at),
                        })}{" "}
                        {way.error}
                      </p>
                    ))}
                  </li>
                ))}
              </ol>
              {pages.more}
            </>
          )
        }
      </Ready>
    </section>
  );
}

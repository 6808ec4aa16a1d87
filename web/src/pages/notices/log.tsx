import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { useAction, useLoad } from "../../hooks";
import { dateTime } from "../../format";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Ready } from "../../parts/Loading";
import { Written } from "../../parts/Said";
import "./notices.scss";

type Logged = Schema["LoggedShape"];

/** Every notice about a dossier with what became of it on each way: for the applicant, and as proof for the agency. */
export default function Log({ dossier }: { dossier: string }) {
  const page = (cursor?: string) =>
    ask(
      api.GET("/dossiers/{dossier_id}/notices", {
        params: { path: { dossier_id: dossier }, query: cursor ? { cursor } : {} },
      }),
    );
  const first = useLoad(() => page(), [dossier]);
  const [added, setAdded] = useState<{ items: Logged[]; cursor: string | null } | null>(null);
  const more = useAction(async (_key, cursor: string) => page(cursor));
  return (
    <section class="block no-print" aria-labelledby="notices-sent">
      <h2 class="govuk-heading-m" id="notices-sent">
        {t("notices.log")}
      </h2>
      <ErrorSummary refusal={more.refusal} />
      <Ready of={first}>
        {(data) => {
          const rows = [...data.items, ...(added?.items ?? [])];
          const cursor = added ? added.cursor : data.cursor;
          const load = async () => {
            const next = cursor === null ? undefined : await more.run(cursor);
            if (next) setAdded({ items: [...(added?.items ?? []), ...next.items], cursor: next.cursor });
          };
          if (rows.length === 0) return <p class="govuk-body">{t("notices.log.none")}</p>;
          return (
            <>
              <ol class="told">
                {rows.map((one) => (
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
              {cursor !== null && (
                <Button kind="secondary" busy={more.busy} onClick={() => void load()}>
                  {t("notices.more")}
                </Button>
              )}
            </>
          );
        }}
      </Ready>
    </section>
  );
}

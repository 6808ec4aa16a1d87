import { useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { agencies } from "../../catalogue";
import { dateTime } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { announce } from "../../parts/live";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { Said, Vi, Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { SummaryList } from "../../parts/SummaryList";
import type { Complaint } from "./shown";

/** The complaints that an agency has still to answer, the most urgent first. */
export function Complaints({ agency }: { agency: string }) {
  const load = (cursor?: string) =>
    ask(api.GET("/desk/complaints", { params: { query: cursor === undefined ? { agency } : { agency, cursor } } }));
  const [added, setAdded] = useState<{ items: Complaint[]; cursor: string | null } | null>(null);
  const page = useLoad(async () => {
    const first = await load();
    setAdded(null);
    return first;
  }, [agency]);
  const more = useAction(async (_key, cursor: string) => {
    const next = await load(cursor);
    setAdded((before) => ({ items: [...(before?.items ?? []), ...next.items], cursor: next.cursor }));
    announce(t("endings.list.loaded", { count: next.items.length }));
    return true;
  });
  const known = useLoad(agencies).data?.find((one) => one.code === agency);
  return (
    <Page title={t("endings.list")} back="/can-bo" caption={known ? <Said of={known.name} /> : agency} failed={more.refusal !== null}>
      <p class="govuk-body">{t("endings.list.about")}</p>
      <ErrorSummary refusal={more.refusal} />
      <Ready of={page}>
        {(first) => {
          const items = [...first.items, ...(added?.items ?? [])];
          const cursor = added === null ? first.cursor : added.cursor;
          if (items.length === 0) return <p class="govuk-body">{t("endings.list.none")}</p>;
          return (
            <>
              {items.map((one) => (
                <Line of={one} agency={agency} key={`${one.dossier}/${one.ending}`} />
              ))}
              {cursor !== null && (
                <Button kind="secondary" busy={more.busy} onClick={() => void more.run(cursor)}>
                  {t("endings.list.more")}
                </Button>
              )}
            </>
          );
        }}
      </Ready>
    </Page>
  );
}

function Line({ of, agency }: { of: Complaint; agency: string }) {
  const late = new Date(of.answer_by) < new Date();
  const rows = [
    { label: t("endings.one.procedure"), value: <Vi>{of.procedure}</Vi> },
    { label: t("endings.one.who"), value: <Written text={of.applicant} /> },
    {
      label: t("endings.one.until"),
      value: (
        <>
          {dateTime(of.answer_by)} {late && <Tag tone="red">{t("endings.list.late")}</Tag>}
        </>
      ),
    },
  ];
  return (
    <section aria-labelledby={`complaint-${of.dossier}`}>
      <h2 class="govuk-heading-s" id={`complaint-${of.dossier}`}>
        <a class="govuk-link" href={`/can-bo/khieu-nai/${agency}/${of.dossier}`}>
          {of.code}
        </a>
      </h2>
      <SummaryList rows={rows} />
    </section>
  );
}

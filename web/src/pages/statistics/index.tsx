import type { ComponentChildren } from "preact";
import { dateTime } from "../../format";
import { useLoad } from "../../hooks";
import { t, type Key } from "../../i18n";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { language } from "../../preferences";
import { Dossiers } from "./dossiers";
import { published, type Statistics } from "./figures";
import { Ratings } from "./ratings";
import "./statistics.scss";
import { Visits } from "./visits";

/** The public statistics, as the file says that is published every hour. */
export default function StatisticsPage() {
  const loaded = useLoad(async () => ({ statistics: await published() }));
  return (
    <Page title={t("nav.statistics")} wide>
      <Ready of={loaded}>
        {({ statistics }) =>
          statistics === null ? <p class="govuk-body">{t("statistics.none")}</p> : <All statistics={statistics} />
        }
      </Ready>
    </Page>
  );
}

function All({ statistics }: { statistics: Statistics }) {
  return (
    <div class="statistics">
      <p class="govuk-body">{t("statistics.updated", { moment: dateTime(statistics.updated_at) })}</p>
      <Section name="visits">
        <Visits visits={statistics.visits} />
      </Section>
      <Section name="ratings">
        <Ratings ratings={statistics.ratings} />
      </Section>
      <Section name="dossiers">
        <Dossiers dossiers={statistics.dossiers} />
      </Section>
      <p class="govuk-body no-print">
        <a class="govuk-link" href="/statistics/index.json" download>
          {t("statistics.json")}
        </a>
      </p>
    </div>
  );
}

type Name = "visits" | "ratings" | "dossiers";

const texts: Record<Name, { how: Key; file: Key }> = {
  visits: { how: "statistics.visits.how", file: "statistics.visits.file" },
  ratings: { how: "statistics.ratings.how", file: "statistics.ratings.file" },
  dossiers: { how: "statistics.dossiers.how", file: "statistics.dossiers.file" },
};

/** One subject: its figures, how they are counted, the same for a spreadsheet. */
function Section({ name, children }: { name: Name; children: ComponentChildren }) {
  return (
    <section aria-labelledby={name}>
      <h2 class="govuk-heading-m" id={name}>
        {t(`statistics.${name}`)}
      </h2>
      {children}
      <p class="statistics__how">{t(texts[name].how)}</p>
      <p class="govuk-body no-print">
        <a class="govuk-link" href={`/statistics/${name}${language() === "en" ? ".en" : ""}.csv`} download>
          {t(texts[name].file)}
        </a>
      </p>
    </section>
  );
}

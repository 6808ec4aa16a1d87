import { useEffect, useState } from "preact/hooks";
import { index, search, type Entry } from "../../catalogue";
import { number } from "../../format";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Page } from "../../parts/Page";
import { Said } from "../../parts/Said";
import { go } from "../../router";
import { useSession } from "../../session";
import { EntryList } from "./EntryList";
import { SearchBox } from "./SearchBox";

const steps = ["find", "file", "follow", "collect"] as const;

export default function Home() {
  const [query, setQuery] = useState("");
  const loaded = useLoad(index);
  const { token } = useSession();
  const found = query.trim().length > 1 && loaded.data ? search(loaded.data.procedures, query) : null;
  const told = found === null ? "" : t("home.found", { count: found.length });
  useEffect(() => {
    if (told === "") return undefined;
    const timer = setTimeout(() => announce(told), 600);
    return () => clearTimeout(timer);
  }, [told]);
  return (
    <div class="home">
      <Page title={t("home.title")} window={t("nav.home")} wide>
        <div class="home__search">
          <p class="home__lead">{t("home.lead")}</p>
          <SearchBox value={query} onInput={setQuery} onSearch={() => go(`/tim?q=${encodeURIComponent(query.trim())}`)} />
          {found !== null && (
            <div class="home__found card">
              <p class="home__count">{told}</p>
              <EntryList entries={found.slice(0, 5)} brief />
              <a class="govuk-link" href={`/tim?q=${encodeURIComponent(query.trim())}`}>
                {t("home.all")}
              </a>
            </div>
          )}
        </div>
        <section aria-labelledby="fields">
          <h2 class="govuk-heading-m" id="fields">
            {t("home.fields")}
          </h2>
          <Ready of={loaded}>{({ procedures }) => <Fields entries={procedures} />}</Ready>
          <p class="govuk-body">
            <a class="govuk-link" href="/cq">
              {t("home.agencies")}
            </a>
          </p>
        </section>
        <section aria-labelledby="how">
          <h2 class="govuk-heading-m" id="how">
            {t("home.how")}
          </h2>
          <ol class="home__steps">
            {steps.map((step) => (
              <li key={step}>
                <h3 class="govuk-heading-s">{t(`home.how.${step}`)}</h3>
                <p>{t(`home.how.${step}.text`)}</p>
              </li>
            ))}
          </ol>
        </section>
        <section class="home__ways">
          <div class="card">
            <h2 class="govuk-heading-s">{t("nav.status")}</h2>
            <p>{t("home.status")}</p>
            <a class="govuk-link" href="/tra-cuu">
              {t("home.status.link")}
            </a>
          </div>
          <div class="card">
            <h2 class="govuk-heading-s">{t(token === null ? "home.account" : "nav.dossiers")}</h2>
            <p>{t(token === null ? "home.account.text" : "home.mine")}</p>
            {token === null ? (
              <a class="govuk-link" href="/dang-ky">
                {t("home.account.link")}
              </a>
            ) : (
              <a class="govuk-link" href="/ho-so">
                {t("home.mine.link")}
              </a>
            )}
          </div>
        </section>
      </Page>
    </div>
  );
}

function Fields({ entries }: { entries: readonly Entry[] }) {
  const fields = new Map<string, { entry: Entry; count: number }>();
  for (const entry of entries) {
    const known = fields.get(entry.field.code);
    if (known) known.count += 1;
    else fields.set(entry.field.code, { entry, count: 1 });
  }
  return (
    <ul class="home__fields">
      {[...fields.values()]
        .sort((a, b) => b.count - a.count)
        .map(({ entry, count }) => (
          <li key={entry.field.code}>
            <a class="card home__field" href={`/tim?linh-vuc=${encodeURIComponent(entry.field.code)}`}>
              <span class="home__field-name">
                <Said of={entry.field} />
              </span>
              <span class="home__field-count">{t("home.procedures", { count: number(count) })}</span>
            </a>
          </li>
        ))}
    </ul>
  );
}

import { api, ask, type Schema } from "../../api/client";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Page } from "../../parts/Page";
import { useSession } from "../../session";
import { urgency } from "./due";
import { MoneyCards, placesOf } from "./money";
import { queueName } from "./queue";

type OwnQueue = Schema["QueueShape"];
const PAGE = 50;

/** Where the officer starts: each queue with what waits in it. */
export function Overview({ queues, posts }: { queues: OwnQueue[]; posts: Schema["PostShape"][] }) {
  const { name } = useSession();
  const agencies = [...new Map(queues.map((one) => [one.agency.code, one.agency])).values()];
  return (
    <Page title={t("desk.home")} caption={name} wide>
      {queues.length === 0 && placesOf(posts).length === 0 && <p class="govuk-body">{t("desk.home.none")}</p>}
      {agencies.map((agency) => (
        <section key={agency.code} aria-labelledby={`queues-${agency.code}`}>
          <h2 class="govuk-heading-m" id={`queues-${agency.code}`}>
            {agency.name}
          </h2>
          <ul class="desk-cards">
            {queues
              .filter((one) => one.agency.code === agency.code)
              .map((one) => (
                <Card key={one.queue} of={one} />
              ))}
          </ul>
        </section>
      ))}
      <MoneyCards posts={posts} />
    </Page>
  );
}

function Card({ of }: { of: OwnQueue }) {
  const path = { agency: of.agency.code, queue: of.queue };
  const page = useLoad(
    () => ask(api.GET("/desk/queues/{agency}/{queue}", { params: { path, query: { limit: PAGE } } })),
    [of.agency.code, of.queue],
  );
  const items = page.data?.items ?? [];
  const late = items.filter((one) => urgency(one) === "overdue").length;
  const today = items.filter((one) => urgency(one) === "today").length;
  const count = page.data === null ? "…" : `${items.length}${page.data.cursor === null ? "" : "+"}`;
  return (
    <li class="card desk-card">
      <h3 class="govuk-heading-s desk-card__name">
        <a class="govuk-link" href={`/can-bo/${of.agency.code}/${of.queue}`}>
          {queueName(of.queue)}
        </a>
      </h3>
      <p class="desk-card__count">
        <span class="desk-card__number">{count}</span> {t("desk.home.dossiers")}
      </p>
      <p class="desk-card__late">
        {page.refusal !== null && page.refusal.message}
        {late > 0 && <span class="due due--overdue">{t("desk.home.overdue", { count: late })}</span>}
        {today > 0 && <span class="due due--today">{t("desk.home.today", { count: today })}</span>}
        {page.data !== null && late + today === 0 && t("desk.home.calm")}
      </p>
    </li>
  );
}

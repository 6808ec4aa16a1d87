import type { Schema } from "../../api/client";
import { t } from "../../i18n";
import { Lazy } from "../../parts/Lazy";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Written } from "../../parts/Said";
import { useSession } from "../../session";
import { isTimed, parts, total, type Count, type Counts } from "./counts";
import { MoneyCards, placesOf } from "./money";
import { queueName } from "./queue";

type OwnQueue = Schema["QueueShape"];

interface OverviewProps {
  queues: OwnQueue[];
  counts: Counts;
  posts: readonly Schema["PostShape"][];
}

/** Where the officer starts: each queue with what waits in it, by how near its deadline is. */
export function Overview({ queues, counts, posts }: OverviewProps) {
  const { name } = useSession();
  const agencies = [...new Map(queues.map((one) => [one.agency.code, one.agency])).values()];
  return (
    <Page title={t("desk.home")} caption={<Written text={name} />} wide>
      <p class="govuk-body">
        <a class="govuk-link" href="/thong-bao">
          {t("nav.notices")}
        </a>
      </p>
      {queues.length === 0 && placesOf(posts).length === 0 && <p class="govuk-body">{t("desk.home.none")}</p>}
      {counts.refusal !== null && (
        <Notice kind="warning" live>
          <p>{t("desk.home.uncounted", { reason: counts.refusal.message })}</p>
        </Notice>
      )}
      {counts.leftOut > 0 && <p class="govuk-hint">{t("desk.home.left", { count: counts.leftOut })}</p>}
      {agencies.map((agency) => (
        <section key={agency.code} aria-labelledby={`queues-${agency.code}`}>
          <h2 class="govuk-heading-m" id={`queues-${agency.code}`}>
            {agency.name}
          </h2>
          <ul class="desk-cards">
            {queues
              .filter((one) => one.agency.code === agency.code)
              .map((one) => (
                <Card key={one.queue} of={one} count={counts.of(agency.code, one.queue)} />
              ))}
          </ul>
        </section>
      ))}
      {posts
        .filter((one) => one.role === "appraiser")
        .map(({ agency }) => (
          <Lazy key={agency.code} load={() => import("../people/mine")} areas={["people"]} with={{ agency }} />
        ))}
      <MoneyCards posts={posts} />
    </Page>
  );
}

function Card({ of, count }: { of: OwnQueue; count: Count | undefined }) {
  const address = `/can-bo/${of.agency.code}/${of.queue}`;
  return (
    <li class="card desk-card">
      <h3 class="govuk-heading-s desk-card__name">
        <a class="govuk-link" href={address}>
          {queueName(of.queue)}
        </a>
      </h3>
      <p class="desk-card__count">
        <span class="desk-card__number">{count === undefined ? "–" : total(count)}</span> {t("desk.home.dossiers")}
      </p>
      {count !== undefined && isTimed(count) && <Split of={count} address={address} />}
    </li>
  );
}

/** What waits, by urgency, each a link to just those. */
function Split({ of, address }: { of: Count; address: string }) {
  return (
    <ul class="desk-card__parts">
      {parts(of)
        .filter((one) => one.count > 0)
        .map((one) => (
          <li key={one.urgency}>
            <a class={`due due--${one.urgency} desk-card__part`} href={`${address}?han=${one.urgency}`}>
              <strong>{one.shown}</strong> {t(`desk.bars.${one.urgency}`)}
            </a>
          </li>
        ))}
    </ul>
  );
}

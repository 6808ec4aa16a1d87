import type { Schema } from "../../api/client";
import { t } from "../../i18n";
import { Lazy } from "../../parts/Lazy";

type Post = Schema["PostShape"];
type Agency = Schema["AgencyShape"];

/** What other agencies ask an agency, below /can-bo/y-kien/. */
export const CONSULT = "y-kien";
const answering = new Set(["reception", "appraiser", "approver"]);

export const askedAgencies = (posts: readonly Post[]): Agency[] => [
  ...new Map(posts.filter((one) => answering.has(one.role)).map((one) => [one.agency.code, one.agency])).values(),
];

/** The desk's links to the questions put to the officer's agencies. */
export function ConsultNav({ posts, here }: { posts: readonly Post[]; here: string }) {
  const agencies = askedAgencies(posts);
  if (agencies.length === 0) return null;
  return (
    <div class="desk-nav__agency">
      <ul class="desk-nav__list" aria-label={t("desk.consult")}>
        {agencies.map((one) => (
          <li key={one.code}>
            <a
              href={`/can-bo/${CONSULT}/${one.code}`}
              aria-current={here === `${CONSULT}/${one.code}` ? "page" : undefined}
            >
              {t("desk.consult")}
              {agencies.length > 1 && ` – ${one.name}`}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The pages themselves, fetched with their texts when they are opened. */
export function ConsultPage({ agency, id }: { agency: Agency; id: string | undefined }) {
  return <Lazy load={() => import("../consult")} areas={["consult"]} with={{ agency, id }} />;
}

import type { Schema } from "../../api/client";
import { t } from "../../i18n";
import { Lazy } from "../../parts/Lazy";

type Post = Schema["PostShape"];

/** The pages about parcels below /can-bo/buu-chinh/, and the role that each is for. */
const sections = { quet: "reception", den: "reception", la: "reception", di: "clerk" } as const;
export type Section = keyof typeof sections;

export const POST = "buu-chinh";
const order = Object.keys(sections) as Section[];

export interface Place {
  section: Section;
  agency: Schema["AgencyShape"];
}

export function placesOf(posts: readonly Post[]): Place[] {
  const agencies = [...new Map(posts.map((one) => [one.agency.code, one.agency])).values()];
  return agencies.flatMap((agency) =>
    order
      .filter((section) => posts.some((one) => one.agency.code === agency.code && one.role === sections[section]))
      .map((section) => ({ section, agency })),
  );
}

export const address = (section: Section, agency: string): string => `/can-bo/${POST}/${section}/${agency}`;

/** The desk's links about parcels, for reception and clerks. */
export function PostNav({ posts, here }: { posts: readonly Post[]; here: string }) {
  const places = placesOf(posts);
  if (places.length === 0) return null;
  const several = new Set(places.map((one) => one.agency.code)).size > 1;
  return (
    <div class="desk-nav__agency">
      <p id="post-nav">{t("desk.post")}</p>
      <ul class="desk-nav__list" aria-labelledby="post-nav">
        {places.map(({ section, agency }) => (
          <li key={`${section}/${agency.code}`}>
            <a
              href={address(section, agency.code)}
              aria-current={here === `${POST}/${section}/${agency.code}` ? "page" : undefined}
            >
              {t(`desk.post.${section}`)}
              {several && ` – ${agency.name}`}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The section that an address means, when the officer's posts open it. */
export const placeAt = (posts: readonly Post[], section: string | undefined, agency: string | undefined): Place | null =>
  placesOf(posts).find((one) => one.section === section && one.agency.code === agency) ?? null;

/** The pages themselves, fetched with their texts when they are opened. */
export function PostPage({ place }: { place: Place }) {
  return <Lazy load={() => import("../post")} areas={["post"]} with={place} />;
}

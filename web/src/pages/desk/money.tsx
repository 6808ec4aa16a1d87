import type { Schema } from "../../api/client";
import { agencies } from "../../catalogue";
import { useLoad } from "../../hooks";
import { said, t } from "../../i18n";
import { Lazy } from "../../parts/Lazy";

type Post = Schema["PostShape"];
type Agency = Schema["AgencyShape"];

/** The pages about money below /can-bo/thu-chi/, and the roles that they are for. */
const sections = {
  "ca-thu": ["cashier"],
  "hoan-phi": ["cashier", "accountant"],
  "nop-quy": ["accountant"],
  "doi-soat": ["accountant", "administrator"],
  "chua-khop": ["accountant", "administrator"],
  tep: ["accountant", "administrator"],
  phieu: ["cashier", "accountant"],
  "bien-lai": ["cashier", "accountant", "administrator"],
} as const;
export type Section = keyof typeof sections;

export const MONEY = "thu-chi";
const order = Object.keys(sections) as Section[];
const address = (section: Section, agency: string): string => `/can-bo/${MONEY}/${section}/${agency}`;

interface Place {
  section: Section;
  agency: Agency;
  roles: string[];
}

/** Where an officer's posts lead, agency by agency. */
export function placesOf(posts: readonly Post[]): Place[] {
  const agencies = [...new Map(posts.map((one) => [one.agency.code, one.agency])).values()];
  return agencies.flatMap((agency) => {
    const roles = posts.filter((one) => one.agency.code === agency.code).map((one) => one.role);
    return order
      .filter((section) => sections[section].some((role) => roles.includes(role)))
      .map((section) => ({ section, agency, roles }));
  });
}

/** The desk's links about money, for cashiers and accountants. */
export function MoneyNav({ posts, here }: { posts: readonly Post[]; here: string }) {
  const places = placesOf(posts);
  if (places.length === 0) return null;
  const several = new Set(places.map((one) => one.agency.code)).size > 1;
  return (
    <div class="desk-nav__agency">
      <p id="money-nav">{t("desk.money")}</p>
      <ul class="desk-nav__list" aria-labelledby="money-nav">
        {places.map(({ section, agency }) => {
          const to = address(section, agency.code);
          return (
            <li key={to}>
              <a href={to} aria-current={here === `${MONEY}/${section}/${agency.code}` ? "page" : undefined}>
                {t(`desk.money.${section}`)}
                {several && ` – ${agency.name}`}
              </a>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** The same, with what each is for, where the officer starts. */
export function MoneyCards({ posts }: { posts: readonly Post[] }) {
  const places = placesOf(posts);
  if (places.length === 0) return null;
  const several = new Set(places.map((one) => one.agency.code)).size > 1;
  return (
    <section aria-labelledby="money-cards">
      <h2 class="govuk-heading-m" id="money-cards">
        {t("desk.money")}
      </h2>
      <ul class="desk-cards">
        {places.map(({ section, agency }) => (
          <li class="card desk-card" key={address(section, agency.code)}>
            <h3 class="govuk-heading-s desk-card__name">
              <a class="govuk-link" href={address(section, agency.code)}>
                {t(`desk.money.${section}`)}
              </a>
            </h3>
            <p class="desk-card__about">{t(`desk.money.${section}.about`)}</p>
            {several && <p class="desk-card__about">{agency.name}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

const ofCounter: ReadonlySet<Section> = new Set(["ca-thu", "hoan-phi", "nop-quy"]);

/**
 * The section that an address means, when the officer's posts open it. The books of agencies below one's own are open
 * too; which those are the API knows.
 */
export function placeAt(posts: readonly Post[], section: string | undefined, agency: string | undefined): Place | null {
  if (agency === undefined) return null;
  const own = placesOf(posts).filter((one) => one.section === section);
  const here = own.find((one) => one.agency.code === agency);
  const above = own[0];
  if (here !== undefined || above === undefined || ofCounter.has(above.section)) return here ?? null;
  return { ...above, agency: { code: agency, name: agency } };
}

/** The pages themselves, fetched with their texts when they are opened. */
export function MoneyPage({ place, rest, query }: { place: Place; rest: readonly string[]; query: URLSearchParams }) {
  const below = place.agency.name === place.agency.code;
  const tree = useLoad(async () => (below ? agencies() : []), [below]);
  const name = below ? tree.data?.find((one) => one.code === place.agency.code)?.name : undefined;
  const given = { ...place, rest, query, agency: { ...place.agency, name: name ? said(name) : place.agency.name } };
  return ofCounter.has(place.section) ? (
    <Lazy key="finance" load={() => import("../finance")} areas={["finance", "money"]} with={given} />
  ) : (
    <Lazy key="books" load={() => import("../books")} areas={["books", "finance"]} with={given} />
  );
}

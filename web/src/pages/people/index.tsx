import type { ComponentChildren } from "preact";
import type { Schema } from "../../api/client";
import { t, type Key } from "../../i18n";
import { Page } from "../../parts/Page";
import { Absences } from "./away";
import { Board } from "./board";
import { Load } from "./load";
import "./people.scss";
import { UsualWords } from "./words";

type Agency = Schema["AgencyShape"];

/** The pages of a team below /can-bo/nhom/<agency>/, by address. */
const sections = { "": "people.board", "khoi-luong": "people.load", "vang-mat": "people.away", mau: "people.words" } as const;
type Section = keyof typeof sections;

/** The officers of an agency: who holds what, how much, who is away, and the words they use. */
export default function PeoplePages({ agency, section }: { agency: Agency; section: string }) {
  const here: Section = section in sections ? (section as Section) : "";
  const given = { agency, frame: (children: ComponentChildren) => <Frame agency={agency} here={here}>{children}</Frame> };
  switch (here) {
    case "khoi-luong":
      return <Load {...given} />;
    case "vang-mat":
      return <Absences {...given} />;
    case "mau":
      return <UsualWords {...given} />;
    default:
      return <Board {...given} />;
  }
}

export interface Given {
  agency: Agency;
  /** The page around what is shown: its title, and the way to the team's other pages. */
  frame: (children: ComponentChildren) => ComponentChildren;
}

function Frame({ agency, here, children }: { agency: Agency; here: Section; children: ComponentChildren }) {
  return (
    <Page title={t(sections[here])} caption={agency.name} wide>
      <nav class="desk-nav people-nav" aria-label={t("people.sections")}>
        <ul class="desk-nav__list">
          {Object.entries(sections).map(([section, name]: [string, Key]) => (
            <li key={section}>
              <a
                href={`/can-bo/nhom/${agency.code}${section && `/${section}`}`}
                aria-current={section === here ? "page" : undefined}
              >
                {t(name)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </Page>
  );
}

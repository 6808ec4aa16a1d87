import { t } from "../../i18n";
import { Written } from "../../parts/Said";
import type { Dossier } from "./dossier";
import { groupsOf, shownAnswer, titleOf, type Procedure } from "./procedure";
import { Item, type Composer } from "./supplement";

interface AnswersProps {
  dossier: Dossier;
  procedure: Procedure;
  composer: Composer | null;
}

/** The form as it stands now; while a supplement is composed every field can be ticked. */
export function Answers({ dossier, procedure, composer }: AnswersProps) {
  const asked = (dossier.supplement?.["fields"] ?? {}) as Record<string, string>;
  return (
    <section class="block" aria-labelledby="answers-title">
      <h2 class="govuk-heading-m" id="answers-title">
        {t("desk.answers")}
      </h2>
      {groupsOf(procedure).map((group) => (
        <div key={group.name} class="answers">
          <h3 class="govuk-heading-s">{group.name}</h3>
          <dl>
            {group.fields.map(([name, property]) => {
              const value = dossier.answers[name];
              const title = titleOf(name, property);
              const empty = value === undefined || value === null || value === "";
              return (
                <div key={name} class={`answers__row${asked[name] ? " answers__row--asked" : ""}`}>
                  <dt>{title}</dt>
                  <dd class={empty ? "answers__empty" : undefined}>
                    <Written text={shownAnswer(value, property)} />
                  </dd>
                  {asked[name] && (
                    <dd class="answers__asked">
                      {t("desk.asked")} <Written text={asked[name]} />
                    </dd>
                  )}
                  {composer && (
                    <dd class="answers__item">
                      <Item composer={composer} kind="fields" name={name} title={title} />
                    </dd>
                  )}
                </div>
              );
            })}
          </dl>
        </div>
      ))}
    </section>
  );
}

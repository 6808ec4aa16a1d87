import { published, type Entry } from "../../catalogue";
import { t, type Key } from "../../i18n";
import { Said } from "../../parts/Said";

/** Procedures as links to their guidance. */
export function EntryList({ entries, brief }: { entries: readonly Entry[]; brief?: boolean }) {
  return (
    <ul class="entries">
      {entries.map((one) => (
        <li class="entries__item" key={one.code}>
          <a class="govuk-link entries__name" href={published(`/tt/${one.code}`)}>
            <Said of={one.name} />
          </a>
          <p class="entries__about">
            <Said of={one.field} /> · {t(`level.${one.level}` as Key)}
            {!brief && (
              <>
                {" · "}
                {one.audience.map((who) => t(`audience.${who}`)).join(", ")}
                {" · "}
                <span class="entries__code">{one.code}</span>
              </>
            )}
          </p>
          {!brief && one.online && (
            <a class="govuk-link entries__file" href={`/nop/${one.code}`}>
              {t("results.file")}
              <span class="govuk-visually-hidden">
                : <Said of={one.name} />
              </span>
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}

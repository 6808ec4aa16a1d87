import { t } from "../i18n";

/** How far something has come on a way that is known; `at` is the step that it stands on, the last one ends it. */
export function Steps({ names, at, label }: { names: readonly string[]; at: number; label: string }) {
  const over = at === names.length - 1;
  return (
    <ol class="steps" aria-label={label}>
      {names.map((name, index) => {
        const done = index < at || over;
        return (
          <li
            key={name}
            class={`steps__one steps__one--${done ? "done" : index === at ? "now" : "next"}`}
            aria-current={index === at ? "step" : undefined}
          >
            {name}
            {(done || index === at) && (
              <span class="govuk-visually-hidden"> ({t(done ? "money.refund.done" : "money.refund.now")})</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

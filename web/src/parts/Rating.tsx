import { useEffect, useRef, useState } from "preact/hooks";
import { Refusal, refusalOf } from "../api/refusal";
import type { components } from "../api/schema";
import { useAction } from "../hooks";
import { t } from "../i18n";
import { language } from "../preferences";
import { Button } from "./Button";

export const levels = ["very_satisfied", "satisfied", "unsatisfied"] as const;
export type Level = (typeof levels)[number];

/** What was rated since the site was opened, so that coming back to a page does not ask again. */
const given = new Map<string, Level>();

/** Without the typed client: most visits are without a rating, and this stands on every page. */
async function send(body: components["schemas"]["RatingBody"]): Promise<void> {
  const headers = { "Content-Type": "application/json", "Accept-Language": language() };
  let answer: Response;
  try {
    answer = await fetch("/api/ratings", { method: "POST", headers, body: JSON.stringify(body) });
  } catch (lost) {
    if (lost instanceof TypeError) throw new Refusal(0, "Offline", t("error.offline"));
    throw lost;
  }
  if (answer.ok) return;
  const told: unknown = await answer.json().catch(() => null); // what stands in between may answer with a page
  throw refusalOf(answer.status, told, t("error.server"));
}

/** At the foot of every public page: one tap says how satisfied the visitor is. `page` is the route's pattern. */
export function Rating({ page }: { page: string }) {
  const [chosen, setChosen] = useState(given.get(page));
  const thanks = useRef<HTMLParagraphElement>(null);
  const rating = useAction(async (id, level: Level) => {
    await send({ id, page, level });
    return level;
  });
  const rate = async (level: Level) => {
    const done = await rating.run(level);
    if (done === undefined) return;
    given.set(page, done);
    setChosen(done);
  };
  const before = useRef(chosen);
  useEffect(() => {
    // The buttons are gone: whoever pressed one is led to what stands in their place.
    if (chosen !== before.current) thanks.current?.focus();
    before.current = chosen;
  }, [chosen]);
  return (
    <section class="rating no-print" aria-labelledby="rating">
      <h2 class="govuk-heading-s rating__title" id="rating">
        {t("rating.title")}
      </h2>
      {chosen === undefined ? (
        <>
          <p class="rating__hint">{t("rating.hint")}</p>
          <div class="rating__levels" role="group" aria-labelledby="rating">
            {levels.map((level) => (
              <Button key={level} kind="secondary" disabled={rating.busy} onClick={() => void rate(level)}>
                {t(`rating.${level}`)}
              </Button>
            ))}
          </div>
        </>
      ) : (
        <p class="rating__said" tabIndex={-1} ref={thanks}>
          {t("rating.thanks", { level: t(`rating.${chosen}`) })}{" "}
          <a class="govuk-link" href="/thong-ke">
            {t("rating.results")}
          </a>
        </p>
      )}
      {rating.refusal !== null && (
        <p class="govuk-error-message rating__said" role="alert">
          {rating.refusal.message}
        </p>
      )}
    </section>
  );
}

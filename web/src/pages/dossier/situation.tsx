import { date, dateTime } from "../../format";
import { t } from "../../i18n";
import { StateTag } from "../../parts/StateTag";
import { SummaryList, type SummaryRow } from "../../parts/SummaryList";
import { Lazy } from "../../parts/Lazy";
import { Written } from "../../parts/Said";
import { askedOf, dueOf, word, type Dossier } from "./words";

/** Where the dossier stands, what comes next and by when, in plain words. */
export function Situation({ dossier }: { dossier: Dossier }) {
  const { state } = dossier;
  const asked = askedOf(dossier);
  const due = asked ? { label: t("dossier.due.supplement"), at: asked.due_at } : dueOf(dossier);
  const late = due !== null && new Date(due.at) < new Date();
  const shown = state.code === "draft" ? date : dateTime;
  return (
    <section class="card situation" aria-labelledby="situation">
      <h2 class="govuk-visually-hidden" id="situation">
        {t("dossier.state")}
      </h2>
      <p class="situation__state">
        <span class="situation__label">{t("dossier.now")}</span> <StateTag state={state} />
      </p>
      <p class="situation__next">
        <strong>{t("dossier.next")}</strong>
        <span>{word("next", state.code, state.name)}</span>
      </p>
      {due && (
        <p class="situation__due">
          <strong>{due.label}</strong>
          <span>
            <time dateTime={due.at}>{shown(due.at)}</time>
            {late && <span class="situation__late"> – {t("dossier.due.passed")}</span>}
          </span>
        </p>
      )}
      {asked === null && due !== null && <Why dossier={dossier} />}
    </section>
  );
}

/** Who handles it and what happened when. */
export function Facts({ dossier }: { dossier: Dossier }) {
  const rows: SummaryRow[] = [
    { label: t("dossier.agency"), value: dossier.agency.name },
    ...(dossier.submitted_at ? [{ label: t("dossier.submitted"), value: dateTime(dossier.submitted_at) }] : []),
    ...(dossier.received_at ? [{ label: t("dossier.received"), value: dateTime(dossier.received_at) }] : []),
    ...(dossier.assignee_name ? [{ label: t("dossier.officer"), value: <Written text={dossier.assignee_name} /> }] : []),
    { label: t("dossier.delivery"), value: word("delivery", dossier.delivery, dossier.delivery) },
  ];
  return <SummaryList rows={rows} />;
}

function Why({ dossier }: { dossier: Dossier }) {
  if (dossier.state.code === "draft") return null;
  return (
    <details class="govuk-details situation__why">
      <summary class="govuk-details__summary">
        <span class="govuk-details__summary-text">{t("dossier.due.why")}</span>
      </summary>
      <div class="govuk-details__text">
        {dossier.due_at && dossier.due_explanation.length > 0 ? (
          <Lazy load={() => import("../due")} areas={["due"]} with={dossier} />
        ) : (
          t("dossier.due.reply.why")
        )}
      </div>
    </details>
  );
}

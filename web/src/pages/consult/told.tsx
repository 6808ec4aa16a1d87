import { dateTime } from "../../format";
import { t } from "../../i18n";
import "./consult.scss";
import type { Question } from "./words";

/** What the applicant is told: which agencies are asked until when, and whether they answered; not what they said. */
export default function Told({ questions }: { questions: readonly Question[] }) {
  return (
    <section class="card consult__card" aria-labelledby="told-title">
      <h2 class="govuk-heading-m" id="told-title">
        {t("consult.told")}
      </h2>
      <ul class="govuk-list govuk-list--bullet">
        {questions.map((one) => (
          <li key={`${one.agency.code} ${one.asked_at}`}>{line(one)}</li>
        ))}
      </ul>
    </section>
  );
}

function line({ agency: { name }, closed, answered_at, due_at }: Question): string {
  if (closed === "silence" && answered_at === null) return t("consult.told.silence", { agency: name });
  if (answered_at !== null) return t("consult.told.answered", { agency: name, at: dateTime(answered_at) });
  if (closed !== null) return t("consult.told.withdrawn", { agency: name });
  const late = new Date(due_at) < new Date();
  return t(late ? "consult.told.late" : "consult.told.waiting", { agency: name, at: dateTime(due_at) });
}

import { useEffect, useRef } from "preact/hooks";
import { api, ask, Refusal } from "../../api/client";
import type { FieldDefect } from "../../api/refusal";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { useKept } from "../../kept";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextareaField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Written } from "../../parts/Said";
import { useStore } from "../../store";
import { requiredOf, type Answers, type Form, type Procedure } from "../filing/procedure";
import { Question } from "../filing/question";
import { Uploads } from "../filing/uploads";
import { defects, sendable } from "../filing/validate";
import { answerText, paperNameOf, titleOf } from "./catalogue";
import { focusHeading } from "./focus";
import { Replacement, newPaperOf } from "./replacement";
import type { Asked, Dossier } from "./words";
import "../filing/filing.scss";

interface Props {
  dossier: Dossier;
  procedure: Procedure;
  asked: Asked;
  again: () => void;
  onFailed: (failed: boolean) => void;
}

const noForm: Form = { properties: {} };

/** The items that the agency asks for, open to be corrected; everything else stays closed. */
export default function Supplement({ dossier, procedure, asked, again, onFailed }: Props) {
  const form = procedure.form ?? noForm;
  const fields = Object.keys(asked.fields);
  const components = Object.keys(asked.papers);
  const [answers, setAnswers] = useKept<Answers>("supplement", () =>
    Object.fromEntries(fields.map((field) => [field, dossier.answers[field]])),
  );
  const [note, setNote] = useKept("supplement.note", "");
  const uploads = useRef<Uploads | null>(null);
  uploads.current ??= new Uploads(dossier.id, dossier.papers);
  const { papers } = useStore(uploads.current.state);
  useEffect(() => {
    void uploads.current?.resume();
    return () => uploads.current?.close();
  }, []);
  const act = useAction((key, given: { answers: Answers; note: string }) =>
    ask(
      api.POST("/dossiers/{dossier_id}/supplement", {
        params: { path: { dossier_id: dossier.id }, header: { "Idempotency-Key": key } },
        body: given,
      }),
    ),
  );
  useEffect(() => onFailed(act.refusal !== null), [act.refusal]);

  const missing = (): FieldDefect[] => {
    const merged = { ...dossier.answers, ...answers };
    const wrong = defects(form, merged, fields);
    const same = fields.filter((field) => JSON.stringify(answers[field]) === JSON.stringify(dossier.answers[field]));
    const untouched = same
      .filter((field) => !wrong.some((one) => one.field === `answers.${field}`))
      .map((field) => ({
        field: `answers.${field}`,
        code: "NotAnswered",
        message: t("dossier.supplement.missing.field", { name: titleOf(procedure, field) }),
      }));
    const unsent = components
      .filter((component) => newPaperOf(papers, dossier, component)?.status !== "verified")
      .map((component) => ({
        field: `papers.${component}`,
        code: "NotAnswered",
        message: t("dossier.supplement.missing.paper", { name: paperNameOf(procedure, component) }),
      }));
    return [...wrong, ...untouched, ...unsent];
  };
  const send = async (event: Event) => {
    event.preventDefault();
    const found = missing();
    if (found.length > 0) {
      act.refuse(new Refusal(422, "Incomplete", t("dossier.supplement.missing"), found));
      return;
    }
    const kept = sendable(form, answers);
    if ((await act.run({ answers: kept, note: note.trim() })) === undefined) return;
    announce(t("dossier.supplement.sent"));
    focusHeading();
    again();
  };
  const must = requiredOf(form, { ...dossier.answers, ...answers });
  const wrong = act.refusal?.fields ?? [];
  return (
    <form class="supplement__form" onSubmit={(event) => void send(event)} noValidate>
      <ErrorSummary refusal={act.refusal} />
      {fields.map((field) => {
        const property = form.properties[field];
        if (property === undefined) return null;
        return (
          <div class="card supplement__item" key={field}>
            <Because why={asked.fields[field] ?? ""} />
            <p class="supplement__old">
              <strong>{t("dossier.supplement.old")}</strong>{" "}
              <span class="lines">
                <Written text={answerText(property, dossier.answers[field])} />
              </span>
            </p>
            <Question
              path={`answers.${field}`}
              of={property}
              value={answers[field]}
              required={must.has(field) || fields.includes(field)}
              defects={wrong}
              onInput={(value) => setAnswers((before) => ({ ...before, [field]: value }))}
            />
          </div>
        );
      })}
      {components.map((component) => {
        const rule = procedure.papers.find((one) => one.code === component);
        if (rule === undefined || uploads.current === null) return null;
        return (
          <div class="card supplement__item" key={component}>
            <Because why={asked.papers[component] ?? ""} />
            <Replacement
              uploads={uploads.current}
              dossier={dossier}
              rule={rule}
              error={wrong.find((one) => one.field === `papers.${component}`)?.message}
            />
          </div>
        );
      })}
      <TextareaField
        name="note"
        label={t("dossier.supplement.note")}
        value={note}
        onInput={setNote}
        optional
        rows={3}
        maxLength={2000}
        error={act.refusal?.of("note")}
      />
      <Button busy={act.busy}>{t("dossier.supplement.send")}</Button>
    </form>
  );
}

function Because({ why }: { why: string }) {
  return (
    <p class="supplement__why">
      <strong>{t("dossier.supplement.reason")}</strong> <Written text={why} />
    </p>
  );
}

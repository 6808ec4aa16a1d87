import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { dateTime } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { CheckboxField, SelectField, TextareaField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { keyed } from "../desk/acts";
import { paperName } from "../desk/procedure";
import type { SectionProps } from "./section";

type Choice = Schema["ChoiceShape"];
type Draft = { agency: string; question: string; hidden: string[] };

/** Questions to several agencies at once, each with its date as it would be now. */
export function Ask(props: SectionProps & { close: () => void }) {
  const { dossier } = props;
  const choices = useLoad(
    () => ask(api.GET("/desk/dossiers/{dossier_id}/consultation", { params: { path: { dossier_id: dossier.id } } })),
    [dossier.id],
  );
  return <Ready of={choices}>{({ items }) => <Form {...props} choices={items} />}</Ready>;
}

/** The parts of a joint procedure that nobody was asked about yet. */
const partsLeft = ({ dossier }: SectionProps, choices: readonly Choice[]): string[] =>
  choices
    .filter((one) => one.part !== null && !dossier.questions.some((q) => q.agency.code === one.agency.code))
    .map((one) => one.agency.code);

function Form({ choices, close, ...props }: SectionProps & { choices: readonly Choice[]; close: () => void }) {
  const { dossier, procedure, done, refused } = props;
  const [drafts, setDrafts] = useState<Draft[]>(() =>
    partsLeft(props, choices).map((agency) => ({ agency, question: "", hidden: [] })),
  );
  const [next, setNext] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const action = useAction((key, questions: Schema["QuestionBody"][]) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/consultation", { ...keyed(dossier.id, key), body: { questions } })),
  );
  const { refusal } = action;
  useEffect(() => {
    if (refusal !== null && refusal.status === 409) refused(refusal);
  }, [refusal]);
  const change = (agency: string, what: Partial<Draft>) =>
    setDrafts((all) => all.map((one) => (one.agency === agency ? { ...one, ...what } : one)));
  const add = () => {
    if (next === "") return;
    setDrafts((all) => [...all, { agency: next, question: "", hidden: [] }]);
    setNext("");
  };
  const send = async (event: Event) => {
    event.preventDefault();
    const empty = drafts.flatMap((one, n) =>
      one.question.trim() === ""
        ? [{ field: `questions[${n}].question`, code: "Required", message: t("consult.ask.empty") }]
        : [],
    );
    if (drafts.length === 0) empty.push({ field: "agency", code: "Required", message: t("consult.ask.nobody") });
    if (empty.length > 0) return action.refuse(new Refusal(422, "Incomplete", t("desk.incomplete"), empty));
    const moved = await action.run(drafts.map((one) => ({ ...one, question: one.question.trim(), days: null })));
    if (moved !== undefined) done(t("consult.ask.done"));
  };
  const free = choices.filter((one) => !one.asked && !drafts.some((draft) => draft.agency === one.agency.code));
  const papers = dossier.papers.filter((one) => one.counts);
  return (
    <form class="card" noValidate aria-labelledby="ask-title" onSubmit={(event) => void send(event)}>
      <h3 class="govuk-heading-s" id="ask-title" tabIndex={-1} ref={heading}>
        {t("consult.ask")}
      </h3>
      <p class="govuk-body">{t("consult.ask.about")}</p>
      <ErrorSummary refusal={refusal} place={(field) => (field === "agency" ? "ask-agency" : field)} />
      {drafts.map((draft, n) => {
        const choice = choices.find((one) => one.agency.code === draft.agency);
        if (choice === undefined) return null;
        const field = `questions[${n}].question`;
        return (
          <fieldset class="govuk-fieldset consult__one" key={draft.agency}>
            <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">{choice.agency.name}</legend>
            <p class="govuk-body">
              {choice.part && `${t("consult.part", { name: choice.part.name })} `}
              <strong>{t("consult.ask.due", { at: dateTime(choice.due_at) })}</strong>{" "}
              {t(`consult.silence.${choice.silence}`)}
            </p>
            <TextareaField
              name={field}
              label={t("consult.ask.question")}
              rows={3}
              maxLength={2000}
              value={draft.question}
              error={refusal?.of(field)}
              onInput={(question) => change(draft.agency, { question })}
            />
            {papers.length > 0 && (
              <div class="consult__papers" role="group" aria-label={t("consult.ask.hidden")}>
                <p class="govuk-body">
                  {t("consult.ask.hidden")} <span class="govuk-hint">{t("consult.ask.hidden.hint")}</span>
                </p>
                {papers.map(({ component }) => (
                  <CheckboxField
                    key={component}
                    name={`hidden-${n}-${component}`}
                    label={paperName(procedure, component)}
                    checked={draft.hidden.includes(component)}
                    onInput={(hide) =>
                      change(draft.agency, {
                        hidden: hide ? [...draft.hidden, component] : draft.hidden.filter((one) => one !== component),
                      })
                    }
                  />
                ))}
              </div>
            )}
            <Button
              kind="secondary"
              label={t("consult.ask.remove.one", { agency: choice.agency.name })}
              onClick={() => setDrafts((all) => all.filter((one) => one.agency !== draft.agency))}
            >
              {t("consult.ask.remove")}
            </Button>
          </fieldset>
        );
      })}
      <div class="consult__add">
        <SelectField
          name="ask-agency"
          label={t("consult.ask.agency")}
          value={next}
          error={refusal?.of("agency")}
          options={free.map((one) => ({ value: one.agency.code, label: one.agency.name }))}
          onInput={setNext}
        />
        <Button kind="secondary" name="consult-add" onClick={add}>
          {t("consult.ask.add")}
        </Button>
      </div>
      <Buttons>
        <Button busy={action.busy}>{t("consult.ask.send")}</Button>
        <Button kind="secondary" onClick={close}>
          {t("button.cancel")}
        </Button>
      </Buttons>
    </form>
  );
}

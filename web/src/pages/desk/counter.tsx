import { api, ask, Refusal } from "../../api/client";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { useKept } from "../../kept";
import { CheckboxField, RadiosField, TextareaField } from "../../parts/Field";
import { ActFrame, keyed, useTold, type Doing } from "./acts";
import { paperName, RESULT } from "./procedure";
import { Templates } from "./templates";

const comparisons = ["matches", "differs", "not_shown"] as const;
type Comparison = (typeof comparisons)[number];

/** Every paper against its original, all in one go; one that differs stops the hand-over. */
export function OriginalsForm({ dossier, procedure, done, refused, close }: Doing) {
  const components = [
    ...new Set(dossier.papers.filter((one) => one.counts && one.component !== RESULT).map((one) => one.component)),
  ];
  const [found, setFound] = useKept<Record<string, Comparison>>("originals", () => ({
    ...(dossier.originals as Record<string, Comparison>),
  }));
  const [signed, setSigned] = useKept("originals.signed", dossier.form_signed);
  const [note, setNote] = useKept("originals.note", "");
  const action = useAction((key, originals: Record<string, Comparison>, form_signed: boolean, said: string) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/originals", {
        ...keyed(dossier.id, key),
        body: { originals, form_signed, note: said },
      }),
    ),
  );
  useTold(action, refused);
  const stops = !signed || components.some((one) => found[one] !== undefined && found[one] !== "matches");
  const submit = async () => {
    const missing = components.filter((one) => found[one] === undefined);
    if (missing.length > 0) {
      const fields = missing.map((one) => ({
        field: `originals.${one}`,
        code: "Required",
        message: t("desk.originals.missing", { name: paperName(procedure, one) }),
      }));
      return action.refuse(new Refusal(422, "Incomplete", t("desk.incomplete"), fields));
    }
    const moved = await action.run(found, signed, note.trim());
    if (moved !== undefined) done(t("desk.done.compare", { state: moved.state.name }));
  };
  const { refusal } = action;
  return (
    <ActFrame act="compare" refusal={refusal} busy={action.busy} close={close} onSubmit={() => void submit()}>
      <p class="govuk-body">{t("desk.about.compare")}</p>
      {components.map((one) => (
        <RadiosField
          key={one}
          name={`originals.${one}`}
          label={paperName(procedure, one)}
          inline
          value={found[one] ?? ""}
          error={refusal?.of(`originals.${one}`)}
          onInput={(value) => setFound({ ...found, [one]: value as Comparison })}
          options={comparisons.map((value) => ({ value, label: t(`desk.originals.${value}`) }))}
        />
      ))}
      <CheckboxField
        name="form_signed"
        label={t("desk.originals.signed")}
        checked={signed}
        error={refusal?.of("form_signed")}
        onInput={setSigned}
      />
      {stops && <p class="govuk-hint">{t("desk.originals.stops")}</p>}
      <Templates name="template" of="compare" text={note} onText={setNote} />
      <TextareaField
        name="note"
        label={t("desk.text.note")}
        optional
        rows={2}
        maxLength={2000}
        value={note}
        error={refusal?.of("note")}
        onInput={setNote}
      />
    </ActFrame>
  );
}

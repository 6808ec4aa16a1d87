import { useRef, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { useAction } from "../../hooks";
import { t, type Key } from "../../i18n";
import { useKept } from "../../kept";
import { CheckboxField, RadiosField, SelectField, TextField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { ActFrame, keyed, required, useTold, type Doing } from "./acts";
import { SignaturePad, type Pad } from "./signature";
import { useUpload } from "./upload";

type Body = Schema["HandOverBody"];
const relations = ["self", "mandate", "representative"] as const;
const ways = ["drawn", "sheet", "paper"] as const;
type Way = (typeof ways)[number];

/** The result goes over the counter: who takes it, by what right, and the signature, which is kept with the dossier. */
export default function HandOverForm({ dossier, done, refused, close }: Doing) {
  const [recipient, setRecipient] = useKept("recipient", () => String(dossier.applicant["name"] ?? ""));
  const [relation, setRelation] = useKept<Body["relation"]>("recipient.relation", "self");
  const [end, setEnd] = useKept("recipient.identity", "");
  const [way, setWay] = useKept<Way>("recipient.way", "drawn");
  const [signed, setSigned] = useKept("recipient.signed", false);
  const [sheet, setSheet] = useState<File | null>(null);
  const pad = useRef<Pad | null>(null);
  const uploads = useUpload(dossier.id);
  const action = useAction(async (key, given: Omit<Body, "signature">, file: File | null) => {
    let signature: string | null = null;
    if (file !== null && way !== "paper") {
      signature = uploads.known(file);
      if (signature === null) {
        announce(t("desk.handover.sending"));
        signature = await uploads.send(way, file, [file]);
      }
    }
    const body = { ...given, signature };
    return ask(api.POST("/desk/dossiers/{dossier_id}/hand-over", { ...keyed(dossier.id, key), body }));
  });
  useTold(action, refused);
  const submit = async () => {
    if (recipient.trim() === "") return action.refuse(required("recipient"));
    if (!/^([0-9]{4})?$/.test(end.trim())) {
      return action.refuse(required("identity_end", t("desk.handover.identity.wrong")));
    }
    const file = way === "drawn" ? await (pad.current?.file() ?? null) : way === "sheet" ? sheet : null;
    if (way !== "paper" && file === null) {
      return action.refuse(required("signature", t(`desk.handover.${way}.missing` as Key)));
    }
    if (way === "paper" && !signed) return action.refuse(required("signed", t("desk.handover.signed.missing")));
    const given = { recipient: recipient.trim(), signed: true, relation, identity_end: end.trim() };
    const moved = await action.run(given, file);
    if (moved !== undefined) done(t("desk.done.deliver", { state: moved.state.name }));
    else uploads.drop();
  };
  const { refusal } = action;
  const problem = refusal?.of("signature");
  return (
    <ActFrame act="deliver" refusal={refusal} busy={action.busy} close={close} onSubmit={() => void submit()}>
      <p class="govuk-body">{t("desk.about.deliver")}</p>
      <TextField
        name="recipient"
        label={t("desk.handover.recipient")}
        hint={t("desk.handover.recipient.hint")}
        value={recipient}
        maxLength={200}
        autocomplete="off"
        error={refusal?.of("recipient")}
        onInput={setRecipient}
      />
      <SelectField
        name="relation"
        label={t("desk.handover.relation")}
        filled
        value={relation ?? "self"}
        options={relations.map((value) => ({ value, label: t(`desk.handover.relation.${value}`) }))}
        onInput={(value) => setRelation(value as Body["relation"])}
      />
      <TextField
        name="identity_end"
        label={t("desk.handover.identity")}
        optional
        value={end}
        width={4}
        maxLength={4}
        inputmode="numeric"
        autocomplete="off"
        error={refusal?.of("identity_end")}
        onInput={setEnd}
      />
      <RadiosField
        name="way"
        label={t("desk.handover.way")}
        value={way}
        options={ways.map((value) => ({ value, label: t(`desk.handover.way.${value}`) }))}
        onInput={(value) => setWay(value as Way)}
      />
      {way === "drawn" && <SignaturePad pad={pad} problem={problem} />}
      {way === "sheet" && (
        <div class={`govuk-form-group${problem ? " govuk-form-group--error" : ""}`}>
          <label class="govuk-label" for="signature">
            {t("desk.handover.sheet")}
          </label>
          {problem && (
            <p class="govuk-error-message" id="signature-error">
              {problem}
            </p>
          )}
          <input
            class="govuk-file-upload"
            id="signature"
            type="file"
            accept="application/pdf,image/jpeg,image/png"
            aria-describedby={problem ? "signature-error" : undefined}
            onChange={(event) => setSheet(event.currentTarget.files?.[0] ?? null)}
          />
        </div>
      )}
      {way === "paper" && (
        <CheckboxField
          name="signed"
          label={t("desk.handover.signed")}
          checked={signed}
          error={refusal?.of("signed")}
          onInput={setSigned}
        />
      )}
    </ActFrame>
  );
}

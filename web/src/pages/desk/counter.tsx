import { api, ask, Refusal } from "../../api/client";
import { money } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { useKept } from "../../kept";
import { CheckboxField, RadiosField, TextareaField, TextField } from "../../parts/Field";
import { NumberField } from "../../parts/NumberField";
import { ActFrame, keyed, required, useTold, type Doing } from "./acts";
import type { Dossier } from "./dossier";
import { paperName, RESULT } from "./procedure";
import { Templates } from "./templates";

const moments: Record<string, string> = {
  filing_fee_due: "filing",
  acceptance_fee_due: "acceptance",
  result_fee_due: "result",
};
const means = ["cash", "card", "transfer"] as const;
type Means = (typeof means)[number];
const comparisons = ["matches", "differs", "not_shown"] as const;
type Comparison = (typeof comparisons)[number];

/** The fees that the counter takes now, by the moment that the dossier has reached. */
export const feesDue = (dossier: Dossier) =>
  dossier.fees.filter((fee) => fee.moment === moments[dossier.state.code] && fee.receipt === null);

export function FeeForm({ dossier, done, refused, close }: Doing) {
  const due = feesDue(dossier);
  const total = due.reduce((sum, fee) => sum + fee.amount, 0);
  const [amount, setAmount] = useKept<number | string | null>("fee.amount", total);
  const [receipt, setReceipt] = useKept("fee.receipt", "");
  const [by, setBy] = useKept<Means>("fee.means", "cash");
  const action = useAction((key, taken: number, under: string, how: Means) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/fee", {
        ...keyed(dossier.id, key),
        body: { amount: taken, receipt: under, means: how },
      }),
    ),
  );
  useTold(action, refused);
  const submit = async () => {
    if (typeof amount !== "number" || !Number.isInteger(amount) || amount < 1)
      return action.refuse(required("amount", t("desk.fee.amount.wrong")));
    if (receipt.trim() === "") return action.refuse(required("receipt"));
    const moved = await action.run(amount, receipt.trim(), by);
    if (moved !== undefined) done(t("desk.done.pay", { amount: money(amount), state: moved.state.name }));
  };
  const { refusal } = action;
  return (
    <ActFrame act="pay" refusal={refusal} busy={action.busy} close={close} onSubmit={() => void submit()}>
      <ul class="govuk-list fee-list">
        {due.map((fee) => (
          <li key={fee.code}>
            {fee.name}: <strong>{money(fee.amount)}</strong>
          </li>
        ))}
      </ul>
      <p class="fee-total">
        {t("desk.fee.due")} <strong>{money(total)}</strong>
      </p>
      <NumberField
        name="amount"
        label={t("desk.fee.amount")}
        hint={t("desk.fee.amount.hint")}
        whole
        value={amount}
        error={refusal?.of("amount")}
        onInput={setAmount}
        suffix={t("desk.fee.unit")}
      />
      <TextField
        name="receipt"
        label={t("desk.fee.receipt")}
        hint={t("desk.fee.receipt.hint")}
        value={receipt}
        width={20}
        maxLength={40}
        autocomplete="off"
        error={refusal?.of("receipt")}
        onInput={setReceipt}
      />
      <RadiosField
        name="means"
        label={t("desk.fee.means")}
        inline
        value={by}
        error={refusal?.of("means")}
        onInput={(value) => setBy(value as Means)}
        options={means.map((value) => ({ value, label: t(`desk.means.${value}`) }))}
      />
    </ActFrame>
  );
}

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

export function HandOverForm({ dossier, done, refused, close }: Doing) {
  const [recipient, setRecipient] = useKept("recipient", () => String(dossier.applicant["name"] ?? ""));
  const [signed, setSigned] = useKept("recipient.signed", false);
  const action = useAction((key, to: string, has: boolean) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/hand-over", {
        ...keyed(dossier.id, key),
        body: { recipient: to, signed: has },
      }),
    ),
  );
  useTold(action, refused);
  const submit = async () => {
    if (recipient.trim() === "") return action.refuse(required("recipient"));
    if (!signed) return action.refuse(required("signed", t("desk.handover.signed.missing")));
    const moved = await action.run(recipient.trim(), signed);
    if (moved !== undefined) done(t("desk.done.deliver", { state: moved.state.name }));
  };
  const { refusal } = action;
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
      <CheckboxField
        name="signed"
        label={t("desk.handover.signed")}
        checked={signed}
        error={refusal?.of("signed")}
        onInput={setSigned}
      />
    </ActFrame>
  );
}

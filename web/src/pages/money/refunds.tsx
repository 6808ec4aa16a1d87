import { useState } from "preact/hooks";
import { api, ask, Refusal } from "../../api/client";
import { date, dateTime, money } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { SelectField, TextField, TextareaField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Tag } from "../../parts/StateTag";
import { Steps } from "../../parts/Steps";
import { word, type Money, type Refund } from "./words";

const ways = {
  original: ["open", "prepared", "approved", "sent", "done"],
  other: ["open", "prepared", "approved", "done"],
} as const;

/** How far a refund has come; what a person pays out is never on its way by itself. */
export function RefundSteps({ of }: { of: Refund }) {
  const byHand = of.channel === "transfer" || of.channel === "cash" || (of.channel === null && !of.original_possible);
  const steps = byHand ? ways.other : ways.original;
  const at = steps.findIndex((one) => one === of.state);
  return (
    <Steps
      label={t("money.refund.amount", { amount: money(of.amount) })}
      names={steps.map((one) => t(`money.refund.step.${one}`))}
      at={at}
    />
  );
}

export function howItGoesBack(of: Refund): string {
  if (of.channel === "original") return t("money.refund.how.original", { way: of.via.name });
  return word("refund.how", of.channel ?? "open", t("money.refund.how.open"));
}

/** What the agency owes back: why, how much, how far it is, until when. */
export function Refunds({ of, again }: { of: Money; again: () => void }) {
  if (of.refunds.length === 0) return null;
  return (
    <section aria-labelledby="refunds">
      <h2 class="govuk-heading-m" id="refunds">
        {t("money.refunds")}
      </h2>
      {of.refunds.map((one) => (
        <One key={one.id} of={one} banks={of.banks} again={again} />
      ))}
    </section>
  );
}

function One({ of, banks, again }: { of: Refund; banks: Money["banks"]; again: () => void }) {
  const nameable = banks.length > 0 && (of.state === "open" || of.state === "prepared");
  const title = `refund-${of.id}`;
  const facts: [string, string][] = [
    [t("money.refund.from"), of.via.name],
    [t("money.refund.how"), howItGoesBack(of)],
    ...(of.payee
      ? [
          [t("money.refund.account"), `${of.payee.number}, ${of.payee.holder}, ${of.payee.bank_name}`] as [string, string],
        ]
      : []),
    of.done_at ? [t("money.refund.at"), dateTime(of.done_at)] : [t("money.refund.due"), date(of.due_at)],
    ...(of.proof ? [[t("money.refund.proof"), of.proof] as [string, string]] : []),
  ];
  return (
    <article class="refund card" aria-labelledby={title}>
      <h3 class="govuk-heading-s refund__title" id={title}>
        {t("money.refund.amount", { amount: money(of.amount) })} {of.overdue && <Tag tone="red">{t("money.refund.overdue")}</Tag>}
      </h3>
      <p>{of.because}</p>
      <RefundSteps of={of} />
      <dl class="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {nameable &&
        (of.needs_account ? (
          <>
            <h4 class="govuk-heading-s">{t("money.refund.account.ask")}</h4>
            <AccountForm of={of} banks={banks} again={again} />
          </>
        ) : (
          <details class="govuk-details no-print">
            <summary class="govuk-details__summary">
              <span class="govuk-details__summary-text">{t("money.refund.account.change")}</span>
            </summary>
            <div class="govuk-details__text">
              <AccountForm of={of} banks={banks} again={again} />
            </div>
          </details>
        ))}
    </article>
  );
}

/** Where a transfer shall go; why, while the money could still go back the way it came. */
function AccountForm({ of, banks, again }: { of: Refund; banks: Money["banks"]; again: () => void }) {
  const [bank, setBank] = useState(of.payee?.bank ?? "");
  const [number, setNumber] = useState(of.payee?.number ?? "");
  const [holder, setHolder] = useState(of.payee?.holder ?? "");
  const [reason, setReason] = useState("");
  const send = useAction((key, account: { bank: string; number: string; holder: string; reason: string }) =>
    ask(
      api.POST("/dossiers/{dossier_id}/refunds/{refund_id}/account", {
        params: { path: { dossier_id: of.dossier, refund_id: of.id }, header: { "Idempotency-Key": key } },
        body: account,
      }),
    ),
  );
  // Several refunds may stand on one page: each form's controls have names of their own.
  const named = (field: string) => `${of.id}.${field}`;
  const wrong = (field: string) => send.refusal?.of(field);
  const submit = async (event: Event) => {
    event.preventDefault();
    const given = {
      bank,
      number: number.replace(/\s/g, ""),
      holder: holder.trim(),
      reason: reason.trim(),
    };
    const needed = of.original_possible ? (["bank", "number", "holder", "reason"] as const) : (["bank", "number", "holder"] as const);
    const missing = needed.filter((field) => given[field] === "");
    if (missing.length > 0) {
      const defects = missing.map((field) => ({ field, code: "Required", message: t("error.required") }));
      send.refuse(new Refusal(422, "Incomplete", t("money.refund.account.missing"), defects));
      return;
    }
    if ((await send.run(given)) === undefined) return;
    announce(t("money.refund.account.sent"));
    again();
  };
  return (
    <form class="no-print" onSubmit={(event) => void submit(event)} noValidate>
      <ErrorSummary refusal={send.refusal} place={named} />
      <SelectField
        name={named("bank")}
        label={t("money.refund.account.bank")}
        value={bank}
        options={banks.map(({ code, name }) => ({ value: code, label: name }))}
        error={wrong("bank")}
        onInput={setBank}
      />
      <TextField
        name={named("number")}
        label={t("money.refund.account.number")}
        value={number}
        width={20}
        maxLength={24}
        inputmode="numeric"
        autocomplete="off"
        error={wrong("number")}
        onInput={setNumber}
      />
      <TextField
        name={named("holder")}
        label={t("money.refund.account.holder")}
        hint={t("money.refund.account.holder.hint")}
        value={holder}
        maxLength={100}
        autocomplete="off"
        error={wrong("holder")}
        onInput={setHolder}
      />
      {of.original_possible && (
        <TextareaField
          name={named("reason")}
          label={t("money.refund.account.reason")}
          rows={2}
          maxLength={2000}
          value={reason}
          error={wrong("reason")}
          onInput={setReason}
        />
      )}
      <Button kind="secondary" busy={send.busy}>
        {t("money.refund.account.send")}
      </Button>
    </form>
  );
}

/** A fee whose own law gives it back also when the result is not collected (clause A16). */
export function Claim({ dossier, again }: { dossier: string; again: () => void }) {
  const [reason, setReason] = useState("");
  const send = useAction((key, why: string) =>
    ask(
      api.POST("/dossiers/{dossier_id}/refund-claim", {
        params: { path: { dossier_id: dossier }, header: { "Idempotency-Key": key } },
        body: { reason: why },
      }),
    ),
  );
  const submit = async (event: Event) => {
    event.preventDefault();
    const why = reason.trim();
    if (why === "") {
      const message = t("money.claim.reason.missing");
      send.refuse(new Refusal(422, "Incomplete", message, [{ field: "claim", code: "Required", message }]));
      return;
    }
    if ((await send.run(why)) === undefined) return;
    announce(t("money.claim.sent"));
    again();
  };
  return (
    <details class="govuk-details no-print">
      <summary class="govuk-details__summary">
        <span class="govuk-details__summary-text">{t("money.claim")}</span>
      </summary>
      <form class="govuk-details__text" onSubmit={(event) => void submit(event)} noValidate>
        <ErrorSummary refusal={send.refusal} place={() => "claim"} />
        <p class="govuk-body">{t("money.claim.text")}</p>
        <TextareaField
          name="claim"
          label={t("money.claim.reason")}
          rows={2}
          maxLength={2000}
          value={reason}
          error={send.refusal?.of("claim") ?? send.refusal?.of("reason")}
          onInput={setReason}
        />
        <Button kind="secondary" busy={send.busy}>
          {t("money.claim.send")}
        </Button>
      </form>
    </details>
  );
}

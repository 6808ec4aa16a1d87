import { useEffect, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { money } from "../../format";
import { useAction, type Action } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { CheckboxField, RadiosField, TextareaField, TextField } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { useSession } from "../../session";
import { Prepare } from "./prepare";
import { payeeText } from "./refund";
import type { Refund } from "./refunds";

export interface Doing {
  of: Refund;
  banks: Schema["MoneyShape"]["banks"];
  roles: readonly string[];
  done: (text: string) => void;
  refused: (refusal: Refusal) => void;
}

export const at = (of: Refund, key: string) => ({
  params: { path: { dossier_id: of.dossier, refund_id: of.id }, header: { "Idempotency-Key": key } },
});

export const missing = (field: string, message: string): Refusal =>
  new Refusal(422, "Incomplete", t("finance.prepare.missing"), [{ field, code: "Missing", message }]);

/** A refusal because of somebody else is told by the page, which then shows what is there now. */
export function useTold(action: Action<never[], unknown>, refused: (refusal: Refusal) => void): void {
  const { refusal } = action;
  useEffect(() => {
    if (refusal !== null) refused(refusal);
  }, [refusal]);
}

/** What can be done in the refund's state, by whom. */
export function Acts(doing: Doing) {
  const { of, roles } = doing;
  const accountant = roles.includes("accountant");
  switch (of.state) {
    case "open":
      return <Prepare {...doing} />;
    case "prepared":
      return (
        <>
          {accountant ? <Approve {...doing} /> : <p class="govuk-body">{t("finance.accountant")}</p>}
          <details class="govuk-details">
            <summary class="govuk-details__summary">
              <span class="govuk-details__summary-text">{t("finance.prepare.again")}</span>
            </summary>
            <div class="govuk-details__text">
              <Prepare {...doing} />
            </div>
          </details>
        </>
      );
    case "approved":
      return (
        <>
          <Approved {...doing} />
          {accountant && <SendBack {...doing} />}
        </>
      );
    case "sent":
      return (
        <>
          <Notice title={t("finance.sent")}>
            <p>{t("finance.sent.text", { way: of.via.name })}</p>
          </Notice>
          {accountant && <Word {...doing} />}
        </>
      );
    default:
      return null;
  }
}

function Approve(doing: Doing) {
  const { of, done, refused } = doing;
  const { name } = useSession();
  const [note, setNote] = useState("");
  const action = useAction((key, said: string) =>
    ask(
      api.POST("/desk/refunds/{dossier_id}/{refund_id}/approve", {
        ...at(of, key),
        body: { version: of.version, note: said },
      }),
    ),
  );
  useTold(action, refused);
  // Names are no proof of who it was; the API decides. This only spares a refusal that is certain.
  const own = of.second_person && [...of.log].reverse().find((line) => line.event === "prepare")?.name === name;
  const send = async (event: Event) => {
    event.preventDefault();
    if ((await action.run(note.trim())) !== undefined) done(t("finance.approve.done"));
  };
  return (
    <section class="card act" aria-labelledby="approve">
      <h2 class="govuk-heading-m" id="approve">
        {t("finance.approve")}
      </h2>
      <ErrorSummary refusal={action.refusal} />
      {own && (
        <Notice kind="warning">
          <p>{t("finance.refund.four.own")}</p>
        </Notice>
      )}
      <form onSubmit={(event) => void send(event)} noValidate>
        <TextareaField
          name="note"
          label={t("finance.approve.note")}
          optional
          rows={2}
          maxLength={2000}
          value={note}
          error={action.refusal?.of("note")}
          onInput={setNote}
        />
        <Buttons>
          <Button busy={action.busy}>{t("finance.approve.send")}</Button>
          <SendBack {...doing} />
        </Buttons>
      </form>
    </section>
  );
}

function SendBack({ of, done, refused }: Doing) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const action = useAction((key, why: string) =>
    ask(
      api.POST("/desk/refunds/{dossier_id}/{refund_id}/return", {
        ...at(of, key),
        body: { version: of.version, reason: why },
      }),
    ),
  );
  useTold(action, (refusal) => {
    if (refusal.status === 409 || refusal.status === 404) setOpen(false);
    refused(refusal);
  });
  const send = async () => {
    const why = reason.trim();
    if (why === "") return action.refuse(missing("return-reason", t("finance.return.missing")));
    if ((await action.run(why)) === undefined) return;
    setOpen(false);
    done(t("finance.return.done"));
  };
  return (
    <>
      <Button kind="secondary" onClick={() => setOpen(true)}>
        {t("finance.return")}
      </Button>
      <Dialog
        open={open}
        title={t("finance.return.ask")}
        confirm={t("finance.return")}
        busy={action.busy}
        onConfirm={() => void send()}
        onClose={() => setOpen(false)}
      >
        <ErrorSummary refusal={action.refusal} place={() => "return-reason"} />
        <TextareaField
          name="return-reason"
          label={t("finance.return.reason")}
          rows={3}
          maxLength={2000}
          value={reason}
          error={action.refusal?.of("return-reason") ?? action.refusal?.of("reason")}
          onInput={setReason}
        />
      </Dialog>
    </>
  );
}

function Approved(doing: Doing) {
  const { of, roles } = doing;
  if (of.channel === "original") {
    return (
      <Notice>
        <p>{t("finance.approved.original", { way: of.via.name })}</p>
      </Notice>
    );
  }
  const cash = of.channel === "cash";
  if (!roles.includes(cash ? "cashier" : "accountant")) {
    return <p class="govuk-body">{t(cash ? "finance.payout.cash.who" : "finance.payout.transfer.who")}</p>;
  }
  return <PayOut {...doing} cash={cash} />;
}

function PayOut({ of, done, refused, cash }: Doing & { cash: boolean }) {
  const [reference, setReference] = useState("");
  const [recipient, setRecipient] = useState("");
  const [signed, setSigned] = useState(false);
  const action = useAction((key, proof: { reference: string; recipient: string; signed: boolean }) =>
    ask(
      api.POST("/desk/refunds/{dossier_id}/{refund_id}/pay-out", {
        ...at(of, key),
        body: { version: of.version, ...proof },
      }),
    ),
  );
  useTold(action, refused);
  const send = async (event: Event) => {
    event.preventDefault();
    const proof = { reference: reference.trim(), recipient: recipient.trim(), signed };
    if (!cash && proof.reference === "")
      return action.refuse(missing("reference", t("finance.payout.reference.missing")));
    if (cash && proof.recipient === "")
      return action.refuse(missing("recipient", t("finance.payout.recipient.missing")));
    if (cash && !signed) return action.refuse(missing("signed", t("finance.payout.signed.missing")));
    if ((await action.run(proof)) !== undefined) done(t("finance.payout.done"));
  };
  const { refusal } = action;
  return (
    <section class="card act" aria-labelledby="pay-out">
      <h2 class="govuk-heading-m" id="pay-out">
        {t("finance.payout")}
      </h2>
      <ErrorSummary refusal={refusal} />
      <p class="govuk-body">
        {t(cash ? "finance.payout.cash" : "finance.payout.transfer", { amount: money(of.amount) })}
      </p>
      {!cash && of.payee && (
        <p class="govuk-body">
          <strong>{payeeText(of.payee)}</strong>
        </p>
      )}
      <form onSubmit={(event) => void send(event)} noValidate>
        {cash ? (
          <>
            <TextField
              name="recipient"
              label={t("finance.payout.recipient")}
              value={recipient}
              maxLength={200}
              autocomplete="off"
              error={refusal?.of("recipient")}
              onInput={setRecipient}
            />
            <CheckboxField
              name="signed"
              label={t("finance.payout.signed")}
              checked={signed}
              error={refusal?.of("signed")}
              onInput={setSigned}
            />
          </>
        ) : (
          <TextField
            name="reference"
            label={t("finance.payout.reference")}
            value={reference}
            width={20}
            maxLength={40}
            autocomplete="off"
            error={refusal?.of("reference")}
            onInput={setReference}
          />
        )}
        <Button busy={action.busy}>{t("finance.payout.send")}</Button>
      </form>
    </section>
  );
}

const outcomes = ["done", "refused"] as const;
type Outcome = (typeof outcomes)[number];

/** What the gateway's own pages say, when it has not answered the portal for a day. */
function Word({ of, done, refused }: Doing) {
  const [outcome, setOutcome] = useState<Outcome | "">("");
  const [transaction, setTransaction] = useState("");
  const [note, setNote] = useState("");
  const action = useAction((key, word: { outcome: Outcome; transaction: string; note: string }) =>
    ask(
      api.POST("/desk/refunds/{dossier_id}/{refund_id}/word", { ...at(of, key), body: { version: of.version, ...word } }),
    ),
  );
  useTold(action, refused);
  const send = async (event: Event) => {
    event.preventDefault();
    if (outcome === "") return action.refuse(missing("outcome", t("error.required")));
    if (outcome === "done" && transaction.trim() === "")
      return action.refuse(missing("transaction", t("finance.word.transaction.missing")));
    if (note.trim() === "") return action.refuse(missing("note", t("finance.word.note.missing")));
    const word = { outcome, transaction: outcome === "done" ? transaction.trim() : "", note: note.trim() };
    if ((await action.run(word)) !== undefined) done(t("finance.word.said"));
  };
  const { refusal } = action;
  return (
    <details class="govuk-details">
      <summary class="govuk-details__summary">
        <span class="govuk-details__summary-text">{t("finance.word")}</span>
      </summary>
      <form class="govuk-details__text" onSubmit={(event) => void send(event)} noValidate>
        <ErrorSummary refusal={refusal} />
        <p class="govuk-body">{t("finance.word.text")}</p>
        <RadiosField
          name="outcome"
          label={t("finance.word.outcome")}
          value={outcome}
          error={refusal?.of("outcome")}
          onInput={(value) => setOutcome(value as Outcome)}
          options={outcomes.map((value) => ({ value, label: t(`finance.word.${value}`) }))}
        />
        {outcome === "done" && (
          <TextField
            name="transaction"
            label={t("finance.word.transaction")}
            value={transaction}
            width={20}
            maxLength={60}
            autocomplete="off"
            error={refusal?.of("transaction")}
            onInput={setTransaction}
          />
        )}
        <TextareaField
          name="note"
          label={t("finance.word.note")}
          rows={2}
          maxLength={2000}
          value={note}
          error={refusal?.of("note")}
          onInput={setNote}
        />
        <Button kind="secondary" busy={action.busy}>
          {t("finance.word.send")}
        </Button>
      </form>
    </details>
  );
}

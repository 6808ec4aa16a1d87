import { useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import type { FieldDefect } from "../../api/refusal";
import { dateTime } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { RadiosField, SelectField, TextareaField, TextField } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { Written } from "../../parts/Said";
import { useSession } from "../../session";
import { useTold } from "../finance/refund-acts";
import type { Entry } from "./words";

const known = ["attach", "owe", "pay_out", "cover", "dismiss", "reopen"] as const;
type Act = (typeof known)[number];

interface Doing {
  of: Entry;
  agency: string;
  banks: Schema["BankShape"][];
  accountant: boolean;
  done: (text: string, after: Entry) => void;
  refused: (refusal: Refusal) => void;
}

const at = (agency: string, of: Entry, key: string) => ({
  params: { path: { agency, entry_id: of.id }, header: { "Idempotency-Key": key } },
});

/** A proposal is decided first; otherwise one of the acts that the entry's state allows. */
export function EntryActs(doing: Doing) {
  const { of, accountant } = doing;
  const acts = known.filter((act) => of.can.includes(act));
  return (
    <section class="card act" aria-labelledby="acts">
      <h2 class="govuk-heading-m" id="acts">
        {t("books.acts")}
      </h2>
      {acts.length === 0 && of.proposal === null ? (
        <p class="govuk-body">{t("books.acts.none")}</p>
      ) : !accountant ? (
        <p class="govuk-body">{t("books.acts.reader")}</p>
      ) : of.proposal ? (
        <Proposed {...doing} proposal={of.proposal} />
      ) : (
        <Choice {...doing} acts={acts} />
      )}
    </section>
  );
}

function Proposed({ of, agency, proposal, done, refused }: Doing & { proposal: NonNullable<Entry["proposal"]> }) {
  const { name } = useSession();
  const [note, setNote] = useState("");
  const approval = useAction((key, said: string) =>
    ask(
      api.POST("/desk/books/{agency}/entries/{entry_id}/approval", {
        ...at(agency, of, key),
        body: { version: of.version, note: said },
      }),
    ),
  );
  const refusal = useAction((key, why: string) =>
    ask(
      api.POST("/desk/books/{agency}/entries/{entry_id}/refusal", {
        ...at(agency, of, key),
        body: { version: of.version, reason: why },
      }),
    ),
  );
  useTold(approval, refused);
  useTold(refusal, refused);
  const { payee } = proposal;
  const approve = async (event: Event) => {
    event.preventDefault();
    refusal.refuse(null);
    const after = await approval.run(note.trim());
    if (after !== undefined) done(t("books.proposal.approved"), after);
  };
  const decline = async () => {
    approval.refuse(null);
    if (note.trim() === "") {
      const message = t("error.required");
      refusal.refuse(new Refusal(422, "Incomplete", t("books.form.incomplete"), [{ field: "note", code: "Required", message }]));
      return;
    }
    const after = await refusal.run(note.trim());
    if (after !== undefined) done(t("books.proposal.declined"), after);
  };
  const told = approval.refusal ?? refusal.refusal;
  const about = { name: proposal.by_name, at: dateTime(proposal.at) };
  return (
    <form onSubmit={(event) => void approve(event)} noValidate>
      <ErrorSummary refusal={told} place={() => "note"} />
      <Notice title={t("books.proposal")}>
        <p>{t(proposal.act === "owe" ? "books.proposal.owe" : "books.proposal.dismiss", about)}</p>
        {payee && <p>{t("books.proposal.to", { account: `${payee.number}, ${payee.holder}, ${payee.bank_name}` })}</p>}
        <p>
          <Written text={t("books.proposal.why", { reason: proposal.reason })} />
        </p>
        {proposal.second_person && (
          <p>{t(proposal.by_name === name ? "books.proposal.own" : "books.proposal.second")}</p>
        )}
      </Notice>
      <TextareaField
        name="note"
        label={t("books.form.note")}
        rows={2}
        optional
        maxLength={2000}
        value={note}
        error={told?.of("note") ?? told?.of("reason")}
        onInput={setNote}
      />
      <Buttons>
        <Button busy={approval.busy}>{t("books.proposal.approve")}</Button>
        <Button kind="secondary" busy={refusal.busy} onClick={() => void decline()}>
          {t("books.proposal.decline")}
        </Button>
      </Buttons>
    </form>
  );
}

const empty = { reference: "", reason: "", bank: "", number: "", holder: "", kind: "file", document: "" };
type Given = typeof empty;
type Field = keyof Given;

/** What each act must be told, by the names of its request. */
const needs: Record<Act, readonly Field[]> = {
  attach: ["reference", "reason"],
  owe: ["bank", "number", "holder", "reason"],
  pay_out: ["reference"],
  cover: ["kind", "document", "reason"],
  dismiss: ["reason"],
  reopen: ["reason"],
};

function call(act: Act, agency: string, of: Entry, key: string, given: Given): Promise<Entry> {
  const { version } = of;
  const { reference, reason, bank, number, holder, document } = given;
  const where = at(agency, of, key);
  switch (act) {
    case "attach":
      return ask(
        api.POST("/desk/books/{agency}/entries/{entry_id}/attachment", { ...where, body: { version, reference, reason } }),
      );
    case "owe":
      return ask(
        api.POST("/desk/books/{agency}/entries/{entry_id}/return", {
          ...where,
          body: { version, reason, payee: { bank, number, holder } },
        }),
      );
    case "pay_out":
      return ask(
        api.POST("/desk/books/{agency}/entries/{entry_id}/pay-out", { ...where, body: { version, reference, note: reason } }),
      );
    case "cover":
      return ask(
        api.POST("/desk/books/{agency}/entries/{entry_id}/cover", {
          ...where,
          body: { version, reason, document, kind: given.kind === "drawer" ? "drawer" : "file" },
        }),
      );
    case "dismiss":
      return ask(
        api.POST("/desk/books/{agency}/entries/{entry_id}/declaration", { ...where, body: { version, reason } }),
      );
    case "reopen":
      return ask(api.POST("/desk/books/{agency}/entries/{entry_id}/reopening", { ...where, body: { version, reason } }));
  }
}

function Choice({ of, agency, banks, acts, done, refused }: Doing & { acts: readonly Act[] }) {
  const [act, setAct] = useState<Act | "">(acts.length === 1 ? (acts[0] ?? "") : "");
  const [given, setGiven] = useState<Given>(empty);
  const action = useAction((key, what: Act, told: Given) => call(what, agency, of, key, told));
  useTold(action, refused);
  const set = (field: Field) => (value: string) => setGiven((before) => ({ ...before, [field]: value }));
  const wrong = (field: string) => action.refusal?.of(field);
  const send = async (event: Event) => {
    event.preventDefault();
    if (act === "") {
      const message = t("books.acts.missing");
      action.refuse(new Refusal(422, "Incomplete", message, [{ field: "act", code: "Required", message }]));
      return;
    }
    const told = Object.fromEntries(Object.entries(given).map(([field, text]) => [field, text.trim()])) as Given;
    const defects: FieldDefect[] = needs[act]
      .filter((field) => told[field] === "")
      .map((field) => ({ field: placeOf(field), code: "Required", message: t("error.required") }));
    if (defects.length > 0) {
      action.refuse(new Refusal(422, "Incomplete", t("books.form.incomplete"), defects));
      return;
    }
    const after = await action.run(act, { ...told, number: told.number.replace(/\s/g, "") });
    if (after !== undefined) done(t("books.form.done"), after);
  };
  const asks = (field: Field) => act !== "" && needs[act].includes(field);
  return (
    <form onSubmit={(event) => void send(event)} noValidate>
      <ErrorSummary refusal={action.refusal} />
      <RadiosField
        name="act"
        label={t("books.acts.which")}
        value={act}
        error={wrong("act")}
        onInput={(value) => (action.refuse(null), setAct(value as Act))}
        options={acts.map((value) => ({ value, label: t(`books.act.${value}`), hint: t(`books.act.${value}.hint`) }))}
      />
      {asks("reference") && (
        <TextField
          name="reference"
          label={t(act === "attach" ? "books.form.reference" : "books.form.reference.bank")}
          value={given.reference}
          width={30}
          maxLength={60}
          autocomplete="off"
          error={wrong("reference")}
          onInput={set("reference")}
        />
      )}
      {asks("bank") && (
        <>
          <SelectField
            name="payee.bank"
            label={t("books.form.bank")}
            value={given.bank}
            options={banks.map(({ code, name }) => ({ value: code, label: name }))}
            error={wrong("payee.bank")}
            onInput={set("bank")}
          />
          <TextField
            name="payee.number"
            label={t("books.form.number")}
            value={given.number}
            width={20}
            maxLength={24}
            autocomplete="off"
            error={wrong("payee.number")}
            onInput={set("number")}
          />
          <TextField
            name="payee.holder"
            label={t("books.form.holder")}
            value={given.holder}
            maxLength={100}
            autocomplete="off"
            error={wrong("payee.holder")}
            onInput={set("holder")}
          />
        </>
      )}
      {asks("document") && (
        <>
          <RadiosField
            name="kind"
            label={t("books.form.kind")}
            value={given.kind}
            error={wrong("kind")}
            onInput={set("kind")}
            options={(["file", "drawer"] as const).map((value) => ({ value, label: t(`books.form.kind.${value}`) }))}
          />
          <TextField
            name="document"
            label={t("books.form.document")}
            hint={t("books.form.document.hint")}
            value={given.document}
            maxLength={120}
            autocomplete="off"
            error={wrong("document")}
            onInput={set("document")}
          />
        </>
      )}
      {act !== "" && (
        <>
          <TextareaField
            name="reason"
            label={t(act === "pay_out" ? "books.form.note" : "books.form.reason")}
            hint={t("books.form.reason.hint")}
            optional={act === "pay_out"}
            rows={2}
            maxLength={2000}
            value={given.reason}
            error={wrong("reason") ?? wrong("note")}
            onInput={set("reason")}
          />
          <Button busy={action.busy}>{t("books.form.send")}</Button>
        </>
      )}
    </form>
  );
}

/** The control of a field: an account's parts have the names of the request. */
const placeOf = (field: Field): string =>
  field === "bank" || field === "number" || field === "holder" ? `payee.${field}` : field;

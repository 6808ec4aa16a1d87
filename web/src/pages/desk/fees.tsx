import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { dateTime, lawDay, money, plainDate } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t, type Key } from "../../i18n";
import { RadiosField, TextField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { NumberField } from "../../parts/NumberField";
import { ReceiptLink } from "../../parts/ReceiptLink";
import { ActFrame, keyed, required, useTold, type Doing } from "./acts";
import type { Dossier } from "./dossier";
import { MONEY, placesOf } from "./money";

type Money = Schema["MoneyShape"];
const means = ["cash", "card", "transfer"] as const;
type Means = (typeof means)[number];

const moneyOf = (id: string): Promise<Money> =>
  ask(api.GET("/desk/dossiers/{dossier_id}/payments", { params: { path: { dossier_id: id } } }));

/** The counter takes what is due now, less what has arrived already. */
export function FeeForm(doing: Doing) {
  const loaded = useLoad(() => moneyOf(doing.dossier.id), [doing.dossier]);
  return <Ready of={loaded}>{(found) => <Taking {...doing} money={found} />}</Ready>;
}

function Taking({ dossier, done, refused, close, money: found }: Doing & { money: Money }) {
  const due = found.due?.amount ?? 0;
  const lines = found.fees.filter((fee) => fee.moment === found.due?.moment && !fee.paid);
  const [amount, setAmount] = useState<number | string | null>(due);
  const [reference, setReference] = useState("");
  const [by, setBy] = useState<Means>("cash");
  const action = useAction((key, taken: number, under: string, how: Means) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/fee", {
        ...keyed(dossier.id, key),
        body: { amount: taken, reference: under, means: how },
      }),
    ),
  );
  useTold(action, refused);
  const submit = async () => {
    if (typeof amount !== "number" || !Number.isInteger(amount) || amount < 1)
      return action.refuse(required("amount", t("desk.fee.amount.wrong")));
    if (by !== "cash" && reference.trim() === "") return action.refuse(required("reference"));
    const moved = await action.run(amount, by === "cash" ? "" : reference.trim(), by);
    if (moved !== undefined) done(t("desk.done.pay", { amount: money(amount), state: moved.state.name }));
  };
  const { refusal } = action;
  return (
    <ActFrame act="pay" refusal={refusal} busy={action.busy} close={close} onSubmit={() => void submit()}>
      <Elsewhere of={found} />
      <ul class="govuk-list fee-list">
        {lines.map((fee) => (
          <li key={fee.code}>
            {fee.name}: <strong>{money(fee.amount)}</strong>
          </li>
        ))}
        {found.due !== null && found.due.held > 0 && (
          <li>
            {t("desk.fee.held")} <strong>−{money(found.due.held)}</strong>
          </li>
        )}
      </ul>
      <p class="fee-total">
        {t("desk.fee.due")} <strong>{money(due)}</strong>
      </p>
      <Till agency={dossier.agency.code} />
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
      <RadiosField
        name="means"
        label={t("desk.fee.means")}
        inline
        value={by}
        error={refusal?.of("means")}
        onInput={(value) => setBy(value as Means)}
        options={means.map((value) => ({ value, label: t(`desk.means.${value}`) }))}
      />
      {by === "cash" ? (
        <Change due={typeof amount === "number" ? amount : due} />
      ) : (
        <TextField
          name="reference"
          label={t("desk.fee.reference")}
          hint={t("desk.fee.reference.hint")}
          value={reference}
          width={20}
          maxLength={40}
          autocomplete="off"
          error={refusal?.of("reference")}
          onInput={setReference}
        />
      )}
    </ActFrame>
  );
}

/** Somebody may be paying the same fee online at this moment. */
function Elsewhere({ of }: { of: Money }) {
  const open = of.attempts.filter((one) => one.state === "suspect" || (one.state === "open" && one.pay_url !== null));
  const last = open.at(-1);
  if (last === undefined) return null;
  return (
    <Notice kind="warning" title={t("desk.fee.elsewhere")}>
      <p>{t("desk.fee.elsewhere.text", { way: last.way.name, at: dateTime(last.created_at) })}</p>
    </Notice>
  );
}

/** What the payer hands over, and what comes back: worked out here, kept nowhere. */
function Change({ due }: { due: number }) {
  const [given, setGiven] = useState<number | string | null>(null);
  const back = typeof given === "number" && Number.isInteger(given) ? given - due : null;
  return (
    <div class="change">
      <NumberField
        name="given"
        label={t("desk.fee.given")}
        optional
        whole
        value={given}
        onInput={setGiven}
        suffix={t("desk.fee.unit")}
      />
      <p class="change__back" role="status">
        {back !== null &&
          (back === 0
            ? t("desk.fee.exact")
            : t(back < 0 ? "desk.fee.short" : "desk.fee.back", { amount: money(Math.abs(back)) }))}
      </p>
    </div>
  );
}

/** The drawer that the money goes into; one of an earlier day must be counted first. */
function Till({ agency }: { agency: string }) {
  const mine = useLoad(() => ask(api.GET("/desk/drawers/{agency}/mine", { params: { path: { agency } } })), [agency]);
  const drawer = mine.data?.drawer;
  if (mine.data === null) return null;
  const stale = drawer?.state === "open" && drawer.day !== lawDay(new Date());
  const text =
    drawer?.state !== "open"
      ? t("desk.till.none")
      : t(stale ? "desk.till.stale" : "desk.till.open", {
          number: drawer.number,
          day: plainDate(drawer.day),
          amount: money(drawer.expected),
        });
  return (
    <p class={stale ? "govuk-error-message" : "govuk-hint"}>
      {text}{" "}
      <a class="govuk-link" href={`/can-bo/${MONEY}/ca-thu/${agency}`}>
        {t("desk.money.ca-thu")}
      </a>
    </p>
  );
}

interface FeesProps {
  dossier: Dossier;
  posts: readonly Schema["PostShape"][];
}

/** What is to be paid, what came by which way, what goes back. */
export function Fees({ dossier, posts }: FeesProps) {
  const free = dossier.fees.length === 0 && dossier.refund === null;
  const loaded = useLoad(async () => (free ? null : moneyOf(dossier.id)), [dossier]);
  if (free) return null;
  return (
    <section class="block" aria-labelledby="fees-title">
      <h2 class="govuk-heading-m" id="fees-title">
        {t("desk.fees")}
      </h2>
      <Ready of={loaded}>
        {(found) =>
          found && (
            <>
              <ul class="govuk-list">
                {found.fees.map((fee) => (
                  <li key={`${fee.code}-${fee.moment}`}>
                    {fee.name}: <strong>{money(fee.amount)}</strong>,{" "}
                    {fee.paid ? t("desk.fee.paid") : t(`desk.fee.moment.${fee.moment}` as Key)}
                    {fee.waiver && ` (${fee.waiver.name}, ${fee.waiver.percent}%)`}
                  </li>
                ))}
              </ul>
              <Payments of={found} />
              <Back of={found} dossier={dossier} posts={posts} />
            </>
          )
        }
      </Ready>
    </section>
  );
}

function Payments({ of }: { of: Money }) {
  if (of.payments.length === 0) return null;
  return (
    <>
      <h3 class="govuk-heading-s">{t("desk.payments")}</h3>
      <ul class="govuk-list">
        {of.payments.map((one) => (
          <li key={one.id}>
            {dateTime(one.at)}: <strong>{money(one.amount)}</strong>, {one.via.name}
            {one.use !== "paid" && ` (${t(`desk.payments.${one.use}` as Key)})`}
            {one.receipt !== null && (
              <>
                {" · "}
                <ReceiptLink number={one.receipt} get={() => receiptOf(of.dossier, one.id)} />
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

const receiptOf = (dossier: string, payment: string): Promise<{ url: string }> =>
  ask(
    api.GET("/desk/dossiers/{dossier_id}/receipts/{payment_id}", {
      params: { path: { dossier_id: dossier, payment_id: payment } },
    }),
  );

function Back({ of, dossier, posts }: FeesProps & { of: Money }) {
  if (of.refunds.length === 0) return null;
  const opens = placesOf(posts).some((one) => one.section === "hoan-phi" && one.agency.code === dossier.agency.code);
  return (
    <>
      <h3 class="govuk-heading-s">{t("desk.money.hoan-phi")}</h3>
      <ul class="govuk-list">
        {of.refunds.map((one) => {
          const text = t(one.state === "done" ? "desk.refund.paid" : "desk.refund.owed", { amount: money(one.amount) });
          return (
            <li key={one.id}>
              {opens ? (
                <a class="govuk-link" href={`/can-bo/${MONEY}/hoan-phi/${dossier.agency.code}/${dossier.id}/${one.id}`}>
                  {text}
                </a>
              ) : (
                text
              )}{" "}
              {one.because}
            </li>
          );
        })}
      </ul>
    </>
  );
}

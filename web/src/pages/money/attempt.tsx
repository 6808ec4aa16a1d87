import { useEffect, useRef, useState } from "preact/hooks";
import { dateTime, money, time } from "../../format";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons, LinkButton } from "../../parts/Button";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Qr } from "../../parts/Qr";
import { ReceiptLink } from "../../parts/ReceiptLink";
import { SummaryList } from "../../parts/SummaryList";
import { Account } from "./offline";
import { useAttempt, type Watched } from "./poll";
import { moneyOf, payPage, receiptOf, type Attempt } from "./words";

/** Back from a gateway, or before a QR code: how a payment stands, as the API knows it and never better. */
export function AttemptPage({ reference }: { reference: string }) {
  const watched = useAttempt(reference);
  const { attempt, refusal } = watched;
  const title = attempt === null ? t("money.state") : titleOf(attempt);
  const heard = useRef<string | null>(null);
  useEffect(() => {
    if (attempt === null) return;
    if (heard.current !== null && heard.current !== attempt.state) announce(title, true);
    heard.current = attempt.state;
  }, [attempt?.state]);
  if (attempt === null) {
    return (
      <Page title={refusal?.status === 404 ? t("money.unknown") : title}>
        {refusal?.status === 404 ? (
          <Unknown />
        ) : (
          <Ready of={{ data: null, refusal, busy: watched.asking, again: watched.ask }}>{() => null}</Ready>
        )}
      </Page>
    );
  }
  return (
    <Page title={title} back={`/ho-so/${attempt.dossier}`}>
      <State attempt={attempt} watched={watched} />
    </Page>
  );
}

function titleOf({ state, way, amount }: Attempt): string {
  switch (state) {
    case "paid":
      return t("money.paid", { amount: money(amount) });
    case "failed":
      return t("money.failed");
    case "expired":
      return t("money.expired");
    case "suspect":
      return t("money.suspect");
    default:
      return t(isTransfer(way.code) ? "money.qr" : "money.open.gateway");
  }
}

const isTransfer = (way: string): boolean => way === "vietqr";

export function Unknown() {
  return (
    <>
      <p class="govuk-body">{t("money.unknown.text")}</p>
      <LinkButton href="/ho-so">{t("nav.dossiers")}</LinkButton>
    </>
  );
}

function State({ attempt, watched }: { attempt: Attempt; watched: Watched }) {
  const way = attempt.way.name;
  switch (attempt.state) {
    case "paid":
      return <Paid attempt={attempt} />;
    case "failed":
      return (
        <>
          <Notice kind="error" title={t("money.failed")}>
            <p>{t("money.failed.text", { way })}</p>
            <p>{t("money.failed.debited")}</p>
          </Notice>
          <Facts of={attempt} />
          <Again of={attempt} />
        </>
      );
    case "expired":
      return (
        <>
          <Notice kind="warning" title={t("money.expired")}>
            <p>{t("money.expired.text", { way })}</p>
            <p>{t("money.expired.debited")}</p>
          </Notice>
          <Facts of={attempt} />
          <Again of={attempt} />
        </>
      );
    case "suspect":
      return (
        <>
          <Notice kind="warning" title={t("money.suspect")}>
            <p>{t("money.suspect.text", { way })}</p>
            <p>{t("money.suspect.do", { way })}</p>
            <p>{t("money.suspect.ask", { way })}</p>
          </Notice>
          <Facts of={attempt} />
          <LinkButton href={`/ho-so/${attempt.dossier}`}>{t("money.to.dossier")}</LinkButton>
        </>
      );
    default:
      return attempt.qr === null ? (
        <Pending attempt={attempt} watched={watched} />
      ) : (
        <Picture attempt={attempt} payload={attempt.qr} watched={watched} />
      );
  }
}

function Facts({ of }: { of: Attempt }) {
  return (
    <SummaryList
      rows={[
        { label: t("money.attempt.amount"), value: money(of.amount) },
        { label: t("money.attempt.way"), value: of.way.name },
        { label: t("money.attempt.reference"), value: <code class="reference">{of.reference}</code> },
        { label: t("money.attempt.started"), value: dateTime(of.created_at) },
        ...(of.state === "open" ? [{ label: t("money.attempt.until"), value: dateTime(of.expires_at) }] : []),
      ]}
    />
  );
}

function Again({ of }: { of: Attempt }) {
  return (
    <Buttons>
      <LinkButton href={payPage(of.dossier)}>{t("money.failed.again")}</LinkButton>
      <LinkButton kind="secondary" href={`/ho-so/${of.dossier}`}>
        {t("money.to.dossier")}
      </LinkButton>
    </Buttons>
  );
}

function Pending({ attempt, watched }: { attempt: Attempt; watched: Watched }) {
  const way = attempt.way.name;
  return (
    <>
      <div class="waiting card">
        <p>{t(watched.long ? "money.open.long" : "money.open.gateway.text", { way })}</p>
        <p>
          <strong>{t("money.open.debited")}</strong>
        </p>
        <Asking watched={watched} />
      </div>
      <Facts of={attempt} />
      {attempt.pay_url !== null && (
        <p class="govuk-body">
          {t("money.open.undone")}{" "}
          <a class="govuk-link" href={attempt.pay_url}>
            {t("money.open.continue")}
          </a>
        </p>
      )}
      <LinkButton kind="secondary" href={`/ho-so/${attempt.dossier}`}>
        {t("money.to.dossier")}
      </LinkButton>
    </>
  );
}

/** When it was last asked, and a button for the impatient. What is spoken is the outcome, not every question. */
function Asking({ watched }: { watched: Watched }) {
  return (
    <div class="waiting__asking no-print">
      <Button kind="secondary" busy={watched.asking} onClick={watched.ask}>
        {t("money.open.check")}
      </Button>
      <p class="govuk-hint">
        {watched.refusal !== null
          ? watched.refusal.offline
            ? t("money.state.offline")
            : watched.refusal.message
          : watched.askedAt !== null && t("money.open.last", { time: time(watched.askedAt.toISOString()) })}
      </p>
    </div>
  );
}

interface PictureProps {
  attempt: Attempt;
  payload: string;
  watched: Watched;
}

function Picture({ attempt, payload, watched }: PictureProps) {
  const { transfer } = attempt;
  const amount = money(attempt.amount);
  return (
    <div class="slip">
      <p class="govuk-body">{t("money.qr.scan")}</p>
      <div class="transfer">
        <div class="transfer__picture">
          <Qr text={payload} label={t("money.qr.picture", { amount, text: attempt.reference })} />
          <p class="transfer__amount">{amount}</p>
          <p class="transfer__text">{attempt.reference}</p>
        </div>
        {transfer && (
          <div class="transfer__hand">
            <h2 class="govuk-heading-s">{t("money.qr.hand")}</h2>
            <Account
              accounts={[transfer]}
              amount={attempt.amount}
              text={transfer.text}
              exact={t("money.qr.exact")}
            />
          </div>
        )}
      </div>
      <p class="govuk-hint no-print">{t("money.qr.same")}</p>
      <div class="waiting card">
        <p>
          <strong>{t("money.open.bank")}</strong>
        </p>
        <p>{t("money.open.bank.text")}</p>
        <Asking watched={watched} />
      </div>
      <p class="govuk-hint">
        {t("money.attempt.until")}: {dateTime(attempt.expires_at)}
      </p>
      <Buttons>
        <Button kind="secondary" onClick={() => print()}>
          {t("money.qr.print")}
        </Button>
        <LinkButton kind="secondary" href={payPage(attempt.dossier)}>
          {t("money.other")}
        </LinkButton>
      </Buttons>
    </div>
  );
}

/** Seconds between looks for a receipt that is in the making. */
const LOOKS = [1, 2, 4, 8, 15];

/** The money is there; what else the dossier waits for, and what went back. */
function Paid({ attempt }: { attempt: Attempt }) {
  const loaded = useLoad(() => moneyOf(attempt.dossier), [attempt.dossier]);
  // The receipt is numbered with the payment's transaction and made a moment later.
  const [looked, setLooked] = useState(0);
  const made = loaded.data?.payments.some((one) => one.receipt !== null) ?? true;
  useEffect(() => {
    if (made || looked >= LOOKS.length) return undefined;
    const soon = setTimeout(
      () => {
        setLooked(looked + 1);
        loaded.again();
      },
      (LOOKS[looked] ?? 0) * 1000,
    );
    return () => clearTimeout(soon);
  }, [made, looked, loaded.busy]);
  return (
    <>
      <Notice kind="success" title={t("money.paid", { amount: money(attempt.amount) })}>
        <p>{t("money.paid.text")}</p>
      </Notice>
      <Facts of={attempt} />
      <Ready of={loaded}>
        {({ due, refunds, payments }) => {
          const receipted = payments.filter((one) => one.receipt !== null && one.use === "paid");
          const back = refunds.filter((one) => ["late", "twice", "overpaid"].includes(one.rule) && one.state !== "done");
          const surplus = back.reduce((sum, one) => sum + one.amount, 0);
          return (
            <>
              {!made && <p class="govuk-hint">{t(looked < LOOKS.length ? "money.receipt.soon" : "money.receipt.later")}</p>}
              {receipted.map((one) => (
                <p class="govuk-body" key={one.id}>
                  <ReceiptLink number={one.receipt ?? ""} get={() => receiptOf(attempt.dossier, one.id)} />
                </p>
              ))}
              {surplus > 0 && (
                <Notice>
                  <p>{t("money.paid.back", { amount: money(surplus) })}</p>
                </Notice>
              )}
              {due !== null && due.amount > 0 && (
                <Notice kind="warning">
                  <p>{t("money.paid.still", { amount: money(due.amount) })}</p>
                </Notice>
              )}
              <Buttons>
                {due !== null && due.amount > 0 && (
                  <LinkButton href={payPage(attempt.dossier)}>{t("money.pay")}</LinkButton>
                )}
                <LinkButton kind={due !== null && due.amount > 0 ? "secondary" : "primary"} href={`/ho-so/${attempt.dossier}`}>
                  {t("money.to.dossier")}
                </LinkButton>
              </Buttons>
            </>
          );
        }}
      </Ready>
    </>
  );
}

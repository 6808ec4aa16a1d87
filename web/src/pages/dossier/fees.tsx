import type { Agency } from "../../catalogue";
import { dateTime, money } from "../../format";
import type { Loaded } from "../../hooks";
import { said, t } from "../../i18n";
import { LinkButton } from "../../parts/Button";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { ReceiptLink } from "../../parts/ReceiptLink";
import { Tag } from "../../parts/StateTag";
import { FeeTable } from "../money/fees";
import { Claim, Refunds } from "../money/refunds";
import { attemptPage, newest, payPage, receiptOf, word as moneyWord, type Attempt, type Money } from "../money/words";
import type { Dossier } from "./words";
import "../money/money.scss";

interface DueProps {
  dossier: Dossier;
  agency: Agency | null;
  money: Money | null;
}

/** What the applicant must pay now comes first on the page, with the way to do it. */
export function DueFee({ dossier, agency, money: data }: DueProps) {
  const due = data?.due;
  if (!data || !due || due.amount <= 0) return null;
  const pending = newest(data.attempts).find((one) => one.state === "open" || one.state === "suspect");
  return (
    <section class="card due-now" aria-labelledby="due-now">
      <h2 class="due-now__title" id="due-now">
        {t("money.due")}
      </h2>
      <p class="due-now__amount">{money(due.amount)}</p>
      {due.held > 0 && <p>{t("money.due.held", { held: money(due.held), amount: money(due.amount) })}</p>}
      {data.level < 4 && (
        <p>
          {t("money.agency.at", { agency: dossier.agency.name, address: said(agency?.address) })}{" "}
          {moneyWord("agency.when", due.moment, "")}
        </p>
      )}
      {due.until !== null && <p>{t("money.due.until", { at: dateTime(due.until) })}</p>}
      {pending && (
        <p>
          <a class="govuk-link" href={attemptPage(pending.reference)}>
            {pending.way.name}, {dateTime(pending.created_at)}: {moneyWord("attempt", pending.state, pending.state)}
          </a>
        </p>
      )}
      {data.level < 4 ? (
        <p>
          <a class="govuk-link" href={payPage(dossier.id)}>
            {t("money.agency.more")}
          </a>
        </p>
      ) : (
        <LinkButton href={payPage(dossier.id)}>{t("money.pay.do", { amount: money(due.amount) })}</LinkButton>
      )}
    </section>
  );
}

/** A refund that waits for an account is something to do, and stands far down the page. */
export function AccountNeeded({ money: data }: { money: Money | null }) {
  const waiting = data?.refunds.find((one) => one.needs_account);
  if (waiting === undefined) return null;
  return (
    <Notice kind="warning" title={t("money.refund.amount", { amount: money(waiting.amount) })}>
      <p>{t("money.refund.account.needed", { way: waiting.via.name })}</p>
      <p>
        <a class="govuk-link" href={`#refund-${waiting.id}`}>
          {t("money.refund.account.ask")}
        </a>
      </p>
    </Notice>
  );
}

interface Props {
  dossier: Dossier;
  /** Null for a dossier without fees: nothing is asked for then. */
  money: Loaded<Money | null>;
  again: () => void;
}

/** What is to be paid and why, what was paid, what goes back. */
export function Fees({ dossier, money: loaded, again }: Props) {
  return (
    <section aria-labelledby="fees">
      <h2 class="govuk-heading-m" id="fees">
        {t("dossier.fees")}
      </h2>
      {dossier.fees.length === 0 && dossier.refund === null ? (
        <p class="govuk-body">{t("money.fees.none")}</p>
      ) : (
        <Ready of={loaded}>
          {(found) =>
            found && (
              <>
                <FeeTable of={found} />
                <Payments of={found} />
                <Refunds of={found} again={again} />
                {dossier.actions.includes("claim_refund") && <Claim dossier={dossier.id} again={again} />}
              </>
            )
          }
        </Ready>
      )}
    </section>
  );
}

function Payments({ of }: { of: Money }) {
  const pending = newest(of.attempts).filter((one) => one.state === "open" || one.state === "suspect");
  const over = newest(of.attempts).filter((one) => one.state === "failed" || one.state === "expired");
  const paid = [...of.payments].sort((a, b) => b.at.localeCompare(a.at));
  if (pending.length + over.length + paid.length === 0) return null;
  return (
    <>
      <h3 class="govuk-heading-s">{t("money.history")}</h3>
      <ul class="payments">
        {pending.map((one) => (
          <Tried key={one.reference} of={one} />
        ))}
        {paid.map((one) => (
          <li class="payments__one" key={one.id}>
            <span class="payments__what">
              {one.via.name}
              <span class="payments__note">{dateTime(one.at)}</span>
              {one.receipt !== null && (
                <ReceiptLink number={one.receipt} get={() => receiptOf(of.dossier, one.id)} />
              )}
            </span>
            <span class="payments__end">
              <span class="payments__amount">{money(one.amount)}</span>
              <Tag tone={one.use === "paid" ? "green" : one.use === "held" ? "yellow" : "purple"}>
                {moneyWord("use", one.use, one.use)}
              </Tag>
            </span>
          </li>
        ))}
      </ul>
      {over.length > 0 && (
        <details class="govuk-details">
          <summary class="govuk-details__summary">
            <span class="govuk-details__summary-text">{t("money.attempts", { count: over.length })}</span>
          </summary>
          <ul class="payments govuk-details__text">
            {over.map((one) => (
              <Tried key={one.reference} of={one} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

const tones = { open: "yellow", suspect: "red", failed: "grey", expired: "grey", paid: "green" } as const;

function Tried({ of }: { of: Attempt }) {
  return (
    <li class="payments__one">
      <span class="payments__what">
        <a class="govuk-link" href={attemptPage(of.reference)}>
          {of.way.name}
        </a>
        <span class="payments__note">
          {dateTime(of.created_at)} · {of.reference}
        </span>
      </span>
      <span class="payments__end">
        <span class="payments__amount">{money(of.amount)}</span>
        <Tag tone={tones[of.state as keyof typeof tones] ?? "grey"}>{moneyWord("attempt", of.state, of.state)}</Tag>
      </span>
    </li>
  );
}

import { dateTime, money } from "../../format";
import { t } from "../../i18n";
import { Notice } from "../../parts/Notice";
import { Tag } from "../../parts/StateTag";
import { word, type Dossier } from "./words";

interface Refund {
  amount: number;
  paid_at?: string | null;
}

/** What is to be paid, when, how much, whether it was; and what is owed back. */
export function Fees({ dossier }: { dossier: Dossier }) {
  const refund = dossier.refund as Refund | null;
  return (
    <section aria-labelledby="fees">
      <h2 class="govuk-heading-m" id="fees">
        {t("dossier.fees")}
      </h2>
      {dossier.fees.length === 0 ? <p class="govuk-body">{t("dossier.fees.none")}</p> : <Table of={dossier} />}
      {refund && (
        <Notice title={t("dossier.refund")}>
          <p>
            {refund.paid_at
              ? t("dossier.refund.paid", { amount: money(refund.amount), at: dateTime(refund.paid_at) })
              : t("dossier.refund.owed", { amount: money(refund.amount) })}
          </p>
        </Notice>
      )}
    </section>
  );
}

// A dossier that ended without its result: what was not paid by then is not paid any more.
const ended = new Set(["not_received", "withdrawn", "stopped"]);

function Table({ of: { fees, state } }: { of: Dossier }) {
  const over = ended.has(state.code);
  const total = fees.reduce((sum, fee) => sum + fee.amount, 0);
  return (
    <dl class="fees">
      {fees.map((fee) => (
        <div class="fees__row" key={`${fee.code}-${fee.moment}`}>
          <dt>
            {fee.name}
            <span class="fees__note">
              {t("dossier.fees.when")}: {word("fees", fee.moment, fee.moment)}
              {!fee.refundable && ` · ${t("dossier.fees.kept")}`}
            </span>
          </dt>
          <dd>
            <span class="fees__amount">{money(fee.amount)}</span>
            <Tag tone={fee.receipt ? "green" : over ? "grey" : "yellow"}>
              {fee.receipt
                ? t("dossier.fees.paid.yes", { receipt: fee.receipt })
                : t(over ? "dossier.fees.paid.over" : "dossier.fees.paid.no")}
            </Tag>
          </dd>
        </div>
      ))}
      {fees.length > 1 && (
        <div class="fees__row fees__row--total">
          <dt>{t("dossier.fees.total")}</dt>
          <dd>
            <span class="fees__amount">{money(total)}</span>
          </dd>
        </div>
      )}
    </dl>
  );
}

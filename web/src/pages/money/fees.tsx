import { money } from "../../format";
import { t } from "../../i18n";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { listed, word, type Money } from "./words";

type Fee = Money["fees"][number];

/** Each fee: how it comes about, when it is paid, by which rule, and whether it was. */
export function FeeTable({ of }: { of: Money }) {
  const { fees, due } = of;
  if (fees.length === 0) return <p class="govuk-body">{t("money.fees.none")}</p>;
  return (
    <dl class="fees">
      {fees.map((fee) => (
        <div class="fees__row" key={`${fee.code}-${fee.moment}`}>
          <dt>
            {fee.name}
            {howItComesAbout(fee).map((line) => (
              <span class="fees__note" key={line}>
                <Written text={line} />
              </span>
            ))}
          </dt>
          <dd>
            <span class="fees__amount">{money(fee.amount)}</span>
            <Standing fee={fee} due={due?.moment} />
          </dd>
        </div>
      ))}
      {fees.length > 1 && (
        <div class="fees__row fees__row--total">
          <dt>{t("money.fees.total")}</dt>
          <dd>
            <span class="fees__amount">{money(fees.reduce((sum, fee) => sum + fee.amount, 0))}</span>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Standing({ fee, due }: { fee: Fee; due: string | undefined }) {
  if (fee.amount === 0) return null;
  if (fee.paid) return <Tag tone="green">{t("money.fees.paid")}</Tag>;
  return fee.moment === due ? (
    <Tag tone="yellow">{t("money.fees.now")}</Tag>
  ) : (
    <Tag tone="grey">{t("money.fees.later")}</Tag>
  );
}

function howItComesAbout(fee: Fee): string[] {
  const counted = { each: money(fee.each), count: fee.count, per: fee.per ?? "" };
  const sum = fee.per === null ? t("money.fees.each", counted) : t("money.fees.per", counted);
  const most = fee.most === null ? "" : `, ${t("money.fees.most", { most: money(fee.most) })}`;
  const { waiver } = fee;
  return [
    word("moment", fee.moment, fee.moment),
    ...(fee.count > 1 || fee.per !== null ? [sum + most] : []),
    ...(waiver ? [t(waiver.percent === 100 ? "money.fees.waived" : "money.fees.reduced", { ...waiver })] : []),
    ...(fee.source ? [t("money.fees.source", { source: fee.source })] : []),
  ];
}

/** What comes back when, and what does not, before anything is paid (clauses A15 and A16). */
export function RefundRule({ of }: { of: Money }) {
  const owed = of.fees.filter((fee) => fee.amount > 0);
  const back = owed.filter((fee) => !fee.kept_anyway);
  const kept = owed.filter((fee) => fee.kept_anyway);
  const excepted = back.filter((fee) => fee.refund_uncollected);
  const names = (fees: readonly Fee[]) => listed(fees.map((fee) => fee.name));
  const what = kept.length === 0 ? t("money.rule.all") : names(back);
  if (owed.length === 0) return null;
  return (
    <section class="rule" aria-labelledby="rule">
      <h2 class="govuk-heading-m" id="rule">
        {t("money.rule")}
      </h2>
      <div class="rule__sides">
        <div class="rule__side rule__side--back">
          <h3 class="govuk-heading-s">{t("money.rule.back")}</h3>
          <ul class="govuk-list govuk-list--bullet">
            {back.length > 0 && (
              <>
                <li>{t("money.rule.back.refused", { what })}</li>
                <li>{t("money.rule.back.withdrawn", { what })}</li>
              </>
            )}
            <li>{t("money.rule.back.surplus")}</li>
          </ul>
        </div>
        <div class="rule__side rule__side--kept">
          <h3 class="govuk-heading-s">{t("money.rule.kept")}</h3>
          <ul class="govuk-list govuk-list--bullet">
            {back.length > 0 && (
              <li>
                {excepted.length === 0
                  ? t("money.rule.kept.performed")
                  : t("money.rule.kept.but", { what: names(excepted) })}
              </li>
            )}
            {kept.length > 0 && <li>{t("money.rule.kept.anyway", { what: names(kept) })}</li>}
          </ul>
        </div>
      </div>
      <details class="govuk-details">
        <summary class="govuk-details__summary">
          <span class="govuk-details__summary-text">{t("money.rule.more")}</span>
        </summary>
        <div class="govuk-details__text">
          <p class="govuk-body">{t("money.rule.how")}</p>
          <p class="govuk-body">{t("money.rule.source")}</p>
        </div>
      </details>
    </section>
  );
}

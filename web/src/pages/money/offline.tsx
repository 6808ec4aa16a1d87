import type { Agency } from "../../catalogue";
import { published } from "../../catalogue";
import { dateTime, money } from "../../format";
import { said, t } from "../../i18n";
import { Button, Buttons, LinkButton } from "../../parts/Button";
import { Copy } from "../../parts/Copy";
import { Notice } from "../../parts/Notice";
import { SummaryList, type SummaryRow } from "../../parts/SummaryList";
import type { Paying } from "./pay";
import { payPage, word } from "./words";

/** The ways without the network (clause A13): a post office, the published account, the counter. */
export const offline = ["post", "account", "counter"] as const;
type OfflineWay = (typeof offline)[number];
export const isOffline = (way: string): way is OfflineWay => offline.some((one) => one === way);

/** What to write where, to take along on paper or on the phone. */
export function Offline({ way, ...paying }: Paying & { way: OfflineWay }) {
  const { dossier, money: found, agency } = paying;
  const { due } = found;
  if (due === null) return null;
  const needsAccount = way !== "counter";
  if (needsAccount && found.accounts.length === 0) {
    return (
      <>
        <Notice kind="warning">
          <p>{t("money.offline.none")}</p>
        </Notice>
        <LinkButton href={payPage(dossier.id)}>{t("money.other")}</LinkButton>
      </>
    );
  }
  return (
    <div class="slip">
      <p class="govuk-body">{t(`money.offline.${way}.text`)}</p>
      {needsAccount ? (
        <Account
          accounts={found.accounts}
          amount={due.amount}
          text={dossier.code ?? ""}
          exact={t("money.offline.exact")}
        />
      ) : (
        <div class="card slip__card">
          <SummaryList
            plain
            rows={[
              ...placeRows(dossier.agency.name, agency),
              { label: t("money.to.amount"), value: <strong>{money(due.amount)}</strong> },
              { label: t("dossier.code"), value: <strong>{dossier.code}</strong> },
              { label: t("money.to.how"), value: t("money.agency.how") },
            ]}
          />
        </div>
      )}
      {due.until !== null && <p class="govuk-body">{t("money.due.until", { at: dateTime(due.until) })}</p>}
      {needsAccount && (
        <>
          <h2 class="govuk-heading-m">{t("money.offline.after")}</h2>
          <ul class="govuk-list govuk-list--bullet">
            <li>{t("money.offline.keep")}</li>
            <li>{t("money.offline.seen")}</li>
            <li>{t("money.offline.late")}</li>
          </ul>
        </>
      )}
      <Buttons>
        <Button onClick={() => print()}>{t("button.print")}</Button>
        <LinkButton kind="secondary" href={payPage(dossier.id)}>
          {t("money.other")}
        </LinkButton>
      </Buttons>
    </div>
  );
}

interface AccountProps {
  accounts: readonly { bank: string; number: string; holder: string }[];
  amount: number;
  /** What the transfer must carry so that it is found. */
  text: string;
  exact: string;
}

/** An account, the amount and the text, each to be copied by itself. */
export function Account({ accounts, amount, text, exact }: AccountProps) {
  return (
    <div class="card slip__card">
      {accounts.map((one) => (
        <SummaryList
          key={one.number}
          plain
          rows={[
            copied(t("money.to.number"), one.number),
            { label: t("money.to.holder"), value: one.holder },
            { label: t("money.to.bank"), value: one.bank },
          ]}
        />
      ))}
      <SummaryList
        plain
        rows={[copied(t("money.to.amount"), String(amount), money(amount)), copied(t("money.to.text"), text)]}
      />
      <p class="slip__exact">{exact}</p>
    </div>
  );
}

const copied = (label: string, text: string, shown = text): SummaryRow => ({
  label,
  value: (
    <span class="slip__value">
      <strong class="slip__text">{shown}</strong> <Copy text={text} what={label} />
    </span>
  ),
});

function placeRows(name: string, agency: Agency | null): SummaryRow[] {
  const address = said(agency?.address);
  return [
    { label: t("money.to.where"), value: name },
    ...(address ? [{ label: t("money.to.address"), value: address }] : []),
    ...(agency?.phone
      ? [
          {
            label: t("money.to.phone"),
            value: (
              <a class="govuk-link" href={`tel:${agency.phone.replace(/\s/g, "")}`}>
                {agency.phone}
              </a>
            ),
          },
        ]
      : []),
    ...(agency
      ? [
          {
            label: t("money.to.hours"),
            value: (
              <a class="govuk-link" href={published(`/cq/${agency.code}`)}>
                {t("money.to.hours.see")}
              </a>
            ),
          },
        ]
      : []),
  ];
}

/** At level 3 the agency takes the fee (clause A10): where, when, how. */
export function AtTheAgency({ dossier, money: found, agency }: Paying) {
  return (
    <section aria-labelledby="at-the-agency">
      <h2 class="govuk-heading-m" id="at-the-agency">
        {t("money.agency")}
      </h2>
      <p class="govuk-body">{t("money.agency.level3")}</p>
      <SummaryList
        rows={[
          ...placeRows(dossier.agency.name, agency),
          { label: t("money.to.when"), value: word("agency.when", found.due?.moment ?? "", "") },
          { label: t("money.to.how"), value: t("money.agency.how") },
        ]}
      />
    </section>
  );
}

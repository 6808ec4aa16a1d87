import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, type Refusal, type Schema } from "../../api/client";
import { date, dateTime, money } from "../../format";
import { useLoad } from "../../hooks";
import { t, type Key } from "../../i18n";
import { LinkButton } from "../../parts/Button";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { SummaryList, type SummaryRow } from "../../parts/SummaryList";
import { Timeline } from "../../parts/Timeline";
import { RefundSteps } from "../money/refunds";
import type { FinanceProps } from ".";
import { Acts } from "./refund-acts";
import { channelOf, RefundTag, refundsPage, type Refund } from "./refunds";

type Told = { text: string } | { refusal: Refusal } | null;

/** One refund: why, how far, who did what, and what this officer can do about it now. */
export function RefundPage({ agency, roles, dossier, id }: FinanceProps & { dossier: string; id: string }) {
  const loaded = useLoad(
    () => ask(api.GET("/desk/dossiers/{dossier_id}/payments", { params: { path: { dossier_id: dossier } } })),
    [dossier],
  );
  const [told, setTold] = useState<Told>(null);
  const done = (text: string) => {
    setTold({ text });
    announce(text);
    loaded.again();
  };
  // Somebody else was faster: what is there now is shown beside the words of the refusal.
  const refused = (refusal: Refusal) => {
    if (refusal.status !== 409 && refusal.status !== 404) return;
    setTold({ refusal });
    loaded.again();
  };
  const refund = loaded.data?.refunds.find((one) => one.id === id);
  const title = refund ? t("finance.refund", { amount: money(refund.amount) }) : t("finance.refunds");
  return (
    <Page title={title} caption={refund?.dossier_code ?? agency.name} back={refundsPage(agency.code)} wide>
      <Ready of={loaded}>
        {(found) =>
          refund === undefined ? (
            <Missing agency={agency.code} />
          ) : (
            <>
              {told !== null && <Outcome told={told} />}
              <div class="refund-state">
                <p>
                  <RefundTag of={refund} />{" "}
                  {refund.overdue && <Tag tone="red">{t("finance.refunds.overdue")}</Tag>}
                </p>
                <RefundSteps of={refund} />
              </div>
              <div class="till">
                <div>
                  <FourEyes of={refund} />
                  <Acts key={refund.version} of={refund} banks={found.banks} roles={roles} done={done} refused={refused} />
                </div>
                <div>
                  <Facts of={refund} />
                  <Log of={refund} />
                </div>
              </div>
            </>
          )
        }
      </Ready>
    </Page>
  );
}

function Missing({ agency }: { agency: string }) {
  return (
    <>
      <Notice kind="error" title={t("finance.refunds.missing")}>
        <p>{t("finance.refunds.missing.text")}</p>
      </Notice>
      <LinkButton href={refundsPage(agency)}>{t("finance.refunds.back")}</LinkButton>
    </>
  );
}

function Outcome({ told }: { told: NonNullable<Told> }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [told]);
  return (
    <div class="told" ref={box} tabIndex={-1}>
      {"text" in told ? (
        <Notice kind="success">
          <p>{told.text}</p>
        </Notice>
      ) : (
        <Notice kind="error" live title={t("finance.refused")}>
          <p>{told.refusal.message}</p>
          <p>{t("finance.refused.reloaded")}</p>
        </Notice>
      )}
    </div>
  );
}

function FourEyes({ of }: { of: Refund }) {
  if (of.state === "done" || of.state === "sent") return null;
  return of.second_person ? (
    <Notice title={t("finance.refund.four")}>
      <p>{t("finance.refund.four.text")}</p>
    </Notice>
  ) : (
    <p class="govuk-hint">{t("finance.refund.alone")}</p>
  );
}

export const payeeText = ({ number, holder, bank_name }: Schema["PayeeShape"]): string =>
  `${number}, ${holder}, ${bank_name}`;

function Facts({ of }: { of: Refund }) {
  const rows: SummaryRow[] = [
    {
      label: t("finance.refund.dossier"),
      value: (
        <a class="govuk-link" href={`/can-bo/ho-so/${of.dossier}`}>
          {of.dossier_code}
        </a>
      ),
    },
    { label: t("finance.refund.why"), value: of.because },
    { label: t("finance.refund.paid"), value: of.via.name },
    { label: t("finance.refund.how"), value: channelOf(of) },
    ...(of.reason ? [{ label: t("finance.refund.reason"), value: <Written text={of.reason} /> }] : []),
    ...(of.payee ? [{ label: t("finance.refund.payee"), value: payeeText(of.payee) }] : []),
    { label: t("finance.refund.opened"), value: dateTime(of.opened_at) },
    { label: t("finance.refund.due"), value: date(of.due_at) },
    ...(of.done_at ? [{ label: t("finance.refund.done"), value: dateTime(of.done_at) }] : []),
    ...(of.proof ? [{ label: t("finance.refund.proof"), value: of.proof }] : []),
    ...(of.code ? [{ label: t("finance.refund.code"), value: of.code }] : []),
  ];
  return <SummaryList rows={rows} />;
}

function Log({ of }: { of: Refund }) {
  return (
    <section aria-labelledby="log">
      <h2 class="govuk-heading-m" id="log">
        {t("finance.refund.log")}
      </h2>
      {of.log.length === 0 ? (
        <p class="govuk-body">{t("finance.refund.log.none")}</p>
      ) : (
        <Timeline
          moments={[...of.log].reverse().map((line, index) => ({
            id: `${line.at}/${line.event}`,
            title: t(`finance.event.${line.event}` as Key),
            at: line.at,
            shown: dateTime(line.at),
            by: line.name,
            ...(index === 0 ? { kind: "now" as const } : {}),
            children: line.note && (
              <p>
                <Written text={line.note} />
              </p>
            ),
          }))}
        />
      )}
    </section>
  );
}

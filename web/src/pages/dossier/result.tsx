import { dateTime, money } from "../../format";
import { said, t } from "../../i18n";
import { SummaryList } from "../../parts/SummaryList";
import { Written } from "../../parts/Said";
import { paperNameOf } from "./catalogue";
import type { Shown } from "./dossier";
import { Download } from "./papers";
import type { Dossier } from "./words";

interface Issued {
  number: string;
  title: string;
  issued_at: string;
  paper?: string;
}

const waiting = new Set(["result_fee_due", "ready", "handover_stopped", "post_returned"]);

/** The result and how to collect it, once there is one. */
export function Result({ dossier, procedure, agency }: Shown) {
  const result = dossier.result as Issued | null;
  if (result === null) return null;
  return (
    <section class="card result" aria-labelledby="result">
      <h2 class="govuk-heading-m" id="result">
        {t("dossier.result")}
      </h2>
      <SummaryList
        plain
        rows={[
          { label: t("dossier.result.title"), value: <Written text={result.title} /> },
          { label: t("dossier.result.number"), value: <Written text={result.number} /> },
          { label: t("dossier.result.issued"), value: dateTime(result.issued_at) },
        ]}
      />
      {/* At the counter and by post it is given on paper, against a signature: its file is not for the applicant. */}
      {result.paper && dossier.delivery === "online" && (
        <Download dossier={dossier.id} paper={result.paper}>
          {t("dossier.result.download")}
        </Download>
      )}
      {waiting.has(dossier.state.code) && <Collect dossier={dossier} procedure={procedure} agency={agency} />}
    </section>
  );
}

const owed = (dossier: Dossier): number =>
  dossier.fees.filter((fee) => !fee.paid).reduce((sum, fee) => sum + fee.amount, 0);

function Collect({ dossier, procedure, agency }: Shown) {
  const due = owed(dossier);
  const originals = [...new Set(dossier.papers.filter((paper) => paper.counts).map((paper) => paper.component))];
  const atCounter = dossier.delivery === "counter";
  const compared = dossier.level < 4;
  return (
    <>
      <h3 class="govuk-heading-s">{t("dossier.result.how")}</h3>
      <ol class="govuk-list govuk-list--number">
        {atCounter && (
          <li>
            {t("dossier.result.come", {
              agency: dossier.agency.name,
              address: said(agency?.address) || dossier.agency.name,
            })}
          </li>
        )}
        {atCounter && <li>{t("dossier.result.identity", { code: dossier.code ?? "" })}</li>}
        {due > 0 && <li>{t("dossier.result.fee", { amount: money(due) })}</li>}
        {atCounter && compared && originals.length > 0 && (
          <li>
            {t("dossier.result.originals")}
            <ul class="govuk-list govuk-list--bullet">
              {originals.map((component) => (
                <li key={component}>{paperNameOf(procedure, component)}</li>
              ))}
            </ul>
          </li>
        )}
        {atCounter && compared && <li>{t("dossier.result.sign")}</li>}
        {dossier.delivery === "online" && <li>{t("dossier.result.online")}</li>}
        {dossier.delivery === "post" && <li>{t("dossier.result.post")}</li>}
      </ol>
    </>
  );
}

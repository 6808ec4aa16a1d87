import { useState } from "preact/hooks";
import { api, ask, newKey, Refusal, type Schema } from "../../api/client";
import { dateTime, money } from "../../format";
import { useAction } from "../../hooks";
import { said, t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Notice } from "../../parts/Notice";
import { Written } from "../../parts/Said";
import { SummaryList } from "../../parts/SummaryList";
import { paperNameOf } from "./catalogue";
import type { Shown } from "./dossier";
import { Prove } from "./prove";
import type { Dossier } from "./words";
import { save } from "../../parts/saving";

type Issued = Schema["ResultShape"];

const waiting = new Set(["result_fee_due", "ready", "handover_stopped", "post_returned"]);
const given = new Set(["ready", "delivered", "closed"]);

/** The result and how to collect it, once there is one; those that were revoked before it, and why. */
export function Result({ dossier, procedure, agency, again }: Shown & { again: () => void }) {
  if (dossier.results.length === 0) return null;
  const [newest, ...older] = [...dossier.results].reverse();
  const result = newest?.state === "valid" ? newest : null;
  const revoked = newest?.state === "revoked" ? [newest, ...older] : older;
  return (
    <section class="card result" aria-labelledby="result">
      <h2 class="govuk-heading-m" id="result">
        {t("dossier.result")}
      </h2>
      {revoked.map((one) => (
        <Notice kind="warning" key={one.code}>
          <p>
            {t("dossier.result.revoked", {
              number: one.reference,
              at: one.revoked_at ? dateTime(one.revoked_at) : "",
            })}{" "}
            <Written text={one.reason ?? ""} />
          </p>
        </Notice>
      ))}
      {result !== null && (
        <>
          <Facts of={result} />
          {/* At the counter and by post it is given on paper, against a signature: its file is not for the applicant. */}
          {result.sha256 && dossier.delivery === "online" && dossier.level >= 4 && given.has(dossier.state.code) && (
            <Fetch dossier={dossier} again={again} />
          )}
        </>
      )}
      {waiting.has(dossier.state.code) && <Collect dossier={dossier} procedure={procedure} agency={agency} />}
    </section>
  );
}

function Facts({ of: result }: { of: Issued }) {
  return (
    <SummaryList
      plain
      rows={[
        { label: t("dossier.result.title"), value: <Written text={result.title} /> },
        { label: t("dossier.result.number"), value: <Written text={result.reference} /> },
        { label: t("dossier.result.issued"), value: dateTime(result.issued_at) },
        ...(result.signed?.signers ?? []).map((one) => ({
          label: t("dossier.result.signer"),
          value: <Written text={one.name} />,
        })),
        {
          label: t("dossier.result.code"),
          value: (
            <a class="govuk-link" href={new URL(result.link).pathname + new URL(result.link).hash}>
              {result.code}
            </a>
          ),
        },
      ]}
    />
  );
}

/** The first download is the receipt. When the login is long ago, the password is asked for once more. */
function Fetch({ dossier, again }: { dossier: Dossier; again: () => void }) {
  const [asking, setAsking] = useState(false);
  const fetching = useAction(async () => {
    let answer: { url: string };
    try {
      answer = await ask(
        api.POST("/dossiers/{dossier_id}/result", {
          params: { path: { dossier_id: dossier.id }, header: { "Idempotency-Key": newKey() } },
          body: {},
        }),
      );
    } catch (refused) {
      if (!(refused instanceof Refusal) || refused.code !== "ProveAnew") throw refused;
      setAsking(true);
      return true;
    }
    setAsking(false);
    save(answer.url);
    if (dossier.state.code === "ready") again();
    return true;
  });
  return (
    <>
      <ErrorSummary refusal={fetching.refusal} />
      {dossier.state.code === "ready" && <p class="govuk-body">{t("dossier.result.first")}</p>}
      {asking ? (
        <Prove close={() => setAsking(false)} proved={() => void fetching.run()} busy={fetching.busy} />
      ) : (
        <Button name="fetch-result" busy={fetching.busy} onClick={() => void fetching.run()}>
          {t("dossier.result.download")}
        </Button>
      )}
    </>
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

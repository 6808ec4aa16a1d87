import { useState } from "preact/hooks";
import { dateTime, money } from "../../format";
import { useLoad } from "../../hooks";
import { t, type Key } from "../../i18n";
import { Button, Buttons, LinkButton } from "../../parts/Button";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { SummaryList, type SummaryRow } from "../../parts/SummaryList";
import { Qr } from "../../parts/Qr";
import { Said, Written } from "../../parts/Said";
import { paperNameOf } from "./catalogue";
import { moneyOf, type Money } from "../money/words";
import { everythingOf, type Shown } from "./dossier";
import { DueFee } from "./fees";
import { word } from "./words";

/** What the applicant keeps: code, key, QR, what was filed with which hashes. One A4 page when printed. */
export function ReceiptPage({ id }: { id: string }) {
  const loaded = useLoad(async () => {
    const found = await everythingOf(id);
    const waits = found.dossier.level >= 4 && found.dossier.fees.some((fee) => !fee.paid);
    return { ...found, money: waits ? await moneyOf(id) : null };
  }, [id]);
  return (
    <Page title={t("dossier.bill")} back={`/ho-so/${id}`}>
      <Ready of={loaded}>{(data) => <Receipt {...data} />}</Ready>
    </Page>
  );
}

interface FiledPaper {
  component: string;
  sha256: string;
}

/** The papers as they were filed; a supplement's come later and stand in the history. */
function filedPapers({ dossier }: Shown): FiledPaper[] {
  const submission = dossier.timeline.find((step) => step.action === "submit");
  const papers = (submission?.detail["papers"] ?? {}) as Record<string, { sha256?: string | null }>;
  return Object.entries(papers).map(([component, one]) => ({ component, sha256: one.sha256 ?? "" }));
}

/** Where a fee of level 4 can be sent without the network, and what to write so that it is found (clause A13). */
function accountRows(found: Money | null): SummaryRow[] {
  const { due } = found ?? {};
  if (!found || !due || due.amount <= 0 || found.accounts.length === 0) return [];
  const lines = [
    ...found.accounts.map(({ number, holder, bank }) => `${number} – ${holder}, ${bank}`),
    t("dossier.bill.account.text", { amount: money(due.amount), code: found.code ?? "" }),
  ];
  return [{ label: t("dossier.bill.account"), value: <span class="lines">{lines.join("\n")}</span> }];
}

function Receipt(shown: Shown & { money: Money | null }) {
  const { dossier, procedure, agency, money: found } = shown;
  const { receipt } = dossier;
  const [copied, setCopied] = useState<Key | null>(null);
  if (!receipt) {
    return (
      <>
        <p class="govuk-body">{t("dossier.bill.draft")}</p>
        <LinkButton href={`/ho-so/${dossier.id}/nop`}>{t("dossier.draft.continue")}</LinkButton>
      </>
    );
  }
  const papers = filedPapers(shown);
  const fees = dossier.fees.map((fee) => `${fee.name}: ${money(fee.amount)} (${word("fees", fee.moment, fee.moment)})`);
  const rows: SummaryRow[] = [
    { label: t("dossier.procedure"), value: `${dossier.procedure.code} – ${dossier.procedure.name}` },
    { label: t("dossier.applicant"), value: <Written text={String(dossier.applicant["name"] ?? "")} /> },
    { label: t("dossier.submitted"), value: dateTime(receipt.submitted_at) },
    ...(receipt.reply_due_at ? [{ label: t("dossier.due.reply"), value: dateTime(receipt.reply_due_at) }] : []),
    { label: t("dossier.agency"), value: dossier.agency.name },
    ...(agency?.address ? [{ label: t("dossier.bill.address"), value: <Said of={agency.address} /> }] : []),
    ...(agency?.phone ? [{ label: t("dossier.bill.phone"), value: agency.phone }] : []),
    { label: t("dossier.delivery"), value: word("delivery", dossier.delivery, dossier.delivery) },
    ...(fees.length > 0 ? [{ label: t("dossier.bill.fees"), value: <span class="lines">{fees.join("\n")}</span> }] : []),
    ...accountRows(found),
  ];
  const copy = () => {
    void navigator.clipboard.writeText(receipt.link).then(
      () => setCopied("dossier.bill.copied"),
      () => setCopied("dossier.bill.uncopied"),
    );
  };
  return (
    <article class="bill">
      {found?.due && found.due.amount > 0 && (
        <div class="no-print">
          <DueFee dossier={dossier} agency={agency} money={found} />
        </div>
      )}
      <p class="govuk-body no-print">{t("dossier.bill.kept")}</p>
      <div class="bill__head card">
        <div class="bill__codes">
          <p class="bill__label">{t("dossier.code")}</p>
          <p class="bill__code">{receipt.code}</p>
          <p class="bill__label">{t("dossier.bill.secret")}</p>
          <p class="bill__secret">{receipt.secret.replace(/(.{4})(?=.)/g, "$1 ")}</p>
          <p class="bill__scan">{t("dossier.bill.scan", { address: receipt.link.split("#")[0] ?? "" })}</p>
        </div>
        <Qr text={receipt.link} label={t("dossier.bill.qr", { code: receipt.code })} />
      </div>
      <Buttons>
        <Button onClick={() => print()}>{t("button.print")}</Button>
        <Button kind="secondary" onClick={copy}>
          {t("dossier.bill.copy")}
        </Button>
        <LinkButton kind="secondary" href={`/ho-so/${dossier.id}`}>
          {t("dossier.bill.back")}
        </LinkButton>
      </Buttons>
      <p class="govuk-body no-print" role="status">
        {copied && t(copied)}
      </p>
      <h2 class="govuk-heading-m">{t("dossier.bill.filed")}</h2>
      <SummaryList rows={rows} />
      <h2 class="govuk-heading-m">{t("dossier.bill.papers")}</h2>
      {papers.length === 0 ? (
        <p class="govuk-body">{t("dossier.bill.papers.none")}</p>
      ) : (
        <ol class="bill__papers">
          {papers.map((paper) => (
            <li key={paper.component}>
              {paperNameOf(procedure, paper.component)}
              <br />
              {t("dossier.paper.hash")}: <code class="hash">{paper.sha256}</code>
            </li>
          ))}
        </ol>
      )}
      <p class="bill__legal">{t("dossier.bill.legal")}</p>
    </article>
  );
}

import { useLoad } from "../../hooks";
import { phone } from "../../format";
import { t } from "../../i18n";
import { Barcode } from "../../parts/Barcode";
import { Button, Buttons, LinkButton } from "../../parts/Button";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { Qr } from "../../parts/Qr";
import { Said, Written } from "../../parts/Said";
import { SummaryList, type SummaryRow } from "../../parts/SummaryList";
import { paperNameOf } from "./catalogue";
import { everythingOf, type Shown } from "./dossier";
import { awaited } from "./parcels";

/** The sheet that goes into the parcel, so that the agency knows whose papers these are (clause A12). One A4 page. */
export function CoverPage({ id }: { id: string }) {
  const loaded = useLoad(() => everythingOf(id), [id]);
  return (
    <Page title={t("dossier.cover")} back={`/ho-so/${id}`}>
      <Ready of={loaded}>{(data) => <Cover {...data} />}</Ready>
    </Page>
  );
}

function Cover({ dossier, procedure, agency }: Shown) {
  const code = dossier.code;
  const papers = awaited(dossier);
  if (!code || dossier.state.code !== "parcel_expected") {
    return (
      <>
        <p class="govuk-body">{t("dossier.cover.none")}</p>
        <LinkButton href={`/ho-so/${dossier.id}`}>{t("dossier.bill.back")}</LinkButton>
      </>
    );
  }
  const from = [String(dossier.applicant["name"] ?? ""), phone(String(dossier.applicant["phone"] ?? ""))];
  const rows: SummaryRow[] = [
    { label: t("dossier.cover.to"), value: t("dossier.cover.office", { agency: dossier.agency.name }) },
    ...(agency?.address ? [{ label: t("dossier.bill.address"), value: <Said of={agency.address} /> }] : []),
    ...(agency?.phone ? [{ label: t("dossier.bill.phone"), value: agency.phone }] : []),
    { label: t("dossier.cover.from"), value: <Written text={from.filter(Boolean).join(", ")} /> },
    { label: t("dossier.procedure"), value: `${dossier.procedure.code} – ${dossier.procedure.name}` },
  ];
  return (
    <article class="bill">
      <p class="govuk-body no-print">{t("dossier.cover.about")}</p>
      <div class="bill__head card">
        <div class="bill__codes">
          <p class="bill__label">{t("dossier.code")}</p>
          <p class="bill__code">{code}</p>
          <Barcode text={code} label={t("dossier.cover.barcode", { code })} />
        </div>
        <Qr text={code} label={t("dossier.cover.qr", { code })} />
      </div>
      <Buttons>
        <Button onClick={() => print()}>{t("button.print")}</Button>
        <LinkButton kind="secondary" href={`/ho-so/${dossier.id}`}>
          {t("dossier.bill.back")}
        </LinkButton>
      </Buttons>
      <SummaryList rows={rows} />
      <h2 class="govuk-heading-m">{t("dossier.cover.papers")}</h2>
      <ol class="bill__papers">
        {papers.map((component) => (
          <li key={component}>{paperNameOf(procedure, component)}</li>
        ))}
      </ol>
      <p class="bill__legal">{t("dossier.cover.legal")}</p>
    </article>
  );
}

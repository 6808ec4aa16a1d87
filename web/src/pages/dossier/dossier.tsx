import { useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { useKept } from "../../kept";
import { Button, Buttons, LinkButton } from "../../parts/Button";
import { Lazy } from "../../parts/Lazy";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { NoticesSent } from "../../parts/NoticesSent";
import { PdfLink } from "../../parts/PdfLink";
import { Sheets } from "../../parts/Sheets";
import { Page } from "../../parts/Page";
import { go } from "../../router";
import { agencyOf, answerText, procedureOf, titleOf } from "./catalogue";
import { AccountNeeded, DueFee, Fees } from "./fees";
import { History } from "./history";
import { moneyOf } from "../money/words";
import { DiscardDialog, useDiscard } from "./mine";
import { Papers } from "./papers";
import { Parcels } from "./parcels";
import { Result } from "./result";
import { Facts, Situation } from "./situation";
import { SupplementBanner } from "./supplement-banner";
import { askedOf, type Dossier } from "./words";
import { Withdrawal } from "./withdrawal";
import { Written } from "../../parts/Said";
import { SummaryList } from "../../parts/SummaryList";
import type { Procedure } from "../filing/procedure";
import type { Agency } from "../../catalogue";

export const dossierOf = (id: string): Promise<Dossier> =>
  ask(api.GET("/dossiers/{dossier_id}", { params: { path: { dossier_id: id } } }));

/** A dossier with the procedure it was filed under and its agency. */
export async function everythingOf(id: string) {
  const dossier = await dossierOf(id);
  const [procedure, agency] = await Promise.all([procedureOf(dossier), agencyOf(dossier)]);
  return { dossier, procedure, agency };
}

/** Everything about one dossier, what the applicant must do first. */
export function DossierPage({ id }: { id: string }) {
  const loaded = useLoad(() => everythingOf(id), [id]);
  const [failed, setFailed] = useState(false);
  const title = loaded.data?.dossier.procedure.name ?? t("dossier.one");
  const code = loaded.data?.dossier.code;
  return (
    <Page title={title} back="/ho-so" failed={failed} {...(code ? { caption: code } : {})}>
      <Ready of={loaded}>
        {(data) =>
          data.dossier.state.code === "draft" ? (
            <Draft dossier={data.dossier} />
          ) : (
            <Filed {...data} again={loaded.again} onFailed={setFailed} />
          )
        }
      </Ready>
    </Page>
  );
}

function Draft({ dossier }: { dossier: Dossier }) {
  const [asking, setAsking] = useState(false);
  const discard = useDiscard(() => go("/ho-so", { replace: true }));
  return (
    <>
      <Situation dossier={dossier} />
      <Notice>
        <p>{t("dossier.draft.text")}</p>
      </Notice>
      <Buttons>
        <LinkButton href={`/ho-so/${dossier.id}/nop`}>{t("dossier.draft.continue")}</LinkButton>
        <Button kind="secondary" onClick={() => setAsking(true)}>
          {t("dossier.draft.discard")}
        </Button>
      </Buttons>
      <p class="govuk-body">
        <PdfLink
          text={t("sheets.draft")}
          get={() => ask(api.PUT("/dossiers/{dossier_id}/form", { params: { path: { dossier_id: dossier.id } } }))}
        />
      </p>
      <DiscardDialog
        of={asking ? dossier : null}
        name={dossier.procedure.name}
        discard={discard}
        onClose={() => setAsking(false)}
      />
    </>
  );
}

export interface Shown {
  dossier: Dossier;
  procedure: Procedure;
  agency: Agency | null;
}

function Filed({ again, onFailed, ...data }: Shown & { again: () => void; onFailed: (failed: boolean) => void }) {
  const { dossier, procedure, agency } = data;
  const asked = askedOf(dossier);
  const free = dossier.fees.length === 0 && dossier.refund === null;
  const money = useLoad(async () => (free ? null : moneyOf(dossier.id)), [dossier]);
  return (
    <>
      <Situation dossier={dossier} />
      <DueFee dossier={dossier} agency={agency} money={money.data} />
      <AccountNeeded money={money.data} />
      {asked !== null && <SupplementBanner {...data} asked={asked} again={again} onFailed={onFailed} />}
      <Parcels dossier={dossier} procedure={procedure} again={again} />
      <Result {...data} again={again} />
      <Facts dossier={dossier} />
      <p class="govuk-body no-print">
        <a class="govuk-link" href={`/ho-so/${dossier.id}/bien-nhan`}>
          {t("dossier.receipt")}
        </a>
      </p>
      <p class="govuk-body no-print">
        <a class="govuk-link" href={`/ho-so/${dossier.id}/bang-chung`}>
          {t("dossier.proof")}
        </a>
      </p>
      <History dossier={dossier} procedure={procedure} />
      <Sheets
        sheets={dossier.sheets}
        get={({ event, form }) =>
          ask(
            api.GET("/dossiers/{dossier_id}/sheets/{event}/{form}", {
              params: { path: { dossier_id: dossier.id, event: String(event), form } },
            }),
          )
        }
      />
      <Share dossier={dossier} />
      <Fees dossier={dossier} money={money} again={() => (money.again(), again())} />
      <Papers dossier={dossier} procedure={procedure} />
      <Stated dossier={dossier} procedure={procedure} />
      <Correspondence dossier={dossier} again={again} />
      <NoticesSent dossier={dossier.id} />
      <Complaint dossier={dossier} />
      {dossier.actions.includes("withdraw") && <Withdrawal dossier={dossier} again={again} />}
    </>
  );
}

function Correspondence({ dossier, again }: { dossier: Dossier; again: () => void }) {
  const [text, setText] = useKept("message", "");
  const given = { side: "applicant", dossier, text, setText, again } as const;
  return <Lazy load={() => import("../letters")} areas={["letters"]} with={given} />;
}

function Share({ dossier }: { dossier: Dossier }) {
  const count = dossier.shares?.length ?? 0;
  return (
    <section class="no-print" aria-labelledby="share">
      <h2 class="govuk-heading-m" id="share">
        {t("dossier.share")}
      </h2>
      <p class="govuk-body">{t("dossier.share.about")}</p>
      {count > 0 && <p class="govuk-body">{t("dossier.share.count", { count })}</p>}
      <LinkButton kind="secondary" href={`/ho-so/${dossier.id}/chia-se`}>
        {t(count > 0 ? "dossier.share.manage" : "dossier.share.make")}
      </LinkButton>
    </section>
  );
}

/** The way to complain of how the dossier ended, or to what came of it. */
function Complaint({ dossier }: { dossier: Dossier }) {
  const may = dossier.actions.includes("complain");
  if (!may && !dossier.timeline.some((step) => step.action === "complain")) return null;
  return (
    <section class="no-print" aria-labelledby="complaint">
      <h2 class="govuk-heading-m" id="complaint">
        {t("endings.complain")}
      </h2>
      {may && <p class="govuk-body">{t("endings.complain.about")}</p>}
      <LinkButton kind="secondary" href={`/ho-so/${dossier.id}/khieu-nai`}>
        {t(may ? "endings.complain.open" : "endings.complain.see")}
      </LinkButton>
    </section>
  );
}

function Stated({ dossier, procedure }: { dossier: Dossier; procedure: Procedure }) {
  const order = Object.keys(procedure.form?.properties ?? {});
  const names = order.filter((name) => dossier.answers[name] !== undefined);
  return (
    <details class="govuk-details">
      <summary class="govuk-details__summary">
        <span class="govuk-details__summary-text">{t("dossier.answers")}</span>
      </summary>
      <div class="govuk-details__text">
        <SummaryList
          rows={names.map((name) => ({
            label: titleOf(procedure, name),
            value: (
              <span class="lines">
                <Written text={answerText(procedure.form?.properties[name], dossier.answers[name])} />
              </span>
            ),
          }))}
        />
      </div>
    </details>
  );
}

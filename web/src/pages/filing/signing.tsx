import { useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { RadiosField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Said } from "../../parts/Said";
import { go } from "../../router";
import type { Filing } from "./flow";
import { Saving } from "./saving";
import { SignedForm } from "./signed-form";
import { FORM } from "./status";
import { after } from "./tasks";
import { paperThatCounts } from "./uploads";
import { Remote, type Overview } from "./signing-remote";

type Way = "remote" | "upload" | "post";

/** The signature of the form: on the phone, in a file that was signed elsewhere, or by hand and by post. */
export function Signing(filing: Filing & { choose: () => void }) {
  const { draft, state, sent, uploads, to, choose } = filing;
  const dossier_id = draft.id;
  const loaded = useLoad(() => ask(api.GET("/dossiers/{dossier_id}/signing", { params: { path: { dossier_id } } })), [dossier_id]);
  const there = sent.works[FORM] === undefined ? paperThatCounts(sent.papers, FORM) : undefined;
  const send = (event: Event): void => {
    event.preventDefault();
    draft.visit("sign");
    void draft.flush();
    go(after(filing, "sign"));
  };
  return (
    <Page title={t("filing.sign")} caption={<Said of={draft.procedure.name} />} back={to()}>
      <Saving state={state} choose={choose} />
      {there === undefined ? (
        <Ready of={loaded}>{(overview) => <Ways filing={filing} overview={overview} />}</Ready>
      ) : (
        <>
          <Notice>
            <p>{t("signing.there.text")}</p>
          </Notice>
          <SignedForm uploads={uploads} sent={sent} save={() => draft.flush()} />
        </>
      )}
      <form onSubmit={send} noValidate>
        <Button kind={there === undefined ? "secondary" : "primary"}>{t("button.continue")}</Button>
      </form>
    </Page>
  );
}

function Ways({ filing, overview }: { filing: Filing; overview: Overview }) {
  const { draft, sent, uploads } = filing;
  const begun = overview.signing !== null && !overview.signing.over;
  const first: Way = sent.works[FORM] !== undefined ? "upload" : overview.providers.length > 0 ? "remote" : "upload";
  const [way, setWay] = useState<Way>(begun ? "remote" : first);
  const ways: Way[] = overview.providers.length > 0 ? ["remote", "upload", "post"] : ["upload", "post"];
  const providers = overview.providers.map((one) => one.name).join(", ");
  return (
    <>
      <p class="govuk-body">{t("signing.why")}</p>
      <RadiosField
        name="way"
        label={t("signing.how")}
        value={way}
        onInput={(one) => setWay(one as Way)}
        options={ways.map((one) => ({
          value: one,
          label: t(`signing.${one}`),
          hint: t(`signing.${one}.hint`, { providers }),
        }))}
      />
      {way === "remote" && <Remote filing={filing} overview={overview} />}
      {way === "upload" && <SignedForm uploads={uploads} sent={sent} save={() => draft.flush()} />}
      {way === "post" && (
        <Notice>
          <p>{t("signing.post.text")}</p>
        </Notice>
      )}
    </>
  );
}

import { useEffect, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { agencies, type Agency } from "../../catalogue";
import { dateTime, phone } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { said, t, type Key } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { SummaryList, type SummaryRow } from "../../parts/SummaryList";
import { Tag } from "../../parts/StateTag";
import { Written } from "../../parts/Said";

type Profile = Schema["ProfileView"];
type Consent = Schema["ConsentView"];

/** My account: what the portal knows of me, my phone number, my consents. */
export default function MyAccount() {
  const profile = useLoad(() => ask(api.GET("/me")));
  const tree = useLoad(agencies);
  return (
    <Page title={t("nav.account")}>
      <Ready of={profile}>
        {(one) => (
          <>
            <SummaryList rows={[...rows(one), ...postRows(one.posts, tree.data ?? [])]} />
            {one.kind === "officer" ? (
              <p class="govuk-body">{t("profile.officer")}</p>
            ) : (
              <>
                <p class="govuk-body">
                  <a class="govuk-link" href="/tai-khoan/thong-bao">
                    {t("profile.notices")}
                  </a>
                </p>
                <Phone phone={phone(one.phone ?? "")} onChanged={profile.again} />
                <Consents due={one.consents_due} onChanged={profile.again} />
              </>
            )}
          </>
        )}
      </Ready>
    </Page>
  );
}

function rows(one: Profile): SummaryRow[] {
  const found: SummaryRow[] = [];
  if (one.identity) {
    found.push({ label: t(one.kind === "person" ? "register.identity" : "register.tax"), value: one.identity });
  }
  found.push({ label: t(one.kind === "organisation" ? "register.organisation" : "register.name"), value: <Written text={one.name} /> });
  if (one.representative) found.push({ label: t("register.representative"), value: <Written text={one.representative} /> });
  found.push({ label: t("register.email"), value: one.email });
  return found;
}

/** An officer's posts (H34.05:reception), one row for each agency. */
function postRows(posts: readonly string[], tree: readonly Agency[]): SummaryRow[] {
  const roles = new Map<string, string[]>();
  for (const post of posts) {
    const [agency = "", role = ""] = post.split(":");
    roles.set(agency, [...(roles.get(agency) ?? []), t(`role.${role}` as Key)]);
  }
  return [...roles].map(([code, own]) => ({
    label: t("profile.posts"),
    value: `${said(tree.find((one) => one.code === code)?.name) || code}: ${own.join(", ")}`,
  }));
}

function Phone({ phone: now, onChanged }: { phone: string; onChanged: () => void }) {
  const [typed, setTyped] = useState(now);
  useEffect(() => setTyped(now), [now]);
  const change = useAction((_key) => ask(api.PUT("/me", { body: { phone: typed } })));
  const send = async (event: Event) => {
    event.preventDefault();
    if ((await change.run()) === undefined) return;
    announce(t("profile.phone.changed"));
    onChanged();
  };
  return (
    <section aria-labelledby="change-phone">
      <h2 class="govuk-heading-m" id="change-phone">
        {t("profile.phone")}
      </h2>
      <ErrorSummary refusal={change.refusal} />
      <form onSubmit={send} noValidate>
        <TextField
          name="phone"
          type="tel"
          label={t("register.phone")}
          hint={t("register.phone.hint")}
          value={typed}
          onInput={setTyped}
          error={change.refusal?.of("phone")}
          autocomplete="tel-national"
          width={20}
        />
        <Button kind="secondary" busy={change.busy}>
          {t("profile.phone.save")}
        </Button>
      </form>
    </section>
  );
}

/** The consents of today: the texts that may be asked for, and whether they are agreed to. */
function Consents({ due, onChanged }: { due: readonly string[]; onChanged: () => void }) {
  const loaded = useLoad(async () => {
    const [{ purposes }, { consents }] = await Promise.all([
      ask(api.GET("/consent-purposes")),
      ask(api.GET("/me/consents")),
    ]);
    return purposes.map((purpose) => ({
      ...purpose,
      mine: consents.find((one) => one.purpose === purpose.purpose && one.version === purpose.version),
    }));
  });
  const decide = useAction((_key, purpose: string, version: number, given: boolean) =>
    ask(api.POST("/me/consents", { body: { purpose, version, given } })),
  );
  const act = async (purpose: string, version: number, given: boolean) => {
    if ((await decide.run(purpose, version, given)) === undefined) return;
    announce(t(given ? "profile.consent.given" : "profile.consent.withdrawn"));
    loaded.again();
    onChanged();
  };
  return (
    <section aria-labelledby="consents">
      <h2 class="govuk-heading-m" id="consents">
        {t("register.consents")}
      </h2>
      <ErrorSummary refusal={decide.refusal} place={() => null} />
      {due.length > 0 && (
        <Notice kind="warning">
          <p>{t("profile.consent.due")}</p>
        </Notice>
      )}
      <Ready of={loaded}>
        {(all) =>
          all.map(({ purpose, version, mandatory, text, mine }) => (
            <div class="card profile__consent" key={purpose}>
              <p>{text}</p>
              <p>
                <Tag tone={mine?.given ? "green" : "grey"}>
                  {t(mine?.given ? "profile.consent.yes" : "profile.consent.no")}
                </Tag>{" "}
                {mine && <LastAct of={mine} />}
              </p>
              {mandatory && mine?.given ? (
                <p class="govuk-hint">{t("profile.consent.mandatory")}</p>
              ) : (
                <Button kind="secondary" busy={decide.busy} onClick={() => void act(purpose, version, !mine?.given)}>
                  {t(mine?.given ? "profile.consent.withdraw" : "profile.consent.agree")}
                </Button>
              )}
            </div>
          ))
        }
      </Ready>
    </section>
  );
}

function LastAct({ of: { history } }: { of: Consent }) {
  const last = history[history.length - 1];
  return last ? <span class="optional">{t("profile.consent.since", { moment: dateTime(last.at) })}</span> : null;
}

import { useEffect, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import type { Agency } from "../../catalogue";
import { dateTime, money } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons, LinkButton } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { RadiosField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { go } from "../../router";
import { agencyOf } from "../dossier/catalogue";
import { FeeTable, RefundRule } from "./fees";
import { AtTheAgency, isOffline, Offline, offline } from "./offline";
import { attemptPage, moneyOf, newest, payPage, word, type Attempt, type Money } from "./words";

type Dossier = Schema["DossierShape"];

export interface Paying {
  dossier: Dossier;
  money: Money;
  agency: Agency | null;
}

async function load(id: string): Promise<Paying> {
  const [dossier, found] = await Promise.all([
    ask(api.GET("/dossiers/{dossier_id}", { params: { path: { dossier_id: id } } })),
    moneyOf(id),
  ]);
  return { dossier, money: found, agency: await agencyOf(dossier) };
}

/** What is due, what of it comes back when, and the ways to pay it; `?cach=` is the page of a way without network. */
export function PayPage({ id, chosen }: { id: string; chosen: string | null }) {
  const loaded = useLoad(() => load(id), [id]);
  const { data } = loaded;
  const way = chosen !== null && isOffline(chosen) ? chosen : null;
  const [failed, setFailed] = useState(false);
  // Back from the gateway's page the browser may show this one as it was left, with an attempt that is over meanwhile.
  useEffect(() => {
    const back = (event: PageTransitionEvent) => event.persisted && location.reload();
    addEventListener("pageshow", back);
    return () => removeEventListener("pageshow", back);
  }, []);
  const title = way === null ? t("money.pay") : t(`money.offline.${way}`);
  const caption = data && (
    <>
      {data.dossier.code}
      <br />
      {data.dossier.procedure.name}
    </>
  );
  return (
    <Page title={title} back={way === null ? `/ho-so/${id}` : payPage(id)} failed={failed} {...(caption ? { caption } : {})}>
      <Ready of={loaded}>
        {(paying) =>
          paying.money.due === null || paying.money.due.amount <= 0 ? (
            <NothingDue {...paying} />
          ) : way !== null ? (
            <Offline way={way} {...paying} />
          ) : (
            <Pay {...paying} onFailed={setFailed} />
          )
        }
      </Ready>
    </Page>
  );
}

function NothingDue({ dossier, money: found }: Paying) {
  const draft = dossier.state.code === "draft";
  return (
    <>
      {draft ? (
        <p class="govuk-body">{t("money.draft")}</p>
      ) : (
        <Notice kind="success" title={t("money.none")}>
          <p>{t("money.none.text")}</p>
        </Notice>
      )}
      <h2 class="govuk-heading-m">{t("money.fees")}</h2>
      <FeeTable of={found} />
      <RefundRule of={found} />
      <LinkButton href={`/ho-so/${dossier.id}`}>{t("money.to.dossier")}</LinkButton>
    </>
  );
}

function Pay({ onFailed, ...paying }: Paying & { onFailed: (failed: boolean) => void }) {
  const { money: found } = paying;
  return (
    <>
      <Unfinished of={found.attempts} />
      <Due of={found} />
      <h2 class="govuk-heading-m">{t("money.fees")}</h2>
      <FeeTable of={found} />
      <RefundRule of={found} />
      {found.level < 4 ? <AtTheAgency {...paying} /> : <Ways of={found} onFailed={onFailed} />}
    </>
  );
}

function Due({ of: { due } }: { of: Money }) {
  if (due === null) return null;
  return (
    <section class="card due-now" aria-labelledby="due-now">
      <h2 class="due-now__title" id="due-now">
        {t("money.due")}
      </h2>
      <p class="due-now__amount">{money(due.amount)}</p>
      {due.held > 0 && <p>{t("money.due.held", { held: money(due.held), amount: money(due.amount) })}</p>}
      <p>{word("due", due.moment, "")}</p>
      {due.until !== null && <p>{t("money.due.until", { at: dateTime(due.until) })}</p>}
    </section>
  );
}

/** An attempt that may have taken money already stands before every other way to pay. */
function Unfinished({ of }: { of: readonly Attempt[] }) {
  const pending = newest(of).find(
    (one) => one.state === "suspect" || (one.state === "open" && new Date(one.expires_at) > new Date()),
  );
  if (pending === undefined) return null;
  const about = { amount: money(pending.amount), way: pending.way.name, at: dateTime(pending.created_at) };
  return (
    <Notice kind="warning" title={t("money.open")}>
      <p>{t(pending.state === "suspect" ? "money.open.suspect" : "money.open.text", about)}</p>
      <p>
        <a class="govuk-link" href={attemptPage(pending.reference)}>
          {t("money.open.see")}
        </a>
      </p>
    </Notice>
  );
}

function Ways({ of, onFailed }: { of: Money; onFailed: (failed: boolean) => void }) {
  const [way, setWay] = useState("");
  const [leaving, setLeaving] = useState(false);
  // The key of the act is the attempt's id: a request repeated after a lost answer is the same attempt.
  const start = useAction((key, by: string) =>
    ask(
      api.POST("/dossiers/{dossier_id}/payments", {
        params: { path: { dossier_id: of.dossier } },
        body: { id: key, way: by },
      }),
    ),
  );
  useEffect(() => onFailed(start.refusal !== null), [start.refusal]);
  const options = [
    ...of.ways.map(({ code, name }) => ({ value: code, label: name, hint: word("way", code, t("money.unnamed")) })),
    ...offline.map((one, index) => ({
      value: one,
      label: t(`money.way.${one}`),
      hint: t(`money.way.${one}.hint`),
      ...(index === 0 && of.ways.length > 0 ? { before: t("money.ways.other") } : {}),
    })),
  ];
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (leaving) return;
    if (way === "") {
      const message = t("money.ways.missing");
      start.refuse(new Refusal(422, "Incomplete", message, [{ field: "way", code: "Required", message }]));
      return;
    }
    if (isOffline(way)) {
      go(`${payPage(of.dossier)}?cach=${way}`);
      return;
    }
    const attempt = await start.run(way);
    if (attempt === undefined) return;
    if (attempt.state === "open" && attempt.pay_url !== null) {
      setLeaving(true);
      location.assign(attempt.pay_url);
    } else go(attemptPage(attempt.reference));
  };
  return (
    <form class="ways" onSubmit={(event) => void send(event)} noValidate>
      <ErrorSummary refusal={start.refusal} />
      <RadiosField
        name="way"
        label={t("money.ways")}
        big
        value={way}
        onInput={setWay}
        options={options}
        error={start.refusal?.of("way")}
      />
      {of.ways.length > 0 && <p class="govuk-hint">{t("money.leave")}</p>}
      <Buttons>
        <Button busy={start.busy || leaving}>{t("button.continue")}</Button>
        <a class="govuk-link" href={`/ho-so/${of.dossier}`}>
          {t("money.to.dossier")}
        </a>
      </Buttons>
    </form>
  );
}

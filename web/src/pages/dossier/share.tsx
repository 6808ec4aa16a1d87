import { useRef, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { dateTime } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button, LinkButton } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { RadiosField, TextField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { dossierOf } from "./dossier";
import { useLeave } from "./focus";
import { newSecret, shareId } from "./secret";
import { Made } from "./share-made";
import type { Dossier } from "./words";

type Share = Schema["ShareShape"];

const terms = [1, 7, 30] as const;
const longest = 60;

/** Links that show the status to others: make one, see those that are live, take one back. */
export function SharePage({ id }: { id: string }) {
  const loaded = useLoad(() => dossierOf(id), [id]);
  const [failed, setFailed] = useState(false);
  const code = loaded.data?.code;
  return (
    <Page title={t("dossier.share")} back={`/ho-so/${id}`} failed={failed} {...(code ? { caption: code } : {})}>
      <Ready of={loaded}>
        {(dossier) => (dossier.receipt ? <Sharing dossier={dossier} onFailed={setFailed} /> : <Draft id={id} />)}
      </Ready>
    </Page>
  );
}

function Draft({ id }: { id: string }) {
  return (
    <>
      <p class="govuk-body">{t("dossier.share.draft")}</p>
      <LinkButton href={`/ho-so/${id}/nop`}>{t("dossier.draft.continue")}</LinkButton>
    </>
  );
}

function Sharing({ dossier, onFailed }: { dossier: Dossier; onFailed: (failed: boolean) => void }) {
  const [live, setLive] = useState(dossier.shares ?? []);
  const [made, setMade] = useState<{ share: Share; secret: string } | null>(null);
  const [days, setDays] = useState("7");
  const [label, setLabel] = useState("");
  // One secret per act: sent again after a lost answer it is the same link, and its address is known here.
  const pending = useRef<{ act: string; secret: string } | null>(null);
  const making = useAction(async (act, term: (typeof terms)[number], words: string) => {
    if (pending.current?.act !== act) pending.current = { act, secret: newSecret() };
    const { secret } = pending.current;
    const share_id = await shareId(secret);
    const path = { dossier_id: dossier.id, share_id };
    const { items } = await ask(
      api.PUT("/dossiers/{dossier_id}/shares/{share_id}", { params: { path }, body: { days: term, label: words } }),
    );
    const share = items.find((one) => one.id === share_id);
    return { items, made: share ? { share, secret } : null };
  });
  const make = async (event: Event): Promise<void> => {
    event.preventDefault();
    const term = terms.find((one) => String(one) === days) ?? terms[0];
    const answer = await making.run(term, label.trim());
    onFailed(answer === undefined);
    if (answer === undefined) return;
    setLive(answer.items);
    setMade(answer.made);
    setLabel("");
    announce(t("dossier.share.made"));
  };
  const left = (items: Share[]): void => {
    setLive(items);
    if (!items.some((one) => one.id === made?.share.id)) setMade(null);
  };
  return (
    <>
      {made !== null && <Made key={made.share.id} dossier={dossier} {...made} />}
      <div class="no-print">
        <ErrorSummary refusal={making.refusal} />
        <p class="govuk-body">{t("dossier.share.text")}</p>
        <p class="govuk-body">{t("dossier.share.seen")}</p>
        <section aria-labelledby="new-share">
          <h2 class="govuk-heading-m" id="new-share">
            {t("dossier.share.new")}
          </h2>
          <form onSubmit={(event) => void make(event)} noValidate>
            <RadiosField
              name="days"
              label={t("dossier.share.days")}
              value={days}
              onInput={setDays}
              options={terms.map((one) => ({ value: String(one), label: t("dossier.share.days.of", { count: one }) }))}
              error={making.refusal?.of("days")}
              inline
            />
            <TextField
              name="label"
              label={t("dossier.share.label")}
              hint={t("dossier.share.label.hint")}
              value={label}
              onInput={setLabel}
              error={making.refusal?.of("label")}
              maxLength={longest}
              autocomplete="off"
              width={30}
              optional
            />
            <Button busy={making.busy}>{t("dossier.share.make")}</Button>
          </form>
        </section>
        <Live of={dossier.id} shares={live} onLeft={left} />
      </div>
    </>
  );
}

const nameOf = (share: Share): string => share.label || t("dossier.share.unnamed");

function Live({ of, shares, onLeft }: { of: string; shares: readonly Share[]; onLeft: (items: Share[]) => void }) {
  const [asked, setAsked] = useState<Share | null>(null);
  const leave = useLeave(asked !== null);
  const revoking = useAction(async (_key, share_id: string) =>
    ask(api.DELETE("/dossiers/{dossier_id}/shares/{share_id}", { params: { path: { dossier_id: of, share_id } } })),
  );
  const revoke = async (): Promise<void> => {
    const answer = asked && (await revoking.run(asked.id));
    if (!answer) return;
    leave();
    setAsked(null);
    announce(t("dossier.share.revoked"));
    onLeft(answer.items);
  };
  return (
    <section aria-labelledby="live-shares">
      <h2 class="govuk-heading-m" id="live-shares">
        {t("dossier.share.list")}
      </h2>
      {shares.length === 0 && <p class="govuk-body">{t("dossier.share.none")}</p>}
      <ul class="shares">
        {shares.map((share) => (
          <li class="card shares__one" key={share.id}>
            <h3 class="govuk-heading-s">{nameOf(share)}</h3>
            <dl class="facts">
              <div>
                <dt>{t("dossier.share.created")}</dt>
                <dd>{dateTime(share.created_at)}</dd>
              </div>
              <div>
                <dt>{t("dossier.share.until")}</dt>
                <dd>{dateTime(share.expires_at)}</dd>
              </div>
            </dl>
            <Button
              kind="secondary"
              onClick={() => (revoking.refuse(null), setAsked(share))}
              label={t("dossier.share.revoke.label", { name: nameOf(share), at: dateTime(share.created_at) })}
            >
              {t("dossier.share.revoke")}
            </Button>
          </li>
        ))}
      </ul>
      <Dialog
        open={asked !== null}
        title={t("dossier.share.revoke.ask")}
        confirm={t("dossier.share.revoke")}
        warning
        busy={revoking.busy}
        onConfirm={() => void revoke()}
        onClose={() => setAsked(null)}
      >
        <ErrorSummary refusal={revoking.refusal} />
        <p class="govuk-body">{t("dossier.share.revoke.text", { name: asked ? nameOf(asked) : "" })}</p>
      </Dialog>
    </section>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, type Refusal } from "../../api/client";
import type { components } from "../../api/schema";
import { dateTime } from "../../format";
import { asRefusal, useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { RadiosField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { SummaryList } from "../../parts/SummaryList";
import { useTurns } from "../../turns";
import type { Filing } from "./flow";
import { issued } from "./issued";

export type Overview = components["schemas"]["SigningsShape"];
type Signing = components["schemas"]["SigningShape"];

/** Seconds between questions while somebody waits beside their phone. */
const PAUSES = [3];

/** Asked through a provider, agreed to on the phone; how it stands is asked about while somebody looks. */
export function Remote({ filing, overview }: { filing: Filing; overview: Overview }) {
  const { draft, uploads } = filing;
  const path = { dossier_id: draft.id };
  const [signing, setSigning] = useState(overview.signing);
  const [provider, setProvider] = useState(overview.signing?.provider.code ?? overview.providers[0]?.code ?? "");
  const heard = useRef(signing?.state);

  const learn = (now: Signing): void => {
    if (heard.current !== undefined && heard.current !== now.state) announce(now.message, now.over);
    heard.current = now.state;
    setSigning(now);
    if (now.state === "done") void uploads.look().catch((failed: unknown) => console.debug(failed));
  };
  const lost = useWatch(signing, async () => learn(await ask(api.PUT("/dossiers/{dossier_id}/signing/check", { params: { path } }))));
  const starting = useAction(async (id: string, by: string) => {
    await issued(draft);
    const body = { id, provider: by as "vnpt" | "viettel" };
    return ask(api.POST("/dossiers/{dossier_id}/signing", { params: { path }, body }));
  });
  const cancelling = useAction((_, signing_id: string) =>
    ask(api.DELETE("/dossiers/{dossier_id}/signing/{signing_id}", { params: { path: { ...path, signing_id } } })),
  );
  const start = async (event: Event): Promise<void> => {
    event.preventDefault();
    const now = await starting.run(provider);
    if (now === undefined) return;
    announce(now.message);
    heard.current = now.state;
    setSigning(now);
  };
  const cancel = async (id: string): Promise<void> => {
    const now = await cancelling.run(id);
    if (now !== undefined) learn(now);
  };
  return (
    <section aria-labelledby="signing-state" data-signing={signing?.state ?? "none"}>
      <ErrorSummary refusal={starting.refusal ?? cancelling.refusal} />
      <h2 class="govuk-heading-m govuk-visually-hidden" id="signing-state">
        {t("signing.state")}
      </h2>
      {signing !== null && <State of={signing} lost={lost} />}
      {signing !== null && !signing.over ? (
        <Button kind="secondary" busy={cancelling.busy} onClick={() => void cancel(signing.id)}>
          {t("signing.cancel")}
        </Button>
      ) : (
        <form onSubmit={(event) => void start(event)} noValidate>
          <RadiosField
            name="provider"
            label={t("signing.provider")}
            value={provider}
            onInput={setProvider}
            options={overview.providers.map((one) => ({ value: one.code, label: one.name }))}
          />
          <Buttons>
            <Button busy={starting.busy}>{t(signing === null ? "signing.start" : "signing.again")}</Button>
          </Buttons>
        </form>
      )}
    </section>
  );
}

function State({ of, lost }: { of: Signing; lost: Refusal | null }) {
  const kind = of.state === "done" ? "success" : of.state === "failed" ? "error" : of.over ? "warning" : "info";
  return (
    <>
      <Notice kind={kind}>
        <p>{of.message}</p>
        {lost !== null && <p>{lost.message}</p>}
      </Notice>
      {of.state === "waiting" && (
        <>
          <SummaryList
            rows={[
              { label: t("signing.code"), value: <strong class="reference">{of.check_code}</strong> },
              { label: t("signing.shown"), value: <span lang="vi">{of.shown}</span> },
              { label: t("signing.until"), value: dateTime(of.expires_at) },
            ]}
          />
          <p class="govuk-body">{t("signing.code.text")}</p>
          <p class="govuk-body">{t("signing.leave")}</p>
        </>
      )}
    </>
  );
}

/** Asked about while it is open and somebody looks; the refusal of the last question, if it was lost. */
function useWatch(signing: Signing | null, look: () => Promise<void>): Refusal | null {
  const [lost, setLost] = useState<Refusal | null>(null);
  const open = signing !== null && !signing.over;
  const turns = useTurns(open, PAUSES, async () => {
    if (!open) return false;
    try {
      await look();
      setLost(null);
    } catch (failed) {
      setLost(asRefusal(failed));
    }
    return true;
  });
  useEffect(() => {
    if (open) turns.soon();
  }, [open]);
  return lost;
}

import { useEffect, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { bytes, dateTime, number } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { announce } from "../../parts/live";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { SummaryList } from "../../parts/SummaryList";
import type { PageProps } from "../../routes";
import { useTurns } from "../../turns";
import "./evidence.scss";
import { save } from "../../parts/saving";

type Proof = Schema["ProofShape"];

/** Seconds between questions while the file is being made. */
const PAUSES = [2, 2, 3, 5, 10];
const about = (id: string) => ({ params: { path: { dossier_id: id } } });
const look = (id: string): Promise<Proof> => ask(api.GET("/dossiers/{dossier_id}/proof", about(id)));

/** The proof of a dossier: what it is, having it made, fetching it, checking it. */
export default function ProofPage({ params }: PageProps) {
  const id = params["id"] ?? "";
  const loaded = useLoad(() => look(id), [id]);
  return (
    <Page title={t("evidence.title")} back={`/ho-so/${id}`}>
      <p class="govuk-body">{t("evidence.what")}</p>
      <p class="govuk-body">{t("evidence.private")}</p>
      <Ready of={loaded}>{(proof) => <Making key={id} id={id} first={proof} />}</Ready>
      <Checking />
    </Page>
  );
}

function Making({ id, first }: { id: string; first: Proof }) {
  const [proof, setProof] = useState(first);
  const open = proof.state === "asked";
  const learn = (now: Proof): void => {
    if (now.state === "ready" && proof.state !== "ready") announce(t("evidence.ready"));
    if (now.message !== null && proof.state !== "failed") announce(now.message, true);
    setProof(now);
  };
  const turns = useTurns(open, PAUSES, async () => {
    try {
      const now = await look(id);
      learn(now);
      return now.state === "asked";
    } catch (failed) {
      console.debug(failed); // asked again at the next turn
      return true;
    }
  });
  useEffect(() => {
    if (open) turns.soon();
  }, [open]);
  const making = useAction((key) =>
    ask(
      api.POST("/dossiers/{dossier_id}/proof", {
        params: { path: { dossier_id: id }, header: { "Idempotency-Key": key } },
        body: {},
      }),
    ),
  );
  const make = async (): Promise<void> => {
    const now = await making.run();
    if (now !== undefined) learn(now);
  };
  // The address is good for two minutes: it is asked for when it is needed.
  const fetching = useAction(async () => {
    const { url } = await look(id);
    if (url === null) return;
    save(url);
  });
  return (
    <section aria-label={t("evidence.title")} data-proof={proof.state}>
      <ErrorSummary refusal={making.refusal ?? fetching.refusal} />
      {proof.state === "asked" && (
        <Notice>
          <p>{t("evidence.waits")}</p>
        </Notice>
      )}
      {proof.state === "failed" && (
        <Notice kind="error">
          <p>{proof.message}</p>
        </Notice>
      )}
      {proof.state === "ready" && (
        <SummaryList
          rows={[
            { label: t("evidence.made"), value: dateTime(proof.made_at ?? "") },
            { label: t("evidence.events"), value: number(proof.events) },
            { label: t("evidence.hash"), value: <code class="evidence__hash">{proof.sha256}</code> },
          ]}
        />
      )}
      <Buttons>
        {proof.state === "ready" && (
          <Button busy={fetching.busy} onClick={() => void fetching.run()}>
            {t("evidence.download", { size: bytes(proof.size) })}
          </Button>
        )}
        {!open && (
          <Button kind={proof.state === "ready" ? "secondary" : "primary"} busy={making.busy} onClick={() => void make()}>
            {t(proof.state === "ready" ? "evidence.again" : "evidence.make")}
          </Button>
        )}
      </Buttons>
    </section>
  );
}

function Checking() {
  return (
    <section aria-labelledby="check">
      <h2 class="govuk-heading-m" id="check">
        {t("evidence.check")}
      </h2>
      <p class="govuk-body">{t("evidence.check.text")}</p>
      <p class="govuk-body">
        <code class="evidence__command">{t("evidence.check.command")}</code>
      </p>
      <p class="govuk-body">{t("evidence.check.files")}</p>
    </section>
  );
}

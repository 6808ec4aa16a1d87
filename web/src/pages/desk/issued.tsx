import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { dateTime } from "../../format";
import { useAction } from "../../hooks";
import { t, type Key } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextareaField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Qr } from "../../parts/Qr";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { SummaryList } from "../../parts/SummaryList";
import { keyed, required } from "./acts";
import type { Dossier } from "./dossier";

type Result = Schema["ResultShape"];
const tones = { sealing: "yellow", valid: "green", refused: "red", returned: "grey", revoked: "red" } as const;

interface Given {
  dossier: Dossier;
  done: (text: string) => void;
}

/** The results of the dossier, the newest first: file, public check, and how a wrong one is taken back. */
export default function Results({ dossier, done }: Given) {
  const newest = dossier.results.at(-1)?.state;
  const before = useRef(newest);
  useEffect(() => {
    // The portal moved it on while somebody watched.
    if (before.current === "sealing" && (newest === "valid" || newest === "refused")) {
      announce(t(`desk.results.told.${newest}`));
    }
    before.current = newest;
  }, [newest]);
  return (
    <section class="block" aria-labelledby="results-title">
      <h2 class="govuk-heading-m" id="results-title">
        {t("desk.results")}
      </h2>
      {[...dossier.results].reverse().map((one) => (
        <One key={one.code} of={one} dossier={dossier} done={done} />
      ))}
    </section>
  );
}

function One({ of: result, dossier, done }: Given & { of: Result }) {
  const [open, setOpen] = useState<"ask" | "keep" | "revoke" | null>(null);
  const file = useAction(async () => {
    const path = { dossier_id: dossier.id, number: String(result.number) };
    const { url } = await ask(api.GET("/desk/dossiers/{dossier_id}/results/{number}", { params: { path } }));
    location.assign(url);
    return true;
  });
  return (
    <div class="card issued">
      {result.state === "sealing" && (
        <Notice>
          <p>{t("desk.results.signing")}</p>
        </Notice>
      )}
      {result.problem && (
        <Notice kind="error" title={t("desk.results.problem")}>
          <p>{result.problem.text}</p>
          {result.signed && result.signed.verdict !== "VALID" && <p>{result.signed.text}</p>}
          {result.signed?.reasons.map((one) => <p key={one}>{one}</p>)}
        </Notice>
      )}
      <SummaryList
        plain
        rows={[
          {
            label: t("desk.column.state"),
            value: (
              <Tag tone={tones[result.state as keyof typeof tones] ?? "grey"}>
                {t(`desk.results.state.${result.state}` as Key)}
              </Tag>
            ),
          },
          { label: t("desk.result.number"), value: <Written text={result.reference} /> },
          { label: t("desk.result.title"), value: <Written text={result.title} /> },
          { label: t("desk.results.issued"), value: dateTime(result.issued_at) },
          { label: t("desk.results.way"), value: t(`desk.results.way.${result.way}` as Key) },
          ...(result.signed?.verdict === "VALID" ? signed(result.signed) : []),
          ...(result.sha256 ? [{ label: "SHA-256", value: <code class="issued__hash">{result.sha256}</code> }] : []),
          { label: t("desk.results.code"), value: `${result.code}, ${result.secret.replace(/(.{4})(?=.)/g, "$1 ")}` },
          ...(result.reason ? [{ label: t("desk.text.reason"), value: <Written text={result.reason} /> }] : []),
        ]}
      />
      {result.state === "valid" && <Qr text={result.link} label={t("desk.results.qr")} />}
      {result.asked && (
        <Notice kind="warning">
          <p>{t("desk.results.asked", { name: result.asked.name, at: dateTime(result.asked.at) })}</p>
          <p>
            <Written text={result.asked.reason} />
          </p>
        </Notice>
      )}
      <ErrorSummary refusal={file.refusal} />
      {open === null ? (
        <Buttons>
          {result.sha256 && (
            <Button kind="secondary" busy={file.busy} onClick={() => void file.run()}>
              {t("desk.results.download")}
            </Button>
          )}
          {(["revoke", "keep", "ask"] as const)
            .filter((act) => result.may.includes(act))
            .map((act) => (
              <Button
                key={act}
                name={`result-${act}`}
                kind={act === "revoke" ? "warning" : "secondary"}
                onClick={() => setOpen(act)}
              >
                {t(`desk.results.${act}`)}
              </Button>
            ))}
        </Buttons>
      ) : (
        <Decide act={open} of={result} dossier={dossier} done={done} close={() => setOpen(null)} />
      )}
    </div>
  );
}

/** Who signed, by whose certificate, and what was found when it was issued. */
const signed = (of: Schema["SignedShape"]) => [
  ...of.signers.flatMap((one) => [
    {
      label: t("desk.results.signer"),
      value: <Written text={t("desk.results.signer.at", { name: one.name, at: one.at ? dateTime(one.at) : "" })} />,
    },
    { label: t("desk.results.signer.issuer"), value: one.issuer },
  ]),
  { label: t("desk.results.verdict"), value: `${of.text} (${dateTime(of.at)})` },
];

const calls = {
  ask: (id: string, key: string, reason: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/revocation-request", { ...keyed(id, key), body: { reason } })),
  keep: (id: string, key: string, reason: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/revocation-refusal", { ...keyed(id, key), body: { reason } })),
  revoke: (id: string, key: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/revocation", { ...keyed(id, key), body: {} })),
} as const;

function Decide({ act, of, dossier, done, close }: Given & { act: keyof typeof calls; of: Result; close: () => void }) {
  const [reason, setReason] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const action = useAction((key, why: string) => calls[act](dossier.id, key, why));
  const submit = async (event: Event) => {
    event.preventDefault();
    if (act !== "revoke" && reason.trim() === "") return action.refuse(required("reason"));
    const moved = await action.run(reason.trim());
    if (moved !== undefined) done(t(`desk.results.done.${act}`, { state: moved.state.name }));
  };
  return (
    <form noValidate aria-labelledby="decide-title" onSubmit={submit}>
      <h3 class="govuk-heading-s" id="decide-title" tabIndex={-1} ref={heading}>
        {t(`desk.results.${act}`)}
      </h3>
      <ErrorSummary refusal={action.refusal} />
      <p class="govuk-body">{t(`desk.results.about.${act}`, { number: of.reference })}</p>
      {act !== "revoke" && (
        <TextareaField
          name="reason"
          label={t("desk.text.reason")}
          rows={3}
          maxLength={2000}
          value={reason}
          error={action.refusal?.of("reason")}
          onInput={setReason}
        />
      )}
      <Buttons>
        <Button busy={action.busy} kind={act === "revoke" ? "warning" : "primary"}>
          {t(`desk.results.${act}`)}
        </Button>
        <Button kind="secondary" onClick={close}>
          {t("button.cancel")}
        </Button>
      </Buttons>
    </form>
  );
}

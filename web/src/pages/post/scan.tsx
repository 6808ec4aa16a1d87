import { useEffect, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextareaField, TextField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Written } from "../../parts/Said";
import { StateTag } from "../../parts/StateTag";
import { asNumber, SenderField, TrackingField } from "../../parts/Tracking";

type Summary = Schema["SummaryShape"];
type Agency = Schema["AgencyShape"];
/** What a scanner typed: the code, or something around it. */
const CODE = /[0-9A-Z.]+-\d{6}-\d{4,7}/;

type Found = { of: "dossier"; dossier: Summary } | { of: "nobody"; code: string; reason: string };

/**
 * The mail room: scan the cover sheet, Enter, say whose parcel it is, Enter, the next one. A hand scanner types and
 * presses Enter by itself, so the box always has the focus again.
 */
export function Scan({ agency }: { agency: Agency }) {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const [told, setTold] = useState<{ text: string; dossier?: Summary } | null>(null);
  const focus = () => document.getElementById("scanned")?.focus();
  useEffect(focus, []);
  const find = useAction(async (_key, code: string) => {
    try {
      return await ask(api.GET("/desk/codes/{code}", { params: { path: { code } } }));
    } catch (failed) {
      if (failed instanceof Refusal && failed.status === 404) return null;
      throw failed;
    }
  });
  const send = async (event: Event) => {
    event.preventDefault();
    const text = typed.trim().toUpperCase();
    if (text === "") return;
    setTold(null);
    const code = CODE.exec(text)?.[0];
    const dossier = code === undefined ? null : await find.run(code);
    if (dossier === undefined) return;
    setTyped("");
    if (dossier === null) setFound({ of: "nobody", code: code ?? text.slice(0, 60), reason: t("post.stray.unknown") });
    else if (dossier.state.code === "parcel_expected") setFound({ of: "dossier", dossier });
    else {
      const reason = t("post.stray.state", { state: dossier.state.name });
      setFound({ of: "nobody", code: dossier.code ?? "", reason });
    }
  };
  const done = (text: string, dossier?: Summary) => {
    setFound(null);
    setTold(dossier ? { text, dossier } : { text });
    announce(text);
    focus();
  };
  const drop = () => {
    setFound(null);
    focus();
  };
  return (
    <Page title={t("post.scan")} caption={agency.name} wide>
      <div class="scan">
        <form onSubmit={(event) => void send(event)} noValidate>
          <ErrorSummary refusal={find.refusal} />
          <TextField
            name="scanned"
            label={t("post.scan.box")}
            hint={t("post.scan.hint")}
            value={typed}
            maxLength={200}
            autocomplete="off"
            error={undefined}
            onInput={setTyped}
          />
          <Button busy={find.busy}>{t("post.scan.find")}</Button>
        </form>
        {told !== null && (
          <Notice kind="success">
            <p>{told.text}</p>
            {told.dossier && (
              <p>
                <a class="govuk-link" href={`/can-bo/ho-so/${told.dossier.id}`}>
                  {t("post.scan.open", { code: told.dossier.code ?? "" })}
                </a>
              </p>
            )}
          </Notice>
        )}
        {found?.of === "dossier" && (
          <Arrival key={found.dossier.id} dossier={found.dossier} done={done} drop={drop} />
        )}
        {found?.of === "nobody" && <Stray key={found.code} agency={agency} found={found} done={done} drop={drop} />}
      </div>
    </Page>
  );
}

interface ArrivalProps {
  dossier: Summary;
  done: (text: string, dossier: Summary) => void;
  drop: () => void;
}

function Arrival({ dossier, done, drop }: ArrivalProps) {
  const [tracking, setTracking] = useState("");
  const [sender, setSender] = useState(dossier.applicant_name);
  const action = useAction((key, number: string, from: string) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/parcel", {
        params: { path: { dossier_id: dossier.id }, header: { "Idempotency-Key": key } },
        body: { tracking: number, sender: from, note: "" },
      }),
    ),
  );
  useEffect(() => document.getElementById("tracking")?.focus(), []);
  const send = async (event: Event) => {
    event.preventDefault();
    const moved = await action.run(asNumber(tracking), sender.trim());
    if (moved !== undefined) done(t("post.scan.registered", { code: dossier.code ?? "" }), dossier);
  };
  const { refusal } = action;
  return (
    <form class="card scan__found" onSubmit={(event) => void send(event)} noValidate aria-labelledby="arrival">
      <h2 class="govuk-heading-m" id="arrival">
        <span class="scan__code">{dossier.code}</span> <StateTag state={dossier.state} />
      </h2>
      <p class="govuk-body">
        {dossier.procedure.name} – <Written text={dossier.applicant_name} />
      </p>
      <ErrorSummary refusal={refusal} />
      <TrackingField
        label={t("post.scan.tracking")}
        hint={t("post.scan.tracking.hint")}
        value={tracking}
        optional
        error={refusal?.of("tracking")}
        onInput={setTracking}
      />
      <SenderField
        label={t("post.scan.sender")}
        value={sender}
        error={refusal?.of("sender")}
        onInput={setSender}
      />
      <Buttons>
        <Button busy={action.busy}>{t("post.scan.register")}</Button>
        <Button kind="secondary" onClick={drop}>
          {t("button.cancel")}
        </Button>
      </Buttons>
    </form>
  );
}

interface StrayProps {
  agency: Agency;
  found: { code: string; reason: string };
  done: (text: string) => void;
  drop: () => void;
}

/** A parcel that is for no dossier which waits: kept on record, to be sent back. */
function Stray({ agency, found, done, drop }: StrayProps) {
  const [tracking, setTracking] = useState("");
  const [sender, setSender] = useState("");
  const [reason, setReason] = useState(found.reason);
  const action = useAction((key, number: string, from: string, why: string) =>
    ask(
      api.POST("/desk/parcels/{agency}/strays", {
        params: { path: { agency: agency.code }, header: { "Idempotency-Key": key } },
        body: { code: found.code, tracking: number, sender: from, reason: why },
      }),
    ),
  );
  useEffect(() => document.getElementById("stray-title")?.focus(), []);
  const send = async (event: Event) => {
    event.preventDefault();
    const kept = await action.run(asNumber(tracking), sender.trim(), reason.trim());
    if (kept !== undefined) done(t("post.stray.kept"));
  };
  const { refusal } = action;
  return (
    <form class="card scan__found" onSubmit={(event) => void send(event)} noValidate aria-labelledby="stray-title">
      <h2 class="govuk-heading-m" id="stray-title" tabIndex={-1}>
        {t("post.stray", { code: found.code })}
      </h2>
      <p class="govuk-body">{t("post.stray.about")}</p>
      <ErrorSummary refusal={refusal} />
      <TrackingField
        label={t("post.scan.tracking")}
        value={tracking}
        optional
        error={refusal?.of("tracking")}
        onInput={setTracking}
      />
      <SenderField
        label={t("post.scan.sender")}
        value={sender}
        error={refusal?.of("sender")}
        onInput={setSender}
      />
      <TextareaField
        name="reason"
        label={t("post.stray.why")}
        rows={2}
        maxLength={2000}
        value={reason}
        error={refusal?.of("reason")}
        onInput={setReason}
      />
      <Buttons>
        <Button busy={action.busy}>{t("post.stray.keep")}</Button>
        <Button kind="secondary" onClick={drop}>
          {t("button.cancel")}
        </Button>
      </Buttons>
    </form>
  );
}

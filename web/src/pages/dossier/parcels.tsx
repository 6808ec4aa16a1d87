import { useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { date, dateTime, lawDay, plainDate } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button, LinkButton } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { DateField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { SummaryList, type SummaryRow } from "../../parts/SummaryList";
import { asNumber, isNumber, TrackingField } from "../../parts/Tracking";
import type { Procedure } from "../filing/procedure";
import { paperNameOf } from "./catalogue";
import { word, type Dossier } from "./words";

export type Parcel = Schema["ParcelShape"];

const RESULT = "_result";
const FORM = "_form";
const tones = {
  complete: "green",
  delivered: "green",
  deficient: "red",
  lost: "red",
  returned: "red",
  sent_back: "red",
  given_up: "grey",
} as const;

/** The papers whose certified copies are still to come. */
export function awaited(dossier: Dossier): string[] {
  const proven = new Set(
    dossier.parcels.flatMap((one) =>
      Object.entries(one.checks)
        .filter(([, check]) => check.finding === "certified")
        .map(([component]) => component),
    ),
  );
  // Signed by the applicant, a paper needs no certified copy; the form never does.
  const counting = dossier.papers.filter(
    (one) => one.counts && one.component !== RESULT && one.component !== FORM && one.check?.verdict !== "VALID",
  );
  return [...new Set(counting.map((one) => one.component))].filter((one) => !proven.has(one));
}

interface Props {
  dossier: Dossier;
  procedure: Procedure;
  again: () => void;
}

/** The papers that go by post, and the result that comes by it, as far as they have got. */
export function Parcels({ dossier, procedure, again }: Props) {
  const waits = dossier.actions.includes("announce_parcel");
  if (!waits && dossier.parcels.length === 0) return null;
  return (
    <section class="parcels" aria-labelledby="parcels">
      <h2 class="govuk-heading-m" id="parcels">
        {t("dossier.parcels")}
      </h2>
      {waits && <Sending dossier={dossier} procedure={procedure} again={again} />}
      <ol class="parcels__list">
        {[...dossier.parcels].reverse().map((one) => (
          <li class="card" key={one.number}>
            <One parcel={one} procedure={procedure} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Sending({ dossier, procedure, again }: Props) {
  const last = dossier.parcels.at(-1);
  return (
    <>
      {last?.state === "deficient" && (
        <Notice kind="warning" title={t("dossier.parcel.lacking")}>
          <Findings parcel={last} procedure={procedure} />
        </Notice>
      )}
      <p class="govuk-body">{t("dossier.parcel.how")}</p>
      <ol class="govuk-list govuk-list--bullet">
        {awaited(dossier).map((component) => (
          <li key={component}>{paperNameOf(procedure, component)}</li>
        ))}
      </ol>
      <p class="no-print">
        <LinkButton href={`/ho-so/${dossier.id}/phieu-gui`}>{t("dossier.parcel.cover")}</LinkButton>
      </p>
      <Announcement dossier={dossier} again={again} />
    </>
  );
}

/** Whoever has posted the papers says so, so that a parcel that is lost is missed. */
function Announcement({ dossier, again }: { dossier: Dossier; again: () => void }) {
  const [tracking, setTracking] = useState("");
  const [day, setDay] = useState(() => lawDay(new Date()));
  const action = useAction((key, number: string, posted_on: string) =>
    ask(
      api.POST("/dossiers/{dossier_id}/parcel", {
        params: { path: { dossier_id: dossier.id }, header: { "Idempotency-Key": key } },
        body: { tracking: number, posted_on },
      }),
    ),
  );
  const send = async (event: Event) => {
    event.preventDefault();
    const number = asNumber(tracking);
    if (!isNumber(number)) {
      const field = { field: "tracking", code: "BadFormat", message: t("dossier.parcel.tracking.wrong") };
      return action.refuse(new Refusal(422, "Incomplete", t("dossier.parcel.incomplete"), [field]));
    }
    if ((await action.run(number, day)) === undefined) return;
    setTracking("");
    announce(t("dossier.parcel.announced"));
    again();
  };
  const { refusal } = action;
  return (
    <details class="govuk-details no-print">
      <summary class="govuk-details__summary">
        <span class="govuk-details__summary-text">{t("dossier.parcel.announce")}</span>
      </summary>
      <form class="govuk-details__text" noValidate onSubmit={(event) => void send(event)}>
        <ErrorSummary refusal={refusal} />
        <TrackingField
          label={t("dossier.parcel.tracking")}
          hint={t("dossier.parcel.tracking.hint")}
          value={tracking}
          error={refusal?.of("tracking")}
          onInput={setTracking}
        />
        <DateField
          name="posted_on"
          label={t("dossier.parcel.posted_on")}
          value={day}
          error={refusal?.of("posted_on")}
          onInput={setDay}
        />
        <Button busy={action.busy}>{t("dossier.parcel.announce.send")}</Button>
      </form>
    </details>
  );
}

const under = new Set(["announced", "handed_in", "accepted", "in_transit", "lost"]);

function One({ parcel, procedure }: { parcel: Parcel; procedure: Procedure }) {
  const out = parcel.way === "out";
  const rows: SummaryRow[] = [
    ...(parcel.tracking ? [{ label: t("dossier.parcel.tracking"), value: parcel.tracking }] : []),
    ...(out ? [{ label: t("dossier.parcel.carrier"), value: parcel.carrier_name }] : []),
    ...(parcel.posted_on ? [{ label: t("dossier.parcel.posted_on"), value: plainDate(parcel.posted_on) }] : []),
    ...(parcel.posted_at ? [{ label: t("dossier.parcel.posted_at"), value: dateTime(parcel.posted_at) }] : []),
    ...(parcel.address
      ? [{ label: t("dossier.parcel.to"), value: <Written text={`${parcel.address.name}, ${parcel.address.line}`} /> }]
      : []),
    ...(parcel.received_at ? [{ label: t("dossier.parcel.received"), value: dateTime(parcel.received_at) }] : []),
    ...(parcel.ended_at && out
      ? [{ label: word("parcel.state", parcel.state, parcel.state), value: dateTime(parcel.ended_at) }]
      : []),
    ...(parcel.recipient ? [{ label: t("dossier.parcel.recipient"), value: <Written text={parcel.recipient} /> }] : []),
    ...(parcel.reason ? [{ label: t("dossier.detail.reason"), value: <Written text={parcel.reason} /> }] : []),
    ...(under.has(parcel.state)
      ? [{ label: t("dossier.parcel.age"), value: t("dossier.parcel.days", { count: parcel.days }) }]
      : []),
  ];
  return (
    <>
      <h3 class="govuk-heading-s">
        {t(out ? "dossier.parcel.out" : "dossier.parcel.in", { number: parcel.number, day: date(parcel.since) })}{" "}
        <Tag tone={tones[parcel.state as keyof typeof tones] ?? "blue"}>
          {word("parcel.state", parcel.state, parcel.state)}
        </Tag>
      </h3>
      <SummaryList rows={rows} plain />
      {Object.keys(parcel.checks).length > 0 && <Findings parcel={parcel} procedure={procedure} />}
    </>
  );
}

function Findings({ parcel, procedure }: { parcel: Parcel; procedure: Procedure }) {
  return (
    <ul class="govuk-list govuk-list--bullet">
      {Object.entries(parcel.checks).map(([component, check]) => (
        <li key={component}>
          {paperNameOf(procedure, component)}: <strong>{word("parcel.finding", check.finding, check.finding)}</strong>
          {check.certified_by && (
            <>
              {" "}
              (<Written text={check.certified_by} />
              {check.certified_on && `, ${plainDate(check.certified_on)}`})
            </>
          )}
          {check.note && (
            <>
              . <Written text={check.note} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

import { api, ask, Refusal, type Schema } from "../../api/client";
import { date, dateTime, plainDate } from "../../format";
import { useAction } from "../../hooks";
import { t, type Key } from "../../i18n";
import { useKept } from "../../kept";
import { DateField, RadiosField, TextareaField, TextField } from "../../parts/Field";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { SummaryList } from "../../parts/SummaryList";
import { asNumber, isNumber, SenderField, TrackingField } from "../../parts/Tracking";
import { ActFrame, keyed, required, useTold, type Doing } from "./acts";
import type { Dossier } from "./dossier";
import { FORM, paperName, RESULT, type Procedure } from "./procedure";

export type Parcel = Schema["ParcelShape"];
type Check = Schema["FindingBody"];

const findings = ["certified", "missing", "wrong", "differs"] as const;
const wrongNumber = (): Refusal => required("tracking", t("desk.parcel.number.wrong"));

/** A parcel came for the dossier; nothing is said yet of what is in it. */
export function RegisterForm({ dossier, done, refused, close }: Doing) {
  const announced = dossier.parcels.find((one) => one.state === "announced");
  const [tracking, setTracking] = useKept("parcel.tracking", announced?.tracking ?? "");
  const [sender, setSender] = useKept("parcel.sender", () => String(dossier.applicant["name"] ?? ""));
  const [note, setNote] = useKept("parcel.note", "");
  const action = useAction((key, number: string, from: string, said: string) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/parcel", {
        ...keyed(dossier.id, key),
        body: { tracking: number, sender: from, note: said },
      }),
    ),
  );
  useTold(action, refused);
  const submit = async () => {
    const number = asNumber(tracking);
    if (number !== "" && !isNumber(number)) return action.refuse(wrongNumber());
    const moved = await action.run(number, sender.trim(), note.trim());
    if (moved !== undefined) done(t("desk.done.register_parcel", { state: moved.state.name }));
  };
  const { refusal } = action;
  return (
    <ActFrame act="register_parcel" refusal={refusal} busy={action.busy} close={close} onSubmit={() => void submit()}>
      <p class="govuk-body">{t("desk.about.register_parcel")}</p>
      <TrackingField
        label={t("desk.parcel.number")}
        value={tracking}
        optional
        error={refusal?.of("tracking")}
        onInput={setTracking}
      />
      <SenderField
        label={t("desk.parcel.sender")}
        value={sender}
        error={refusal?.of("sender")}
        onInput={setSender}
      />
      <Note note={note} setNote={setNote} error={refusal?.of("note")} />
    </ActFrame>
  );
}

function Note({ note, setNote, error }: { note: string; setNote: (note: string) => void; error: string | undefined }) {
  return (
    <TextareaField
      name="note"
      label={t("desk.text.note")}
      optional
      rows={2}
      maxLength={2000}
      value={note}
      error={error}
      onInput={setNote}
    />
  );
}

/** The papers whose certified copies no parcel has brought yet. */
function unproven(dossier: Dossier): string[] {
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

const nothing: Check = { finding: "certified", certified_by: "", certified_on: null, note: "" };
const placed = (field: string): string => field;

/** Paper by paper against what was uploaded, which lies beside the form. */
export function CheckForm({ dossier, procedure, done, refused, close }: Doing) {
  const components = unproven(dossier);
  const [found, setFound] = useKept<Record<string, Check>>("parcel.checks", {});
  const [note, setNote] = useKept("parcel.note", "");
  const action = useAction((key, checks: Record<string, Check>, said: string) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/parcel/checks", {
        ...keyed(dossier.id, key),
        body: { checks, note: said },
      }),
    ),
  );
  useTold(action, refused);
  const set = (component: string, change: Partial<Check>) =>
    setFound({ ...found, [component]: { ...(found[component] ?? nothing), ...change } });
  const lacks = components.some((one) => found[one] !== undefined && found[one].finding !== "certified");
  const submit = async () => {
    const missing = components.filter((one) => found[one] === undefined);
    if (missing.length > 0) {
      const fields = missing.map((one) => ({
        field: `checks.${one}`,
        code: "Required",
        message: t("desk.check.missing", { name: paperName(procedure, one) }),
      }));
      return action.refuse(new Refusal(422, "Incomplete", t("desk.incomplete"), fields));
    }
    const sent = Object.fromEntries(
      components.map((one) => {
        const check = found[one] ?? nothing;
        const good = check.finding === "certified";
        return [one, good ? check : { ...check, certified_by: "", certified_on: null }];
      }),
    );
    const moved = await action.run(sent, note.trim());
    if (moved !== undefined) done(t("desk.done.check_parcel", { state: moved.state.name }));
  };
  const { refusal } = action;
  return (
    <ActFrame
      act="check_parcel"
      refusal={refusal}
      busy={action.busy}
      close={close}
      place={placed}
      onSubmit={() => void submit()}
    >
      <p class="govuk-body">{t("desk.about.check_parcel")}</p>
      {components.map((one) => (
        <Paper
          key={one}
          name={`checks.${one}`}
          title={paperName(procedure, one)}
          check={found[one]}
          refusal={refusal}
          set={(change) => set(one, change)}
        />
      ))}
      {lacks && <p class="govuk-hint">{t("desk.check.lacks")}</p>}
      <Note note={note} setNote={setNote} error={refusal?.of("note")} />
    </ActFrame>
  );
}

interface PaperProps {
  name: string;
  title: string;
  check: Check | undefined;
  refusal: Refusal | null;
  set: (change: Partial<Check>) => void;
}

function Paper({ name, title, check, refusal, set }: PaperProps) {
  const { finding } = check ?? {};
  return (
    <div class="check">
      <RadiosField
        name={name}
        label={title}
        inline
        value={finding ?? ""}
        error={refusal?.of(name)}
        onInput={(value) => set({ finding: value as Check["finding"] })}
        options={findings.map((value) => ({ value, label: t(`desk.finding.${value}`) }))}
      />
      {finding === "certified" && (
        <div class="check__more">
          <TextField
            name={`${name}.certified_by`}
            label={t("desk.check.by")}
            hint={t("desk.check.by.hint")}
            value={check?.certified_by ?? ""}
            maxLength={200}
            autocomplete="off"
            error={refusal?.of(`${name}.certified_by`)}
            onInput={(certified_by) => set({ certified_by })}
          />
          <DateField
            name={`${name}.certified_on`}
            label={t("desk.check.on")}
            value={check?.certified_on ?? ""}
            error={refusal?.of(`${name}.certified_on`)}
            onInput={(day) => set({ certified_on: day === "" ? null : day })}
          />
        </div>
      )}
      {finding !== undefined && (
        <TextField
          name={`${name}.note`}
          label={t(finding === "certified" ? "desk.text.note" : "desk.check.why")}
          value={check?.note ?? ""}
          maxLength={1000}
          autocomplete="off"
          optional={finding === "certified"}
          error={refusal?.of(`${name}.note`)}
          onInput={(note) => set({ note })}
        />
      )}
    </div>
  );
}

/** What the applicant gave as address, whatever the procedure's form calls it. */
function addressOf(dossier: Dossier): string {
  for (const name of ["applicant_address", "head_office", "business_address"]) {
    const given = dossier.answers[name];
    if (typeof given === "string" && given !== "") return given;
  }
  return "";
}

/** The result goes by registered post to the address as it is now. */
export function PostForm({ dossier, done, refused, close }: Doing) {
  const [tracking, setTracking] = useKept("post.tracking", "");
  const [name, setName] = useKept("post.name", () => String(dossier.applicant["name"] ?? ""));
  const [line, setLine] = useKept("post.line", () => addressOf(dossier));
  const [tel, setTel] = useKept("post.phone", () => String(dossier.applicant["phone"] ?? ""));
  const action = useAction((key, number: string, address: Schema["AddressBody"]) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/posting", {
        ...keyed(dossier.id, key),
        body: { carrier: "vnpost", tracking: number, address },
      }),
    ),
  );
  useTold(action, refused);
  const submit = async () => {
    const number = asNumber(tracking);
    if (!isNumber(number)) return action.refuse(wrongNumber());
    if (name.trim() === "") return action.refuse(required("address.name"));
    if (line.trim().length < 5) return action.refuse(required("address.line"));
    const moved = await action.run(number, { name: name.trim(), line: line.trim(), phone: tel.trim() });
    if (moved !== undefined) done(t("desk.done.post", { state: moved.state.name }));
  };
  const { refusal } = action;
  return (
    <ActFrame
      act="post"
      refusal={refusal}
      busy={action.busy}
      close={close}
      place={placed}
      onSubmit={() => void submit()}
    >
      <p class="govuk-body">{t("desk.about.post")}</p>
      <TrackingField
        label={t("desk.parcel.number")}
        hint={t("desk.post.number.hint")}
        value={tracking}
        error={refusal?.of("tracking")}
        onInput={setTracking}
      />
      <TextField
        name="address.name"
        label={t("desk.post.name")}
        value={name}
        maxLength={200}
        autocomplete="off"
        error={refusal?.of("address.name")}
        onInput={setName}
      />
      <TextField
        name="address.line"
        label={t("desk.post.line")}
        value={line}
        maxLength={300}
        autocomplete="off"
        error={refusal?.of("address.line")}
        onInput={setLine}
      />
      <TextField
        name="address.phone"
        label={t("desk.post.phone")}
        type="tel"
        value={tel}
        width={20}
        maxLength={20}
        autocomplete="off"
        optional
        error={refusal?.of("address.phone")}
        onInput={setTel}
      />
    </ActFrame>
  );
}

export const parcelState = (of: Parcel): string => t(`desk.parcel.state.${of.state}` as Key);
const bad = new Set(["deficient", "sent_back", "lost", "returned"]);
const good = new Set(["complete", "delivered"]);
export const parcelTone = (of: Parcel) => (bad.has(of.state) ? "red" : good.has(of.state) ? "green" : "blue");

/** The dossier's parcels, both ways, the newest first. */
export function Parcels({ dossier, procedure }: { dossier: Dossier; procedure: Procedure }) {
  if (dossier.parcels.length === 0) return null;
  return (
    <section class="block" aria-labelledby="parcels-title">
      <h2 class="govuk-heading-m" id="parcels-title">
        {t("desk.parcels")}
      </h2>
      {[...dossier.parcels].reverse().map((one) => (
        <div key={one.number}>
          <h3 class="govuk-heading-s">
            {t(one.way === "out" ? "desk.parcel.out" : "desk.parcel.in", { number: one.number, day: date(one.since) })}{" "}
            <Tag tone={parcelTone(one)}>{parcelState(one)}</Tag>
          </h3>
          <SummaryList rows={rowsOf(one, procedure)} plain />
        </div>
      ))}
    </section>
  );
}

function rowsOf(of: Parcel, procedure: Procedure) {
  const texts: [Key, string][] = [
    ["desk.parcel.number", of.tracking],
    ["desk.parcel.sender", of.sender],
    ["desk.parcel.posted", of.posted_on ? plainDate(of.posted_on) : of.posted_at ? dateTime(of.posted_at) : ""],
    ["desk.post.line", of.address ? [of.address.name, of.address.line, of.address.phone].filter(Boolean).join(", ") : ""],
    ["desk.parcel.received", of.received_at ? `${dateTime(of.received_at)} – ${of.received_by}` : ""],
    ["desk.parcel.opened", of.opened_at ? `${dateTime(of.opened_at)} – ${of.opened_by}` : ""],
    ["desk.parcel.signed", [of.recipient, of.signature].filter(Boolean).join(", ")],
    ["desk.detail.reason", of.reason],
    ["desk.detail.note", of.note],
  ];
  return [
    ...texts
      .filter(([, text]) => text !== "")
      .map(([label, text]) => ({ label: t(label), value: <Written text={text} /> })),
    ...Object.entries(of.checks).map(([component, check]) => ({
      label: paperName(procedure, component),
      value: (
        <Written
          text={[
            t(`desk.finding.${check.finding}`),
            check.certified_by,
            check.certified_on && plainDate(check.certified_on),
            check.note,
          ]
            .filter(Boolean)
            .join(", ")}
        />
      ),
    })),
  ];
}


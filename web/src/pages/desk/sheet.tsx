import type { JSX } from "preact";
import type { Agency } from "../../catalogue";
import { date, dateTime, money, time } from "../../format";
import { t, type Key } from "../../i18n";
import type { Drawn } from "../../parts/Qr";
import { Said, Written } from "../../parts/Said";
import type { Dossier } from "./dossier";
import { handOvers, type Person } from "./handovers";
import { roleName, stepName } from "./history";
import { groupsOf, paperName, RESULT, shownAnswer, titleOf, type Procedure } from "./procedure";
import { Lines, SheetHead, Signatures, type Line } from "./sheet-parts";

/** The sheets of paper that go with a dossier, after the forms of Circular 01/2018/TT-VPCP as far as data exist. */
export const sheets = ["receipt", "ask", "refusal", "stop", "form", "control"] as const;
export type SheetKind = (typeof sheets)[number];

type Step = Dossier["timeline"][number];
const last = (dossier: Dossier, action: string): Step | undefined =>
  dossier.timeline.filter((step) => step.action === action).at(-1);

const about: Record<SheetKind, (dossier: Dossier) => boolean> = {
  receipt: (dossier) => dossier.received_at !== null,
  ask: (dossier) => last(dossier, "request_supplement") !== undefined,
  refusal: (dossier) => dossier.state.code === "not_received" && last(dossier, "refuse") !== undefined,
  stop: (dossier) => dossier.state.code === "stopped" && last(dossier, "stop") !== undefined,
  form: () => true,
  control: () => true,
};

/** The sheets that there is something to say on. */
export const sheetsOf = (dossier: Dossier): SheetKind[] => sheets.filter((kind) => about[kind](dossier));

export interface SheetProps {
  dossier: Dossier;
  procedure: Procedure;
  agency: Agency | null;
  above: Agency | null;
  qr?: Drawn | null;
}

/** A sheet, drawn only on paper (A4). */
export function Sheet({ kind, ...given }: SheetProps & { kind: SheetKind }) {
  const { dossier, agency, above, qr } = given;
  const Body = bodies[kind];
  return (
    <article class={`sheet sheet--${kind}`}>
      <SheetHead
        agency={agency}
        above={above}
        code={dossier.code}
        title={t(`desk.sheet.${kind}`)}
        qr={kind === "receipt" ? qr : null}
      />
      <Body {...given} />
    </article>
  );
}

const of = (dossier: Dossier, key: string): string => String(dossier.applicant[key] ?? "");
const words = (value: unknown): string => (typeof value === "string" ? value : "");

const applicant = (dossier: Dossier): Line[] => [
  [t("desk.applicant"), [of(dossier, "name"), of(dossier, "representative")].filter(Boolean).join(" – ")],
  [t("desk.applicant.identity"), of(dossier, "identity")],
];
const contact = (dossier: Dossier): Line[] => [
  [t("desk.sheet.address"), null],
  [t("desk.sheet.phone"), of(dossier, "phone").replace(/^\+84/, "0")],
  [t("desk.sheet.email"), of(dossier, "email")],
];
const matter = ({ procedure }: SheetProps): Line => [
  t("desk.sheet.matter"),
  <>
    <Said of={procedure.name} /> ({procedure.code})
  </>,
];
const place = ({ agency, dossier }: SheetProps) =>
  dossier.delivery === "counter" && agency?.address ? (
    <>
      <Said of={agency.name} />, <Said of={agency.address} />
    </>
  ) : (
    t(`desk.delivery.${dossier.delivery}` as Key)
  );

function Receipt(given: SheetProps) {
  const { dossier, procedure, agency } = given;
  const papers = dossier.papers.filter((one) => one.counts && one.component !== RESULT);
  const within = procedure.durations?.[dossier.channel];
  return (
    <>
      <Lines of={[...applicant(dossier), ...contact(dossier), matter(given)]} />
      <p class="sheet__part">{t("desk.sheet.papers")}</p>
      <table>
        <thead>
          <tr>
            {(["number", "paper", "kind", "pages"] as const).map((key) => (
              <th key={key}>{t(`desk.sheet.papers.${key}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {papers.map((one, n) => (
            <tr key={one.id}>
              <td>{n + 1}</td>
              <td>{paperName(procedure, one.component)}</td>
              <td>{t(`desk.provenance.${one.provenance}` as Key)}</td>
              <td>{one.pages.length}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Lines
        of={[
          [t("desk.sheet.sets"), t("desk.sheet.sets.one")],
          ...(within ? [[t("desk.sheet.within"), t(`desk.unit.${within.unit}` as Key, { count: within.amount })] as Line] : []),
          [t("desk.sheet.received"), dossier.received_at && dateTime(dossier.received_at)],
          [t("desk.sheet.due"), dossier.due_at && dateTime(dossier.due_at)],
          [t("desk.sheet.place"), place(given)],
          ...dossier.fees.map((fee): Line => [fee.name, `${money(fee.amount)}, ${paid(fee)}`]),
        ]}
      />
      <p class="sheet__note">
        {t("desk.sheet.follow", { address: `${location.host}/tra-cuu`, phone: agency?.phone ?? "" })}
      </p>
      <Signatures
        left={t("desk.sheet.by.applicant")}
        right={t("desk.sheet.by.reception")}
        leftName={of(dossier, "name")}
        rightName={last(dossier, "receive")?.actor}
      />
    </>
  );
}

const paid = (fee: Dossier["fees"][number]): string =>
  fee.paid ? t("desk.fee.paid") : t(`desk.fee.moment.${fee.moment}` as Key);

function Ask(given: SheetProps) {
  const { dossier, procedure, agency } = given;
  const step = last(dossier, "request_supplement");
  const reasons = (key: string): [string, string][] =>
    Object.entries((step?.detail[key] ?? {}) as Record<string, string>);
  const items: [string, string][] = [
    ...reasons("papers").map(([name, why]): [string, string] => [paperName(procedure, name), why]),
    ...reasons("fields").map(([name, why]): [string, string] => [titleOf(name, procedure.form.properties?.[name]), why]),
  ];
  const until = words(step?.detail["due_at"]);
  return (
    <>
      <Lines of={[...applicant(dossier), ...contact(dossier), matter(given)]} />
      <p class="sheet__part">{t("desk.sheet.items")}</p>
      <table>
        <thead>
          <tr>
            {(["number", "item", "why"] as const).map((key) => (
              <th key={key}>{t(`desk.sheet.items.${key}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map(([name, why], n) => (
            <tr key={name}>
              <td>{n + 1}</td>
              <td>{name}</td>
              <td>
                <Written text={why} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Lines
        of={[
          ...(words(step?.detail["note"]) ? [[t("desk.text.note"), words(step?.detail["note"])] as Line] : []),
          ...(words(step?.detail["exception"])
            ? [[t("desk.detail.exception"), words(step?.detail["exception"])] as Line]
            : []),
          [t("desk.sheet.until"), until && dateTime(until)],
          [t("desk.sheet.ask.contact"), [step?.actor, agency?.phone].filter(Boolean).join(", ")],
        ]}
      />
      <Signatures left={t("desk.sheet.by.applicant")} right={t("desk.sheet.by.guide")} rightName={step?.actor} />
    </>
  );
}

/** Refused at the counter, or stopped during the review: the reason in writing. */
function Ended({ action, by, ...given }: SheetProps & { action: "refuse" | "stop"; by: "reception" | "head" }) {
  const { dossier, agency } = given;
  const step = last(dossier, action);
  const owed = (dossier.refund as { amount?: number } | null)?.amount;
  return (
    <>
      <Lines
        of={[
          ...applicant(dossier),
          ...contact(dossier),
          matter(given),
          [t("desk.column.submitted"), dossier.submitted_at && dateTime(dossier.submitted_at)],
          [t(`desk.sheet.${action === "stop" ? "stopped" : "refused"}`), step && dateTime(step.at)],
          [t("desk.text.reason"), words(step?.detail["reason"])],
          ...(owed ? [[t("desk.sheet.refund"), money(owed)] as Line] : []),
        ]}
      />
      <p class="sheet__note">{t("desk.sheet.appeal", { phone: agency?.phone ?? "" })}</p>
      <Signatures
        left={t("desk.sheet.by.applicant")}
        right={t(`desk.sheet.by.${by}`)}
        leftName={of(dossier, "name")}
        rightName={step?.actor}
      />
    </>
  );
}

/** The form as it was filled in, to be signed at the counter (Decision 08/2018, level 3). */
function Form(given: SheetProps) {
  const { dossier, procedure } = given;
  return (
    <>
      <Lines of={[...applicant(dossier), matter(given)]} />
      {groupsOf(procedure).map((group) => (
        <div key={group.name}>
          <p class="sheet__part">{group.name}</p>
          <table>
            <tbody>
              {group.fields
                .filter(([name]) => !empty(dossier.answers[name]))
                .map(([name, property]) => (
                  <tr key={name}>
                    <th>{titleOf(name, property)}</th>
                    <td>
                      <Written text={shownAnswer(dossier.answers[name], property)} />
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      ))}
      <p class="sheet__note">{t("desk.sheet.declared", { at: dateTime(dossier.submitted_at ?? dossier.created_at) })}</p>
      <Signatures
        left={t("desk.sheet.by.compared")}
        right={t("desk.sheet.by.applicant")}
        rightName={of(dossier, "name")}
      />
    </>
  );
}

const empty = (value: unknown): boolean => value === undefined || value === null || value === "";

function Control(given: SheetProps) {
  const { dossier, procedure } = given;
  const done = last(dossier, "enter_result");
  return (
    <>
      <Lines
        of={[
          ...applicant(dossier),
          matter(given),
          [t("desk.column.submitted"), dossier.submitted_at && dateTime(dossier.submitted_at)],
          [t("desk.sheet.received"), dossier.received_at && dateTime(dossier.received_at)],
          [t("desk.sheet.due"), dossier.due_at && dateTime(dossier.due_at)],
          ...(done ? [[t("desk.sheet.finished"), dateTime(done.at)] as Line] : []),
          [t("desk.column.state"), dossier.state.name],
        ]}
      />
      <table class="sheet__steps">
        <thead>
          <tr>
            {(["number", "work", "from", "to", "at", "result", "note"] as const).map((key) => (
              <th key={key}>{t(`desk.sheet.control.${key}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {handOvers(dossier.timeline).map((one, n) => (
            <tr key={one.number}>
              <td>{n + 1}</td>
              <td>{stepName(one.action)}</td>
              <td>
                <Who of={one.from} />
              </td>
              <td>{one.to && <Who of={one.to} />}</td>
              <td>
                {time(one.at)} <span class="sheet__whole">{date(one.at)}</span>
              </td>
              <td>{one.result && t(`desk.sheet.result.${one.result}`)}</td>
              <td>
                <Written text={one.note} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Compared dossier={dossier} procedure={procedure} />
      <p class="sheet__note">{t("desk.sheet.control.about", { at: date(new Date().toISOString()) })}</p>
    </>
  );
}

function Compared({ dossier, procedure }: { dossier: Dossier; procedure: Procedure }) {
  const found = Object.entries(dossier.originals);
  if (found.length === 0) return null;
  return (
    <>
      <p class="sheet__part">{t("desk.sheet.originals")}</p>
      <table>
        <tbody>
          {found.map(([component, outcome]) => (
            <tr key={component}>
              <th>{paperName(procedure, component)}</th>
              <td>{t(`desk.originals.${String(outcome)}` as Key)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Who({ of: { name, role } }: { of: Person }) {
  if (role === "system") return <>{roleName(role)}</>;
  return (
    <>
      <Written text={name} />
      <br />({roleName(role)})
      {role !== "applicant" && <span class="sheet__initials">{t("desk.sheet.sign")}:</span>}
    </>
  );
}

const bodies: Record<SheetKind, (given: SheetProps) => JSX.Element> = {
  receipt: Receipt,
  ask: Ask,
  refusal: (given) => <Ended {...given} action="refuse" by="reception" />,
  stop: (given) => <Ended {...given} action="stop" by="head" />,
  form: Form,
  control: Control,
};

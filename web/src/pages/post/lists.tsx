import { useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { number, plainDate } from "../../format";
import { asRefusal, useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button, LinkButton } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextField } from "../../parts/Field";
import { Problem } from "../../parts/field-frame";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Page } from "../../parts/Page";
import { Progress } from "../../parts/Progress";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { records } from "../books/records";
import { parcelState, parcelTone } from "../desk/parcels";
import { usePages } from "../../parts/pages";
import { Cell, Table } from "../finance/table";

type Agency = Schema["AgencyShape"];
type Listed = Schema["ListedParcelShape"];
type Way = "incoming" | "outgoing" | "strays";
const LATE = 7; // days after which a parcel under way should be asked about

function usePosted(agency: string, way: Way) {
  return usePages(
    (cursor) =>
      ask(
        api.GET("/desk/parcels/{agency}", {
          params: { path: { agency }, query: cursor === null ? { way } : { way, cursor } },
        }),
      ),
    [agency, way],
    (count) => t("post.list.more", { count }),
  );
}

const columns = () => ({
  code: t("post.list.code"),
  state: t("post.list.state"),
  tracking: t("post.list.tracking"),
  whose: t("post.list.whose"),
  age: t("post.list.age"),
});

function Row({ of, whose }: { of: Listed; whose: string }) {
  const names = columns();
  const { parcel, dossier } = of;
  return (
    <tr role="row" class="queue__row">
      <th class="queue__code" scope="row" role="rowheader">
        <a class="govuk-link queue__foreign" href={`/can-bo/ho-so/${of.id}`}>
          {of.code}
        </a>
        <span class="queue__procedure">{dossier?.procedure.name}</span>
      </th>
      <Cell name={names.state}>
        <Tag tone={parcelTone(parcel)}>{parcelState(parcel)}</Tag>
      </Cell>
      <Cell name={names.tracking}>{[parcel.tracking, parcel.posted_on && plainDate(parcel.posted_on)].filter(Boolean).join(", ")}</Cell>
      <Cell name={names.whose}>
        <Written text={whose} />
      </Cell>
      <Cell name={names.age} number>
        {parcel.days >= LATE ? <Tag tone="red">{t("post.list.days", { count: parcel.days })}</Tag> : number(parcel.days)}
      </Cell>
    </tr>
  );
}

/** What was announced and has not come, and what lies here unchecked, the oldest first. */
export function Incoming({ agency }: { agency: Agency }) {
  return <Dossiers agency={agency} way="incoming" title={t("post.incoming")} about={t("post.incoming.about")} />;
}

/** Results under way, the oldest first, and the post's files about them. */
export function Outgoing({ agency }: { agency: Agency }) {
  const [round, setRound] = useState(0);
  return (
    <Dossiers key={round} agency={agency} way="outgoing" title={t("post.outgoing")} about={t("post.outgoing.about")}>
      <p class="govuk-body">
        <LinkButton kind="secondary" href={`/can-bo/${agency.code}/handover`}>
          {t("post.outgoing.returned")}
        </LinkButton>
      </p>
      <Reports agency={agency.code} read={() => setRound(round + 1)} />
    </Dossiers>
  );
}

interface DossiersProps {
  agency: Agency;
  way: Way;
  title: string;
  about: string;
  children?: preact.ComponentChildren;
}

function Dossiers({ agency, way, title, about, children }: DossiersProps) {
  const pages = usePosted(agency.code, way);
  const whose = (one: Listed): string => one.parcel.address?.line ?? one.dossier?.applicant_name ?? "";
  return (
    <Page title={title} caption={agency.name} wide>
      <p class="govuk-body">{about}</p>
      {children}
      <ErrorSummary refusal={pages.refusal} />
      <Ready of={pages.first}>
        {() =>
          pages.items.length === 0 ? (
            <p class="govuk-body">{t("post.list.none")}</p>
          ) : (
            <>
              <Table caption={title} columns={Object.values(columns())} numbers={[4]}>
                {pages.items.map((one) => (
                  <Row key={`${one.id}/${one.parcel.number}`} of={one} whose={whose(one)} />
                ))}
              </Table>
              {pages.more}
            </>
          )
        }
      </Ready>
    </Page>
  );
}

/** Parcels for no dossier that waits; each is sent back with a reason. */
export function Strays({ agency }: { agency: Agency }) {
  const pages = usePosted(agency.code, "strays");
  return (
    <Page title={t("post.strays")} caption={agency.name} wide>
      <p class="govuk-body">{t("post.strays.about")}</p>
      <ErrorSummary refusal={pages.refusal} />
      <Ready of={pages.first}>
        {() =>
          pages.items.length === 0 ? (
            <p class="govuk-body">{t("post.list.none")}</p>
          ) : (
            <>
              <ul class="desk-cards">
                {pages.items.map((one) => (
                  <li class="card" key={one.id}>
                    <OneStray agency={agency.code} of={one} again={pages.again} />
                  </li>
                ))}
              </ul>
              {pages.more}
            </>
          )
        }
      </Ready>
    </Page>
  );
}

function OneStray({ agency, of, again }: { agency: string; of: Listed; again: () => void }) {
  const { parcel } = of;
  const [reason, setReason] = useState("");
  const field = `reason-${of.id}`;
  const action = useAction((_key, why: string) =>
    ask(
      api.POST("/desk/parcels/{agency}/strays/{stray_id}/return", {
        params: { path: { agency, stray_id: of.id } },
        body: { reason: why },
      }),
    ),
  );
  const send = async (event: Event) => {
    event.preventDefault();
    if (reason.trim() === "") {
      const missing = { field, code: "Required", message: t("error.required") };
      return action.refuse(new Refusal(422, "Incomplete", t("desk.incomplete"), [missing]));
    }
    if ((await action.run(reason.trim())) === undefined) return;
    announce(t("post.strays.returned"));
    again();
  };
  return (
    <form onSubmit={(event) => void send(event)} noValidate>
      <h2 class="govuk-heading-s">{of.code || t("post.strays.nocode")}</h2>
      <p class="govuk-body">
        <Written text={[parcel.tracking, parcel.sender, parcel.note].filter(Boolean).join(" – ")} />
        <br />
        {t("post.strays.since", { count: parcel.days, name: parcel.received_by })}
      </p>
      <TextField
        name={field}
        label={t("post.strays.why")}
        value={reason}
        maxLength={500}
        autocomplete="off"
        error={action.refusal?.of(field) ?? action.refusal?.message}
        onInput={setReason}
      />
      <Button busy={action.busy} kind="secondary">
        {t("post.strays.return")}
      </Button>
    </form>
  );
}

type ReportRow = Schema["ReportRowShape"];
const PIECE = 50;
const told = ["moved", "known", "contradicted", "refused"] as const;

/** A file of the post, read piece by piece; rows that were not taken are named with their reason. */
function Reports({ agency, read }: { agency: string; read: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [rows, setRows] = useState<readonly ReportRow[] | null>(null);
  const [progress, setProgress] = useState<{ done: number; count: number } | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const send = async (event: Event) => {
    event.preventDefault();
    if (progress !== null) return;
    if (file === null) {
      const missing = { field: "file", code: "Required", message: t("post.reports.missing") };
      return setRefusal(new Refusal(422, "Incomplete", t("desk.incomplete"), [missing]));
    }
    setRefusal(null);
    setRows(null);
    try {
      const [header = "", ...texts] = records(await file.text());
      const answers: ReportRow[] = [];
      for (let at = 0; at === 0 || at < texts.length; at += PIECE) {
        setProgress({ done: at, count: texts.length });
        const piece = texts.slice(at, at + PIECE);
        const body = { carrier: "vnpost", header: header.trimEnd() || " ", offset: at, rows: piece };
        const params = { path: { agency } };
        answers.push(...(await ask(api.POST("/desk/parcels/{agency}/reports", { params, body }))).items);
      }
      setRows(answers);
      announce(t("post.reports.done", { count: answers.length }));
    } catch (failed) {
      setRefusal(asRefusal(failed));
    } finally {
      setProgress(null);
    }
  };
  const bad = (rows ?? []).filter((one) => one.message !== null);
  return (
    <form class="card no-print" onSubmit={(event) => void send(event)} noValidate aria-labelledby="reports">
      <h2 class="govuk-heading-m" id="reports">
        {t("post.reports")}
      </h2>
      <p class="govuk-body">{t("post.reports.about")}</p>
      <ErrorSummary refusal={refusal} place={(field) => (field === "header" ? "file" : field)} />
      <div class={`govuk-form-group${refusal?.of("file") ? " govuk-form-group--error" : ""}`}>
        <label class="govuk-label" for="file">
          {t("post.reports.file")}
        </label>
        <Problem name="file" error={refusal?.of("file")} />
        <input
          class="file-input"
          id="file"
          type="file"
          accept=".csv,text/csv"
          aria-describedby={refusal?.of("file") ? "file-error" : undefined}
          onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
        />
      </div>
      {progress !== null && (
        <Progress
          label={t("post.reports.reading")}
          value={progress.count === 0 ? 0 : progress.done / progress.count}
          text={`${number(progress.done)} / ${number(progress.count)}`}
        />
      )}
      {rows !== null && (
        <div role="status">
          <p class="govuk-body">
            {told.map((one) => `${t(`post.reports.${one}`)}: ${rows.filter((r) => r.outcome === one).length}`).join(" · ")}
          </p>
          <ul class="govuk-list govuk-list--bullet">
            {bad.map((one) => (
              <li key={one.row}>
                {t("post.reports.row", { row: one.row })} {one.tracking}: {one.message}{" "}
                {one.fields.map((field) => `${field.Field}: ${field.Message}`).join(" ")}
              </li>
            ))}
          </ul>
          <Button kind="secondary" onClick={read}>
            {t("post.reports.again")}
          </Button>
        </div>
      )}
      <Button busy={progress !== null}>{t("post.reports.read")}</Button>
    </form>
  );
}

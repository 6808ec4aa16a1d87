import { useRef, useState } from "preact/hooks";
import { api, ask, Refusal } from "../../api/client";
import type { FieldDefect } from "../../api/refusal";
import { dateTime, number, plainDate } from "../../format";
import { asRefusal } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { RadiosField, SelectField } from "../../parts/Field";
import { Problem } from "../../parts/field-frame";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Progress } from "../../parts/Progress";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { go } from "../../router";
import type { FinanceProps } from "../finance";
import { usePages } from "../../parts/pages";
import { Cell, Table } from "../finance/table";
import { records, sha256 } from "./records";
import { page, type File as Kept } from "./words";

export const kinds = ["statement", "settlement", "post-office"] as const;
type Kind = (typeof kinds)[number];
const providers = ["national", "vnpay", "momo", "zalopay", "post", "card"] as const;
const PIECE = 200;
const LONGEST = 4000;

export const kindOf = (of: Kept): string =>
  [t(`books.files.kind.${of.kind as Kind}`), of.provider?.name].filter(Boolean).join(", ");
export const daysOf = (of: Kept): string =>
  of.first_day === null || of.last_day === null
    ? ""
    : of.first_day === of.last_day
      ? plainDate(of.first_day)
      : t("books.files.days.from", { first: plainDate(of.first_day), last: plainDate(of.last_day) });

/** The files that were read, and the reading of another one. */
export function Files({ agency, roles }: FinanceProps) {
  const pages = usePages(
    (cursor) =>
      ask(
        api.GET("/desk/books/{agency}/files", {
          params: { path: { agency: agency.code }, query: cursor === null ? {} : { cursor } },
        }),
      ),
    [agency.code],
    (count) => t("books.files.more", { count }),
  );
  const columns = {
    name: t("books.files.name"),
    days: t("books.files.days"),
    rows: t("books.files.rows"),
    began: t("books.files.began"),
    by: t("books.files.by"),
  };
  return (
    <Page title={t("books.files")} caption={agency.name} wide>
      {roles.includes("accountant") && <Reading agency={agency.code} again={pages.again} />}
      <ErrorSummary refusal={pages.refusal} />
      <Ready of={pages.first}>
        {() =>
          pages.items.length === 0 ? (
            <p class="govuk-body">{t("books.files.none")}</p>
          ) : (
            <>
              <Table caption={t("books.files")} columns={Object.values(columns)} numbers={[2]}>
                {pages.items.map((one) => (
                  <tr key={one.id} role="row" class="queue__row">
                    <th class="queue__code" scope="row" role="rowheader">
                      <a class="govuk-link queue__foreign" href={page("tep", agency.code, one.id)}>
                        {one.name}
                      </a>
                      <span class="queue__procedure">{kindOf(one)}</span>
                    </th>
                    <Cell name={columns.days}>{daysOf(one)}</Cell>
                    <Cell name={columns.rows} number>
                      {number(one.rows)}
                    </Cell>
                    <Cell name={columns.began}>
                      {dateTime(one.began_at)}{" "}
                      {one.ended_at === null && <Tag tone="yellow">{t("books.files.unfinished")}</Tag>}
                    </Cell>
                    <Cell name={columns.by}>
                      <Written text={one.by_name} />
                    </Cell>
                  </tr>
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

type State =
  | { at: "form"; refusal: Refusal | null }
  | { at: "reading"; done: number; count: number }
  | { at: "stopped"; refusal: Refusal };

/** Piece by piece, each sent until it is answered; what was read stays read, so that it can go on later. */
function Reading({ agency, again }: { agency: string; again: () => void }) {
  const [kind, setKind] = useState<Kind | "">("");
  const [provider, setProvider] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [state, setState] = useState<State>({ at: "form", refusal: null });
  const [known, setKnown] = useState(false);
  const running = useRef(false);

  const read = async (chosen: File, of: Kind): Promise<void> => {
    const bytes = await chosen.arrayBuffer();
    const [header, ...rows] = records(new TextDecoder().decode(bytes));
    if (header === undefined) throw refused("file", t("books.files.file.empty"));
    if (rows.some((row) => row.length > LONGEST)) throw refused("file", t("books.files.file.long"));
    const path = { agency, file_id: `${of}.${await sha256(bytes)}` };
    let done = await beginning(path);
    let finished: Kept | null = null;
    let before = false;
    do {
      setState({ at: "reading", done, count: rows.length });
      const piece = rows.slice(done, done + PIECE);
      const answer = await ask(
        api.PUT("/desk/books/{agency}/files/{file_id}/rows", {
          params: { path },
          body: {
            name: chosen.name,
            provider: of === "settlement" ? provider : "",
            header: header.trimEnd(),
            offset: done,
            rows: piece,
            last: done + piece.length === rows.length,
          },
        }),
      );
      done = answer.file.rows;
      before = answer.known;
      finished = answer.file.ended_at === null ? null : answer.file;
    } while (finished === null);
    if (before) {
      setKnown(true);
      announce(t("books.files.known"));
    } else announce(t("books.files.done", { name: chosen.name, count: finished.rows }));
    again();
    if (before) setState({ at: "form", refusal: null });
    else go(page("tep", agency, finished.id));
  };

  const send = async (event: Event) => {
    event.preventDefault();
    if (running.current) return;
    const defects: FieldDefect[] = [
      ...(kind === "" ? [defect("kind", t("error.required"))] : []),
      ...(kind === "settlement" && provider === "" ? [defect("provider", t("error.required"))] : []),
      ...(file === null ? [defect("file", t("books.files.file.missing"))] : []),
    ];
    if (kind === "" || file === null || defects.length > 0) {
      setState({ at: "form", refusal: new Refusal(422, "Incomplete", t("books.files.missing"), defects) });
      return;
    }
    running.current = true;
    setKnown(false);
    try {
      await read(file, kind);
    } catch (failed) {
      const refusal = asRefusal(failed);
      setState((now) => ({ at: now.at === "reading" && now.done > 0 ? "stopped" : "form", refusal }));
    } finally {
      running.current = false;
    }
  };
  const refusal = state.at === "reading" ? null : state.refusal;
  const busy = state.at === "reading";
  return (
    <form class="card books-reading no-print" onSubmit={(event) => void send(event)} noValidate aria-labelledby="reading">
      <h2 class="govuk-heading-m" id="reading">
        {t("books.files.read")}
      </h2>
      <p class="govuk-body">{t("books.files.text")}</p>
      {state.at === "stopped" ? (
        <Notice kind="error" live title={t("books.files.stopped")}>
          <p>{state.refusal.message}</p>
          <p>{t("books.files.stopped.text")}</p>
        </Notice>
      ) : (
        <ErrorSummary refusal={refusal} place={(field) => (field === "header" ? "file" : field)} />
      )}
      {known && (
        <Notice>
          <p>{t("books.files.known")}</p>
        </Notice>
      )}
      <RadiosField
        name="kind"
        label={t("books.files.kind")}
        value={kind}
        error={refusal?.of("kind")}
        onInput={(value) => setKind(value as Kind)}
        options={kinds.map((value) => ({ value, label: t(`books.files.kind.${value}`) }))}
      />
      {kind === "settlement" && (
        <SelectField
          name="provider"
          label={t("books.files.provider")}
          value={provider}
          error={refusal?.of("provider")}
          onInput={setProvider}
          options={providers.map((value) => ({ value, label: t(`books.files.provider.${value}`) }))}
        />
      )}
      <div class={`govuk-form-group${refusal?.of("file") ? " govuk-form-group--error" : ""}`}>
        <label class="govuk-label" for="file">
          {t("books.files.file")}
        </label>
        <Problem name="file" error={refusal?.of("file") ?? refusal?.of("header")} />
        <input
          class="file-input"
          id="file"
          type="file"
          accept=".csv,text/csv"
          aria-describedby={refusal?.of("file") ? "file-error" : undefined}
          onChange={(event) => {
            setFile(event.currentTarget.files?.[0] ?? null);
            setState({ at: "form", refusal: null });
          }}
        />
      </div>
      {state.at === "reading" && (
        <Progress
          label={t("books.files.reading", { name: file?.name ?? "" })}
          value={state.count === 0 ? 1 : state.done / state.count}
          text={t("books.files.progress", { done: number(state.done), count: number(state.count) })}
        />
      )}
      <Button busy={busy}>{t(state.at === "stopped" ? "books.files.on" : "books.files.go")}</Button>
    </form>
  );
}

const defect = (field: string, message: string): FieldDefect => ({ field, code: "Missing", message });
const refused = (field: string, message: string): Refusal =>
  new Refusal(422, "Incomplete", message, [defect(field, message)]);

/** How much of the file was read before; a file that was never begun begins at its first row. */
async function beginning(path: { agency: string; file_id: string }): Promise<number> {
  try {
    return (await ask(api.GET("/desk/books/{agency}/files/{file_id}", { params: { path } }))).rows;
  } catch (failed) {
    if (failed instanceof Refusal && failed.status === 404) return 0;
    throw failed;
  }
}

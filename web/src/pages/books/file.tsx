import { api, ask } from "../../api/client";
import { dateTime, money, number } from "../../format";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Written } from "../../parts/Said";
import { SummaryList } from "../../parts/SummaryList";
import type { FinanceProps } from "../finance";
import { Sums } from "./day";
import { daysOf, kindOf } from "./files";
import { page, word, type File } from "./words";

const MOST_TOLD = 100;

/** A file that was read: what became of its rows, and which of them people should look at. */
export function FilePage({ agency, id }: FinanceProps & { id: string }) {
  const path = { agency: agency.code, file_id: id };
  const loaded = useLoad(
    () => ask(api.GET("/desk/books/{agency}/files/{file_id}", { params: { path } })),
    [agency.code, id],
  );
  const missing = loaded.refusal?.status === 404;
  const title = loaded.data?.name ?? t(missing ? "books.files.unknown" : "books.files");
  return (
    <Page title={title} caption={agency.name} back={page("tep", agency.code)} wide>
      <Ready of={loaded}>{(file) => <Shown file={file} />}</Ready>
    </Page>
  );
}

function Shown({ file }: { file: File }) {
  return (
    <>
      {file.ended_at === null && (
        <Notice kind="warning" title={t("books.files.unfinished")}>
          <p>{t("books.files.stopped.text")}</p>
        </Notice>
      )}
      <div class="books-pair">
        <SummaryList
          rows={[
            { label: t("books.files.kind"), value: kindOf(file) },
            { label: t("books.files.days"), value: daysOf(file) },
            { label: t("books.files.rows"), value: number(file.rows) },
            { label: t("books.files.net"), value: money(file.net) },
            { label: t("books.files.by"), value: <Written text={file.by_name} /> },
            { label: t("books.files.began"), value: dateTime(file.began_at) },
            ...(file.ended_at ? [{ label: t("books.files.ended"), value: dateTime(file.ended_at) }] : []),
            { label: t("books.files.id"), value: <code class="reference">{file.id}</code> },
          ]}
        />
        <Sums
          id="counts"
          title={t("books.files.counts")}
          columns={[t("books.files.counts"), t("books.files.rows")]}
          words={1}
          rows={Object.entries(file.counts).map(([what, count]) => [word("count", what), number(count)])}
          foot={[number(Object.values(file.counts).reduce((sum, one) => sum + one, 0))]}
        />
      </div>
      <Sums
        id="told"
        title={t("books.files.told")}
        columns={[t("books.files.told.row"), t("books.files.told.what")]}
        words={2}
        rows={file.told.map((one) => [
          number(one.row),
          <>
            {one.message}
            {one.fields.map((field) => (
              <span class="queue__procedure" key={field.field + field.code}>
                {field.field}: {field.message}
              </span>
            ))}
          </>,
        ])}
      />
      {file.told.length >= MOST_TOLD && <p class="govuk-hint">{t("books.files.told.most")}</p>}
      <Buttons>
        <Button kind="secondary" onClick={() => print()}>
          {t("button.print")}
        </Button>
      </Buttons>
    </>
  );
}

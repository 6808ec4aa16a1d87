import { useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { dateTime } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextareaField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Written } from "../../parts/Said";
import { required } from "../desk/acts";
import { useDraft } from "../desk/drafts";
import { usePages } from "../../parts/pages";
import { Attached, useChecking } from "../letters/attached";
import { Chosen, type Ready as ReadyFile } from "../letters/chosen";
import "../letters/letters.scss";
import { leave } from "../letters/send";

/** Where on the page what the server names is: its fields are those of messages, of which the page has a form too. */
const place = (field: string) => (field === "internal-note" || field === "text" ? "internal-note" : "note-files");

/** What the agency's officers tell each other about a dossier, the newest first, with files. */
export default function Notes({ id }: { id: string }) {
  const path = { dossier_id: id };
  const pages = usePages(
    (cursor) =>
      ask(api.GET("/desk/dossiers/{dossier_id}/notes", { params: { path, query: cursor === null ? {} : { cursor } } })),
    [id],
    (count) => t("people.notes.more.said", { count }),
  );
  const [words, setWords] = useDraft(`${id} note`, "");
  const [files, setFiles] = useState<readonly ReadyFile[]>([]);
  const send = useAction((key, text: string, chosen: readonly ReadyFile[]) => leave(id, key, text, chosen));
  useChecking(pages.first.data?.items ?? [], pages.again);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (words.trim() === "") return send.refuse(required("internal-note"));
    if ((await send.run(words.trim(), files)) === undefined) return;
    setWords("");
    setFiles([]);
    announce(t("people.notes.sent"));
    pages.again();
  };
  return (
    <section class="block notes" aria-labelledby="notes-title">
      <h2 class="govuk-heading-m" id="notes-title">
        {t("people.notes")}
      </h2>
      <p class="govuk-hint">{t("people.notes.about")}</p>
      <ErrorSummary refusal={pages.refusal} />
      <Ready of={pages.first}>
        {() =>
          pages.items.length === 0 ? (
            <p class="govuk-body">{t("people.notes.none")}</p>
          ) : (
            <>
              <ul class="letters">
                {pages.items.map((one) => (
                  <li key={one.id} class={`letters__one${one.mine ? " letters__one--own" : ""}`}>
                    <p class="letters__who">
                      <strong>
                        <Written text={one.author} />
                      </strong>{" "}
                      · <time dateTime={one.at}>{dateTime(one.at)}</time>
                    </p>
                    <p class="letters__text">
                      <Written text={one.text} />
                    </p>
                    <Attached
                      files={one.files}
                      place={async (number) =>
                        ask(
                          api.GET("/desk/dossiers/{dossier_id}/notes/{note_id}/files/{number}", {
                            params: { path: { ...path, note_id: one.id, number } },
                          }),
                        )
                      }
                    />
                  </li>
                ))}
              </ul>
              {pages.more}
            </>
          )
        }
      </Ready>
      <form class="no-print" onSubmit={(event) => void submit(event)} noValidate>
        <ErrorSummary refusal={send.refusal} place={place} />
        <TextareaField
          name="internal-note"
          label={t("people.notes.text")}
          rows={3}
          maxLength={2000}
          value={words}
          error={send.refusal?.of("internal-note")}
          onInput={setWords}
        />
        <Chosen
          name="note-files"
          label={t("people.notes.files")}
          files={files}
          choose={setFiles}
          error={send.refusal?.of("files")}
        />
        <Button kind="secondary" type="submit" busy={send.busy}>
          {t("people.notes.send")}
        </Button>
      </form>
    </section>
  );
}

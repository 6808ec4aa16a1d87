import { api, ask, Refusal } from "../../api/client";
import { useAction } from "../../hooks";
import { dateTime } from "../../format";
import { t } from "../../i18n";
import { useKept } from "../../kept";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextareaField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Written } from "../../parts/Said";
import { word, type Dossier } from "./words";

const longest = 4000;

/** Both sides' messages and a place to write. The act's key is the message's id: sent again, it is the same message. */
export function Messages({ dossier, again }: { dossier: Dossier; again: () => void }) {
  const [text, setText] = useKept("message", "");
  const letter = useAction((id, written: string) =>
    ask(
      api.POST("/dossiers/{dossier_id}/messages", {
        params: { path: { dossier_id: dossier.id } },
        body: { id, text: written },
      }),
    ),
  );
  const lost = letter.refusal !== null && (letter.refusal.offline || letter.refusal.status >= 500);
  const send = async (event: Event) => {
    event.preventDefault();
    const written = text.trim();
    const wrong = written === "" ? t("error.required") : written.length > longest ? t("dossier.messages.long") : null;
    if (wrong !== null) {
      letter.refuse(new Refusal(422, "BadRequest", wrong, [{ field: "text", code: "Required", message: wrong }]));
      return;
    }
    if ((await letter.run(written)) === undefined) return;
    setText("");
    announce(t("dossier.messages.sent"));
    again();
  };
  return (
    <section aria-labelledby="messages">
      <h2 class="govuk-heading-m" id="messages">
        {t("dossier.messages")}
      </h2>
      {dossier.messages.length === 0 ? (
        <p class="govuk-body">{t("dossier.messages.none")}</p>
      ) : (
        <ol class="letters">
          {dossier.messages.map((one) => (
            <li class={`letters__one${one.role === "applicant" ? " letters__one--own" : ""}`} key={one.id}>
              <p class="letters__who">
                <strong>{one.role === "applicant" ? t("dossier.messages.you") : <Written text={one.author} />}</strong>
                {one.role !== "applicant" && ` (${word("role", one.role, one.role)})`} ·{" "}
                <time dateTime={one.at}>{dateTime(one.at)}</time>
              </p>
              <p class="letters__text">
                <Written text={one.text} />
              </p>
            </li>
          ))}
        </ol>
      )}
      <form class="no-print" onSubmit={(event) => void send(event)} noValidate>
        {lost ? (
          <Notice kind="error" live>
            <p>{t("dossier.messages.retry")}</p>
          </Notice>
        ) : (
          <ErrorSummary refusal={letter.refusal} />
        )}
        <TextareaField
          name="text"
          label={t("dossier.messages.write")}
          hint={t("dossier.messages.hint")}
          value={text}
          onInput={setText}
          error={letter.refusal?.of("text")}
          maxLength={longest}
        />
        <Button kind="secondary" busy={letter.busy}>
          {t("dossier.messages.send")}
        </Button>
      </form>
    </section>
  );
}

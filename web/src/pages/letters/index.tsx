import { useEffect, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { useAction } from "../../hooks";
import { dateTime } from "../../format";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextareaField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { Attached, useChecking } from "./attached";
import { Chosen, type Ready } from "./chosen";
import "./letters.scss";
import { deliver } from "./send";

type Message = Schema["MessageShape"];

interface LettersProps {
  side: "applicant" | "agency";
  dossier: { id: string; messages: readonly Message[]; messages_earlier: string | null };
  text: string;
  setText: (text: string) => void;
  again: () => void;
}

const longest = 4000;

/** What applicant and agency wrote to each other, and a place to write, with files. */
export default function Letters({ side, dossier, text, setText, again }: LettersProps) {
  const [earlier, setEarlier] = useState<{ items: Message[]; cursor: string | null } | null>(null);
  const shown = [...(earlier?.items ?? []), ...dossier.messages];
  const cursor = earlier ? earlier.cursor : dossier.messages_earlier;
  const more = useAction(async (_key, before: string) =>
    ask(
      api.GET("/dossiers/{dossier_id}/messages", {
        params: { path: { dossier_id: dossier.id }, query: { cursor: before } },
      }),
    ),
  );
  const load = async () => {
    if (cursor === null) return;
    const page = await more.run(cursor);
    if (page) setEarlier({ items: [...page.items, ...(earlier?.items ?? [])], cursor: page.earlier });
  };
  useChecking(dossier.messages, again);
  useRead(dossier.id, dossier.messages);
  return (
    <section class="block" aria-labelledby="messages">
      <h2 class="govuk-heading-m" id="messages">
        {t(`letters.${side}.title`)}
      </h2>
      <ErrorSummary refusal={more.refusal} />
      {cursor !== null && (
        <Button kind="secondary" busy={more.busy} onClick={() => void load()}>
          {t("letters.earlier")}
        </Button>
      )}
      {shown.length === 0 ? (
        <p class="govuk-body">{t("letters.none")}</p>
      ) : (
        <ol class="letters">
          {shown.map((one) => (
            <Letter one={one} own={(one.role === "applicant") === (side === "applicant")} side={side} dossier={dossier.id} key={one.id} />
          ))}
        </ol>
      )}
      <Composer side={side} dossier={dossier.id} text={text} setText={setText} again={again} />
    </section>
  );
}

function Letter({ one, own, side, dossier }: { one: Message; own: boolean; side: string; dossier: string }) {
  return (
    <li class={`letters__one${own ? " letters__one--own" : ""}`}>
      <p class="letters__who">
        <strong>{own && side === "applicant" ? t("letters.you") : <Written text={one.author} />}</strong>
        {one.role !== "applicant" && side === "applicant" && ` (${t("letters.officer")})`} ·{" "}
        <time dateTime={one.at}>{dateTime(one.at)}</time> {one.unread && <Tag tone="yellow">{t("letters.new")}</Tag>}
      </p>
      <p class="letters__text">
        <Written text={one.text} />
      </p>
      <Attached
        files={one.files}
        place={async (number) =>
          ask(
            api.GET("/dossiers/{dossier_id}/messages/{message_id}/files/{number}", {
              params: { path: { dossier_id: dossier, message_id: one.id, number } },
            }),
          )
        }
      />
    </li>
  );
}

function Composer({ side, dossier, text, setText, again }: Omit<LettersProps, "dossier"> & { dossier: string }) {
  const [files, setFiles] = useState<readonly Ready[]>([]);
  const letter = useAction((id, written: string, chosen: readonly Ready[]) => deliver(side, dossier, id, written, chosen));
  const lost = letter.refusal !== null && (letter.refusal.offline || letter.refusal.status >= 500);
  const send = async (event: Event) => {
    event.preventDefault();
    const written = text.trim();
    const wrong = written === "" ? t("error.required") : written.length > longest ? t("letters.long") : null;
    if (wrong !== null) {
      letter.refuse(new Refusal(422, "BadRequest", wrong, [{ field: "text", code: "Required", message: wrong }]));
      return;
    }
    if ((await letter.run(written, files)) === undefined) return;
    setText("");
    setFiles([]);
    announce(t("letters.sent"));
    again();
  };
  return (
    <form class="no-print" onSubmit={(event) => void send(event)} noValidate>
      {lost ? (
        <Notice kind="error" live>
          <p>{t("letters.retry")}</p>
        </Notice>
      ) : (
        <ErrorSummary refusal={letter.refusal} />
      )}
      <TextareaField
        name="text"
        label={t(`letters.${side}.write`)}
        hint={t(`letters.${side}.hint`)}
        value={text}
        onInput={setText}
        error={letter.refusal?.of("text")}
        maxLength={longest}
      />
      <Chosen
        name="files"
        label={t("letters.files.label")}
        files={files}
        choose={setFiles}
        error={letter.refusal?.of("files")}
      />
      <Button kind="secondary" busy={letter.busy}>
        {t(`letters.${side}.send`)}
      </Button>
    </form>
  );
}

/** What was shown is read; the marks stay until the page is left. That it could not be noted disturbs nobody. */
function useRead(dossier: string, messages: readonly Message[]) {
  const last = messages.filter((one) => one.unread).at(-1)?.at;
  useEffect(() => {
    if (last === undefined) return;
    api
      .PUT("/dossiers/{dossier_id}/messages/read", { params: { path: { dossier_id: dossier } }, body: { until: last } })
      .catch((failed: unknown) => console.debug(failed));
  }, [dossier, last]);
}

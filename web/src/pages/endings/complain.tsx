import { useState } from "preact/hooks";
import { api, ask, Refusal } from "../../api/client";
import { dateTime } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { useKept } from "../../kept";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextareaField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { Shown } from "./shown";

/** What the applicant complained of and what came of it, and the form while there may be a complaint. */
export function Complain({ id }: { id: string }) {
  const path = { dossier_id: id };
  const loaded = useLoad(() => ask(api.GET("/dossiers/{dossier_id}/complaint", { params: { path } })), [id]);
  const [failed, setFailed] = useState(false);
  return (
    <Page title={t("endings.complain")} back={`/ho-so/${id}`} failed={failed}>
      <Ready of={loaded}>
        {({ items, until }) => (
          <>
            {until !== null && <Form id={id} until={until} again={loaded.again} onFailed={setFailed} />}
            {until === null && items.length === 0 && <p class="govuk-body">{t("endings.complain.closed")}</p>}
            {items.map((one) => (
              <Shown of={one} key={one.ending} />
            ))}
          </>
        )}
      </Ready>
    </Page>
  );
}

interface FormProps {
  id: string;
  until: string;
  again: () => void;
  onFailed: (failed: boolean) => void;
}

function Form({ id, until, again, onFailed }: FormProps) {
  const [text, setText] = useKept(`complaint.${id}`, "");
  const act = useAction((key, words: string) =>
    ask(
      api.POST("/dossiers/{dossier_id}/complaint", {
        params: { path: { dossier_id: id }, header: { "Idempotency-Key": key } },
        body: { text: words },
      }),
    ),
  );
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const words = text.trim();
    if (words === "") {
      const message = t("endings.complain.missing");
      act.refuse(new Refusal(422, "BadRequest", message, [{ field: "text", code: "Required", message }]));
      return onFailed(true);
    }
    const sent = await act.run(words);
    onFailed(sent === undefined);
    if (sent === undefined) return;
    setText("");
    announce(t("endings.complain.sent"));
    again();
  };
  return (
    <form onSubmit={(event) => void send(event)} noValidate>
      <ErrorSummary refusal={act.refusal} />
      <p class="govuk-body">{t("endings.complain.about")}</p>
      <p class="govuk-body">{t("endings.complain.until", { at: dateTime(until) })}</p>
      <TextareaField
        name="text"
        label={t("endings.complain.text")}
        hint={t("endings.complain.hint")}
        value={text}
        onInput={setText}
        error={act.refusal?.of("text")}
        rows={6}
        maxLength={4000}
      />
      <Button type="submit" busy={act.busy}>
        {t("endings.complain.send")}
      </Button>
    </form>
  );
}

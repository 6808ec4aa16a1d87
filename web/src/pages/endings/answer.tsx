import { useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { dateTime } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { useKept } from "../../kept";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { RadiosField, TextareaField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Vi, Written } from "../../parts/Said";
import { Shown, type Complaint } from "./shown";

type Standing = Schema["StandingShape"];
type Outcome = Exclude<Complaint["outcome"], "open">;

/** A complaint with the decision that is to be made about it. */
export function Answer({ agency, id }: { agency: string; id: string }) {
  const path = { dossier_id: id };
  const loaded = useLoad(() => ask(api.GET("/desk/dossiers/{dossier_id}/complaint", { params: { path } })), [id]);
  const [failed, setFailed] = useState(false);
  const first = loaded.data?.items[0];
  return (
    <Page
      title={t("endings.answer")}
      back={`/can-bo/khieu-nai/${agency}`}
      failed={failed}
      {...(first ? { caption: first.code } : {})}
    >
      <Ready of={loaded}>
        {(standing) => {
          const [newest] = standing.items;
          if (newest === undefined) return <p class="govuk-body">{t("endings.answer.none")}</p>;
          return (
            <>
              <p class="govuk-body">
                <a class="govuk-link" href={`/can-bo/ho-so/${id}`}>
                  {t("endings.answer.dossier", { code: newest.code })}
                </a>
              </p>
              {newest.outcome !== "open" && (
                <Notice>
                  <p>{t("endings.answer.done")}</p>
                </Notice>
              )}
              {standing.items.map((one) => (
                <Shown of={one} key={one.ending} more={about(one)} />
              ))}
              {newest.outcome === "open" && (
                <Decide id={id} of={newest} standing={standing} again={loaded.again} onFailed={setFailed} />
              )}
            </>
          );
        }}
      </Ready>
    </Page>
  );
}

const about = (one: Complaint) => [
  { label: t("endings.one.procedure"), value: <Vi>{one.procedure}</Vi> },
  { label: t("endings.one.who"), value: <Written text={one.applicant} /> },
];

function options(of: Complaint, standing: Standing): { value: Outcome; label: string; hint: string }[] {
  const option = (value: Outcome, hint: string) => ({ value, label: t(`endings.answer.${value}`), hint });
  return [
    ...(standing.reopenable ? [option("reopened", t("endings.answer.reopened.hint"))] : []),
    option("upheld", t("endings.answer.upheld.hint")),
    option("rejected", t("endings.answer.rejected.hint")),
    ...(standing.may_decline
      ? [option("declined", t("endings.answer.declined.hint", { at: dateTime(of.decline_by) }))]
      : []),
  ];
}

interface DecideProps {
  id: string;
  of: Complaint;
  standing: Standing;
  again: () => void;
  onFailed: (failed: boolean) => void;
}

function Decide({ id, of, standing, again, onFailed }: DecideProps) {
  const [outcome, setOutcome] = useState("");
  const [text, setText] = useKept(`complaint.answer.${id}`, "");
  const act = useAction((key, decided: Outcome, answer: string) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/complaint-answer", {
        params: { path: { dossier_id: id }, header: { "Idempotency-Key": key } },
        body: { outcome: decided, answer },
      }),
    ),
  );
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const offered = options(of, standing);
    const decided = offered.find((one) => one.value === outcome)?.value;
    const answer = text.trim();
    const lacking = [
      ...(decided === undefined ? [{ field: "outcome", message: t("endings.answer.outcome.missing") }] : []),
      ...(answer === "" ? [{ field: "answer", message: t("endings.answer.text.missing") }] : []),
    ].map((one) => ({ ...one, code: "Required" }));
    if (decided === undefined || lacking[0] !== undefined) {
      act.refuse(new Refusal(422, "BadRequest", lacking[0]?.message ?? "", lacking));
      return onFailed(true);
    }
    const sent = await act.run(decided, answer);
    onFailed(sent === undefined);
    if (sent === undefined) return;
    setText("");
    announce(t("endings.answer.sent"));
    again();
  };
  return (
    <form onSubmit={(event) => void send(event)} noValidate>
      <ErrorSummary refusal={act.refusal} />
      <RadiosField
        name="outcome"
        label={t("endings.answer.outcome")}
        value={outcome}
        onInput={setOutcome}
        options={options(of, standing)}
        error={act.refusal?.of("outcome")}
      />
      <TextareaField
        name="answer"
        label={t("endings.answer.text")}
        hint={t("endings.answer.text.hint")}
        value={text}
        onInput={setText}
        error={act.refusal?.of("answer")}
        rows={6}
        maxLength={4000}
      />
      <Button type="submit" busy={act.busy}>
        {t("endings.answer.send")}
      </Button>
    </form>
  );
}

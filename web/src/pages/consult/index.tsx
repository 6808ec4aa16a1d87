import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { dateTime } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { RadiosField, TextareaField, TextField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Written } from "../../parts/Said";
import { StateTag, Tag } from "../../parts/StateTag";
import { required } from "../desk/acts";
import { groupsOf, paperName, procedureOf, shownAnswer, titleOf, type Procedure } from "../desk/procedure";
import { usePages } from "../../parts/pages";
import { Cell, Table } from "../finance/table";
import "./consult.scss";
import { standing } from "./words";

type Agency = Schema["AgencyShape"];
type Consulted = Schema["ConsultedShape"];
type Conclusion = Schema["ConsultAnswerBody"]["answer"];
const conclusions = ["agree", "disagree", "more", "not_competent"] as const;

interface Place {
  agency: Agency;
  /** The dossier, when one is opened. */
  id: string | undefined;
}

/** What an agency is asked by others: the list, and a dossier as far as it may see it with the place to answer. */
export default function ConsultPages({ agency, id }: Place) {
  return id === undefined ? <Waiting agency={agency} /> : <One key={id} agency={agency} id={id} />;
}

const address = (agency: Agency): string => `/can-bo/y-kien/${agency.code}`;

function Waiting({ agency }: { agency: Agency }) {
  const pages = usePages(
    (cursor) =>
      ask(
        api.GET("/desk/consultations/{agency}", {
          params: { path: { agency: agency.code }, query: cursor === null ? {} : { cursor } },
        }),
      ),
    [agency.code],
    (count) => t("consult.list.more", { count }),
  );
  const columns = ["code", "from", "applicant", "asked", "due"] as const;
  const name = (column: (typeof columns)[number]): string => t(`consult.list.${column}`);
  return (
    <Page title={t("consult.list")} caption={agency.name} wide>
      <p class="govuk-body">{t("consult.list.about")}</p>
      <ErrorSummary refusal={pages.refusal} />
      <Ready of={pages.first}>
        {() =>
          pages.items.length === 0 ? (
            <p class="govuk-body">{t("consult.list.none")}</p>
          ) : (
            <>
              <Table caption={t("consult.list")} columns={columns.map(name)}>
                {pages.items.map((one) => (
                  <tr role="row" class="queue__row" key={`${one.id} ${one.asked_at}`}>
                    <th class="queue__code" scope="row" role="rowheader">
                      <a class="govuk-link queue__foreign" href={`${address(agency)}/${one.id}`}>
                        {one.code}
                      </a>
                      <span class="queue__procedure">{one.procedure.name}</span>
                    </th>
                    <Cell name={name("from")}>{one.agency.name}</Cell>
                    <Cell name={name("applicant")}>
                      <Written text={one.applicant_name} />
                    </Cell>
                    <Cell name={name("asked")}>{dateTime(one.asked_at)}</Cell>
                    <Cell name={name("due")}>
                      {one.deadline.urgency === "overdue" && <Tag tone="red">{t("consult.list.overdue")}</Tag>}{" "}
                      {dateTime(one.deadline.at)}
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

function One({ agency, id }: { agency: Agency; id: string }) {
  const path = { agency: agency.code, dossier_id: id };
  const loaded = useLoad(async () => {
    const dossier = await ask(api.GET("/desk/consultations/{agency}/{dossier_id}", { params: { path } }));
    return { dossier, procedure: await procedureOf(dossier.procedure.code, dossier.procedure.version ?? 1) };
  }, [agency.code, id]);
  const title = loaded.data?.dossier.code ?? t("consult.list");
  const caption = loaded.data?.dossier.procedure.name ?? agency.name;
  return (
    <Page title={title} caption={caption} back={address(agency)} wide>
      <Ready of={loaded}>{(data) => <Shown {...data} agency={agency} again={loaded.again} />}</Ready>
    </Page>
  );
}

interface ShownProps {
  agency: Agency;
  dossier: Consulted;
  procedure: Procedure;
  again: () => void;
}

function Shown(props: ShownProps) {
  const { dossier, procedure } = props;
  const { question } = dossier;
  const { text, tone } = standing(question);
  return (
    <>
      <p class="govuk-body">
        <StateTag state={dossier.state} /> {dossier.agency.name} · <Written text={dossier.applicant_name} />
      </p>
      <section class="card consult__card" aria-labelledby="question-title">
        <h2 class="govuk-heading-m" id="question-title">
          {t("consult.one.question", { agency: dossier.agency.name })}
        </h2>
        <p class="govuk-body lines">
          <Written text={question.said?.text ?? ""} />
        </p>
        <p class="govuk-body">
          <Tag tone={tone}>{text}</Tag> <strong>{t("consult.one.due", { at: dateTime(question.due_at) })}</strong>{" "}
          {question.closed === null && t(`consult.silence.${question.silence}`)}
        </p>
        {question.part && <p class="govuk-body">{t("consult.part", { name: question.part })}</p>}
      </section>
      <Papers {...props} />
      <Stated dossier={dossier} procedure={procedure} />
      {question.answer !== null ? (
        <section class="card consult__card" aria-labelledby="reply-title">
          <h2 class="govuk-heading-m" id="reply-title">
            {t("consult.one.reply")}
          </h2>
          <p class="govuk-body">
            <strong>{t(`consult.answer.${question.answer}`)}</strong>
          </p>
          <p class="govuk-body lines">
            <Written text={question.said?.opinion ?? ""} />
          </p>
        </section>
      ) : dossier.open ? (
        <Reply {...props} />
      ) : (
        <p class="govuk-body">{t("consult.one.closed")}</p>
      )}
    </>
  );
}

function Papers({ agency, dossier, procedure }: ShownProps) {
  const opening = useAction(async (_key, paper: string) => {
    const path = { agency: agency.code, dossier_id: dossier.id, paper_id: paper };
    const { url } = await ask(api.GET("/desk/consultations/{agency}/{dossier_id}/papers/{paper_id}", { params: { path } }));
    location.assign(url);
    return true;
  });
  return (
    <section class="block" aria-labelledby="papers-title">
      <h2 class="govuk-heading-m" id="papers-title">
        {t("consult.one.papers")}
      </h2>
      <ErrorSummary refusal={opening.refusal} />
      {dossier.papers.length === 0 && <p class="govuk-body">{t("consult.one.papers.none")}</p>}
      <ul class="govuk-list">
        {dossier.papers.map((one) => (
          <li key={one.id}>
            <Button kind="secondary" busy={opening.busy} onClick={() => void opening.run(one.id)}>
              {t("consult.one.open", { name: paperName(procedure, one.component) })}
            </Button>
          </li>
        ))}
      </ul>
      {dossier.hidden > 0 && <p class="govuk-body">{t("consult.one.hidden", { count: dossier.hidden })}</p>}
    </section>
  );
}

function Stated({ dossier, procedure }: { dossier: Consulted; procedure: Procedure }) {
  return (
    <section class="block" aria-labelledby="answers-title">
      <h2 class="govuk-heading-m" id="answers-title">
        {t("consult.one.answers")}
      </h2>
      {groupsOf(procedure).map((group) => (
        <div key={group.name} class="answers">
          <h3 class="govuk-heading-s">{group.name}</h3>
          <dl>
            {group.fields.map(([name, property]) => (
              <div key={name} class="answers__row">
                <dt>{titleOf(name, property)}</dt>
                <dd>
                  <Written text={shownAnswer(dossier.answers[name], property)} />
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </section>
  );
}

function Reply({ agency, dossier, again }: ShownProps) {
  const [said, setSaid] = useState<Conclusion | "">("");
  const [opinion, setOpinion] = useState("");
  const [number, setNumber] = useState("");
  const action = useAction((key, body: Schema["ConsultAnswerBody"]) =>
    ask(
      api.POST("/desk/consultations/{agency}/{dossier_id}/answer", {
        params: { path: { agency: agency.code, dossier_id: dossier.id }, header: { "Idempotency-Key": key } },
        body,
      }),
    ),
  );
  const { refusal } = action;
  const send = async (event: Event) => {
    event.preventDefault();
    if (said === "") return action.refuse(required("answer", t("consult.one.choice.missing")));
    if (opinion.trim() === "") return action.refuse(required("opinion", t("consult.one.opinion.missing")));
    const moved = await action.run({ answer: said, opinion: opinion.trim(), number: number.trim() });
    if (moved === undefined) return;
    announce(t("consult.one.done"));
    again();
  };
  const late = new Date(dossier.question.due_at) < new Date();
  return (
    <form class="card consult__card" noValidate aria-labelledby="reply-title" onSubmit={(event) => void send(event)}>
      <h2 class="govuk-heading-m" id="reply-title">
        {t("consult.one.reply")}
      </h2>
      <ErrorSummary refusal={refusal} />
      {late && (
        <Notice>
          <p>{t("consult.one.late")}</p>
        </Notice>
      )}
      <RadiosField
        name="answer"
        label={t("consult.one.choice")}
        value={said}
        error={refusal?.of("answer")}
        options={conclusions.map((value) => ({ value, label: t(`consult.answer.${value}`) }))}
        onInput={(value) => setSaid(value as Conclusion)}
      />
      <TextareaField
        name="opinion"
        label={t("consult.one.opinion")}
        rows={5}
        maxLength={2000}
        value={opinion}
        error={refusal?.of("opinion")}
        onInput={setOpinion}
      />
      <TextField
        name="number"
        label={t("consult.one.number")}
        optional
        maxLength={100}
        width={20}
        autocomplete="off"
        value={number}
        error={refusal?.of("number")}
        onInput={setNumber}
      />
      <Buttons>
        <Button busy={action.busy}>{t("consult.one.send")}</Button>
      </Buttons>
    </form>
  );
}

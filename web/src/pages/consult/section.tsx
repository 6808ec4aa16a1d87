import { useState } from "preact/hooks";
import { api, ask, type Refusal } from "../../api/client";
import { dateTime } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextareaField } from "../../parts/Field";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { keyed, required } from "../desk/acts";
import type { Dossier } from "../desk/dossier";
import type { Procedure } from "../desk/procedure";
import { Cell, Table } from "../finance/table";
import { Ask } from "./ask";
import "./consult.scss";
import { Transfer } from "./transfer";
import { standing, type Question } from "./words";

export interface SectionProps {
  dossier: Dossier;
  procedure: Procedure;
  /** Something was done; the words for the officer. */
  done: (text: string) => void;
  refused: (refusal: Refusal) => void;
}

/** On a dossier: who was asked, who has answered, who is late; asking, taking back, and sending it to the right agency. */
export default function Section(props: SectionProps) {
  const { dossier } = props;
  const [open, setOpen] = useState<"ask" | "back" | "transfer" | null>(null);
  const { questions, actions } = dossier;
  const close = () => setOpen(null);
  const asks = actions.includes("consult");
  const takesBack = actions.includes("withdraw_question");
  const transfers = actions.includes("transfer");
  return (
    <section class="block consult" aria-labelledby="consult-title">
      <h2 class="govuk-heading-m" id="consult-title">
        {t(transfers ? "consult.transfer" : "consult.title")}
      </h2>
      {!transfers && questions.length === 0 && <p class="govuk-body">{t("consult.none")}</p>}
      {questions.length > 0 && <Questions questions={questions} />}
      {open === null && (
        <Buttons>
          {asks && (
            <Button kind="secondary" name="consult-ask" onClick={() => setOpen("ask")}>
              {t("consult.ask")}
            </Button>
          )}
          {takesBack && (
            <Button kind="secondary" name="consult-back" onClick={() => setOpen("back")}>
              {t("consult.back")}
            </Button>
          )}
          {transfers && (
            <Button kind="secondary" name="consult-transfer" onClick={() => setOpen("transfer")}>
              {t("consult.transfer")}
            </Button>
          )}
        </Buttons>
      )}
      {open === "ask" && asks && <Ask {...props} close={close} />}
      {open === "transfer" && transfers && <Transfer {...props} close={close} />}
      <TakeBack {...props} open={open === "back" && takesBack} close={close} />
    </section>
  );
}

function Questions({ questions }: { questions: readonly Question[] }) {
  const columns = ["agency", "state", "due", "said"] as const;
  const name = (column: (typeof columns)[number]): string => t(`consult.column.${column}`);
  return (
    <Table caption={t("consult.title")} columns={columns.map(name)}>
      {questions.map((one) => {
        const { text, tone } = standing(one);
        return (
          <tr role="row" class="queue__row" key={`${one.agency.code} ${one.asked_at}`}>
            <th class="queue__code" scope="row" role="rowheader">
              {one.agency.name}
              {one.part && <span class="queue__procedure">{one.part}</span>}
            </th>
            <Cell name={name("state")}>
              <Tag tone={tone}>{text}</Tag>
            </Cell>
            <Cell name={name("due")}>{dateTime(one.due_at)}</Cell>
            <Cell name={name("said")}>
              <Said of={one} />
            </Cell>
          </tr>
        );
      })}
    </Table>
  );
}

function Said({ of }: { of: Question }) {
  const { said } = of;
  return (
    <div class="consult__said">
      {of.answer && <strong>{t(`consult.answer.${of.answer}`)}</strong>}
      {said?.opinion && <Written text={said.opinion} />}
      {said?.number && <span>{t("consult.number", { number: said.number })}</span>}
      {said?.answered_by && <span>{`${said.answered_by}, ${dateTime(of.answered_at ?? of.due_at)}`}</span>}
      {said?.reason && <Written text={said.reason} />}
      {said && !of.answer && <Written text={t("consult.asked", { text: said.text })} />}
    </div>
  );
}

function TakeBack({ dossier, done, refused, open, close }: SectionProps & { open: boolean; close: () => void }) {
  const [reason, setReason] = useState("");
  const action = useAction((key, said: string) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/consultation/withdrawal", {
        ...keyed(dossier.id, key),
        body: { agencies: [], reason: said },
      }),
    ),
  );
  const send = async () => {
    if (reason.trim() === "") return action.refuse(required("reason", t("consult.reason.missing")));
    const moved = await action.run(reason.trim());
    if (moved === undefined) return;
    close();
    done(t("consult.back.done"));
  };
  const shut = () => {
    if (action.refusal !== null && action.refusal.status === 409) refused(action.refusal);
    close();
  };
  return (
    <Dialog
      open={open}
      title={t("consult.back.title")}
      confirm={t("consult.back.confirm")}
      warning
      busy={action.busy}
      onConfirm={() => void send()}
      onClose={shut}
    >
      <p class="govuk-body">{t("consult.back.about")}</p>
      <ErrorSummary refusal={action.refusal} place={() => "back-reason"} />
      <TextareaField
        name="back-reason"
        label={t("consult.reason")}
        rows={3}
        maxLength={2000}
        value={reason}
        error={action.refusal?.of("reason")}
        onInput={setReason}
      />
    </Dialog>
  );
}

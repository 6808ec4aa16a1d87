import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, Refusal } from "../../api/client";
import { useAction, type Action } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Lazy } from "../../parts/Lazy";
import { TextareaField } from "../../parts/Field";
import { Written } from "../../parts/Said";
import { OriginalsForm } from "./counter";
import type { Dossier } from "./dossier";
import { drop, useDraft } from "./drafts";
import { FeeForm } from "./fees";
import type { Procedure } from "./procedure";
import { CheckForm, PostForm, RegisterForm } from "./parcels";
import { Templates } from "./templates";

/** The acts that the API has a route for, in the order in which the buttons stand. */
export const known = [
  "register_parcel",
  "open_parcel",
  "check_parcel",
  "receive",
  "claim",
  "propose",
  "approve",
  "pay",
  "enter_result",
  "post",
  "return_result",
  "compare",
  "deliver",
  "close",
  "request_supplement",
  "hand_over",
  "reassign",
  "send_back",
  "reappoint",
  "return_parcel",
  "parcel_returned",
  "refuse",
  "stop",
] as const;
export type Act = (typeof known)[number];

export const actName = (act: Act): string => t(`desk.act.${act}`);

/** What every form of an act is given. */
export interface Doing {
  dossier: Dossier;
  procedure: Procedure;
  /** The act was done; the words for the officer. */
  done: (text: string) => void;
  refused: (refusal: Refusal) => void;
  close: () => void;
}

export const keyed = (id: string, key: string) => ({
  params: { path: { dossier_id: id }, header: { "Idempotency-Key": key } },
});

export function ActForm({ act, ...doing }: Doing & { act: Act }) {
  switch (act) {
    case "pay":
      return <FeeForm {...doing} />;
    case "compare":
      return <OriginalsForm {...doing} />;
    case "deliver":
      return <Lazy load={() => import("./handover")} areas={[]} with={doing} />;
    case "enter_result":
      return <Lazy load={() => import("./result")} areas={["issuing"]} with={doing} />;
    case "reappoint":
      return <Lazy load={() => import("../deadlines/reappoint")} areas={["deadlines"]} with={doing} />;
    case "hand_over":
    case "reassign":
      return <Lazy load={() => import("../people/act")} areas={["people"]} with={{ act, ...doing }} />;
    case "register_parcel":
      return <RegisterForm {...doing} />;
    case "check_parcel":
      return <CheckForm {...doing} />;
    case "post":
      return <PostForm {...doing} />;
    case "request_supplement":
      return null; // composed beside the items, see supplement.tsx
    default:
      return <TextForm act={act} {...doing} />;
  }
}

/** Conflicts are told to the page too, which then shows the dossier as it is now. */
export function useTold(action: Action<never[], unknown>, refused: (refusal: Refusal) => void): void {
  const { refusal } = action;
  useEffect(() => {
    if (refusal !== null && (refusal.status === 409 || refusal.status === 404)) refused(refusal);
  }, [refusal]);
}

interface FrameProps {
  act: Act;
  refusal: Refusal | null;
  busy: boolean;
  close: () => void;
  onSubmit: () => void;
  warning?: boolean;
  place?: (field: string) => string | null;
  children?: ComponentChildren;
}

/** Heading with the focus, refusals, the fields, the two buttons. */
export function ActFrame({ act, refusal, busy, close, onSubmit, warning, place, children }: FrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <form
      noValidate
      aria-labelledby="act-title"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <h2 class="govuk-heading-m" id="act-title" tabIndex={-1} ref={heading}>
        {actName(act)}
      </h2>
      <ErrorSummary refusal={refusal} {...(place ? { place } : {})} />
      {children}
      <Buttons>
        <Button busy={busy} kind={warning ? "warning" : "primary"}>
          {t(`desk.confirm.${act}`)}
        </Button>
        <Button kind="secondary" onClick={close}>
          {t("button.cancel")}
        </Button>
      </Buttons>
    </form>
  );
}

export const required = (field: string, message = t("error.required")): Refusal =>
  new Refusal(422, "Incomplete", t("desk.incomplete"), [{ field, code: "Required", message }]);

type TextAct =
  | "open_parcel"
  | "return_parcel"
  | "parcel_returned"
  | "return_result"
  | "receive"
  | "claim"
  | "propose"
  | "approve"
  | "close"
  | "send_back"
  | "refuse"
  | "stop";

const calls = {
  open_parcel: (id: string, key: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/parcel/opening", { ...keyed(id, key), body: {} })),
  return_parcel: (id: string, key: string, reason: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/parcel/return", { ...keyed(id, key), body: { reason, tracking: "" } })),
  parcel_returned: (id: string, key: string, reason: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/posting/return", { ...keyed(id, key), body: { reason } })),
  return_result: (id: string, key: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/result-return", { ...keyed(id, key), body: {} })),
  receive: (id: string, key: string, note: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/receive", { ...keyed(id, key), body: { note } })),
  claim: (id: string, key: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/claim", { ...keyed(id, key), body: {} })),
  propose: (id: string, key: string, opinion: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/proposal", { ...keyed(id, key), body: { opinion } })),
  approve: (id: string, key: string, note: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/approval", { ...keyed(id, key), body: { note } })),
  close: (id: string, key: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/archive", { ...keyed(id, key), body: {} })),
  send_back: (id: string, key: string, reason: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/return", { ...keyed(id, key), body: { reason } })),
  refuse: (id: string, key: string, reason: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/refusal", { ...keyed(id, key), body: { reason } })),
  stop: (id: string, key: string, reason: string) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/stop", { ...keyed(id, key), body: { reason } })),
} as const;

/** The request's name of the one text that an act carries, if it carries any. */
const fields: Record<TextAct, "note" | "reason" | "opinion" | null> = {
  open_parcel: null,
  return_parcel: "reason",
  parcel_returned: "reason",
  return_result: null,
  receive: "note",
  claim: null,
  propose: "opinion",
  approve: "note",
  close: null,
  send_back: "reason",
  refuse: "reason",
  stop: "reason",
};

/** An act with one text or none; refusing and stopping are asked about once more. */
function TextForm({ act, dossier, done, refused, close }: Doing & { act: TextAct }) {
  const draft = `${dossier.id} ${act}`;
  const [text, setText] = useDraft(draft, "");
  const [sure, setSure] = useState(false);
  const action = useAction((key, said: string) => calls[act](dossier.id, key, said));
  useTold(action, refused);
  const field = fields[act];
  const grave = act === "refuse" || act === "stop";
  const optional = field === "note";
  const send = async () => {
    const moved = await action.run(text.trim());
    setSure(false);
    if (moved === undefined) return;
    drop(draft);
    done(t(`desk.done.${act}`, { state: moved.state.name }));
  };
  const cancel = () => {
    drop(draft);
    close();
  };
  const submit = () => {
    if (field !== null && !optional && text.trim() === "") action.refuse(required(field, t("desk.reason.missing")));
    else if (grave) setSure(true);
    else void send();
  };
  return (
    <>
      <ActFrame act={act} refusal={action.refusal} busy={action.busy} close={cancel} onSubmit={submit} warning={grave}>
        <p class="govuk-body">{t(`desk.about.${act}`)}</p>
        {field !== null && (
          <>
            <Templates name="template" of={act} text={text} onText={setText} />
            <TextareaField
              name={field}
              label={t(`desk.text.${field}`)}
              hint={t(act === "propose" || act === "send_back" ? "desk.text.inside" : "desk.text.outside")}
              optional={optional}
              rows={4}
              maxLength={2000}
              value={text}
              error={action.refusal?.of(field)}
              onInput={setText}
            />
          </>
        )}
      </ActFrame>
      {grave && (
        <Dialog
          open={sure}
          title={t(`desk.sure.${act}`)}
          confirm={t(`desk.confirm.${act}`)}
          warning
          busy={action.busy}
          onConfirm={() => void send()}
          onClose={() => setSure(false)}
        >
          <p class="govuk-body">{t("desk.sure.text", { code: dossier.code ?? "" })}</p>
          <blockquote class="quote">
            <Written text={text} />
          </blockquote>
        </Dialog>
      )}
    </>
  );
}

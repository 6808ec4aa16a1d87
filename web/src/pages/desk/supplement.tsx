import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, Refusal } from "../../api/client";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextareaField } from "../../parts/Field";
import type { Doing } from "./acts";
import type { Dossier } from "./dossier";
import { drop, useDraft } from "./drafts";
import { Templates } from "./templates";

type Kind = "papers" | "fields";
type Chosen = Record<Kind, Record<string, string>>;

/** What a supplement request points at: each paper or field with its reason. */
export interface Composer {
  items: Chosen;
  tick: (kind: Kind, name: string, on: boolean) => void;
  say: (kind: Kind, name: string, reason: string) => void;
  problem: (kind: Kind, name: string) => string | undefined;
  refuse: (refusal: Refusal | null) => void;
  /** Asked before: a further request needs the law's exception. */
  again: boolean;
  count: number;
  clear: () => void;
}

const nothing: Chosen = { papers: {}, fields: {} };

export function useComposer(dossier: Dossier): Composer {
  const [items, setItems] = useDraft<Chosen>(`${dossier.id} items`, nothing);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const say = (kind: Kind, name: string, reason: string) =>
    setItems((before) => ({ ...before, [kind]: { ...before[kind], [name]: reason } }));
  return {
    items,
    say,
    tick(kind, name, on) {
      if (on) return say(kind, name, "");
      setItems((before) => {
        const { [name]: _gone, ...rest } = before[kind];
        return { ...before, [kind]: rest };
      });
    },
    problem: (kind, name) => refusal?.of(`${kind}.${name}`),
    refuse: setRefusal,
    again: dossier.timeline.some((step) => step.action === "request_supplement"),
    count: Object.keys(items.papers).length + Object.keys(items.fields).length,
    clear() {
      setItems(nothing);
      setRefusal(null);
    },
  };
}

/** The tick box beside a field or paper, and its reason once it is ticked. */
export function Item({ composer, kind, name, title }: { composer: Composer; kind: Kind; name: string; title: string }) {
  const reason = composer.items[kind][name];
  const id = `${kind}.${name}`;
  return (
    <div class="item">
      <div class="govuk-checkboxes govuk-checkboxes--small">
        <div class="govuk-checkboxes__item">
          <input
            class="govuk-checkboxes__input"
            type="checkbox"
            id={`${id}.on`}
            name={`${id}.on`}
            checked={reason !== undefined}
            onChange={(event) => composer.tick(kind, name, event.currentTarget.checked)}
          />
          <label class="govuk-label govuk-checkboxes__label" for={`${id}.on`}>
            {t(kind === "papers" ? "desk.ask.paper" : "desk.ask.field")}
            <span class="govuk-visually-hidden">: {title}</span>
          </label>
        </div>
      </div>
      {reason !== undefined && (
        <div class="item__reason" role="group" aria-label={title}>
          <Templates
            name={`${id}.template`}
            of={kind === "papers" ? "paper" : "field"}
            text={reason}
            onText={(text) => composer.say(kind, name, text)}
          />
          <TextareaField
            name={id}
            label={t("desk.ask.reason")}
            rows={2}
            maxLength={2000}
            value={reason}
            error={composer.problem(kind, name)}
            onInput={(text) => composer.say(kind, name, text)}
          />
        </div>
      )}
    </div>
  );
}

export function ComposerStart({ close }: { close: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div class="act card">
      <h2 class="govuk-heading-m" id="act-title" tabIndex={-1} ref={heading}>
        {t("desk.act.request_supplement")}
      </h2>
      <p class="govuk-body">{t("desk.ask.how")}</p>
      <Button kind="secondary" onClick={close}>
        {t("button.cancel")}
      </Button>
    </div>
  );
}

/** The rest of the request, below the items: note, exception, and sending. */
export function ComposerEnd({ composer, dossier, done, refused, close }: Doing & { composer: Composer }) {
  const drafts = { note: `${dossier.id} ask`, exception: `${dossier.id} exception` };
  const [note, setNote] = useDraft(drafts.note, "");
  const [exception, setException] = useDraft(drafts.exception, "");
  const send = useAction((key, chosen: Chosen, said: string, because: string) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/supplement-request", {
        params: { path: { dossier_id: dossier.id }, header: { "Idempotency-Key": key } },
        body: { ...chosen, note: said, exception: because },
      }),
    ),
  );
  useEffect(() => {
    composer.refuse(send.refusal);
    if (send.refusal?.status === 409) refused(send.refusal);
  }, [send.refusal]);
  const check = (): Refusal | null => {
    const found = (["fields", "papers"] as const).flatMap((kind) =>
      Object.entries(composer.items[kind])
        .filter(([, reason]) => reason.trim() === "")
        .map(([name]) => ({ field: `${kind}.${name}`, code: "Required", message: t("desk.ask.reason.missing") })),
    );
    if (composer.again && exception.trim() === "")
      found.push({ field: "exception", code: "Required", message: t("desk.ask.exception.missing") });
    if (composer.count === 0) return new Refusal(422, "Incomplete", t("desk.ask.nothing"));
    return found.length > 0 ? new Refusal(422, "Incomplete", t("desk.incomplete"), found) : null;
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const wrong = check();
    if (wrong !== null) return send.refuse(wrong);
    const moved = await send.run(composer.items, note, composer.again ? exception : "");
    if (moved === undefined) return;
    drop(drafts.note);
    drop(drafts.exception);
    done(t("desk.done.request_supplement", { state: moved.state.name }));
  };
  return (
    <form class="act card" onSubmit={(event) => void submit(event)} noValidate>
      <ErrorSummary refusal={send.refusal} />
      <h3 class="govuk-heading-s">{t("desk.ask.rest")}</h3>
      <p class="govuk-body" role="status">
        {t("desk.ask.count", { count: composer.count })}
      </p>
      {composer.again && (
        <TextareaField
          name="exception"
          label={t("desk.ask.exception")}
          hint={t("desk.ask.exception.hint")}
          rows={2}
          maxLength={2000}
          value={exception}
          error={send.refusal?.of("exception")}
          onInput={setException}
        />
      )}
      <Templates name="note-template" of="ask" text={note} onText={setNote} />
      <TextareaField
        name="note"
        label={t("desk.ask.note")}
        optional
        rows={3}
        maxLength={2000}
        value={note}
        error={send.refusal?.of("note")}
        onInput={setNote}
      />
      <Buttons>
        <Button busy={send.busy}>{t("desk.ask.send")}</Button>
        <Button kind="secondary" onClick={close}>
          {t("button.cancel")}
        </Button>
      </Buttons>
    </form>
  );
}


import { useEffect, useState } from "preact/hooks";
import { api, ask, Refusal } from "../../api/client";
import { money, number } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextareaField } from "../../parts/Field";
import { NumberField } from "../../parts/NumberField";
import type { Drawer } from "./drawer";
import { isCounted, notes, piecesOf, sumOf, type Pieces } from "./notes";

interface CountProps {
  drawer: Drawer;
  pieces: Pieces;
  setPieces: (next: Pieces) => void;
  onFailed: (failed: boolean) => void;
  done: () => void;
}

/** Note by note or as one sum; what differs is said at once and needs a reason. */
export function Count({ drawer, pieces, setPieces, onFailed, done }: CountProps) {
  const [counted, setCounted] = useState<number | string | null>(null);
  const [note, setNote] = useState("");
  const [sure, setSure] = useState(false);
  const close = useAction((_key, amount: number, why: string) =>
    ask(
      api.PUT("/desk/drawers/{agency}/{drawer_id}/count", {
        params: { path: { agency: drawer.agency, drawer_id: drawer.id } },
        body: { counted: amount, note: why },
      }),
    ),
  );
  useEffect(() => onFailed(close.refusal !== null), [close.refusal]);
  const change = (next: Pieces) => {
    setPieces(next);
    const sum = sumOf(next);
    if (sum !== null) setCounted(isCounted(next) ? sum : null);
  };
  const whole = typeof counted === "number" && Number.isInteger(counted) && counted >= 0 ? counted : null;
  const differs = whole === null ? 0 : whole - drawer.expected;
  const check = (event: Event) => {
    event.preventDefault();
    const defects = [
      ...notes
        .filter((one) => piecesOf(pieces[one]) === null)
        .map((one) => ({ field: `note-${one}`, code: "Invalid", message: t("finance.count.pieces.wrong") })),
      ...(whole === null ? [{ field: "counted", code: "Invalid", message: t("finance.drawer.change.wrong") }] : []),
      ...(differs !== 0 && note.trim() === "" ? [{ field: "note", code: "Required", message: t("finance.count.why.missing") }] : []),
    ];
    if (defects.length > 0) close.refuse(new Refusal(422, "Incomplete", t("error.summary"), defects));
    else {
      close.refuse(null);
      setSure(true);
    }
  };
  const send = async () => {
    if (whole === null) return;
    const after = await close.run(whole, note.trim());
    setSure(false);
    if (after !== undefined) done();
  };
  return (
    <form class="till__count" onSubmit={check} noValidate aria-labelledby="count">
      <h2 class="govuk-heading-m" id="count">
        {t("finance.count")}
      </h2>
      <ErrorSummary refusal={close.refusal} />
      <Notes pieces={pieces} change={change} />
      <NumberField
        name="counted"
        label={t("finance.drawer.counted")}
        hint={t("finance.count.counted.hint")}
        whole
        value={counted}
        onInput={setCounted}
        error={close.refusal?.of("counted")}
        suffix={t("desk.fee.unit")}
      />
      <p class={`till__difference till__difference--${differs === 0 ? "even" : "uneven"}`} role="status">
        {whole !== null &&
          (differs === 0
            ? t("finance.count.even")
            : t(differs > 0 ? "finance.count.over" : "finance.count.short", { amount: money(Math.abs(differs)) }))}
      </p>
      {(differs !== 0 || note !== "") && (
        <TextareaField
          name="note"
          label={t("finance.count.why")}
          rows={2}
          maxLength={500}
          value={note}
          error={close.refusal?.of("note")}
          onInput={setNote}
        />
      )}
      <Buttons>
        <Button busy={close.busy}>{t("finance.count.close")}</Button>
        <Button kind="secondary" onClick={() => print()}>
          {t("finance.count.print")}
        </Button>
      </Buttons>
      <Dialog
        open={sure}
        title={t("finance.count.sure")}
        confirm={t("finance.count.close")}
        busy={close.busy}
        onConfirm={() => void send()}
        onClose={() => setSure(false)}
      >
        <p class="govuk-body">
          {t("finance.count.sure.text", { counted: money(whole ?? 0), expected: money(drawer.expected) })}
        </p>
      </Dialog>
    </form>
  );
}

function Notes({ pieces, change }: { pieces: Pieces; change: (next: Pieces) => void }) {
  const sum = sumOf(pieces);
  return (
    <details class="govuk-details">
      <summary class="govuk-details__summary">
        <span class="govuk-details__summary-text">{t("finance.count.by")}</span>
      </summary>
      <div class="govuk-details__text">
        <p class="govuk-body">{t("finance.count.by.text")}</p>
        <table class="notes">
          <caption class="govuk-visually-hidden">{t("finance.count.by")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("finance.count.note")}</th>
              <th scope="col">{t("finance.count.pieces")}</th>
              <th scope="col">{t("finance.count.sum")}</th>
            </tr>
          </thead>
          <tbody>
            {notes.map((note) => {
              const count = piecesOf(pieces[note]);
              return (
                <tr key={note}>
                  <th scope="row">{number(note)}</th>
                  <td>
                    <input
                      class={`govuk-input govuk-input--width-4${count === null ? " govuk-input--error" : ""}`}
                      id={`note-${note}`}
                      type="text"
                      inputMode="numeric"
                      autocomplete="off"
                      aria-label={t("finance.count.pieces.of", { note: number(note) })}
                      aria-invalid={count === null ? "true" : undefined}
                      value={pieces[note] ?? ""}
                      onInput={(event) => change({ ...pieces, [note]: event.currentTarget.value })}
                    />
                  </td>
                  <td>{count !== null && count > 0 && number(count * note)}</td>
                </tr>
              );
            })}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={2}>
                {t("finance.count.total")}
              </th>
              <td>{sum !== null && money(sum)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
    </details>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";

/** Pixels of the picture that is kept; the inspector takes none with a side under 300. */
const WIDE = 900;
const HIGH = 360;

export interface Pad {
  /** The signature as a picture; null while nothing was drawn. */
  file: () => Promise<File | null>;
}

/** The recipient signs on the screen, with a finger, a pen or the mouse. Whoever cannot signs on paper instead. */
export function SignaturePad({ pad, problem }: { pad: { current: Pad | null }; problem: string | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(false);
  const made = useRef<File | null>(null); // the same picture for every try to send it
  const last = useRef<[number, number] | null>(null);
  const paper = () => canvas.current?.getContext("2d") ?? null;
  const clear = () => {
    const on = paper();
    if (on === null) return;
    on.fillStyle = "#fff";
    on.fillRect(0, 0, WIDE, HIGH);
    on.lineWidth = 5;
    on.lineCap = on.lineJoin = "round";
    made.current = null;
    setDrawn(false);
  };
  useEffect(clear, []);
  pad.current = {
    file: async () => {
      const from = canvas.current;
      if (!drawn || from === null) return null;
      if (made.current === null) {
        const blob = await new Promise<Blob | null>((given) => from.toBlob(given, "image/png"));
        if (blob === null) return null;
        made.current = new File([blob], "chu-ky.png", { type: "image/png" });
      }
      return made.current;
    },
  };
  const at = (event: PointerEvent): [number, number] => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return [((event.clientX - box.left) * WIDE) / box.width, ((event.clientY - box.top) * HIGH) / box.height];
  };
  const line = (event: PointerEvent) => {
    const on = paper();
    if (on === null || last.current === null) return;
    const to = at(event);
    on.beginPath();
    on.moveTo(...last.current);
    on.lineTo(...to);
    on.stroke();
    last.current = to;
  };
  return (
    <div class={`govuk-form-group${problem ? " govuk-form-group--error" : ""}`}>
      <p class="govuk-label" id="signature-label">
        {t("desk.handover.drawn")}
      </p>
      <p class="govuk-hint" id="signature-hint">
        {t("desk.handover.drawn.hint")}
      </p>
      {problem && (
        <p class="govuk-error-message" id="signature-error">
          {problem}
        </p>
      )}
      <canvas
        class="signature"
        ref={canvas}
        id="signature"
        role="img"
        tabIndex={-1}
        width={WIDE}
        height={HIGH}
        aria-labelledby="signature-label"
        aria-describedby={problem ? "signature-hint signature-error" : "signature-hint"}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = at(event);
          made.current = null;
          setDrawn(true);
          line(event);
        }}
        onPointerMove={line}
        onPointerUp={() => (last.current = null)}
        onPointerCancel={() => (last.current = null)}
      />
      <Button kind="secondary" onClick={clear}>
        {t("desk.handover.drawn.clear")}
      </Button>
    </div>
  );
}

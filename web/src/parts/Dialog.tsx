import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { Button } from "./Button";

/** A question before an act that cannot be taken back. The browser's own dialog keeps the focus and returns it. */
export function Dialog({
  open,
  title,
  confirm,
  warning,
  busy,
  onConfirm,
  onClose,
  children,
}: {
  open: boolean;
  title: string;
  /** What the confirming button says; without it the dialog only informs. */
  confirm?: string;
  warning?: boolean;
  busy?: boolean;
  onConfirm?: () => void;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  // With the drawing, not after it: a late "close" of the browser must find the dialog as the state says.
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (open && !shown?.open) {
      shown?.showModal();
      // An act that cannot be taken back is not what a second press of Enter does.
      if (warning && !shown?.querySelector("input, textarea, select")) {
        shown?.querySelector<HTMLElement>(".govuk-button--secondary")?.focus();
      }
    }
    if (!open && shown?.open) shown.close();
  }, [open]);
  return (
    <dialog
      class="dialog"
      ref={dialog}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        // The state closes it, not the browser: its "close" comes late and would shut a dialog opened again meanwhile.
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        if (open && !dialog.current?.open) onClose();
      }}
    >
      {open && (
        <>
          <h2 class="govuk-heading-m" id="dialog-title">
            {title}
          </h2>
          {children}
          <div class="govuk-button-group">
            {confirm !== undefined && (
              <Button kind={warning ? "warning" : "primary"} busy={busy ?? false} onClick={() => onConfirm?.()}>
                {confirm}
              </Button>
            )}
            <Button kind="secondary" onClick={onClose}>
              {t(confirm === undefined ? "button.close" : "button.cancel")}
            </Button>
          </div>
        </>
      )}
    </dialog>
  );
}

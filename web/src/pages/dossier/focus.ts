import { useEffect, useRef } from "preact/hooks";

/** The page's heading: where the focus goes when the control that had it is gone. */
export function focusHeading(): void {
  document.querySelector<HTMLElement>(".page__title")?.focus();
}

/**
 * For an act in a dialog after which the button that opened it is gone. Call the function that this gives before the
 * dialog closes: the browser gives the focus back to the button first, the heading takes it from there.
 */
export function useLeave(open: boolean): () => void {
  const leaving = useRef(false);
  useEffect(() => {
    if (open || !leaving.current) return undefined;
    leaving.current = false;
    // Behind an open dialog nothing takes the focus, and the dialog's own effect may come after this one.
    const soon = setTimeout(focusHeading);
    return () => clearTimeout(soon);
  }, [open]);
  return () => {
    leaving.current = true;
  };
}

import { store, useStore } from "../store";

const spoken = store({ text: "", urgent: false });

/** Say something to screen readers without moving the focus. `urgent` interrupts. */
export function announce(text: string, urgent = false): void {
  // The same text twice is not spoken twice; a no-break space makes it another text.
  const again = spoken.get().text === text ? `${text}\u00a0` : text;
  spoken.set({ text: again, urgent });
}

/** Stands once, in the shell. */
export function LiveRegion() {
  const { text, urgent } = useStore(spoken);
  return (
    <>
      <div class="govuk-visually-hidden" role="status" aria-live="polite">
        {urgent ? "" : text}
      </div>
      <div class="govuk-visually-hidden" role="alert" aria-live="assertive">
        {urgent ? text : ""}
      </div>
    </>
  );
}

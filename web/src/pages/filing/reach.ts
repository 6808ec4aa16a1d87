import { useEffect } from "preact/hooks";

/** A link to one question of another page (`#answers.name`): the control takes the focus when the page is there. */
export function useReach(): void {
  useEffect(() => {
    const control = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (control === null) return;
    control.focus();
    (control.closest(".govuk-form-group") ?? control).scrollIntoView({ block: "start" });
  }, []);
}

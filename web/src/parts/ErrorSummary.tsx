import { useEffect, useRef } from "preact/hooks";
import type { Refusal } from "../api/client";
import type { FieldDefect } from "../api/refusal";
import { t } from "../i18n";

interface ErrorSummaryProps {
  refusal: Refusal | null;
  /** The id of the control for a field of the request, where it is not the field's own name; null: no control. */
  place?: (field: string) => string | null;
  /** Set when the place is not reached by focusing a control of this page: the address of the page that has it. */
  page?: (field: string) => string | null;
}

/** What was refused and what to do, with links to the controls. Takes the focus whenever a new refusal comes. */
export function ErrorSummary({ refusal, place = (field) => field, page }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (refusal === null) return;
    box.current?.focus();
    box.current?.scrollIntoView({ block: "nearest" });
  }, [refusal]);
  if (refusal === null) return null;
  const reach = (event: MouseEvent, id: string): void => {
    const control = document.getElementById(id);
    if (control === null) return;
    event.preventDefault();
    control.focus();
    (control.closest(".govuk-form-group") ?? control).scrollIntoView({ block: "start" });
  };
  return (
    <div class="govuk-error-summary" ref={box} tabIndex={-1} role="alert" aria-labelledby="error-summary-title">
      <h2 class="govuk-error-summary__title" id="error-summary-title">
        {refusal.fields.length > 0 ? t("error.summary") : t("notice.error")}
      </h2>
      <div class="govuk-error-summary__body">
        <p>{refusal.message}</p>
        {refusal.fields.length > 0 && (
          <ul class="govuk-list govuk-error-summary__list">
            {inOrder(refusal.fields, page ? null : place).map((one) => {
              const elsewhere = page?.(one.field) ?? null;
              const id = place(one.field);
              return (
                <li key={one.field + one.code}>
                  {elsewhere !== null ? (
                    <a href={elsewhere}>{named(one, id)}</a>
                  ) : id !== null ? (
                    <a href={`#${id}`} onClick={(event) => reach(event, id)}>
                      {named(one, id)}
                    </a>
                  ) : (
                    one.message
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </div>
    </div>
  );
}

/** As the controls stand on the page, top to bottom; what has none here comes last. */
function inOrder(fields: readonly FieldDefect[], place: ErrorSummaryProps["place"] | null): readonly FieldDefect[] {
  if (!place) return fields;
  const control = ({ field }: FieldDefect) => document.getElementById(place(field) ?? "");
  return [...fields].sort((one, other) => {
    const [a, b] = [control(one), control(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : a === b ? 0 : 1;
  });
}

// Messages that say what is wrong but not with what; the summary stands far from the field.
const general =
  /^(BadFormat|Mismatch|NotAnswered|NotOneOf|OutOfRange|Required|TooBig|TooFew|TooLong|TooMany|TooShort|TooSmall|WrongType)$/;

/** The message, with the field's label as the page shows it where the message alone does not tell. */
function named({ code, message }: FieldDefect, id: string | null): string {
  const control = id === null || !general.test(code) ? null : document.getElementById(id);
  const legend = control?.closest("fieldset")?.querySelector("legend");
  const label = legend ?? (control === null ? null : document.querySelector(`label[for="${CSS.escape(control.id)}"]`));
  const text = label?.firstChild?.textContent?.trim();
  return text && !message.toLowerCase().includes(text.toLowerCase()) ? `${text}: ${message}` : message;
}

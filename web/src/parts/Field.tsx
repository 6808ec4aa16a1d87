import { Fragment, type ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n";
import { Hint, Problem, described, group, type Common } from "./field-frame";
import { languageOf } from "./Said";

interface TextProps extends Common {
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "email" | "tel" | "password" | "search";
  autocomplete?: string;
  inputmode?: "numeric" | "decimal" | "tel" | "email" | "text";
  maxLength?: number;
  /** Roughly how many characters belong in the box. */
  width?: 2 | 3 | 4 | 5 | 10 | 20 | 30;
  suffix?: string;
  readOnly?: boolean;
  onBlur?: () => void;
}

/** One line of text. `name` is the field's name in the request and the control's id, so that error links find it. */
export function TextField(props: TextProps) {
  const { name, type = "text", value, onInput, width, suffix } = props;
  const [shown, setShown] = useState(false);
  const secret = type === "password";
  const input = (
    <input
      class={`govuk-input${width ? ` govuk-input--width-${width}` : ""}${props.error ? " govuk-input--error" : ""}`}
      id={name}
      name={name}
      type={(secret && shown ? "text" : type) as "text"}
      value={value}
      lang={languageOf(value)}
      autocomplete={props.autocomplete as never}
      inputMode={props.inputmode}
      maxLength={props.maxLength}
      readOnly={props.readOnly}
      spellcheck={secret || type === "email" || props.inputmode === "numeric" ? false : undefined}
      autocapitalize={secret || type === "email" ? "none" : undefined}
      aria-describedby={described(props)}
      aria-invalid={props.error ? "true" : undefined}
      aria-required={props.optional ? undefined : "true"}
      onInput={(event) => onInput(event.currentTarget.value.normalize("NFC"))}
      onBlur={props.onBlur}
    />
  );
  return (
    <div class={group(props)}>
      <Label {...props} for={name} />
      <Hint {...props} />
      <Problem {...props} />
      {secret ? (
        <div class="govuk-input__wrapper">
          {input}
          <button
            type="button"
            class="govuk-button govuk-button--secondary password-toggle"
            aria-controls={name}
            aria-label={t(shown ? "field.password.hide.label" : "field.password.show.label")}
            onClick={() => setShown(!shown)}
          >
            {t(shown ? "field.password.hide" : "field.password.show")}
          </button>
        </div>
      ) : suffix ? (
        <div class="govuk-input__wrapper">
          {input}
          <div class="govuk-input__suffix" aria-hidden="true">
            {suffix}
          </div>
        </div>
      ) : (
        input
      )}
    </div>
  );
}

function Label({ label, optional, for: control, big }: Common & { for: string }) {
  return (
    <label class={`govuk-label${big ? " govuk-label--m" : ""}`} for={control}>
      {label} {optional && <span class="optional">{t("field.optional")}</span>}
    </label>
  );
}

export function TextareaField(props: Common & {
  value: string;
  onInput: (value: string) => void;
  rows?: number;
  maxLength?: number;
}) {
  const { name, value, onInput, rows = 4, maxLength } = props;
  const left = maxLength === undefined ? null : maxLength - value.length;
  return (
    <div class={group(props)}>
      <Label {...props} for={name} />
      <Hint {...props} />
      <Problem {...props} />
      <textarea
        class={`govuk-textarea${props.error ? " govuk-textarea--error" : ""}`}
        id={name}
        name={name}
        rows={rows}
        aria-describedby={described(props)}
        aria-invalid={props.error ? "true" : undefined}
        aria-required={props.optional ? undefined : "true"}
        value={value}
        lang={languageOf(value)}
        onInput={(event) => onInput(event.currentTarget.value.normalize("NFC"))}
      />
      {left !== null && left < 200 && (
        <p class={left < 0 ? "govuk-error-message" : "govuk-hint"} aria-live="polite">
          {t(left < 0 ? "field.over" : "field.left", { count: Math.abs(left) })}
        </p>
      )}
    </div>
  );
}

export interface Option {
  value: string;
  label: string;
  hint?: string;
  /** Words that part it from the options above. */
  before?: string;
}

export function SelectField(props: Common & {
  value: string;
  onInput: (value: string) => void;
  options: readonly Option[];
  /** No empty "choose" at the top. */
  filled?: boolean;
}) {
  const { name, value, onInput, options, filled } = props;
  return (
    <div class={group(props)}>
      <Label {...props} for={name} />
      <Hint {...props} />
      <Problem {...props} />
      <select
        class={`govuk-select${props.error ? " govuk-select--error" : ""}`}
        id={name}
        name={name}
        value={value}
        aria-describedby={described(props)}
        aria-invalid={props.error ? "true" : undefined}
        aria-required={props.optional ? undefined : "true"}
        onChange={(event) => onInput(event.currentTarget.value)}
      >
        {!filled && <option value="">{t("field.choose")}</option>}
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
    </div>
  );
}

function Legend({ label, optional, big }: Common) {
  return (
    <legend class={`govuk-fieldset__legend${big ? " govuk-fieldset__legend--m" : ""}`}>
      {label} {optional && <span class="optional">{t("field.optional")}</span>}
    </legend>
  );
}

/** One of few; the first option's control has the field's name as id. */
export function RadiosField(props: Common & {
  value: string;
  onInput: (value: string) => void;
  options: readonly Option[];
  inline?: boolean;
}) {
  const { name, value, onInput, options, inline } = props;
  return (
    <div class={group(props)}>
      <fieldset class="govuk-fieldset" aria-describedby={described(props)} aria-invalid={props.error ? "true" : undefined}>
        <Legend {...props} />
        <Hint {...props} />
        <Problem {...props} />
        <div class={`govuk-radios${inline ? " govuk-radios--inline" : ""}`}>
          {options.map((one, index) => {
            const id = index === 0 ? name : `${name}-${one.value}`;
            const item = (
              <div class="govuk-radios__item" key={one.value}>
                <input
                  class="govuk-radios__input"
                  type="radio"
                  id={id}
                  name={name}
                  value={one.value}
                  checked={value === one.value}
                  aria-describedby={one.hint ? `${id}-note` : undefined}
                  onChange={() => onInput(one.value)}
                />
                <label class="govuk-label govuk-radios__label" for={id}>
                  {one.label}
                </label>
                {one.hint && (
                  <div class="govuk-hint govuk-radios__hint" id={`${id}-note`}>
                    {one.hint}
                  </div>
                )}
              </div>
            );
            if (!one.before) return item;
            return (
              <Fragment key={one.value}>
                <div class="govuk-radios__divider">{one.before}</div>
                {item}
              </Fragment>
            );
          })}
        </div>
      </fieldset>
    </div>
  );
}

/** One box that is ticked or not: a consent, a declaration. */
export function CheckboxField(props: Omit<Common, "label"> & {
  label: ComponentChildren;
  checked: boolean;
  onInput: (checked: boolean) => void;
}) {
  const { name, label, checked, onInput } = props;
  return (
    <div class={group(props)}>
      <Problem {...props} />
      <div class="govuk-checkboxes">
        <div class="govuk-checkboxes__item">
          <input
            class="govuk-checkboxes__input"
            type="checkbox"
            id={name}
            name={name}
            checked={checked}
            aria-describedby={described(props)}
            aria-invalid={props.error ? "true" : undefined}
            onChange={(event) => onInput(event.currentTarget.checked)}
          />
          <label class="govuk-label govuk-checkboxes__label" for={name}>
            {label}
          </label>
          {props.hint && (
            <div class="govuk-hint govuk-checkboxes__hint" id={`${name}-hint`}>
              {props.hint}
            </div>
          )}
        </div>
      </div>
    </div>
  );
}

/** Several of few. */
export function CheckboxesField(props: Common & {
  value: readonly string[];
  onInput: (value: string[]) => void;
  options: readonly Option[];
  small?: boolean;
}) {
  const { name, value, onInput, options, small } = props;
  return (
    <div class={group(props)}>
      <fieldset class="govuk-fieldset" aria-describedby={described(props)}>
        <Legend {...props} />
        <Hint {...props} />
        <Problem {...props} />
        <div class={`govuk-checkboxes${small ? " govuk-checkboxes--small" : ""}`}>
          {options.map((one, index) => {
            const id = index === 0 ? name : `${name}-${one.value}`;
            return (
              <div class="govuk-checkboxes__item" key={one.value}>
                <input
                  class="govuk-checkboxes__input"
                  type="checkbox"
                  id={id}
                  name={name}
                  value={one.value}
                  checked={value.includes(one.value)}
                  onChange={(event) =>
                    onInput(
                      event.currentTarget.checked ? [...value, one.value] : value.filter((v) => v !== one.value),
                    )
                  }
                />
                <label class="govuk-label govuk-checkboxes__label" for={id}>
                  {one.label}
                </label>
              </div>
            );
          })}
        </div>
      </fieldset>
    </div>
  );
}

const parts = ["day", "month", "year"] as const;
type Typed = Record<(typeof parts)[number], string>;

const split = (iso: string): Typed => {
  const [year = "", month = "", day = ""] = iso.split("-");
  return { day, month, year };
};

function join({ day, month, year }: Typed): string {
  if (!day && !month && !year) return "";
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** A date typed as day, month, year; the value is 2026-11-23, or what was typed in that order when it is no date. */
export function DateField(props: Common & {
  value: string;
  onInput: (value: string) => void;
  /** The visitor's own date of birth: browsers may fill it in. */
  birthday?: boolean;
}) {
  const { name, value, onInput, birthday } = props;
  const [kept, setKept] = useState(() => split(value));
  // What is typed stays as typed (2, not 02) while it means the value; a value from elsewhere replaces it.
  const typed = join(kept) === value ? kept : split(value);
  return (
    <div class={group(props)}>
      <fieldset class="govuk-fieldset" role="group" aria-describedby={described(props)}>
        <Legend {...props} />
        <Hint {...props} />
        <Problem {...props} />
        <div class="govuk-date-input">
          {parts.map((part) => (
            <div class="govuk-date-input__item" key={part}>
              <div class="govuk-form-group">
                <label class="govuk-label govuk-date-input__label" for={part === "day" ? name : `${name}-${part}`}>
                  {t(`field.${part}`)}
                </label>
                <input
                  class={`govuk-input govuk-date-input__input govuk-input--width-${part === "year" ? 4 : 2}${props.error ? " govuk-input--error" : ""}`}
                  id={part === "day" ? name : `${name}-${part}`}
                  name={`${name}-${part}`}
                  type="text"
                  inputMode="numeric"
                  maxLength={part === "year" ? 4 : 2}
                  autocomplete={(birthday ? `bday-${part}` : "off") as never}
                  value={typed[part]}
                  aria-invalid={props.error ? "true" : undefined}
                  onInput={(event) => {
                    const next = { ...typed, [part]: event.currentTarget.value.trim() };
                    setKept(next);
                    onInput(join(next));
                  }}
                />
              </div>
            </div>
          ))}
        </div>
      </fieldset>
    </div>
  );
}

import type { FieldDefect } from "../../api/refusal";
import { t } from "../../i18n";
import { TextButton } from "../../parts/Button";
import { DateField, RadiosField, SelectField, TextareaField, TextField } from "../../parts/Field";
import { NumberField } from "../../parts/NumberField";
import { choices, description, title, type Property, type Row } from "./procedure";

interface QuestionProps {
  /** Where the answer stands: answers.copies, answers.activities[0].name. Also the control's id. */
  path: string;
  of: Property;
  value: unknown;
  required: boolean;
  defects: readonly FieldDefect[];
  onInput: (value: unknown) => void;
}

const autocompletes: Record<string, string> = { name: "name", phone: "tel", email: "email" };
const fewChoices = 7;
const longText = 250;

/** One question of the form, as its schema says. */
export function Question({ path, of, value, required, defects, onInput }: QuestionProps) {
  const about = description(of);
  const error = defects.find((one) => one.field === path)?.message;
  const common = { name: path, label: title(of), optional: !required, error, ...(about ? { hint: about } : {}) };
  const text = typeof value === "string" ? value : "";
  if (of.type === "boolean") {
    return (
      <RadiosField
        {...common}
        inline
        value={typeof value === "boolean" ? String(value) : ""}
        onInput={(chosen) => onInput(chosen === "true")}
        options={[
          { value: "true", label: t("filing.yes") },
          { value: "false", label: t("filing.no") },
        ]}
      />
    );
  }
  if (of.type === "integer" || of.type === "number") {
    return <NumberField {...common} whole={of.type === "integer"} value={value} onInput={onInput} />;
  }
  if (of.type === "array") return <Rows {...{ path, of, value, required, defects, onInput }} />;
  if (of.enum) {
    const options = choices(of);
    return options.length <= fewChoices ? (
      <RadiosField {...common} value={text} onInput={onInput} options={options} />
    ) : (
      <SelectField {...common} value={text} onInput={onInput} options={options} />
    );
  }
  if (of.format === "date") {
    const hint = common.hint ?? t("filing.date.hint");
    return <DateField {...common} hint={hint} value={text} onInput={onInput} />;
  }
  if (of["x-multiline"] || (of.maxLength ?? 0) > 500) {
    return (
      <TextareaField {...common} value={text} onInput={onInput} {...(of.maxLength ? { maxLength: of.maxLength } : {})} />
    );
  }
  const digits = of.pattern !== undefined && /^\^0?\[0-9\]/.test(of.pattern);
  const prefill = of["x-prefill"] ?? "";
  const narrow = digits && (of.maxLength ?? longText) <= 20;
  return (
    <TextField
      {...common}
      value={text}
      onInput={onInput}
      type={of.format === "email" ? "email" : prefill === "phone" ? "tel" : "text"}
      {...(autocompletes[prefill] ? { autocomplete: autocompletes[prefill] } : {})}
      {...(digits ? { inputmode: "numeric" as const } : {})}
      {...(narrow ? { width: 20 as const } : {})}
    />
  );
}

/** A table of the form: one block of questions per row. */
function Rows({ path, of, value, required, defects, onInput }: QuestionProps) {
  const rows = Array.isArray(value) ? (value as unknown[]) : [];
  const items = of.items;
  if (items === undefined) return null;
  const error = defects.find((one) => one.field === path)?.message;
  const about = description(of);
  const change = (index: number, to: unknown): void => onInput(rows.map((row, at) => (at === index ? to : row)));
  const add = (): void => {
    onInput([...rows, items.type === "object" ? {} : ""]);
    const first = Object.keys(items.properties ?? {})[0];
    const id = `${path}[${rows.length}]${first ? `.${first}` : ""}`;
    setTimeout(() => document.getElementById(id)?.focus());
  };
  const remove = (index: number): void => {
    onInput(rows.filter((_, at) => at !== index));
    setTimeout(() => document.getElementById(path)?.focus());
  };
  const full = of.maxItems !== undefined && rows.length >= of.maxItems;
  return (
    <fieldset class={`rows govuk-fieldset govuk-form-group${error ? " govuk-form-group--error" : ""}`}>
      <legend class="govuk-fieldset__legend govuk-fieldset__legend--m">
        {title(of)} {!required && <span class="optional">{t("field.optional")}</span>}
      </legend>
      {about && <div class="govuk-hint">{about}</div>}
      {error && (
        <p class="govuk-error-message" id={`${path}-error`}>
          <span class="govuk-visually-hidden">{t("error.prefix")}</span> {error}
        </p>
      )}
      {rows.map((row, index) => (
        <fieldset class="rows__row govuk-fieldset card" key={index}>
          <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">
            {t("filing.rows.one", { number: index + 1 })}
          </legend>
          {items.type === "object" ? (
            Object.entries(items.properties ?? {}).map(([name, property]) => (
              <Question
                key={name}
                path={`${path}[${index}].${name}`}
                of={property}
                value={(row as Row)[name]}
                required={items.required?.includes(name) ?? false}
                defects={defects}
                onInput={(to) => change(index, { ...(row as Row), [name]: to })}
              />
            ))
          ) : (
            <Question
              path={`${path}[${index}]`}
              of={items}
              value={row}
              required
              defects={defects}
              onInput={(to) => change(index, to)}
            />
          )}
          <TextButton
            onClick={() => remove(index)}
            label={t("filing.rows.remove.label", { name: title(of), number: index + 1 })}
          >
            {t("filing.rows.remove")}
          </TextButton>
        </fieldset>
      ))}
      {!full && (
        <button
          type="button"
          id={path}
          class="govuk-button govuk-button--secondary"
          aria-describedby={error ? `${path}-error` : undefined}
          onClick={add}
        >
          {t(rows.length === 0 ? "filing.rows.first" : "filing.rows.more")}
        </button>
      )}
    </fieldset>
  );
}

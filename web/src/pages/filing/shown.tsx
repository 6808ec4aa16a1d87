import type { ComponentChildren } from "preact";
import { number, plainDate } from "../../format";
import { t } from "../../i18n";
import { Written } from "../../parts/Said";
import { choices, title, type Property, type Row } from "./procedure";
import { isEmpty } from "./validate";

/** An answer as people read it. */
export function shown(value: unknown, of: Property): string {
  if (isEmpty(value)) return t("filing.unanswered");
  if (typeof value === "boolean") return t(value ? "filing.yes" : "filing.no");
  if (typeof value === "number") return number(value);
  if (of.enum) return choices(of).find((one) => one.value === value)?.label ?? String(value);
  if (of.format === "date") return plainDate(String(value));
  if (Array.isArray(value)) return value.map((one) => shownRow(one, of.items)).join("; ");
  return String(value);
}

const shownRow = (row: unknown, of: Property | undefined): string => {
  if (of === undefined) return String(row);
  if (of.type !== "object") return shown(row, of);
  return Object.entries(of.properties ?? {})
    .filter(([name]) => !isEmpty((row as Row)[name]))
    .map(([name, property]) => `${title(property)}: ${shown((row as Row)[name], property)}`)
    .join(", ");
};

/** An answer in a summary: rows of a table as a list. */
export function Shown({ value, of }: { value: unknown; of: Property }): ComponentChildren {
  if (Array.isArray(value) && value.length > 0) {
    return (
      <ol class="govuk-list govuk-list--number">
        {value.map((row, index) => (
          <li key={index}>
            <Written text={shownRow(row, of.items)} />
          </li>
        ))}
      </ol>
    );
  }
  return (
    <span class={isEmpty(value) ? "optional" : "filing-answer"}>
      <Written text={shown(value, of)} />
    </span>
  );
}

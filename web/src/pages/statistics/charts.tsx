import type { ComponentChildren } from "preact";

/** Bars side by side. The sentence of id `told` says what they show; the numbers stand in the table beside them. */
export function Columns({ values, told, ends }: { values: readonly number[]; told: string; ends: [string, string] }) {
  const most = Math.max(1, ...values);
  return (
    <figure class="chart">
      <svg
        class="chart__columns"
        role="img"
        aria-labelledby={told}
        viewBox={`0 0 ${values.length * 10} 100`}
        preserveAspectRatio="none"
      >
        {values.map((value, at) => {
          const height = (value / most) * 98;
          return <rect key={at} class="chart__bar" x={at * 10 + 1} y={99 - height} width={8} height={height} />;
        })}
        <line class="chart__axis" x1="0" y1="99.5" x2={values.length * 10} y2="99.5" />
      </svg>
      <figcaption class="chart__ends">
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </figcaption>
    </figure>
  );
}

export interface Part {
  name: string;
  value: number;
}

/** One bar for each row, cut into its parts; `most` is the length of a whole bar. */
export function Rows({
  rows,
  most,
  told,
}: {
  rows: readonly { name: string; parts: readonly Part[] }[];
  most: number;
  told: string;
}) {
  const names = [...new Set(rows.flatMap((row) => row.parts.map((part) => part.name)))];
  return (
    <figure class="chart">
      {/* The bars say nothing that the sentence and the table do not say in words. */}
      <div role="img" aria-labelledby={told}>
        {rows.map((row) => {
          let from = 0;
          return (
            <div class="chart__row" key={row.name} aria-hidden="true">
              <span class="chart__name">{row.name}</span>
              <svg class="chart__rows" viewBox="0 0 1000 10" preserveAspectRatio="none">
                {row.parts.map((part) => {
                  const x = from;
                  const width = (part.value / Math.max(1, most)) * 1000;
                  from += width;
                  const kind = names.indexOf(part.name) + 1;
                  return <rect key={part.name} class={`chart__part chart__part--${kind}`} x={x} y={0} width={width} height={10} />;
                })}
              </svg>
            </div>
          );
        })}
      </div>
      {names.length > 1 && (
        <figcaption class="chart__legend" aria-hidden="true">
          {names.map((name, at) => (
            <span key={name}>
              <svg class="chart__key" viewBox="0 0 10 10">
                <rect class={`chart__part chart__part--${at + 1}`} width="10" height="10" />
              </svg>
              {name}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

export interface Cells {
  key: string;
  head: ComponentChildren;
  /** One for each further column; a single one for several columns says something of all of them. */
  cells: readonly ComponentChildren[];
}

/** A table that becomes a list of rows on a phone (which is why every part says its role). */
export function Table({ caption, heads, rows }: { caption: string; heads: readonly string[]; rows: readonly Cells[] }) {
  return (
    <table class="govuk-table facts figures" role="table">
      <caption class="govuk-table__caption govuk-table__caption--s">{caption}</caption>
      <thead class="govuk-table__head" role="rowgroup">
        <tr class="govuk-table__row" role="row">
          {heads.map((head, at) => (
            <th key={head} scope="col" role="columnheader" class={at ? "govuk-table__header figures__number" : "govuk-table__header"}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody class="govuk-table__body" role="rowgroup">
        {rows.map(({ key, head, cells }) => (
          <tr class="govuk-table__row" role="row" key={key}>
            <th scope="row" role="rowheader" class="govuk-table__header figures__head">
              {head}
            </th>
            {cells.map((cell, at) => {
              const span = at === cells.length - 1 ? heads.length - cells.length : 1;
              return (
                <td
                  key={at}
                  role="cell"
                  colSpan={span > 1 ? span : undefined}
                  class="govuk-table__cell figures__number"
                  data-label={span > 1 ? undefined : heads[at + 1]}
                >
                  {cell}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import type { ComponentChildren } from "preact";

interface TableProps {
  caption: string;
  columns: readonly string[];
  /** Which columns hold amounts, and stand to the right. */
  numbers?: readonly number[];
  children: ComponentChildren;
  foot?: ComponentChildren;
}

/** A table on the desk, cards on a phone. Roles are written out, so that it stays a table for screen readers. */
export function Table({ caption, columns, numbers = [], children, foot }: TableProps) {
  return (
    <table class="queue" role="table">
      <caption class="govuk-visually-hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((name, index) => (
            <th key={name} scope="col" role="columnheader" class={numbers.includes(index) ? "queue__sum" : undefined}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">{children}</tbody>
      {foot && <tfoot role="rowgroup">{foot}</tfoot>}
    </table>
  );
}

/** A cell with its column's name, which shows inside a card. */
export function Cell({ name, number, children }: { name: string; number?: boolean; children: ComponentChildren }) {
  return (
    <td role="cell" class={number ? "queue__sum" : undefined}>
      <span class="queue__name" aria-hidden="true">
        {name}
      </span>
      {children}
    </td>
  );
}

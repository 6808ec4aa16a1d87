import type { ComponentChildren } from "preact";

export interface Moment {
  id: string | number;
  title: ComponentChildren;
  /** ISO moment and how it is shown. */
  at: string;
  shown: string;
  by?: ComponentChildren;
  children?: ComponentChildren;
  /** The newest, or what is still to come. */
  kind?: "now" | "next";
}

export function Timeline({ moments }: { moments: readonly Moment[] }) {
  return (
    <ol class="timeline">
      {moments.map((one) => (
        <li class={`timeline__item${one.kind ? ` timeline__item--${one.kind}` : ""}`} key={one.id}>
          <p class="timeline__title">{one.title}</p>
          <p class="timeline__when">
            <time dateTime={one.at}>{one.shown}</time>
            {one.by && <> · {one.by}</>}
          </p>
          {one.children && <div class="timeline__detail">{one.children}</div>}
        </li>
      ))}
    </ol>
  );
}

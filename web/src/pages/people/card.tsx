import type { ComponentChildren } from "preact";
import type { Schema } from "../../api/client";
import { Vi, Written } from "../../parts/Said";
import { DueTag, urgency } from "../desk/due";

/** A dossier on a board; below what it is stands when it is due, and what can be done with it there. */
export function Card({ of, children }: { of: Schema["BoardShape"]["dossiers"][number]; children?: ComponentChildren }) {
  return (
    <li class={`board__card board__card--${urgency(of)}`}>
      <a class="govuk-link board__code" href={`/can-bo/ho-so/${of.id}`} data-id={of.id}>
        {of.code}
      </a>
      <p class="board__text">
        <Vi>{of.procedure.name}</Vi>
      </p>
      <p class="board__text">
        <Written text={of.applicant_name} />
      </p>
      <p class="board__foot">
        <DueTag of={of} />
        {children}
      </p>
    </li>
  );
}

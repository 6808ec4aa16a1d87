import type { Schema } from "../../api/client";
import { dateTime, time } from "../../format";
import { t } from "../../i18n";

type Deadline = Schema["DeadlineShape"];

/** How near a deadline of the agency is, as the API said; `none` while nothing runs against it. */
export const urgencies = ["overdue", "today", "soon", "later", "none"] as const;
export type Urgency = (typeof urgencies)[number];

interface Timed {
  deadline: Deadline | null;
}

export const urgency = (of: Timed): Urgency => of.deadline?.urgency ?? "none";

function words({ urgency: how, days, at }: Deadline): string {
  if (how === "overdue") return days < 0 ? t("desk.due.overdue.days", { count: -days }) : t("desk.due.overdue");
  return how === "today" ? t("desk.due.today", { time: time(at) }) : t("desk.due.days", { count: days });
}

/** The deadline in words, with a colour that repeats them. */
export function DueTag({ of }: { of: Timed }) {
  if (of.deadline === null) return <span class="due due--none">{t("desk.due.none")}</span>;
  const { urgency: how, at } = of.deadline;
  return (
    <span class={`due due--${how}`}>
      <strong class="due__words">{words(of.deadline)}</strong>
      {how !== "today" && (
        <time class="due__at" dateTime={at}>
          {dateTime(at)}
        </time>
      )}
    </span>
  );
}

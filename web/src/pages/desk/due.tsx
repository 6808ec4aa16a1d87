import { dateTime, time } from "../../format";
import { t } from "../../i18n";

/** How near a deadline of the agency is; `none` while nothing runs against it. */
export type Urgency = "overdue" | "today" | "soon" | "later" | "none";
export const urgencies = ["overdue", "today", "soon", "later"] as const;

interface Timed {
  state: { code: string };
  due_at: string | null;
  reply_due_at: string | null;
}

const DAY = 86_400_000;
const SOON = 3;
const reviewed = new Set(["received", "appraisal", "consultation", "approval", "issuing"]);
const calendar = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Ho_Chi_Minh" });
const dayOf = (moment: Date): number => Date.parse(calendar.format(moment)) / DAY;

/** The moment that binds the agency now: its reply before acceptance, the result afterwards. */
export function deadline(of: Timed): string | null {
  if (of.state.code === "submitted") return of.reply_due_at;
  return reviewed.has(of.state.code) ? of.due_at : null;
}

/** Days between two dates of the law's calendar; negative when `at` has passed. */
export const daysLeft = (at: string, now: Date): number => dayOf(new Date(at)) - dayOf(now);

export function urgency(of: Timed, now = new Date()): Urgency {
  const at = deadline(of);
  if (at === null) return "none";
  if (Date.parse(at) < now.getTime()) return "overdue";
  const days = daysLeft(at, now);
  return days <= 0 ? "today" : days <= SOON ? "soon" : "later";
}

function words(at: string, how: Urgency, now: Date): string {
  const days = daysLeft(at, now);
  if (how === "overdue") return days < 0 ? t("desk.due.overdue.days", { count: -days }) : t("desk.due.overdue");
  return how === "today" ? t("desk.due.today", { time: time(at) }) : t("desk.due.days", { count: days });
}

/** The deadline in words, with a colour that repeats them. */
export function DueTag({ of }: { of: Timed }) {
  const now = new Date();
  const at = deadline(of);
  const how = urgency(of, now);
  if (at === null) return <span class="due due--none">{t("desk.due.none")}</span>;
  return (
    <span class={`due due--${how}`}>
      <strong class="due__words">{words(at, how, now)}</strong>
      <time class="due__at" dateTime={at}>
        {dateTime(at)}
      </time>
    </span>
  );
}

import type { ComponentChildren } from "preact";
import { isVietnamese } from "../i18n";
import { language } from "../preferences";

/** On an English page, what is Vietnamese says so: a screen reader then reads it with a Vietnamese voice (WCAG 3.1.2). */
const marked = (children: ComponentChildren) => <span lang="vi">{children}</span>;

/** A text that data carry in both languages, in the reader's; in Vietnamese where there is no other. */
export function Said({ of }: { of: { vi: string; en?: string | null } | null | undefined }) {
  if (!of) return null;
  if (language() === "vi") return <>{of.vi}</>;
  return of.en ? <>{of.en}</> : marked(of.vi);
}

/** What data carry in Vietnamese alone: the name of a procedure in a list. */
export function Vi({ children }: { children: ComponentChildren }) {
  return language() === "vi" ? <>{children}</> : marked(children);
}

/** What people wrote: names, answers, reasons, messages. In which language, its letters tell. */
export function Written({ text }: { text: string | null | undefined }) {
  return languageOf(text ?? "") === undefined ? <>{text}</> : marked(text);
}

/** The `lang` of a field that holds what somebody wrote. */
export const languageOf = (text: string): "vi" | undefined =>
  language() === "en" && isVietnamese(text) ? "vi" : undefined;

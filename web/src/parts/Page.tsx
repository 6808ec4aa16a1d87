import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { typing, usePlace } from "../router";

interface PageProps {
  title: string;
  /** The window's title where the heading does not name the page. */
  window?: string;
  /** A small line above the heading: the procedure's name, the step. */
  caption?: ComponentChildren;
  /** Where "Quay lại" leads. */
  back?: string;
  /** Full width for lists and the officers' workspace; the others keep to a readable measure. */
  wide?: boolean;
  /** The page shows an error summary: the window's title says so. */
  failed?: boolean;
  children: ComponentChildren;
}

/** The frame of every page: window title, one h1 that takes the focus after a change of page, the measure. */
export function Page({ title, window: named = title, caption, back, wide, failed, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { visit, moved } = usePlace();
  useEffect(() => {
    document.title = t("site.title", { page: failed ? t("error.title", { title: named }) : named });
  });
  useEffect(() => {
    if (moved && !typing()) heading.current?.focus({ preventScroll: true });
  }, [visit]);
  return (
    <div class={wide ? "page page--wide" : "page"}>
      {back !== undefined && (
        <a class="govuk-back-link" href={back}>
          {t("page.back")}
        </a>
      )}
      {caption !== undefined && <div class="govuk-caption-l page__caption">{caption}</div>}
      <h1 class="govuk-heading-l page__title" tabIndex={-1} ref={heading}>
        {title}
      </h1>
      {children}
    </div>
  );
}

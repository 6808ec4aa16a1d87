import type { ComponentChildren } from "preact";
import { t } from "../i18n";

type Kind = "info" | "success" | "warning" | "error";

/** A message in the page. Its kind is said in words too. Speaks by itself only with `live`. */
export function Notice({
  kind = "info",
  title,
  live,
  children,
}: {
  kind?: Kind;
  title?: string;
  live?: boolean;
  children: ComponentChildren;
}) {
  return (
    <div class={`notice notice--${kind}`} role={live ? (kind === "error" ? "alert" : "status") : undefined}>
      <p class="notice__title">{title ?? t(`notice.${kind}`)}</p>
      <div class="notice__body">{children}</div>
    </div>
  );
}

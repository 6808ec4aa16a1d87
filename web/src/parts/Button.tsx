import type { ComponentChildren } from "preact";
import { t } from "../i18n";

type Kind = "primary" | "secondary" | "warning";

const classes = (kind: Kind): string =>
  kind === "primary" ? "govuk-button" : `govuk-button govuk-button--${kind}`;

interface ButtonProps {
  children: ComponentChildren;
  kind?: Kind;
  type?: "submit" | "button";
  /** The act runs: the button keeps its place and focus, says so, and does nothing more. */
  busy?: boolean;
  disabled?: boolean;
  onClick?: (event: MouseEvent) => void;
  label?: string;
  name?: string;
}

export function Button({ children, kind = "primary", type, busy, disabled, onClick, label, name }: ButtonProps) {
  return (
    <button
      class={classes(kind)}
      type={type ?? (onClick ? "button" : "submit")}
      aria-disabled={busy ? "true" : undefined}
      disabled={disabled}
      aria-label={label}
      name={name}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? t("button.busy") : children}
    </button>
  );
}

export function LinkButton({ href, kind = "primary", children }: { href: string; kind?: Kind; children: ComponentChildren }) {
  return (
    <a class={classes(kind)} href={href}>
      {children}
    </a>
  );
}

/** A button that looks like a link, for small acts beside a text. */
export function TextButton({
  onClick,
  children,
  label,
}: {
  onClick: () => void;
  children: ComponentChildren;
  label?: string;
}) {
  return (
    <button type="button" class="text-button" aria-label={label} onClick={onClick}>
      {children}
    </button>
  );
}

export function Buttons({ children }: { children: ComponentChildren }) {
  return <div class="govuk-button-group">{children}</div>;
}

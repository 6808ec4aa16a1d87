import type { ComponentChildren } from "preact";
import type { Loaded } from "../hooks";
import { t } from "../i18n";
import { Button } from "./Button";
import { Notice } from "./Notice";

export function Loading() {
  return (
    <p class="loading" role="status">
      {t("page.loading.text")}
    </p>
  );
}

/** What was loaded, or that it is coming, or why it did not come and a button to try again. */
export function Ready<T>({ of, children }: { of: Loaded<T>; children: (data: T) => ComponentChildren }) {
  if (of.data !== null) return <>{children(of.data)}</>;
  if (of.refusal === null) return <Loading />;
  return (
    <Notice kind="error" live>
      <p>{of.refusal.message}</p>
      {/* What is not there will not be there the next time. */}
      {of.refusal.status !== 404 && (
        <Button kind="secondary" onClick={of.again}>
          {t("page.again")}
        </Button>
      )}
    </Notice>
  );
}

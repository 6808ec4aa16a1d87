import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ready, t, type Area } from "../i18n";
import { Button } from "./Button";
import { Loading } from "./Loading";
import { Notice } from "./Notice";

interface LazyProps<P> {
  load: () => Promise<{ default: ComponentType<P> }>;
  /** The texts that it needs beside those of the page. */
  areas: readonly Area[];
  /** What it is given. */
  with: P;
}

/** A part of a page that is fetched when it is shown. */
export function Lazy<P extends object>({ load, areas, with: given }: LazyProps<P>) {
  const [round, setRound] = useState(0);
  const [Body, setBody] = useState<{ of: ComponentType<P> } | "failed" | null>(null);
  useEffect(() => {
    let current = true;
    Promise.all([load(), ready(areas)]).then(
      ([module]) => current && setBody({ of: module.default }),
      (failed: unknown) => {
        console.error(failed);
        if (current) setBody("failed");
      },
    );
    return () => {
      current = false;
    };
  }, [round]);
  if (Body === null) return <Loading />;
  if (Body === "failed") {
    return (
      <Notice kind="error" live>
        <p>{t("page.failed.text")}</p>
        <Button kind="secondary" onClick={() => (setBody(null), setRound(round + 1))}>
          {t("page.again")}
        </Button>
      </Notice>
    );
  }
  return <Body.of {...given} />;
}

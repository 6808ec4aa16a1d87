import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Refusal } from "../api/client";
import { useAction, useLoad, type Loaded } from "../hooks";
import { t } from "../i18n";
import { Button } from "./Button";
import { announce } from "./live";

interface Paged<T> {
  items: T[];
  cursor: string | null;
}

export interface Pages<T, P> {
  first: Loaded<P>;
  items: readonly T[];
  /** Whether there is more than what was loaded. */
  rest: boolean;
  refusal: Refusal | null;
  again: () => void;
  /** The button for the next page, while there is one. */
  more: ComponentChildren;
}

/** A list that comes page by page; further pages are added below. */
export function usePages<T, P extends Paged<T>>(
  load: (cursor: string | null) => Promise<P & Paged<T>>,
  on: readonly unknown[],
  said: (count: number) => string,
): Pages<T, P> {
  const [later, setLater] = useState<Paged<T> | null>(null);
  const first = useLoad<P>(async () => {
    const page = await load(null);
    setLater(null);
    return page;
  }, on);
  const next = useAction(async (_key, cursor: string) => {
    const page = await load(cursor);
    setLater((before) => ({ items: [...(before?.items ?? []), ...page.items], cursor: page.cursor }));
    announce(said(page.items.length));
    return true;
  });
  const cursor = later === null ? (first.data?.cursor ?? null) : later.cursor;
  return {
    first,
    items: [...(first.data?.items ?? []), ...(later?.items ?? [])],
    rest: cursor !== null,
    refusal: next.refusal,
    again: first.again,
    more: cursor !== null && (
      <Button kind="secondary" busy={next.busy} onClick={() => void next.run(cursor)}>
        {t("pages.more")}
      </Button>
    ),
  };
}

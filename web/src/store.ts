import { useEffect, useState } from "preact/hooks";

/** A value that pages watch. */
export interface Store<T> {
  get(): T;
  set(value: T): void;
  watch(told: () => void): () => void;
}

export function store<T>(first: T): Store<T> {
  let value = first;
  const watchers = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const told of [...watchers]) told();
    },
    watch(told) {
      watchers.add(told);
      return () => watchers.delete(told);
    },
  };
}

/** The store's value; the component is drawn again whenever it changes. */
export function useStore<T>(of: Store<T>): T {
  const [, draw] = useState({});
  const value = of.get();
  useEffect(() => {
    // It may have changed between the drawing and this effect.
    if (!Object.is(of.get(), value)) draw({});
    return of.watch(() => draw({}));
  }, [of]);
  return value;
}

import { store, useStore } from "./store";

export const themes = ["normal", "contrast", "dark"] as const;
export const sizes = ["small", "normal", "large"] as const;
export type Theme = (typeof themes)[number];
export type Size = (typeof sizes)[number];
export type Language = "vi" | "en";

interface Preferences {
  theme: Theme;
  size: Size;
  language: Language;
}

const root = document.documentElement;
const place = "motcua.preferences";

// public/preferences.js has read the storage and written what it found on the root element.
const preferences = store<Preferences>({
  theme: (root.dataset["theme"] ?? "normal") as Theme,
  size: (root.dataset["size"] ?? "normal") as Size,
  language: root.lang === "en" ? "en" : "vi",
});

export const usePreferences = (): Preferences => useStore(preferences);
export const language = (): Language => preferences.get().language;
export const watchPreferences = preferences.watch;

export function prefer(change: Partial<Preferences>): void {
  const next = { ...preferences.get(), ...change };
  root.dataset["theme"] = next.theme;
  root.dataset["size"] = next.size;
  root.lang = next.language;
  keep(place, JSON.stringify(next));
  preferences.set(next);
}

/** Local storage may be closed to us (private windows, full disks): the choice then holds for this visit alone. */
export function keep(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch (closed) {
    console.debug(closed);
  }
}

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch (closed) {
    console.debug(closed);
    return null;
  }
}

import { store, useStore } from "./store";

const online = store(navigator.onLine);

/** Whether the device says that it has a network. That the portal can be reached, only an answer tells. */
export const useOnline = (): boolean => useStore(online);

addEventListener("online", () => online.set(true));
addEventListener("offline", () => online.set(false));

/**
 * The browser asked for this page and got the site's own words instead: the service worker had no copy of what is
 * published here, and no network.
 */
export function unreached(): boolean {
  const [asked] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (asked === undefined || new URL(asked.name).pathname !== location.pathname) return false;
  // Not every browser tells the status.
  return asked.responseStatus ? asked.responseStatus === 503 : !navigator.onLine;
}

/** Let the service worker keep what was loaded, so that the page opens again without a network. */
export async function keepForLater(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/sw.js");
  } catch (refused) {
    console.debug(refused); // private windows, or no network yet
    return;
  }
  const { active } = await navigator.serviceWorker.ready;
  const entry = document.querySelector<HTMLScriptElement>("script[type=module]")?.src ?? "";
  active?.postMessage({ entry, loaded: performance.getEntriesByType("resource").map(({ name }) => name) });
}

import { store, useStore } from "./store";

export interface Place {
  path: string;
  query: URLSearchParams;
  /** Counts every visit, so that the same address opened again is a new page. */
  visit: number;
  /** False for the page that the browser opened itself: it has the focus already. */
  moved: boolean;
}

let visit = 0;

function current(moved: boolean): Place {
  visit += 1;
  return { path: decodeURI(location.pathname), query: new URLSearchParams(location.search), visit, moved };
}

const place = store<Place>(current(false));

let typed = 0;
document.addEventListener("input", () => (typed = visit));
/** Somebody has begun to type on this visit, in what stays above the page: the focus is theirs. */
export const typing = (): boolean => typed === visit;

export const usePlace = (): Place => useStore(place);
/** The address with query, as `tiep` of the login carries it. */
export const here = (): string => location.pathname + location.search;

/** Go to a page of the site. `quiet` changes the address under the same page (filters), without moving the focus. */
export function go(to: string, options: { replace?: boolean; quiet?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  if (options.quiet) {
    const now = place.get();
    place.set({ ...now, path: decodeURI(location.pathname), query: new URLSearchParams(location.search) });
    return;
  }
  place.set(current(true));
  if (!location.hash) scrollTo(0, 0);
}

/** Only a path of this site: what stands in `tiep` may come from a foreign link. */
export function ownPath(text: string | null, otherwise: string): string {
  return text !== null && /^\/(?![/\\])[^\\\s]*$/.test(text) ? text : otherwise;
}

/** `/ho-so/:id/nop/*` against a path: the named parts (`*` for the rest), or null. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    if (part === "*") return { ...found, "*": given.slice(index).join("/") };
    const value = given[index];
    if (value === undefined) return null;
    if (part.startsWith(":")) found[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return given.length === wanted.length ? found : null;
}

// Guidance, agencies and the catalogue are files; the browser opens them itself.
const foreign = /^\/((en|tt|api|catalogue|statistics|sandbox|assets)(\/|$)|cq\/|(sitemap\.xml|robots\.txt)$)/;

/** Follow links of the site without loading it again. Plain `<a href>` is all that a page needs. */
export function listen(): void {
  addEventListener("popstate", () => {
    place.set(current(true));
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || !link.href || link.target || link.hasAttribute("download")) return;
    const to = new URL(link.href);
    if (to.origin !== location.origin || foreign.test(to.pathname)) return;
    if (to.hash && to.pathname === location.pathname && to.search === location.search) return;
    event.preventDefault();
    go(to.pathname + to.search + to.hash);
  });
}

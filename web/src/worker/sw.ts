// The service worker: the citizen who reloads without a network gets the page. It keeps files of the site and what is
// published, both the same for everybody. What the API says is never kept, nor anything sent to or from it.

/** Put in by the build (precache.ts). */
declare const MANIFEST: {
  version: string;
  /** The page and the script that it starts with. */
  entry: string;
  /** What every page needs. */
  shell: string[];
  /** By the name of a part that is loaded when it is needed: its files. */
  parts: Record<string, string[]>;
};

const worker = self as unknown as ServiceWorkerGlobalScope;
const { version, entry: start, shell, parts } = MANIFEST;
const shelf = `motcua-${version}`;
const papers = "motcua-published";
const mostPapers = 100;
const patience = 8000; // ms; then what is kept serves better than a line that carries nothing

const never = /^\/(api|sandbox)(\/|$)/;
const hashed = /^\/assets\/(.+)-[\w-]{8,}\.\w+$/;
const published = /^\/(en\/)?(tt|cq|catalogue)\/./;
const plain = new Set(shell.filter((path) => !hashed.test(path)));

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("message", (event) => event.waitUntil(opened(event)));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin || never.test(pathname)) return;
  if (hashed.test(pathname)) event.respondWith(file(event));
  else if (published.test(pathname)) event.respondWith(paper(event));
  else if (request.mode === "navigate") event.respondWith(page(event));
  else if (plain.has(pathname)) event.respondWith(besides(event, pathname));
});

/** The shell, and what the version before had been asked for: an open draft must open in this version too. */
async function install(): Promise<void> {
  const used = await partsInUse();
  const again = Object.entries(parts).filter(([name]) => used.has(name));
  const files = new Set([...shell, ...again.flatMap(([, its]) => its)]);
  const cache = await caches.open(shelf);
  await Promise.all([...files].map((path) => (path === "/" ? shelve(cache) : cache.add(asked(path)))));
  // In the middle of a publication the page may still be the old one: then this version is tried again later.
  const came = await (await cache.match("/"))?.text();
  if (!came?.includes(start)) throw new Error("the page is of another version");
  // Nothing here depends on the version of the page that is open: its own files stay until it is closed.
  await worker.skipWaiting();
}

/** The page that draws every page. Asked for as the file that it is: "/" would be counted as one more visit. */
async function shelve(cache: Cache): Promise<void> {
  const answer = await fetch(asked("/index.html"));
  if (!answer.ok) throw new TypeError(`the page was answered with ${answer.status}`);
  await cache.put("/", answer);
}

async function partsInUse(): Promise<Set<string>> {
  const names = new Set<string>();
  for (const name of await shelves()) {
    for (const { url } of await (await caches.open(name)).keys()) {
      const part = hashed.exec(new URL(url).pathname)?.[1];
      if (part !== undefined) names.add(part);
    }
  }
  return names;
}

/** The caches of all versions, in the order in which they were made. */
const shelves = async (): Promise<string[]> =>
  (await caches.keys()).filter((name) => name.startsWith("motcua-") && name !== papers);

const asked = (path: string): Request => new Request(path, hashed.test(path) ? {} : { cache: "no-cache" });

/** This version and the one before it stay; the one before may still have an open page. */
async function activate(): Promise<void> {
  await worker.clients.claim();
  const others = (await shelves()).filter((name) => name !== shelf);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

/** A page tells what it had loaded before this worker looked after it. The only page there is needs no older files. */
async function opened(event: ExtendableMessageEvent): Promise<void> {
  const { entry, loaded } = event.data as { entry: string; loaded: string[] };
  for (const url of loaded) {
    const { origin, pathname } = new URL(url, worker.location.origin);
    if (origin !== worker.location.origin) continue;
    const name = hashed.test(pathname) ? shelf : published.test(pathname) ? papers : null;
    if (name !== null && (await caches.match(pathname)) === undefined) await (await caches.open(name)).add(pathname);
  }
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.length > 1 || !entry.endsWith(start)) return;
  await Promise.all((await shelves()).filter((name) => name !== shelf).map((name) => caches.delete(name)));
}

/** A file whose name says what is in it. */
async function file(event: FetchEvent): Promise<Response> {
  const kept = await caches.match(event.request.url);
  if (kept !== undefined) return kept;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(keep(shelf, event.request.url, answer.clone()));
  return answer;
}

/** What was published: the newest; without a network the copy on this device, or the site's own words that it has none. */
async function paper(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const { pathname } = new URL(request.url);
  const kept = await (await caches.open(papers)).match(pathname);
  const answer = await answerTo(request, kept === undefined);
  if (answer !== null) {
    if (answer.ok && answer.type === "basic") event.waitUntil(keep(papers, pathname, answer.clone()));
    return answer;
  }
  if (kept !== undefined) return kept;
  if (request.mode !== "navigate") return Response.error();
  const drawn = await caches.match("/", { cacheName: shelf });
  return drawn === undefined ? Response.error() : new Response(drawn.body, { status: 503, headers: drawn.headers });
}

/** Pages that were given from the shelf: what belongs to them is of the same version, and nobody waits for it again. */
const fromShelf = new Set<string>();

/** A page of the site is drawn by its script, whatever its address: the newest version, or the one kept. */
async function page(event: FetchEvent): Promise<Response> {
  const kept = await caches.match("/", { cacheName: shelf });
  const answer = await answerTo(event.request, kept === undefined);
  if (answer === null) fromShelf.add(event.resultingClientId);
  return answer ?? kept ?? Response.error();
}

async function besides(event: FetchEvent, path: string): Promise<Response> {
  const kept = await caches.match(path, { cacheName: shelf });
  if (kept !== undefined && fromShelf.has(event.clientId)) return kept;
  return (await answerTo(event.request, kept === undefined)) ?? kept ?? Response.error();
}

/**
 * The network's answer. Null when there is none, and where something is kept also when the server fails or the answer
 * does not come in time.
 */
async function answerTo(request: Request, alone: boolean): Promise<Response | null> {
  const answer = fetch(request).then(
    (came) => (came.status >= 500 && !alone ? null : came),
    (lost: unknown) => {
      if (lost instanceof TypeError) return null;
      throw lost;
    },
  );
  if (alone) return answer;
  return Promise.race([answer, new Promise<null>((late) => setTimeout(late, patience, null))]);
}

async function keep(name: string, path: string, answer: Response): Promise<void> {
  const cache = await caches.open(name);
  try {
    await cache.delete(path); // so that the oldest stand first
    await cache.put(path, answer);
    if (name !== papers) return;
    const all = await cache.keys();
    await Promise.all(all.slice(0, -mostPapers).map((old) => cache.delete(old)));
  } catch (full) {
    if (!(full instanceof DOMException)) throw full;
    console.debug(full); // the device has no room: the site works without a copy
  }
}

export {};

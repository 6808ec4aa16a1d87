import { erase, eraseOpened } from "./device";
import { keep, kept } from "./preferences";
import { go, here } from "./router";
import { store, useStore } from "./store";

export interface Session {
  /** The ID token lives here and nowhere else; the refresh token is a cookie that scripts cannot read. */
  token: string | null;
  name: string;
  kind: "person" | "organisation" | "officer" | null;
  /** The account's id. Without a token: whose drafts this device may show until the network is back. */
  owner: string | null;
  /** False until it is known whether the visitor is logged in. */
  known: boolean;
  /** Nobody answered when the session was asked for: it may well be alive. */
  cut: boolean;
}

const nobody: Session = { token: null, name: "", kind: null, owner: null, known: true, cut: false };
// Whose session's cookie this browser may hold: without it nobody is asked, so that visitors cause no refusals.
const hint = "motcua.session";
// Set when somebody logged out without a network: the portal is told when there is one.
const untold = "motcua.untold";
// Written when somebody logs out, for the other tabs.
const parting = "motcua.parting";
// A cookie without content and with the life of the session's own, which no script can see: both end with the browser.
// While it is there, whoever opens the site with a network is logged in; so much, and no more, is shown without one.
const mark = "motcua-open";

const patience = 8000; // ms for an answer about the session; on a line that carries little it is asked for again

export const session = store<Session>({ ...nobody, known: false });
export const useSession = (): Session => useStore(session);

/** What is to be done before somebody is logged out: drafts are saved. */
export const finishing = new Set<() => Promise<unknown>>();

interface Given {
  id_token?: string | null | undefined;
  name?: string | null | undefined;
  kind?: string | null | undefined;
  expires_in?: number | null | undefined;
}

let timer: ReturnType<typeof setTimeout> | undefined;
let lost = false;
let typist = "";
const told: (() => void)[] = [];

/** Whether the session ended by itself under an open page, and was not ended by its owner. */
export const wasLost = (): boolean => lost;
/** Called when somebody else logs in, or the owner logs out: what one typed is not for another. */
export const watchOwner = (changed: () => void): void => void told.push(changed);

function own(subject: string): void {
  if (subject !== typist) for (const one of told) one();
  typist = subject;
}

const marked = (): boolean => document.cookie.split("; ").includes(`${mark}=1`);

function setMark(on: boolean): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${mark}=${on ? "1" : "; Max-Age=0"}; Path=/; SameSite=Strict${secure}`;
}

/** What a token says. It was given by the portal a moment ago: here it only tells whose drafts are whose. */
function claims(token: string): { sub: string; "cognito:username"?: string } {
  const part = token.split(".")[1] ?? "";
  return JSON.parse(atob(part.replace(/-/g, "+").replace(/_/g, "/"))) as { sub: string };
}

/** Who is logged in, as the login asks for it; null when nobody is. */
export function username(): string | null {
  const { token } = session.get();
  return token === null ? null : (claims(token)["cognito:username"] ?? null);
}

/** Take up the session that the API gave. */
export function begin(given: Given): void {
  if (!given.id_token) throw new TypeError("a session without a token");
  const owner = claims(given.id_token).sub;
  lost = false;
  own(owner);
  keep(hint, owner);
  keep(untold, null); // the new cookie has taken the old one's place
  setMark(true);
  // On a shared machine nothing of the one before waits for this one.
  if (session.get().owner !== owner) void erase(owner);
  const kind = given.kind as Session["kind"];
  session.set({ token: given.id_token, name: given.name ?? "", kind, owner, known: true, cut: false });
  clearTimeout(timer);
  // Renewed a minute before it ends, so that an upload does not meet an expired token half way.
  timer = setTimeout(() => void renew(), Math.max(30, (given.expires_in ?? 3600) - 60) * 1000);
}

function forget(): void {
  clearTimeout(timer);
  lost ||= session.get().token !== null;
  keep(hint, null);
  setMark(false);
  void eraseOpened();
  session.set(nobody);
}

let renewing: Promise<boolean> | null = null;

/** Ask for a new token with the cookie; false when the session is over. One request however many ask. */
export function renew(): Promise<boolean> {
  renewing ??= refresh().finally(() => {
    renewing = null;
  });
  return renewing;
}

const fromSite = { "X-Requested-With": "motcua", "Content-Type": "application/json" };

/** The portal's answer about the session; null when none came that says anything. */
async function ask(method: string, path: string): Promise<Response | null> {
  try {
    const answer = await fetch(path, { method, headers: fromSite, signal: AbortSignal.timeout(patience) });
    return answer.status === 429 || answer.status >= 500 ? null : answer;
  } catch (lost) {
    if (lost instanceof TypeError || (lost instanceof DOMException && lost.name === "TimeoutError")) return null;
    throw lost;
  }
}

async function refresh(): Promise<boolean> {
  const answer = await ask("POST", "/api/sessions/refresh");
  if (answer === null) {
    const { token, owner } = session.get();
    // The cookie is still there: the next request asks again.
    session.set({ ...session.get(), known: true, cut: token === null, owner: owner ?? (marked() ? kept(hint) : null) });
    return false;
  }
  if (!answer.ok) {
    forget();
    return false;
  }
  begin((await answer.json()) as Given);
  return true;
}

/** Once, when the site is opened. */
export async function resume(): Promise<void> {
  addEventListener("online", () => void reconnected());
  addEventListener("storage", ({ key, newValue }) => {
    // Logged out in another tab: here too.
    if (key === parting && newValue !== null && session.get().owner !== null) {
      clearTimeout(timer);
      session.set(nobody);
      own("");
      go("/");
    }
  });
  if (kept(hint) !== null && !marked()) await eraseOpened(); // the browser was closed since
  if (kept(untold) !== null) {
    session.set(nobody);
    await tell();
  } else if (kept(hint) === null) session.set(nobody);
  else await renew();
}

async function reconnected(): Promise<void> {
  if (kept(untold) !== null) await tell();
  else if (session.get().cut) await renew();
}

/** The session ended while it was needed: log in and come back to the same place. */
export function ended(): void {
  forget();
  // The page may have led there already, when it saw that nobody is logged in; the way back is kept only once.
  if (location.pathname !== "/dang-nhap") go(loginPath(here()), { replace: true });
}

export const loginPath = (back: string): string => `/dang-nhap?tiep=${encodeURIComponent(back)}`;

/** End the session at the portal; without a network as soon as there is one. */
async function tell(): Promise<void> {
  keep(untold, (await ask("DELETE", "/api/sessions")) === null ? "1" : null);
}

/** Log out, here and in the other tabs; nothing that was filled in stays on this device. */
export async function logOut(): Promise<void> {
  await tell();
  await erase();
  forget();
  lost = false;
  own("");
  keep(parting, String(Date.now()));
  go("/");
}

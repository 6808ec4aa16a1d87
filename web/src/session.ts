import { keep, kept } from "./preferences";
import { go, here } from "./router";
import { store, useStore } from "./store";

export interface Session {
  /** The ID token lives here and nowhere else; the refresh token is a cookie that scripts cannot read. */
  token: string | null;
  name: string;
  kind: "person" | "organisation" | "officer" | null;
  /** False until it is known whether the visitor is logged in. */
  known: boolean;
}

const nobody: Session = { token: null, name: "", kind: null, known: true };
// Whether this browser may hold a session's cookie: without it nobody is asked, so that visitors cause no refusals.
const hint = "motcua.session";

export const session = store<Session>({ ...nobody, known: false });
export const useSession = (): Session => useStore(session);

interface Given {
  id_token?: string | null | undefined;
  name?: string | null | undefined;
  kind?: string | null | undefined;
  expires_in?: number | null | undefined;
}

let timer: ReturnType<typeof setTimeout> | undefined;
let lost = false;
let owner = "";
const told: (() => void)[] = [];

/** Whether the session ended by itself under an open page, and was not ended by its owner. */
export const wasLost = (): boolean => lost;
/** Called when somebody else logs in, or the owner logs out: what one typed is not for another. */
export const watchOwner = (changed: () => void): void => void told.push(changed);

function own(subject: string): void {
  if (subject !== owner) for (const one of told) one();
  owner = subject;
}

/** Whose token it is; its signature is the API's business. */
function subjectOf(token: string): string {
  const part = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
  return String((JSON.parse(atob(part)) as { sub?: unknown }).sub ?? "");
}

/** Take up the session that the API gave. */
export function begin(given: Given): void {
  if (!given.id_token) throw new TypeError("a session without a token");
  lost = false;
  own(subjectOf(given.id_token));
  keep(hint, "1");
  session.set({ token: given.id_token, name: given.name ?? "", kind: given.kind as Session["kind"], known: true });
  clearTimeout(timer);
  // Renewed a minute before it ends, so that an upload does not meet an expired token half way.
  timer = setTimeout(() => void renew(), Math.max(30, (given.expires_in ?? 3600) - 60) * 1000);
}

function forget(): void {
  clearTimeout(timer);
  lost ||= session.get().token !== null;
  keep(hint, null);
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

async function refresh(): Promise<boolean> {
  let answer: Response;
  try {
    answer = await fetch("/api/sessions/refresh", {
      method: "POST",
      headers: { "X-Requested-With": "motcua", "Content-Type": "application/json" },
    });
  } catch (lost) {
    if (!(lost instanceof TypeError)) throw lost;
    session.set({ ...session.get(), known: true });
    return false; // offline: the cookie is still there, the next request asks again
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
  if (kept(hint) === null) session.set(nobody);
  else await renew();
}

/** The session ended while it was needed: log in and come back to the same place. */
export function ended(): void {
  forget();
  // The page may have led there already, when it saw that nobody is logged in; the way back is kept only once.
  if (location.pathname !== "/dang-nhap") go(loginPath(here()), { replace: true });
}

export const loginPath = (back: string): string => `/dang-nhap?tiep=${encodeURIComponent(back)}`;

export async function logOut(): Promise<void> {
  try {
    await fetch("/api/sessions", { method: "DELETE", headers: { "X-Requested-With": "motcua" } });
  } finally {
    forget();
    lost = false;
    own("");
    go("/");
  }
}

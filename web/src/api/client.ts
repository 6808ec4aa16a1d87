import createClient from "openapi-fetch";
import { t } from "../i18n";
import { language } from "../preferences";
import { ended, renew, session } from "../session";
import { Refusal, refusalOf } from "./refusal";
import type { components, paths } from "./schema";

export type Schema = components["schemas"];
export { newKey } from "./key";
export { Refusal } from "./refusal";

// What is somebody's own; the rest is asked for without an account too.
const personal = /^\/api\/(dossiers|me|desk)(\/|$)/;

/** Sent with the bearer token; a token that has run out is renewed once and the request repeated. */
async function send(request: Request): Promise<Response> {
  const about = new URL(request.url).pathname;
  if (session.get().cut && personal.test(about)) {
    await renew();
    if (session.get().cut) throw new TypeError("no session without a network");
  }
  const again = request.clone();
  const answer = await fetch(signed(request));
  if (answer.status !== 401 || about.startsWith("/api/sessions") || session.get().token === null) return answer;
  if (await renew()) return fetch(signed(again));
  ended();
  return answer;
}

function signed(request: Request): Request {
  const token = session.get().token;
  request.headers.set("Accept-Language", language());
  if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

/** The typed API. Wrap every call in `ask`, which gives the data or throws a Refusal. */
export const api = createClient<paths>({ baseUrl: `${location.origin}/api`, fetch: send });

/** Headers that the site's own pages alone can send. */
export const fromSite = { "X-Requested-With": "motcua" } as const;

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; throws Refusal for every other outcome, the network's failure included. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<NonNullable<T>> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (lost) {
    if (lost instanceof TypeError) throw new Refusal(0, "Offline", t("error.offline"));
    throw lost;
  }
  if (!answer.response.ok) throw refusalOf(answer.response.status, answer.error, t("error.server"));
  return answer.data as NonNullable<T>;
}

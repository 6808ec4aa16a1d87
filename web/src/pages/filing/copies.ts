import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Schema } from "../../api/client";
import { session } from "../../session";
import type { Answers, Delivery, Procedure } from "./procedure";

// Every row is of one person and shown to nobody else. What was not sent waits for its owner, thirty days; what only
// helps to open a draft without a network goes with the session. Logging out removes everything (session.ts).

interface Owned {
  owner: string;
}

/** What of a draft is not on the server yet. `version` is the server's one that it was made from. */
export interface Copy {
  id: string;
  version: number;
  answers: Answers;
  delivery: Delivery;
  base: Answers;
  at: number;
}

export interface Sheet {
  key: string;
  name: string;
  type: string;
  blob: Blob;
  sha256: string;
  /** It was taken by the storage; it need not be sent again. */
  sent: boolean;
  /** Why the inspector refused it. */
  wrong: string | null;
}

/** Of a dossier, what filling it in needs. */
export type Known = Pick<
  Schema["DossierShape"],
  "id" | "state" | "version" | "procedure" | "agency" | "delivery" | "answers" | "papers" | "draft_expires_at"
>;

/** A draft as the server had it last, with its form: it opens again without a network. */
export interface Opened {
  id: string;
  dossier: Known;
  procedure: Procedure;
  at: number;
}

/** The pages of one paper, gathered on this device until the inspector has taken them. */
export interface Pile {
  /** dossier/component */
  id: string;
  dossier: string;
  component: string;
  /** The paper's id at the server, the same for every attempt to send the same pages. */
  paper: string;
  provenance: "photo" | "scan" | "digital";
  sheets: Sheet[];
  /** Ids of slots that the server may have opened for it. */
  opened: string[];
  started: boolean;
  at: number;
}

interface Kept extends DBSchema {
  drafts: { key: string; value: Copy & Owned };
  piles: { key: string; value: Pile & Owned };
  opened: { key: string; value: Opened & Owned };
}

const days = 30;
let base: Promise<IDBPDatabase<Kept> | null> | null = null;

/** Browsers may close the storage to us (private windows); then only the server keeps. */
function open(): Promise<IDBPDatabase<Kept> | null> {
  base ??= openDB<Kept>("motcua-filing", 2, {
    upgrade(db, before) {
      if (before < 1) {
        db.createObjectStore("drafts", { keyPath: "id" });
        db.createObjectStore("piles", { keyPath: "id" });
      }
      db.createObjectStore("opened", { keyPath: "id" });
    },
    // A newer page in another tab makes the base anew: it waits for this one to let go, and is opened again here.
    blocking(_, __, event) {
      base = null;
      (event.target as IDBDatabase).close();
    },
    terminated() {
      base = null;
    },
  }).then(
    async (db) => {
      await forgetOld(db);
      return db;
    },
    (closed: unknown) => {
      console.warn(closed);
      return null;
    },
  );
  return base;
}

/** A draft lives thirty days at the server; what is older here belongs to none. */
async function forgetOld(db: IDBPDatabase<Kept>): Promise<void> {
  const before = Date.now() - days * 86_400_000;
  for (const one of await db.getAll("drafts")) if (one.at < before) await db.delete("drafts", one.id);
  for (const one of await db.getAll("piles")) if (one.at < before) await db.delete("piles", one.id);
  for (const one of await db.getAll("opened")) if (one.at < before) await db.delete("opened", one.id);
}

/** Nothing is kept for nobody: who has logged out may have left a save on its way. */
async function keeping(work: (db: IDBPDatabase<Kept>, owner: string) => Promise<unknown>): Promise<boolean> {
  const db = await open();
  const { owner } = session.get();
  if (db === null || owner === null) return false;
  try {
    await work(db, owner);
    return true;
  } catch (full) {
    console.warn(full);
    return false;
  }
}

const own = <T extends Owned>(row: T | undefined): T | undefined =>
  row !== undefined && row.owner === session.get().owner ? row : undefined;

export const keepCopy = (copy: Copy): Promise<boolean> =>
  keeping((db, owner) => db.put("drafts", { ...copy, owner }));
export const dropCopy = (id: string): Promise<boolean> => keeping((db) => db.delete("drafts", id));
export const copyOf = async (id: string): Promise<Copy | undefined> => own(await (await open())?.get("drafts", id));

export const keepPile = (pile: Pile): Promise<boolean> =>
  keeping((db, owner) => db.put("piles", { ...pile, owner }));
export const dropPile = (id: string): Promise<boolean> => keeping((db) => db.delete("piles", id));
export const pilesOf = async (dossier: string): Promise<Pile[]> =>
  ((await (await open())?.getAll("piles")) ?? []).filter((pile) => pile.dossier === dossier && own(pile) !== undefined);

const known = (of: Known): Known => {
  const { id, state, version, procedure, agency, delivery, answers, papers, draft_expires_at } = of;
  return { id, state, version, procedure, agency, delivery, answers, papers, draft_expires_at };
};

type Saved = Pick<Known, "id" | "version" | "answers" | "delivery">;

/** Let a draft open without a network: as the server has it now, with its form, or what of it has changed since. */
export const keepOpened = (now: Known | Saved, form?: Procedure): Promise<boolean> =>
  keeping(async (db, owner) => {
    const before = own(await db.get("opened", now.id));
    const procedure = form ?? before?.procedure;
    const dossier = { ...before?.dossier, ...now };
    if (procedure === undefined || !("agency" in dossier)) return;
    if (before !== undefined && before.dossier.version > now.version) {
      // An answer that was overtaken by a save.
      const { version, answers, delivery } = before.dossier;
      Object.assign(dossier, { version, answers, delivery });
    }
    await db.put("opened", { id: now.id, owner, dossier: known(dossier as Known), procedure, at: Date.now() });
  });
export const openedOf = async (id: string): Promise<Opened | undefined> => own(await (await open())?.get("opened", id));

/** The draft is filed or gone: nothing of it stays on the device. */
export async function forget(dossier: string): Promise<void> {
  await dropCopy(dossier);
  await keeping((db) => db.delete("opened", dossier));
  for (const pile of await pilesOf(dossier)) await dropPile(pile.id);
}

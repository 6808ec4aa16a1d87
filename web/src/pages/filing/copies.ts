import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Answers, Delivery } from "./procedure";

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
  drafts: { key: string; value: Copy };
  piles: { key: string; value: Pile };
}

const days = 30;
let base: Promise<IDBPDatabase<Kept> | null> | null = null;

/** Browsers may close the storage to us (private windows); then only the server keeps. */
function open(): Promise<IDBPDatabase<Kept> | null> {
  base ??= openDB<Kept>("motcua-filing", 1, {
    upgrade(db) {
      db.createObjectStore("drafts", { keyPath: "id" });
      db.createObjectStore("piles", { keyPath: "id" });
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
}

async function keeping(work: (db: IDBPDatabase<Kept>) => Promise<unknown>): Promise<boolean> {
  const db = await open();
  if (db === null) return false;
  try {
    await work(db);
    return true;
  } catch (full) {
    console.warn(full);
    return false;
  }
}

export const keepCopy = (copy: Copy): Promise<boolean> => keeping((db) => db.put("drafts", copy));
export const dropCopy = (id: string): Promise<boolean> => keeping((db) => db.delete("drafts", id));
export const copyOf = async (id: string): Promise<Copy | undefined> => (await open())?.get("drafts", id);

export const keepPile = (pile: Pile): Promise<boolean> => keeping((db) => db.put("piles", pile));
export const dropPile = (id: string): Promise<boolean> => keeping((db) => db.delete("piles", id));
export const pilesOf = async (dossier: string): Promise<Pile[]> =>
  ((await (await open())?.getAll("piles")) ?? []).filter((pile) => pile.dossier === dossier);

/** The draft is filed: nothing of it stays on the device. */
export async function forget(dossier: string): Promise<void> {
  await dropCopy(dossier);
  for (const pile of await pilesOf(dossier)) await dropPile(pile.id);
}

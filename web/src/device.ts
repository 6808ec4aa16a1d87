// What filing keeps in this browser (pages/filing/copies.ts writes it), as far as every page must know of it: whether
// something was not sent yet, which drafts open without a network, and how to remove it all. Without the library that
// filing uses, which a first visit shall not load.

const base = "motcua-filing";

interface Row {
  id: string;
  owner?: string;
  /** Of a paper: the draft that it belongs to. */
  dossier?: unknown;
}

/** The draft as it was opened last: for a list. */
export interface Opened extends Row {
  dossier: { procedure: { name: string }; agency: { name: string } };
}

/** The database, where there is one: looking must not make it. */
function open(): Promise<IDBDatabase | null> {
  return new Promise((done) => {
    const asking = indexedDB.open(base);
    asking.onupgradeneeded = () => asking.transaction?.abort();
    asking.onsuccess = () => done(asking.result);
    asking.onerror = (event) => {
      event.preventDefault(); // closed to us, or not there
      done(null);
    };
  });
}

async function within(
  names: readonly string[],
  mode: IDBTransactionMode,
  work: (stores: IDBObjectStore[]) => void,
): Promise<void> {
  const db = await open();
  if (db === null) return;
  try {
    const there = names.filter((name) => db.objectStoreNames.contains(name));
    if (there.length === 0) return;
    const transaction = db.transaction(there, mode);
    const ended = new Promise<void>((done, fail) => {
      transaction.oncomplete = () => done();
      transaction.onabort = () => fail(transaction.error ?? new Error("the device did not let go"));
    });
    work(there.map((name) => transaction.objectStore(name)));
    await ended;
  } finally {
    db.close();
  }
}

async function rows<T extends Row>(names: readonly string[], owner: string): Promise<T[]> {
  const found: T[] = [];
  await within(names, "readonly", (stores) => {
    for (const one of stores) {
      const all = one.getAll();
      all.onsuccess = () => found.push(...(all.result as T[]).filter((row) => row.owner === owner));
    }
  });
  return found;
}

const unsentOnes = ["drafts", "piles"];
const openedOnes = ["opened"];

/** How many drafts and papers of this person are on this device alone. */
export const unsent = async (owner: string): Promise<number> => (await rows(unsentOnes, owner)).length;

/** The drafts of this person that open without a network. */
export const openedBy = (owner: string): Promise<Opened[]> => rows<Opened>(openedOnes, owner);

/** Remove what is kept here; of everybody but `owner`, or of everybody. */
export const erase = (but?: string): Promise<void> =>
  remove([...unsentOnes, ...openedOnes], ({ owner }) => but === undefined || owner !== but);

/** Remove what is kept of a draft that is no more. */
export const eraseDraft = (id: string): Promise<void> =>
  remove([...unsentOnes, ...openedOnes], (row) => row.id === id || row.dossier === id);

/** Remove what opens without a network. What was not sent stays for its owner. */
export const eraseOpened = (): Promise<void> => remove(openedOnes, () => true);

const remove = (names: readonly string[], goes: (row: Row) => boolean): Promise<void> =>
  within(names, "readwrite", (stores) => {
    for (const one of stores) {
      const cursor = one.openCursor();
      cursor.onsuccess = () => {
        const at = cursor.result;
        if (at === null) return;
        if (goes(at.value as Row)) at.delete();
        at.continue();
      };
    }
  });

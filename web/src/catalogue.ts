import { Refusal, refusalOf } from "./api/refusal";
import { folded } from "./format";
import { t } from "./i18n";
import { language } from "./preferences";

export interface Text {
  vi: string;
  en?: string | null;
}

/** A line of the published index. `folded` is code, name and field without diacritics. */
export interface Entry {
  code: string;
  version: number;
  name: Text;
  field: Text & { code: string };
  agencies: string[];
  level: number;
  audience: ("person" | "organisation")[];
  online: boolean;
  folded: string;
}

interface Part {
  path: string;
  count: number;
}

export interface Index {
  procedures: Entry[];
  /** Guidance without filing, thousands of entries: fetched only when somebody searches. */
  parts: Part[];
}

export interface Agency {
  code: string;
  name: Text;
  kind: string;
  parent: string | null;
  status: string;
  successor: string | null;
  address: Text | null;
  phone: string | null;
  email: string | null;
  note: Text | null;
}

/** The address of a published page (guidance, an agency) in the visitor's language. */
export const published = (path: string): string => (language() === "en" ? `/en${path}` : path);

const kept = new Map<string, Promise<unknown>>();

/** A file of the site; throws Refusal when it does not come. */
export async function fetched<T>(path: string): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path);
  } catch (lost) {
    if (lost instanceof TypeError) throw new Refusal(0, "Offline", t("error.offline"));
    throw lost;
  }
  if (!answer.ok) throw refusalOf(answer.status, null, t("error.server"));
  return (await answer.json()) as T;
}

/** Once per visit; what failed is asked for again. */
function once<T>(path: string): Promise<T> {
  let found = kept.get(path) as Promise<T> | undefined;
  if (found === undefined) {
    found = fetched<T>(path);
    kept.set(path, found);
    found.catch(() => kept.delete(path));
  }
  return found;
}

export const index = (): Promise<Index> => once<Index>("/catalogue/index.json");
export const agencies = async (): Promise<Agency[]> =>
  (await once<{ agencies: Agency[] }>("/catalogue/agencies.json")).agencies;

/** The province's own procedures and all guidance. */
export async function everything(): Promise<Entry[]> {
  const { procedures, parts } = await index();
  const rest = await Promise.all(parts.map((part) => once<Entry[]>(`/${part.path}`)));
  return [...procedures, ...rest.flat()];
}

/**
 * Entries that hold every word of the query, best first: what can be filed here, then where the words stand together,
 * at the start, with the diacritics that were typed; of equals the shorter name.
 */
export function search(entries: readonly Entry[], query: string): Entry[] {
  const plain = folded(query);
  const typed = query.normalize("NFC").toLowerCase().trim();
  if (plain === "") return [...entries];
  const words = plain.split(" ");
  const ranked: [number, Entry][] = [];
  for (const entry of entries) {
    if (!words.every((word) => entry.folded.includes(word))) continue;
    const name = entry.name.vi.toLowerCase();
    const at = folded(name).indexOf(plain);
    const points =
      (entry.online ? 8 : 0) +
      (entry.code.startsWith(typed) ? 16 : 0) +
      (at >= 0 || entry.folded.includes(plain) ? 4 : 0) +
      (at === 0 ? 2 : 0) +
      (name.includes(typed) ? 2 : 0);
    ranked.push([points, entry]);
  }
  return ranked
    .sort((a, b) => b[0] - a[0] || a[1].name.vi.length - b[1].name.vi.length || a[1].code.localeCompare(b[1].code))
    .map(([, entry]) => entry);
}

export interface Chosen {
  agency: string;
  field: string;
  audience: string;
  level: string;
}

/** Whether an entry passes the filters; one may be left out, to count what each of its values would give. */
export function passes(entry: Entry, chosen: Chosen, but?: keyof Chosen): boolean {
  return (
    (but === "agency" || chosen.agency === "" || entry.agencies.includes(chosen.agency)) &&
    (but === "field" || chosen.field === "" || entry.field.code === chosen.field) &&
    (but === "audience" || chosen.audience === "" || (entry.audience as string[]).includes(chosen.audience)) &&
    (but === "level" || chosen.level === "" || String(entry.level) === chosen.level)
  );
}

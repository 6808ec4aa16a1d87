import { Refusal } from "../../api/refusal";
import { fetched, type Text } from "../../catalogue";
import { said, t, type Key } from "../../i18n";
import type { Level } from "../../parts/Rating";

export type Levels = Record<Level, number>;

/** `levels` are null while there are too few answers to say anything. */
export interface Score {
  count: number;
  levels: Levels | null;
}

/** What a total may be: the two are equal unless small cells were held back. */
export interface Span {
  least: number;
  most: number;
}

export const figures = ["received", "on_time", "late", "overdue"] as const;
export type Figure = (typeof figures)[number];

/** Numbers by figure; null for one of so few dossiers that it is not told. Overdue stands with this year only. */
export type AgencyRow = { agency: string; name: Text | null } & Partial<Record<Figure, number | null>>;

export interface Year {
  year: number;
  total: Partial<Record<Figure, Span>>;
  agencies: AgencyRow[];
}

interface Named {
  page: string;
  name: Text | null;
}

export interface Statistics {
  updated_at: string;
  visits: {
    total: number;
    since: string | null;
    days: { day: string; views: number }[];
    pages_since: string;
    pages: (Named & { views: number })[];
  };
  ratings: { least: number; overall: Score; pages: (Named & Score)[]; pages_rated: number };
  dossiers: { least: number; years: Year[] };
}

/** What was published last; null before anything was. */
export async function published(): Promise<Statistics | null> {
  try {
    return await fetched<Statistics>("/statistics/index.json");
  } catch (failed) {
    if (failed instanceof Refusal && failed.status === 404) return null;
    throw failed;
  }
}

/** The pages that the catalogue has no name for. */
const own: Record<string, Key> = {
  "/": "nav.home",
  "/tim": "search.label",
  "/cq": "nav.agencies",
  "/dang-ky": "nav.register",
  "/xac-nhan": "nav.confirm",
  "/dang-nhap": "nav.login",
  "/quen-mat-khau": "nav.reset",
  "/tai-khoan": "nav.account",
  "/tai-khoan/thong-bao": "statistics.page.wishes",
  "/thong-bao": "statistics.page.inbox",
  "/nop/:code": "statistics.page.start",
  "/ho-so/:id/nop/*": "statistics.page.filing",
  "/ho-so": "nav.dossiers",
  "/ho-so/:id": "statistics.page.dossier",
  "/ho-so/:id/bien-nhan": "statistics.page.receipt",
  "/ho-so/:id/phieu-gui": "statistics.page.cover",
  "/ho-so/:id/chia-se": "statistics.page.share",
  "/ho-so/:id/bang-chung": "statistics.page.proof",
  "/ho-so/:id/khieu-nai": "statistics.page.complaint",
  "/ho-so/:id/nop-phi": "statistics.page.pay",
  "/thanh-toan": "statistics.page.paying",
  "/thanh-toan/:reference": "statistics.page.payment",
  "/tra-cuu": "nav.status",
  "/bien-lai": "nav.receipts",
  "/kiem-tra-ket-qua": "nav.results",
  "/kiem-tra-ket-qua/:code": "nav.results",
  "/thong-ke": "nav.statistics",
  "/tro-nang": "nav.accessibility",
  "/lien-he": "nav.contact",
  "/so-do": "nav.sitemap",
  "/tt/": "statistics.page.contents",
  "/tt/tat-ca": "statistics.page.everything",
  "/tt/linh-vuc/:field": "statistics.page.field",
};

/** What people call a page; its address, where nobody has a name for it. */
export function pageName({ page, name }: Named): string {
  const key = own[page];
  return said(name) || (key === undefined ? page : t(key));
}

/** Where a page can be opened; pages of somebody's dossier, and of any field, have no one address. */
export const opens = (page: string): string | null => (/[:*]/.test(page) ? null : page);

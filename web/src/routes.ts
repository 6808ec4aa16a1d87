import type { ComponentType } from "preact";
import type { Area, Key } from "./i18n";
import Home from "./pages/entry/home";

export interface PageProps {
  /** The route's own pattern, for a page that serves several. It stays mounted while only the parts change. */
  pattern: string;
  /** The named parts of the route's pattern; `*` is the rest. */
  params: Record<string, string>;
  query: URLSearchParams;
}

export interface Route {
  pattern: string;
  load: () => Promise<{ default: ComponentType<PageProps> }>;
  /** Texts needed beside common and entry. */
  area?: Area | readonly Area[];
  /** Who may come in; others are led to the login and back. */
  needs?: "account" | "officer";
  /** With what this device has, it can be used without a network. */
  offline?: true;
  /** In the site map under this name. */
  listed?: Key;
}

const filing = { load: () => import("./pages/filing"), area: ["filing", "signatures", "signing"], needs: "account" } as const;
const dossier = { load: () => import("./pages/dossier"), area: ["dossier", "money", "signatures", "endings"] } as const;
const paying = { load: () => import("./pages/money"), area: ["dossier", "money"], needs: "account" } as const;
const checking = { load: () => import("./pages/results"), area: "results" } as const;
const endings = { load: () => import("./pages/endings"), area: "endings" } as const;
const access = () => import("./pages/entry/access");

/** Every page of the site, the first match counts. */
export const routes: readonly Route[] = [
  { pattern: "/", load: () => Promise.resolve({ default: Home }), listed: "nav.home" },
  { pattern: "/tim", load: () => import("./pages/entry/results"), listed: "nav.procedures" },
  { pattern: "/cq", load: () => import("./pages/entry/agency"), listed: "nav.agencies" },
  { pattern: "/dang-ky", load: () => import("./pages/entry/register"), listed: "nav.register" },
  { pattern: "/xac-nhan", load: () => import("./pages/entry/confirm"), listed: "nav.confirm" },
  { pattern: "/dang-nhap", load: () => import("./pages/entry/login"), listed: "nav.login" },
  { pattern: "/quen-mat-khau", load: () => import("./pages/entry/reset"), listed: "nav.reset" },
  { pattern: "/tai-khoan", load: () => import("./pages/entry/profile"), needs: "account", listed: "nav.account" },
  { pattern: "/tai-khoan/thong-bao", load: () => import("./pages/notices/preferences"), area: "notices", needs: "account" },
  { pattern: "/thong-bao", load: () => import("./pages/notices/inbox"), area: "notices", needs: "account", listed: "nav.notices" },
  { pattern: "/nop/:code", ...filing },
  { pattern: "/ho-so/:id/nop/*", ...filing, offline: true },
  { pattern: "/ho-so", ...dossier, needs: "account", listed: "nav.dossiers" },
  { pattern: "/ho-so/:id", ...dossier, needs: "account" },
  { pattern: "/ho-so/:id/bien-nhan", ...dossier, needs: "account" },
  { pattern: "/ho-so/:id/phieu-gui", ...dossier, needs: "account" },
  { pattern: "/ho-so/:id/chia-se", ...dossier, needs: "account" },
  { pattern: "/ho-so/:id/bang-chung", load: () => import("./pages/evidence"), area: "evidence", needs: "account" },
  { pattern: "/ho-so/:id/khieu-nai", ...endings, needs: "account" },
  { pattern: "/ho-so/:id/nop-phi", ...paying },
  { pattern: "/thanh-toan", ...paying },
  { pattern: "/thanh-toan/:reference", ...paying },
  { pattern: "/tra-cuu", ...dossier, listed: "nav.status" },
  { pattern: "/bien-lai", load: () => import("./pages/receipts"), area: "receipts", listed: "nav.receipts" },
  { pattern: "/kiem-tra-ket-qua", ...checking, listed: "nav.results" },
  { pattern: "/kiem-tra-ket-qua/:code", ...checking },
  { pattern: "/can-bo/khieu-nai/:agency", ...endings, needs: "officer" },
  { pattern: "/can-bo/khieu-nai/:agency/:id", ...endings, needs: "officer" },
  {
    pattern: "/can-bo/*",
    load: () => import("./pages/desk"),
    area: ["desk", "signatures"],
    needs: "officer",
    listed: "nav.desk",
  },
  {
    pattern: "/thong-ke",
    load: () => import("./pages/statistics"),
    area: "statistics",
    listed: "nav.statistics",
  },
  { pattern: "/tro-nang", load: access, listed: "nav.accessibility" },
  { pattern: "/lien-he", load: () => import("./pages/entry/contact"), listed: "nav.contact" },
  { pattern: "/so-do", load: () => import("./pages/entry/sitemap"), listed: "nav.sitemap" },
];

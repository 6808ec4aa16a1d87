import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { speak, t, type Key } from "../i18n";
import { prefer, sizes, themes, usePreferences, type Language } from "../preferences";
import { usePlace } from "../router";
import { unsent } from "../device";
import { finishing, logOut, useSession } from "../session";
import { Dialog } from "./Dialog";
import { announce, LiveRegion } from "./live";
import { OfflineBar } from "./Offline";
import { Written } from "./Said";

const links: readonly { to: string; name: Key; for?: "citizen" | "officer" }[] = [
  { to: "/tim", name: "nav.procedures" },
  { to: "/cq", name: "nav.agencies" },
  { to: "/ho-so", name: "nav.dossiers", for: "citizen" },
  { to: "/can-bo", name: "nav.desk", for: "officer" },
  { to: "/tra-cuu", name: "nav.status" },
];

const under = (path: string, to: string): boolean => path === to || path.startsWith(`${to}/`);

/** Header, navigation, main, footer, live region: around every page. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { path, visit } = usePlace();
  const { kind, owner, name } = useSession();
  const leaving = useLeaving(owner);
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [visit]);
  const seen = links.filter((one) => one.for === undefined || (one.for === "officer") === (kind === "officer"));
  return (
    <>
      <a class="govuk-skip-link" href="#main">
        {t("header.skip")}
      </a>
      <DisplayBar />
      {trial && <Trial />}
      <OfflineBar />
      <header class="header">
        <div class="govuk-width-container header__inner">
          <a class="header__home" href="/">
            <span class="header__mark" aria-hidden="true" />
            <span class="header__names">
              <span class="header__place">{t("site.place")}</span>
              <span class="header__name">{t("site.name")}</span>
              <span class="govuk-visually-hidden">{t("header.home")}</span>
            </span>
          </a>
          <button
            type="button"
            class="header__menu"
            aria-expanded={open}
            aria-controls="navigation"
            onClick={() => setOpen(!open)}
          >
            {t("header.menu")}
          </button>
          <nav class={`header__nav${open ? " header__nav--open" : ""}`} id="navigation" aria-label={t("header.navigation")}>
            <ul>
              {seen.map(({ to, name: key }) => (
                <li key={to}>
                  <a href={to} aria-current={under(path, to) ? "page" : undefined}>
                    {t(key)}
                  </a>
                </li>
              ))}
              {owner === null ? (
                <>
                  <li>
                    <a href="/dang-ky" aria-current={path === "/dang-ky" ? "page" : undefined}>
                      {t("nav.register")}
                    </a>
                  </li>
                  <li>
                    <a class="header__login" href="/dang-nhap" aria-current={path === "/dang-nhap" ? "page" : undefined}>
                      {t("nav.login")}
                    </a>
                  </li>
                </>
              ) : (
                <li class="header__account">
                  <a class="header__who" href="/tai-khoan" aria-current={path === "/tai-khoan" ? "page" : undefined}>
                    {name ? <Written text={name} /> : t("nav.account")}
                    {name && <span class="govuk-visually-hidden"> – {t("nav.account")}</span>}
                  </a>
                  <button type="button" aria-disabled={leaving.busy ? "true" : undefined} onClick={() => void leaving.leave()}>
                    {t(leaving.busy ? "button.busy" : "nav.logout")}
                  </button>
                </li>
              )}
            </ul>
          </nav>
        </div>
      </header>
      <main class="govuk-width-container govuk-main-wrapper" id="main" tabIndex={-1}>
        {children}
      </main>
      <Footer />
      <Dialog
        open={leaving.asking}
        title={t("logout.ask")}
        confirm={t("logout.anyway")}
        warning
        onConfirm={() => void leaving.anyway()}
        onClose={leaving.stay}
      >
        <p class="govuk-body">{t("logout.text")}</p>
      </Dialog>
      <LiveRegion />
    </>
  );
}

const longest = 5000; // ms that saving may hold up who wants to go

/** Logging out; who would lose what is on this device alone is asked first. */
function useLeaving(owner: string | null) {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const leave = async (): Promise<void> => {
    if (busy || owner === null) return;
    setBusy(true);
    const saved = Promise.all([...finishing].map((finish) => finish()));
    await Promise.race([saved, new Promise((late) => setTimeout(late, longest))]);
    if ((await unsent(owner)) > 0) setAsking(true);
    else await logOut();
    setBusy(false);
  };
  const anyway = async (): Promise<void> => {
    await logOut();
    setAsking(false);
  };
  return { busy, asking, leave, anyway, stay: () => setAsking(false) };
}

/** On the machine that runs the system nobody gets real mails; the developer's pages show what would be sent. */
export const trial = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

function Trial() {
  return (
    <div class="trial no-print" role="region" aria-label={t("trial.label")}>
      <p class="govuk-width-container">
        {t("trial.text")} <a href="/sandbox">{t("trial.accounts")}</a> · <a href="/sandbox/outbox">{t("trial.mails")}</a>
      </p>
    </div>
  );
}

async function turn(to: Language): Promise<void> {
  try {
    await speak(to);
  } catch (failed) {
    console.warn(failed); // the texts cannot be fetched now
    announce(t("page.failed.text"), true);
  }
}

const signs = { small: "A−", normal: "A", large: "A+" } as const;

function DisplayBar() {
  const { theme, size, language } = usePreferences();
  return (
    <div class="display" role="region" aria-label={t("header.display")}>
      <div class="govuk-width-container display__inner">
        <div class="display__group" role="group" aria-label={t("header.size")}>
          {sizes.map((one) => (
            <button
              key={one}
              type="button"
              class={`display__size display__size--${one}`}
              aria-pressed={size === one}
              aria-label={t(`header.size.${one}`)}
              onClick={() => prefer({ size: one })}
            >
              {signs[one]}
            </button>
          ))}
        </div>
        <div class="display__group" role="group" aria-label={t("header.theme")}>
          {themes.map((one) => (
            <button key={one} type="button" aria-pressed={theme === one} onClick={() => prefer({ theme: one })}>
              {t(`header.theme.${one}`)}
            </button>
          ))}
        </div>
        <div class="display__group display__group--end">
          {language === "vi" ? (
            <button type="button" lang="en" onClick={() => void turn("en")}>
              {t("header.english")}
            </button>
          ) : (
            <button type="button" lang="vi" onClick={() => void turn("vi")}>
              {t("header.vietnamese")}
            </button>
          )}
        </div>
      </div>
    </div>
  );
}

const below: readonly { to: string; name: Key }[] = [
  { to: "/thong-ke", name: "nav.statistics" },
  { to: "/lien-he", name: "nav.contact" },
  { to: "/tro-nang", name: "nav.accessibility" },
  { to: "/so-do", name: "nav.sitemap" },
];

function Footer() {
  return (
    <footer class="footer">
      <div class="govuk-width-container footer__inner">
        <div>
          <p class="footer__about">{t("footer.about")}</p>
          <p class="footer__privacy">{t("footer.privacy")}</p>
        </div>
        <nav aria-label={t("footer.links")}>
          <ul>
            {below.map(({ to, name }) => (
              <li key={to}>
                <a href={to}>{t(name)}</a>
              </li>
            ))}
          </ul>
        </nav>
      </div>
    </footer>
  );
}

import { Component, type ComponentChildren, type ComponentType } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { ready, t } from "./i18n";
import { unreached, useOnline } from "./network";
import { Button, LinkButton } from "./parts/Button";
import { Loading } from "./parts/Loading";
import { Offline } from "./parts/Offline";
import { Page } from "./parts/Page";
import { Rating } from "./parts/Rating";
import { Shell } from "./parts/Shell";
import { usePreferences } from "./preferences";
import { go, here, match, usePlace } from "./router";
import { routes, type PageProps, type Route } from "./routes";
import { loginPath, useSession } from "./session";

interface Found {
  route: Route;
  params: Record<string, string>;
}

function find(path: string): Found | null {
  for (const route of routes) {
    const params = match(route.pattern, path);
    if (params !== null) return { route, params };
  }
  return null;
}

export function App() {
  usePreferences(); // the whole page is drawn again in another language
  return (
    <Shell>
      <Outlet />
    </Shell>
  );
}

type Shown = { found: Found; Body: ComponentType<PageProps> } | { found: Found; Body: null };

function Outlet() {
  const place = usePlace();
  const { known, token, kind, cut, owner } = useSession();
  const online = useOnline();
  const found = useMemo(() => find(place.path), [place.path]);
  const [shown, setShown] = useState<Shown | null>(null);
  const [round, setRound] = useState(0);
  const route = found?.route;
  // Without a network nobody can log in; a page that works without one is for whom the device knows.
  const lost = cut || !online;
  const alone = lost && route?.offline === true && owner !== null;
  const closed = route?.needs !== undefined && lost && token === null && !alone;
  const outside = route?.needs !== undefined && known && token === null && !lost;

  useEffect(() => {
    // A request that met the end of the session may have led to the login before this runs.
    if (outside && location.pathname !== "/dang-nhap") go(loginPath(here()), { replace: true });
  }, [outside, place.visit]);

  useEffect(() => {
    if (found === null || closed || (shown?.found.route === found.route && shown.Body !== null)) return;
    let current = true;
    Promise.all([found.route.load(), ready(found.route.area)]).then(
      ([page]) => current && setShown({ found, Body: page.default }),
      (failed: unknown) => {
        console.error(failed);
        if (current) setShown({ found, Body: null });
      },
    );
    return () => {
      current = false;
    };
  }, [route, round, closed, lost]); // what could not be loaded is tried again when the network is back

  if (found === null) return unreached() ? <Offline /> : <Missing />;
  if (closed && known) return <Offline />;
  if (route?.needs !== undefined && !(known && (token !== null || alone))) return <Loading />;
  if (route?.needs === "officer" && kind !== "officer") return <OfficersOnly />;
  if (shown?.found.route.load !== found.route.load) return <Loading />;
  if (shown.Body === null) return <Unloaded again={() => (setShown(null), setRound(round + 1))} />;
  const Body = shown.Body;
  return (
    <>
      <Guard visit={place.visit}>
        <Body
          key={found.route.pattern}
          pattern={found.route.pattern}
          params={found.params}
          query={place.query}
        />
      </Guard>
      {route?.needs !== "officer" && <Rating key={found.route.pattern} page={found.route.pattern} />}
    </>
  );
}

/** A page that fails is told to the visitor; the header and the way elsewhere stay. */
class Guard extends Component<{ visit: number; children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };

  override componentDidUpdate(before: { visit: number }) {
    if (this.state.failed && before.visit !== this.props.visit) this.setState({ failed: false });
  }

  static override getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidCatch(error: unknown) {
    console.error(error);
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Page title={t("page.crashed")}>
        <p class="govuk-body">{t("page.crashed.text")}</p>
        <Button onClick={() => location.reload()}>{t("page.reload")}</Button>
      </Page>
    );
  }
}

function Missing() {
  return (
    <Page title={t("page.missing")}>
      <p class="govuk-body">{t("page.missing.text")}</p>
      <LinkButton href="/">{t("nav.home")}</LinkButton>
    </Page>
  );
}

function Unloaded({ again }: { again: () => void }) {
  return (
    <Page title={t("page.failed")}>
      <p class="govuk-body">{t("page.failed.text")}</p>
      <Button onClick={again}>{t("page.again")}</Button>
    </Page>
  );
}

function OfficersOnly() {
  return (
    <Page title={t("page.officers")}>
      <p class="govuk-body">{t("page.officers.text")}</p>
      <LinkButton href="/">{t("nav.home")}</LinkButton>
    </Page>
  );
}

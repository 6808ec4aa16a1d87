import { useEffect } from "preact/hooks";
import { Page } from "../../parts/Page";
import { t } from "../../i18n";
import { go } from "../../router";
import type { PageProps } from "../../routes";
import { AttemptPage, Unknown } from "./attempt";
import { PayPage } from "./pay";
import { attemptPage } from "./words";
import "./money.scss";

/** Paying a fee, and coming back from where it was paid. */
export default function Paying({ pattern, params, query }: PageProps) {
  const id = params["id"] ?? "";
  if (pattern === "/ho-so/:id/nop-phi") return <PayPage id={id} chosen={query.get("cach")} key={id} />;
  return <Returned reference={params["reference"] ?? query.get("MaThamChieu") ?? ""} />;
}

/** What gateways add to the address proves nothing here and goes; the reference stays. */
function Returned({ reference }: { reference: string }) {
  const clean = attemptPage(reference);
  useEffect(() => {
    if (reference !== "" && location.pathname + location.search !== clean) go(clean, { replace: true, quiet: true });
  }, [clean]);
  if (reference !== "") return <AttemptPage reference={reference} key={reference} />;
  return (
    <Page title={t("money.unknown")}>
      <Unknown />
    </Page>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { openedBy, type Opened } from "../device";
import { t } from "../i18n";
import { useOnline } from "../network";
import { useSession } from "../session";
import { Button } from "./Button";
import { announce } from "./live";
import { Page } from "./Page";

/** Above every page while there is no network; its end is said as well. */
export function OfflineBar() {
  const { cut } = useSession();
  const online = useOnline();
  const lost = cut || !online;
  const was = useRef(false);
  useEffect(() => {
    if (lost !== was.current) announce(t(lost ? "offline.bar" : "offline.over"));
    was.current = lost;
  }, [lost]);
  if (!lost) return null;
  return (
    <div class="offline no-print" role="region" aria-label={t("offline")}>
      <p class="govuk-width-container">{t("offline.bar")}</p>
    </div>
  );
}

/** Instead of a page that needs the network: what can be done without. */
export function Offline() {
  const { owner } = useSession();
  const [drafts, setDrafts] = useState<readonly Opened[]>([]);
  useEffect(() => {
    if (owner !== null) void openedBy(owner).then(setDrafts);
    else setDrafts([]);
  }, [owner]);
  return (
    <Page title={t("offline")}>
      <p class="govuk-body">{t("offline.text")}</p>
      {drafts.length > 0 && (
        <section aria-labelledby="offline-drafts">
          <h2 class="govuk-heading-m" id="offline-drafts">
            {t("offline.drafts")}
          </h2>
          <ul class="govuk-list govuk-list--bullet">
            {drafts.map(({ id, dossier }) => (
              <li key={id}>
                <a class="govuk-link" href={`/ho-so/${id}/nop`}>
                  {t("offline.draft", { procedure: dossier.procedure.name, agency: dossier.agency.name })}
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Button onClick={() => location.reload()}>{t("page.again")}</Button>
    </Page>
  );
}

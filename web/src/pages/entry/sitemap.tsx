import { index, published } from "../../catalogue";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { Said } from "../../parts/Said";
import { routes } from "../../routes";

export default function SiteMap() {
  const loaded = useLoad(index);
  return (
    <Page title={t("nav.sitemap")}>
      <h2 class="govuk-heading-m">{t("sitemap.pages")}</h2>
      <ul class="govuk-list">
        {routes.map(
          ({ pattern, listed }) =>
            listed && (
              <li key={pattern}>
                <a class="govuk-link" href={pattern.replace("/*", "")}>
                  {t(listed)}
                </a>
              </li>
            ),
        )}
      </ul>
      <h2 class="govuk-heading-m">{t("sitemap.procedures")}</h2>
      <Ready of={loaded}>
        {({ procedures }) => (
          <ul class="govuk-list">
            {procedures.map((one) => (
              <li key={one.code}>
                <a class="govuk-link" href={published(`/tt/${one.code}`)}>
                  <Said of={one.name} />
                </a>
              </li>
            ))}
          </ul>
        )}
      </Ready>
    </Page>
  );
}

import { t, type Key } from "../../i18n";
import { Page } from "../../parts/Page";

const parts: readonly { heading: Key; items: readonly Key[] }[] = [
  { heading: "access.can", items: ["access.can.1", "access.can.2", "access.can.3", "access.can.4", "access.can.5"] },
  {
    heading: "access.checked",
    items: ["access.checked.1", "access.checked.2", "access.checked.3", "access.checked.4", "access.checked.5"],
  },
  { heading: "access.limits", items: ["access.limits.1", "access.limits.2", "access.limits.3", "access.limits.4"] },
];

export default function Accessibility() {
  return (
    <Page title={t("nav.accessibility")}>
      <p class="govuk-body">{t("access.lead")}</p>
      {parts.map(({ heading, items }) => (
        <section key={heading}>
          <h2 class="govuk-heading-m">{t(heading)}</h2>
          <ul class="govuk-list govuk-list--bullet">
            {items.map((item) => (
              <li key={item}>{t(item)}</li>
            ))}
          </ul>
        </section>
      ))}
      <p class="govuk-body">{t("access.reviewed")}</p>
      <h2 class="govuk-heading-m">{t("access.report")}</h2>
      <p class="govuk-body">
        {t("access.report.text")}{" "}
        <a class="govuk-link" href="/lien-he">
          {t("nav.contact")}
        </a>
      </p>
    </Page>
  );
}

import { agencies, published } from "../../catalogue";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { SummaryList } from "../../parts/SummaryList";
import { Said } from "../../parts/Said";

export default function Contact() {
  const loaded = useLoad(agencies);
  return (
    <Page title={t("nav.contact")}>
      <p class="govuk-body">{t("contact.dossier")}</p>
      <Ready of={loaded}>
        {(tree) => {
          const root = tree.find((one) => one.parent === null);
          const counter = tree.find((one) => one.kind === "unit" && one.parent === root?.code);
          return (
            <>
              {[counter, root].map(
                (one) =>
                  one && (
                    <section key={one.code}>
                      <h2 class="govuk-heading-m">
                        <Said of={one.name} />
                      </h2>
                      <SummaryList
                        rows={[
                          { label: t("contact.address"), value: <Said of={one.address} /> },
                          {
                            label: t("contact.phone"),
                            value: (
                              <a class="govuk-link" href={`tel:${(one.phone ?? "").replace(/\s/g, "")}`}>
                                {one.phone}
                              </a>
                            ),
                          },
                          {
                            label: t("contact.email"),
                            value: (
                              <a class="govuk-link" href={`mailto:${one.email ?? ""}`}>
                                {one.email}
                              </a>
                            ),
                          },
                        ]}
                      />
                      <p class="govuk-body">
                        <a class="govuk-link" href={published(`/cq/${one.code}`)}>
                          {t("contact.hours")}
                        </a>
                      </p>
                    </section>
                  ),
              )}
              {root?.note && (
                <p class="govuk-hint">
                  <Said of={root.note} />
                </p>
              )}
              <p class="govuk-body">
                <a class="govuk-link" href="/cq">
                  {t("contact.others")}
                </a>
              </p>
            </>
          );
        }}
      </Ready>
    </Page>
  );
}

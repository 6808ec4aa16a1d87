import { agencies, calendar, index, type Agency, type Calendar, type Day, type Entry } from "../../catalogue";
import { plainDate } from "../../format";
import { useLoad } from "../../hooks";
import { said, t, type Key } from "../../i18n";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { SummaryList, type SummaryRow } from "../../parts/SummaryList";
import type { PageProps } from "../../routes";
import { EntryList } from "./EntryList";

const days: readonly Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** The tree of agencies, and each of them. */
export default function Agencies({ params }: PageProps) {
  const code = params["code"];
  const loaded = useLoad(async () => {
    const [tree, hours, { procedures }] = await Promise.all([agencies(), calendar(), index()]);
    return { tree, hours, procedures };
  });
  const one = loaded.data?.tree.find((agency) => agency.code === code);
  const title = code === undefined ? t("agencies.title") : one ? said(one.name) : loaded.data ? t("agency.missing") : code;
  return (
    <Page title={title} back={code === undefined ? undefined : "/cq"} wide>
      <Ready of={loaded}>
        {({ tree, hours, procedures }) =>
          code === undefined ? (
            <>
              <p class="govuk-body">{t("agencies.lead")}</p>
              <Tree tree={tree} parent={null} />
            </>
          ) : one ? (
            <About agency={one} tree={tree} calendar={hours} procedures={procedures} />
          ) : (
            <p class="govuk-body">{t("agency.missing.text", { code })}</p>
          )
        }
      </Ready>
    </Page>
  );
}

function Tree({ tree, parent }: { tree: readonly Agency[]; parent: string | null }) {
  const children = tree.filter((one) => one.parent === parent);
  if (children.length === 0) return null;
  return (
    <ul class="tree">
      {children.map((one) => (
        <li key={one.code}>
          <a class="govuk-link" href={`/cq/${one.code}`}>
            {said(one.name)}
          </a>
          {one.status !== "active" && <> ({t("agency.inactive")})</>}
          <Tree tree={tree} parent={one.code} />
        </li>
      ))}
    </ul>
  );
}

interface AboutProps {
  agency: Agency;
  tree: readonly Agency[];
  calendar: Calendar;
  procedures: readonly Entry[];
}

function About({ agency, tree, calendar: common, procedures }: AboutProps) {
  const named = (code: string | null) => tree.find((one) => one.code === code);
  const parent = named(agency.parent);
  const successor = named(agency.successor);
  const own = procedures.filter((one) => one.agencies.includes(agency.code));
  const link = (to: Agency) => (
    <a class="govuk-link" href={`/cq/${to.code}`}>
      {said(to.name)}
    </a>
  );
  const rows: SummaryRow[] = [{ label: t("agency.code"), value: agency.code }];
  if (parent) rows.push({ label: t("agency.parent"), value: link(parent) });
  if (agency.address) rows.push({ label: t("agency.address"), value: said(agency.address) });
  if (agency.phone)
    rows.push({
      label: t("agency.phone"),
      value: (
        <a class="govuk-link" href={`tel:${agency.phone.replace(/\s/g, "")}`}>
          {agency.phone}
        </a>
      ),
    });
  if (agency.email)
    rows.push({
      label: t("agency.email"),
      value: (
        <a class="govuk-link" href={`mailto:${agency.email}`}>
          {agency.email}
        </a>
      ),
    });
  return (
    <>
      {agency.status !== "active" && (
        <Notice kind="warning">
          <p>
            {t("agency.inactive.text")} {successor && link(successor)}
          </p>
        </Notice>
      )}
      {agency.note && (
        <Notice>
          <p>{said(agency.note)}</p>
        </Notice>
      )}
      <div class="agency">
        <div>
          <SummaryList rows={rows} />
          {agency.accounts.length > 0 && (
            <section aria-labelledby="accounts">
              <h2 class="govuk-heading-m" id="accounts">
                {t("agency.accounts")}
              </h2>
              {agency.accounts.map((one) => (
                <SummaryList
                  key={one.number}
                  rows={[
                    { label: t("agency.account.purpose"), value: said(one.purpose) },
                    { label: t("agency.account.holder"), value: one.holder },
                    { label: t("agency.account.number"), value: one.number },
                    { label: t("agency.account.bank"), value: one.bank },
                  ]}
                />
              ))}
            </section>
          )}
        </div>
        <Opening agency={agency} common={common} />
      </div>
      <section aria-labelledby="procedures">
        <h2 class="govuk-heading-m" id="procedures">
          {t("agency.procedures", { count: own.length })}
        </h2>
        {own.length > 0 ? (
          <EntryList entries={own} />
        ) : (
          <p class="govuk-body">{t("agency.procedures.none")}</p>
        )}
      </section>
      {tree.some((one) => one.parent === agency.code) && (
        <section aria-labelledby="below">
          <h2 class="govuk-heading-m" id="below">
            {t("agency.below")}
          </h2>
          <Tree tree={tree} parent={agency.code} />
        </section>
      )}
    </>
  );
}

function Opening({ agency, common }: { agency: Agency; common: Calendar }) {
  const hours = agency.hours ?? common.hours;
  const today = new Date().toLocaleDateString("sv", { timeZone: "Asia/Ho_Chi_Minh" });
  const off = Object.values(common.years)
    .flatMap((year) => year.off)
    .filter((day) => day.date >= today)
    .sort((a, b) => a.date.localeCompare(b.date))
    .slice(0, 4);
  return (
    <section class="card" aria-labelledby="hours">
      <h2 class="govuk-heading-s" id="hours">
        {t("agency.hours")}
      </h2>
      <table class="hours">
        <tbody>
          {days.map((day) => (
            <tr key={day}>
              <th scope="row">{t(`day.${day}` as Key)}</th>
              <td>
                {hours[day].length === 0
                  ? t("agency.closed")
                  : hours[day].map(([from, to]) => `${from}–${to}`).join(", ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {off.length > 0 && (
        <>
          <h3 class="govuk-heading-s">{t("agency.off")}</h3>
          <ul class="govuk-list hours__off">
            {off.map((day) => (
              <li key={day.date}>
                {plainDate(day.date)}: {said(day.name)}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

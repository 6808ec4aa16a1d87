import { agencies, published, type Agency } from "../../catalogue";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { Said } from "../../parts/Said";

/** The tree of agencies. Each of them has a published page. */
export default function Agencies() {
  const loaded = useLoad(agencies);
  return (
    <Page title={t("nav.agencies")}>
      <p class="govuk-body">{t("agencies.lead")}</p>
      <Ready of={loaded}>{(tree) => <Tree tree={tree} parent={null} />}</Ready>
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
          <a class="govuk-link" href={published(`/cq/${one.code}`)}>
            <Said of={one.name} />
          </a>
          {one.status !== "active" && <> ({t("agencies.inactive")})</>}
          <Tree tree={tree} parent={one.code} />
        </li>
      ))}
    </ul>
  );
}

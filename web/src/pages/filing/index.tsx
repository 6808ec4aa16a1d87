import { t } from "../../i18n";
import { Page } from "../../parts/Page";
import type { PageProps } from "../../routes";

export default function Filing(_: PageProps) {
  return <Page title={t("page.loading")}>{null}</Page>;
}

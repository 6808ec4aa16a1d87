import { t } from "../../i18n";
import { Page } from "../../parts/Page";

export default function Entry() {
  return <Page title={t("home.title")}>{null}</Page>;
}

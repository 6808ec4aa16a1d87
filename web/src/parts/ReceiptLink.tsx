import { t } from "../i18n";
import { PdfLink } from "./PdfLink";

/** The receipt of that number, behind an address that is asked for when it is wanted. */
export function ReceiptLink({ number, get }: { number: string; get: () => Promise<{ url: string }> }) {
  return <PdfLink text={t("receipt.one", { number })} get={get} />;
}

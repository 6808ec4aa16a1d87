import { useAction } from "../hooks";
import { t } from "../i18n";
import { TextButton } from "./Button";
import { save } from "./saving";

/** Fetches an address that is good for two minutes and opens it; the storage sends the PDF as an attachment. */
export function PdfLink({ text, get }: { text: string; get: () => Promise<{ url: string }> }) {
  const fetching = useAction(async () => {
    const { url } = await get();
    save(url);
    return true;
  });
  return (
    <span class="receipt-link">
      <span class="no-print">
        <TextButton onClick={() => void fetching.run()}>{fetching.busy ? t("button.busy") : text}</TextButton>
      </span>
      <span class="only-print">{text}</span>
      {fetching.refusal !== null && (
        <span class="govuk-error-message" role="alert">
          {fetching.refusal.message}
        </span>
      )}
    </span>
  );
}

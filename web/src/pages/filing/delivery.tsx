import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { RadiosField } from "../../parts/Field";
import { Page } from "../../parts/Page";
import { Said } from "../../parts/Said";
import { go } from "../../router";
import type { Filing } from "./flow";
import { deliveries, type Delivery } from "./procedure";
import { Saving } from "./saving";
import { after } from "./tasks";

/** How the applicant wants the result. */
export function DeliveryPage(filing: Filing & { choose: () => void }) {
  const { draft, state, to, choose } = filing;
  const send = (event: Event): void => {
    event.preventDefault();
    draft.visit("delivery");
    void draft.flush();
    go(after(filing, "delivery"));
  };
  return (
    <Page title={t("filing.delivery")} caption={<Said of={draft.procedure.name} />} back={to()}>
      <Saving state={state} choose={choose} />
      <form onSubmit={send} noValidate>
        <RadiosField
          name="delivery"
          label={t("filing.delivery.question")}
          value={state.delivery}
          onInput={(way) => draft.deliver(way as Delivery)}
          options={deliveries(draft.procedure).map((way) => ({
            value: way,
            label: t(`filing.delivery.${way}`),
            hint: t(`filing.delivery.${way}.hint`),
          }))}
        />
        <Button>{t("button.continue")}</Button>
      </form>
    </Page>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { agencies } from "../../catalogue";
import { useAction, useLoad } from "../../hooks";
import { said, t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { SelectField, TextareaField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { go } from "../../router";
import { keyed, required } from "../desk/acts";
import type { SectionProps } from "./section";

/** A dossier filed at the wrong place goes to the right agency; afterwards it is not seen here any more. */
export function Transfer({ dossier, close }: SectionProps & { close: () => void }) {
  const tree = useLoad(agencies);
  const [agency, setAgency] = useState("");
  const [reason, setReason] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const action = useAction((key, to: string, why: string) =>
    ask(
      api.POST("/desk/dossiers/{dossier_id}/transfer", {
        ...keyed(dossier.id, key),
        body: { agency: to, reason: why },
      }),
    ),
  );
  const others = (tree.data ?? []).filter((one) => one.status === "active" && one.code !== dossier.agency.code);
  const nameOf = (code: string): string => said(others.find((one) => one.code === code)?.name);
  const send = async (event: Event) => {
    event.preventDefault();
    if (agency === "") return action.refuse(required("agency", t("consult.transfer.missing")));
    if (reason.trim() === "") return action.refuse(required("reason", t("consult.reason.missing")));
    const moved = await action.run(agency, reason.trim());
    if (moved === undefined) return;
    announce(t("consult.transfer.done", { code: dossier.code ?? "", agency: nameOf(agency) }));
    go("/can-bo");
  };
  const { refusal } = action;
  return (
    <form class="card" noValidate aria-labelledby="transfer-title" onSubmit={(event) => void send(event)}>
      <h3 class="govuk-heading-s" id="transfer-title" tabIndex={-1} ref={heading}>
        {t("consult.transfer.title")}
      </h3>
      <p class="govuk-body">{t("consult.transfer.about")}</p>
      <ErrorSummary refusal={refusal} place={(field) => `transfer-${field}`} />
      <SelectField
        name="transfer-agency"
        label={t("consult.transfer.agency")}
        value={agency}
        error={refusal?.of("agency")}
        options={others.map((one) => ({ value: one.code, label: said(one.name) }))}
        onInput={setAgency}
      />
      <TextareaField
        name="transfer-reason"
        label={t("consult.reason")}
        rows={3}
        maxLength={2000}
        value={reason}
        error={refusal?.of("reason")}
        onInput={setReason}
      />
      <Buttons>
        <Button busy={action.busy}>{t("consult.transfer.confirm")}</Button>
        <Button kind="secondary" onClick={close}>
          {t("button.cancel")}
        </Button>
      </Buttons>
    </form>
  );
}

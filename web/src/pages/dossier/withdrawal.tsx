import { api, ask, Refusal } from "../../api/client";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { useKept } from "../../kept";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextareaField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Ready } from "../../parts/Loading";
import { useLeave } from "./focus";
import type { Dossier } from "./words";

/** Take the dossier back, after a question and with a reason. */
export function Withdrawal({ dossier, again }: { dossier: Dossier; again: () => void }) {
  const [open, setOpen] = useKept("withdrawal", false);
  const leave = useLeave(open);
  const [reason, setReason] = useKept("withdrawal.reason", "");
  const means = useLoad(
    async () => (open ? ask(api.GET("/dossiers/{dossier_id}/withdrawal", { params: { path: { dossier_id: dossier.id } } })) : null),
    [open, dossier],
  );
  const act = useAction((key, why: string, back: number | null) =>
    ask(
      api.POST("/dossiers/{dossier_id}/withdrawal", {
        params: { path: { dossier_id: dossier.id }, header: { "Idempotency-Key": key } },
        body: { reason: why, back },
      }),
    ),
  );
  const confirm = async () => {
    const why = reason.trim();
    if (why === "") {
      const message = t("dossier.withdraw.missing");
      act.refuse(new Refusal(422, "BadRequest", message, [{ field: "reason", code: "Required", message }]));
      return;
    }
    if ((await act.run(why, means.data?.back ?? null)) === undefined) return means.again();
    leave();
    setOpen(false);
    announce(t("dossier.withdrawn"));
    again();
  };
  return (
    <section class="no-print withdrawal" aria-labelledby="withdrawal">
      <h2 class="govuk-heading-m" id="withdrawal">
        {t("dossier.withdraw")}
      </h2>
      <p class="govuk-body">{t("dossier.withdraw.text")}</p>
      <Button kind="secondary" onClick={() => (act.refuse(null), setOpen(true))}>
        {t("dossier.withdraw")}
      </Button>
      <Dialog
        open={open}
        title={t("dossier.withdraw.ask", { code: dossier.code ?? "" })}
        confirm={t("dossier.withdraw")}
        warning
        busy={act.busy}
        onConfirm={() => void confirm()}
        onClose={() => setOpen(false)}
      >
        <ErrorSummary refusal={act.refusal} />
        <p class="govuk-body">{t("dossier.withdraw.warning")}</p>
        <Ready of={means}>
          {(told) => (
            <ul class="govuk-list govuk-list--bullet" aria-label={t("endings.withdraw.back")}>
              {told?.texts.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          )}
        </Ready>
        <TextareaField
          name="reason"
          label={t("dossier.withdraw.reason")}
          value={reason}
          onInput={setReason}
          error={act.refusal?.of("reason")}
          rows={3}
          maxLength={2000}
        />
      </Dialog>
    </section>
  );
}

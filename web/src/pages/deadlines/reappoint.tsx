import { useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { dateTime } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { DateField, RadiosField, TextareaField, TextField } from "../../parts/Field";
import { ActFrame, keyed, required, useTold, type Doing } from "../desk/acts";
import { drop, useDraft } from "../desk/drafts";

type Way = "day" | "working_days";

/** The head's apology: why the result is late and its new date, once. */
export default function Reappoint({ dossier, done, refused, close }: Doing) {
  const draft = `${dossier.id} reappoint`;
  const [reason, setReason] = useDraft(draft, "");
  const [way, setWay] = useState<Way>("day");
  const [day, setDay] = useState("");
  const [days, setDays] = useState("");
  const action = useAction((key, why: string, when: { day: string; working_days: number | null }) =>
    ask(api.POST("/desk/dossiers/{dossier_id}/appointment", { ...keyed(dossier.id, key), body: { reason: why, ...when } })),
  );
  useTold(action, refused);
  const late = dossier.due_at !== null && new Date(dossier.due_at) < new Date();
  const cancel = () => {
    drop(draft);
    close();
  };
  const submit = async () => {
    if (reason.trim() === "") return action.refuse(required("reason", t("deadlines.reappoint.reason.missing")));
    const count = Number(days);
    if (way === "day" && day === "") return action.refuse(required("day"));
    if (way === "working_days" && !(Number.isInteger(count) && count > 0)) return action.refuse(required("working_days"));
    const moved = await action.run(reason.trim(), way === "day" ? { day, working_days: null } : { day: "", working_days: count });
    if (moved === undefined) return;
    drop(draft);
    done(t("deadlines.reappoint.done", { at: dateTime(moved.due_at ?? "") }));
  };
  const { refusal } = action;
  return (
    <ActFrame act="reappoint" refusal={refusal} busy={action.busy} close={cancel} onSubmit={() => void submit()}>
      <p class="govuk-body">{t("deadlines.reappoint.about", { at: dateTime(dossier.due_at ?? "") })}</p>
      {late && <p class="govuk-body">{t("deadlines.reappoint.late")}</p>}
      <TextareaField
        name="reason"
        label={t("deadlines.reappoint.reason")}
        hint={t("deadlines.reappoint.reason.hint")}
        rows={4}
        maxLength={2000}
        value={reason}
        error={refusal?.of("reason")}
        onInput={setReason}
      />
      <RadiosField
        name="way"
        label={t("deadlines.reappoint.way")}
        value={way}
        onInput={(next) => setWay(next as Way)}
        options={(["day", "working_days"] as const).map((value) => ({ value, label: t(`deadlines.reappoint.${value}`) }))}
      />
      {way === "day" ? (
        <DateField
          name="day"
          label={t("deadlines.reappoint.date")}
          hint={t("deadlines.reappoint.date.hint")}
          value={day}
          error={refusal?.of("day")}
          onInput={setDay}
        />
      ) : (
        <TextField
          name="working_days"
          label={t("deadlines.reappoint.count")}
          inputmode="numeric"
          width={4}
          value={days}
          error={refusal?.of("working_days") ?? refusal?.of("day")}
          onInput={setDays}
        />
      )}
    </ActFrame>
  );
}

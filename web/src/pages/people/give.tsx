import { api, ask, Refusal, type Schema } from "../../api/client";
import { t } from "../../i18n";
import { SelectField, TextareaField } from "../../parts/Field";

type Team = Schema["TeamShape"];
export type Way = "hand_over" | "reassign";

/** Hand over what is one's own, or assign as the agency's administrator. */
export const give = (way: Way, id: string, key: string, body: { to: string; reason: string }) => {
  const params = { path: { dossier_id: id }, header: { "Idempotency-Key": key } };
  return way === "hand_over"
    ? ask(api.POST("/desk/dossiers/{dossier_id}/passing", { params, body }))
    : ask(api.POST("/desk/dossiers/{dossier_id}/assignment", { params, body }));
};

/** Officers by name, as Vietnamese dictionaries have it. */
const named = <T extends Pick<Team, "members">>(team: T): T => ({
  ...team,
  members: [...team.members].sort((one, other) => one.name.localeCompare(other.name, "vi")),
});

export const teamOf = async (agency: string) =>
  named(await ask(api.GET("/desk/teams/{agency}", { params: { path: { agency } } })));

export const boardOf = async (agency: string) =>
  named(await ask(api.GET("/desk/teams/{agency}/board", { params: { path: { agency } } })));

/** What is missing before anything is sent. */
export function missing(to: string, reason: string): Refusal | null {
  const fields = [
    ...(to === "" ? [{ field: "to", code: "Required", message: t("people.give.missing") }] : []),
    ...(reason === "" ? [{ field: "reason", code: "Required", message: t("desk.reason.missing") }] : []),
  ];
  return fields.length === 0 ? null : new Refusal(422, "Incomplete", t("desk.incomplete"), fields);
}

interface FieldsProps {
  members: Team["members"];
  /** Who holds it now, and cannot be given it. */
  holder: string | null;
  to: string;
  onTo: (to: string) => void;
  reason: string;
  onReason: (reason: string) => void;
  refusal: Refusal | null;
}

/** To whom, the least loaded first, and why. */
export function GiveFields({ members, holder, to, onTo, reason, onReason, refusal }: FieldsProps) {
  const here = members
    .filter((one) => one.appraises && one.away_until === null && one.id !== holder)
    .sort((one, other) => one.open - other.open);
  if (here.length === 0) return <p class="govuk-body">{t("people.give.nobody")}</p>;
  return (
    <>
      <SelectField
        name="to"
        label={t("people.give.to")}
        value={to}
        error={refusal?.of("to")}
        onInput={onTo}
        options={here.map((one) => ({ value: one.id, label: t("people.give.option", { name: one.name, count: one.open }) }))}
      />
      <TextareaField
        name="reason"
        label={t("people.give.reason")}
        hint={t("people.give.inside")}
        rows={3}
        maxLength={2000}
        value={reason}
        error={refusal?.of("reason")}
        onInput={onReason}
      />
    </>
  );
}

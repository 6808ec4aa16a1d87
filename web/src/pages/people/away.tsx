import { useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { plainDate } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button, TextButton } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { DateField, SelectField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { Cell, Table } from "../finance/table";
import { teamOf } from "./give";
import type { Given } from "./index";

type Team = Schema["TeamShape"];
type Absence = Schema["AbsenceShape"];

/** Who is away and who stands in; one's own absence, and everybody's for the administrator. */
export function Absences({ agency, frame }: Given) {
  const team = useLoad(() => teamOf(agency.code), [agency.code]);
  return frame(
    <>
      <p class="govuk-body">{t("people.away.about")}</p>
      <Ready of={team}>
        {(data) => (
          <>
            <Ahead of={data} again={team.again} />
            <Record key={`${data.members.map((one) => one.version)}`} of={data} again={team.again} />
          </>
        )}
      </Ready>
    </>,
  );
}

function Ahead({ of, again }: { of: Team; again: () => void }) {
  const end = useAction((_key, officer: string, absence: string) =>
    ask(
      api.DELETE("/desk/teams/{agency}/officers/{officer}/absences/{absence}", {
        params: { path: { agency: of.agency.code, officer, absence } },
      }),
    ),
  );
  const names = {
    who: t("people.away.who"),
    days: t("people.away.days"),
    substitute: t("people.away.substitute"),
    by: t("people.away.by"),
    end: t("people.away.end"),
  };
  const rows = of.members
    .flatMap((member) => member.absences.filter((one) => one.state !== "past").map((one) => ({ member, one })))
    .sort((a, b) => a.one.since.localeCompare(b.one.since));
  const strike = async (officer: string, name: string, one: Absence) => {
    if ((await end.run(officer, one.id)) !== undefined) announce(t("people.away.ended", { name }));
    again();
  };
  return (
    <section class="block" aria-labelledby="away-list">
      <h2 class="govuk-heading-m" id="away-list">
        {t("people.away.list")}
      </h2>
      <ErrorSummary refusal={end.refusal} />
      {rows.length === 0 ? (
        <p class="govuk-body">{t("people.away.none")}</p>
      ) : (
        <Table caption={t("people.away.list")} columns={Object.values(names)}>
          {rows.map(({ member, one }) => (
            <tr key={one.id} role="row" class="queue__row">
              <th scope="row" role="rowheader" class="queue__code">
                <Written text={member.name} />{" "}
                <Tag tone={one.state === "now" ? "yellow" : "grey"}>
                  {t(one.state === "now" ? "people.away.state.now" : "people.away.state.ahead")}
                </Tag>
              </th>
              <Cell name={names.days}>
                {t("people.away.span", { since: plainDate(one.since), until: plainDate(one.until) })}
              </Cell>
              <Cell name={names.substitute}>
                {one.substitute === null ? t("people.away.nobody") : <Written text={one.substitute_name} />}
              </Cell>
              <Cell name={names.by}>
                <Written text={one.recorded_by} />
              </Cell>
              <Cell name={names.end}>
                {(of.administers || member.id === of.me) && (
                  <TextButton
                    label={t("people.away.end.one", { name: member.name })}
                    onClick={() => void strike(member.id, member.name, one)}
                  >
                    {t("people.away.end")}
                  </TextButton>
                )}
              </Cell>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

interface Days {
  officer: string;
  since: string;
  until: string;
  substitute: string | null;
}

function Record({ of, again }: { of: Team; again: () => void }) {
  const appraisers = of.members.filter((one) => one.appraises);
  const own = appraisers.some((one) => one.id === of.me);
  const [officer, setOfficer] = useState(own ? of.me : "");
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const [substitute, setSubstitute] = useState("");
  const save = useAction((key, days: Days) => {
    const { officer: who, ...body } = days;
    const params = {
      path: { agency: of.agency.code, officer: who },
      header: { "Idempotency-Key": key },
    };
    return ask(api.POST("/desk/teams/{agency}/officers/{officer}/absences", { params, body }));
  });
  // Nothing is assigned to the others that somebody would have to stand in for.
  if (!own && !of.administers)
    return of.members.some((one) => one.id === of.me) ? null : <p class="govuk-body">{t("people.notmember")}</p>;
  const send = async (event: Event) => {
    event.preventDefault();
    const empty = Object.entries({ officer, since, until }).filter(([, value]) => value === "");
    if (empty.length > 0) {
      const fields = empty.map(([field]) => ({ field, code: "Required", message: t("error.required") }));
      return save.refuse(new Refusal(422, "Incomplete", t("desk.incomplete"), fields));
    }
    const after = await save.run({ officer, since, until, substitute: substitute || null });
    if (after === undefined) return;
    announce(t("people.away.saved", { name: after.name, since: plainDate(since), until: plainDate(until) }));
    again();
  };
  const others = appraisers.filter((one) => one.id !== officer);
  return (
    <section class="block" aria-labelledby="away-new">
      <h2 class="govuk-heading-m" id="away-new">
        {t("people.away.new")}
      </h2>
      <form class="card people-form" noValidate onSubmit={(event) => void send(event)}>
        <ErrorSummary refusal={save.refusal} />
        {of.administers && (
          <SelectField
            name="officer"
            label={t("people.away.who")}
            value={officer}
            error={save.refusal?.of("officer")}
            onInput={setOfficer}
            options={appraisers.map((one) => ({ value: one.id, label: one.name }))}
          />
        )}
        <DateField name="since" label={t("people.away.since")} value={since} error={save.refusal?.of("since")} onInput={setSince} />
        <DateField name="until" label={t("people.away.until")} value={until} error={save.refusal?.of("until")} onInput={setUntil} />
        <SelectField
          name="substitute"
          label={t("people.away.substitute")}
          hint={t("people.away.substitute.hint")}
          optional
          value={substitute}
          error={save.refusal?.of("substitute")}
          onInput={setSubstitute}
          options={others.map((one) => ({ value: one.id, label: one.name }))}
        />
        <Button busy={save.busy}>{t("people.away.save")}</Button>
      </form>
    </section>
  );
}

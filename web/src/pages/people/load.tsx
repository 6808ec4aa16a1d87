import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { index } from "../../catalogue";
import { dateTime, number } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { said, t } from "../../i18n";
import { Button, TextButton } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { CheckboxesField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { roleName } from "../desk/history";
import { Cell, Table } from "../finance/table";
import { boardOf } from "./give";
import type { Given } from "./index";

type Whole = Schema["BoardShape"];
type Member = Whole["members"][number];
type Field = { code: string; name: string };

/** How much lies with whom, which fields they appraise, and whether dossiers are assigned by rule. */
export function Load({ agency, frame }: Given) {
  const both = useLoad(async () => {
    const [board, { procedures }] = await Promise.all([
      boardOf(agency.code),
      index(),
    ]);
    const offered = procedures.filter((one) => one.agencies.includes(agency.code));
    const fields = [...new Map(offered.map((one) => [one.field.code, said(one.field)])).entries()];
    return { board, fields: fields.map(([code, name]) => ({ code, name })) };
  }, [agency.code]);
  const [changing, setChanging] = useState<Member | null>(null);
  return frame(
    <>
      <p class="govuk-body">{t("people.load.about")}</p>
      <Ready of={both}>
        {({ board, fields }) => (
          <>
            <Officers members={board.members.filter((one) => one.appraises || one.open > 0)} fields={fields} change={board.administers ? setChanging : null} />
            <ByRule of={board} again={both.again} />
            <Fields
              key={changing?.id}
              of={changing}
              fields={fields}
              agency={agency.code}
              close={() => setChanging(null)}
              done={both.again}
            />
          </>
        )}
      </Ready>
    </>,
  );
}

interface OfficersProps {
  members: Member[];
  fields: Field[];
  change: ((member: Member) => void) | null;
}

function Officers({ members, fields, change }: OfficersProps) {
  const names = {
    officer: t("people.load.officer"),
    roles: t("people.load.roles"),
    open: t("people.load.open"),
    overdue: t("people.load.overdue"),
    last: t("people.load.last"),
    fields: t("people.load.fields"),
  };
  const most = Math.max(1, ...members.map((one) => one.open));
  return (
    <Table caption={t("people.load")} columns={Object.values(names)} numbers={[2, 3]}>
      {members.map((one) => (
        <tr key={one.id} role="row" class="queue__row">
          <th scope="row" role="rowheader" class="queue__code">
            <Written text={one.name} />
          </th>
          <Cell name={names.roles}>{one.roles.map(roleName).join(", ")}</Cell>
          <Cell name={names.open} number>
            {number(one.open)}
            <svg class="load__bar" aria-hidden="true" focusable="false">
              <rect width={`${(100 * one.open) / most}%`} height="100%" />
            </svg>
          </Cell>
          <Cell name={names.overdue} number>
            {(one.overdue ?? 0) > 0 ? <Tag tone="red">{number(one.overdue ?? 0)}</Tag> : number(0)}
          </Cell>
          <Cell name={names.last}>{one.last_given_at === null ? "–" : dateTime(one.last_given_at)}</Cell>
          <Cell name={names.fields}>
            {one.appraises && (
              <>
                {one.fields.length === 0
                  ? t("people.load.fields.all")
                  : one.fields.map((code) => fields.find((field) => field.code === code)?.name ?? code).join(", ")}{" "}
                {change !== null && (
                  <TextButton onClick={() => change(one)} label={t("people.load.change.one", { name: one.name })}>
                    {t("people.load.change")}
                  </TextButton>
                )}
              </>
            )}
          </Cell>
        </tr>
      ))}
    </Table>
  );
}

function ByRule({ of, again }: { of: Whole; again: () => void }) {
  const turn = useAction((_key, on: boolean, version: number) =>
    ask(
      api.PUT("/desk/teams/{agency}/rule", {
        params: { path: { agency: of.agency.code } },
        body: { by_rule: on, version },
      }),
    ),
  );
  const set = async () => {
    const after = await turn.run(!of.by_rule, of.rule_version);
    if (after !== undefined) announce(t(after.by_rule ? "people.rule.saved.on" : "people.rule.saved.off"));
    again();
  };
  return (
    <section class="block" aria-labelledby="rule">
      <h2 class="govuk-heading-m" id="rule">
        {t("people.rule")}
      </h2>
      <ErrorSummary refusal={turn.refusal} />
      <p class="govuk-body">{t(of.by_rule ? "people.rule.on" : "people.rule.off")}</p>
      {of.administers && (
        <Button kind="secondary" busy={turn.busy} onClick={() => void set()}>
          {t(of.by_rule ? "people.rule.turn.off" : "people.rule.turn.on")}
        </Button>
      )}
    </section>
  );
}

interface FieldsProps {
  of: Member | null;
  fields: Field[];
  agency: string;
  close: () => void;
  done: () => void;
}

function Fields({ of, fields, agency, close, done }: FieldsProps) {
  const [chosen, setChosen] = useState<string[]>(of?.fields ?? []);
  const save = useAction((_key, member: Member, codes: string[]) =>
    ask(
      api.PUT("/desk/teams/{agency}/officers/{officer}/fields", {
        params: { path: { agency, officer: member.id } },
        body: { fields: codes, version: member.version },
      }),
    ),
  );
  const send = async () => {
    if (of === null || (await save.run(of, chosen)) === undefined) return;
    announce(t("people.load.saved", { name: of.name }));
    close();
    done();
  };
  return (
    <Dialog
      open={of !== null}
      title={t("people.load.change.one", { name: of?.name ?? "" })}
      confirm={t("people.load.save")}
      busy={save.busy}
      onConfirm={() => void send()}
      onClose={close}
    >
      <ErrorSummary refusal={save.refusal} />
      <CheckboxesField
        name="fields"
        label={t("people.load.fields")}
        hint={t("people.load.fields.hint")}
        value={chosen}
        onInput={setChosen}
        options={fields.map((one) => ({ value: one.code, label: one.name }))}
        small
      />
    </Dialog>
  );
}

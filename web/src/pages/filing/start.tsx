import { useMemo, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { dateTime } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { said, t } from "../../i18n";
import { Button, Buttons, LinkButton } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { RadiosField, SelectField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Said } from "../../parts/Said";
import { go } from "../../router";
import { deliveries, procedureOf, published, type Answers, type Named, type Procedure } from "./procedure";
import { fits } from "./validate";

interface Agency {
  code: string;
  name: Named;
}

interface Beginning {
  procedure: Procedure;
  agencies: Agency[];
  profile: Schema["ProfileView"];
  drafts: Schema["SummaryShape"][];
}

async function beginning(code: string): Promise<Beginning> {
  const [procedure, tree, profile, mine] = await Promise.all([
    procedureOf(code),
    published<{ agencies: Agency[] }>("agencies.json"),
    ask(api.GET("/me")),
    ask(api.GET("/dossiers", { params: { query: { limit: 50 } } })),
  ]);
  return {
    procedure,
    agencies: tree.agencies.filter((one) => procedure.agencies.includes(one.code)),
    profile,
    drafts: mine.items.filter((one) => one.state.code === "draft" && one.procedure.code === code),
  };
}

/** What of the profile the form starts with, where it is of the kind that the form asks for. */
function prefilled({ procedure, profile }: Beginning): Answers {
  const given: Answers = {};
  for (const [name, property] of Object.entries(procedure.form?.properties ?? {})) {
    const source = property["x-prefill"];
    const value = source === undefined ? null : profile[source];
    // Accounts keep +84912…; forms ask for 0912….
    const fitting = [value, value?.replace(/^\+84/, "0")].find((one) => fits(one, property));
    if (fitting) given[name] = fitting;
  }
  return given;
}

export function Start({ code }: { code: string }) {
  const load = useLoad(() => beginning(code), [code]);
  if (load.data === null) {
    return (
      <Page title={t("filing.start")}>
        <Ready of={load}>{() => null}</Ready>
      </Page>
    );
  }
  return <Choice of={load.data} />;
}

function Choice({ of }: { of: Beginning }) {
  const { procedure, agencies, profile, drafts } = of;
  const [agency, setAgency] = useState(agencies.length === 1 ? (agencies[0]?.code ?? "") : "");
  const options = useMemo(() => agencies.map((one) => ({ value: one.code, label: said(one.name) })), [agencies]);
  // The key of the act is the draft's id: a request repeated after a lost answer makes no second draft.
  const creation = useAction((key, chosen: string) =>
    ask(
      api.PUT("/dossiers/{dossier_id}", {
        params: { path: { dossier_id: key } },
        body: {
          version: 0,
          procedure: procedure.code,
          procedure_version: procedure.version,
          agency: chosen,
          answers: prefilled(of),
          delivery: deliveries(procedure)[0] ?? "counter",
        },
      }),
    ),
  );
  const guidance = `/tt/${procedure.code}`;
  const frame = { caption: <Said of={procedure.name} />, failed: creation.refusal !== null };
  if (procedure.level < 3 || procedure.form === null) {
    return (
      <Page title={t("filing.offline")} {...frame}>
        <p class="govuk-body">{t("filing.offline.text")}</p>
        <LinkButton href={guidance}>{t("filing.guidance")}</LinkButton>
      </Page>
    );
  }
  if (profile.kind !== "person" && profile.kind !== "organisation") {
    return (
      <Page title={t("filing.officer")} {...frame}>
        <p class="govuk-body">{t("filing.officer.text")}</p>
      </Page>
    );
  }
  if (!procedure.audience.includes(profile.kind)) {
    const wanted = procedure.audience.map((one) => t(`audience.${one}`)).join(", ");
    return (
      <Page title={t("filing.audience")} {...frame}>
        <p class="govuk-body">{t("filing.audience.text", { wanted, own: t(`audience.${profile.kind}`) })}</p>
        <LinkButton href={guidance}>{t("filing.guidance")}</LinkButton>
      </Page>
    );
  }
  const begin = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (agency === "") {
      const message = t("filing.agency.missing");
      creation.refuse(new Refusal(422, "Incomplete", t("filing.check.text"), [{ field: "agency", code: "Required", message }]));
      return;
    }
    const made = await creation.run(agency);
    if (made !== undefined) go(`/ho-so/${made.id}/nop`, { replace: true });
  };
  const field = {
    name: "agency",
    label: t("filing.agency"),
    hint: t("filing.agency.hint"),
    value: agency,
    onInput: setAgency,
    options,
    error: creation.refusal?.of("agency"),
  };
  return (
    <Page title={t("filing.start")} {...frame}>
      <ErrorSummary refusal={creation.refusal} />
      {drafts.length > 0 && (
        <Notice title={t("filing.drafts")}>
          <ul class="govuk-list">
            {drafts.map((one) => (
              <li key={one.id}>
                <a class="govuk-link" href={`/ho-so/${one.id}/nop`}>
                  {t("filing.drafts.one", { agency: one.agency.name, at: dateTime(one.created_at) })}
                </a>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <form onSubmit={(event) => void begin(event)} noValidate>
        {options.length === 1 ? (
          <p class="govuk-body">{t("filing.agency.only", { name: options[0]?.label ?? "" })}</p>
        ) : options.length <= 6 ? (
          <RadiosField {...field} />
        ) : (
          <SelectField {...field} />
        )}
        <p class="govuk-body">{t("filing.start.text")}</p>
        <Buttons>
          <Button busy={creation.busy}>{t("filing.start.button")}</Button>
          <a class="govuk-link" href={guidance}>
            {t("filing.guidance")}
          </a>
        </Buttons>
      </form>
    </Page>
  );
}

import type { ComponentChildren } from "preact";
import { dateTime, money } from "../../format";
import { t } from "../../i18n";
import { StateTag } from "../../parts/StateTag";
import { Timeline } from "../../parts/Timeline";
import { Written } from "../../parts/Said";
import type { Procedure } from "../filing/procedure";
import { answerText, paperNameOf, titleOf } from "./catalogue";
import { word, type Dossier, type Step } from "./words";

interface Props {
  dossier: Dossier;
  procedure: Procedure;
}

/** Who did what when, newest first, with what was said and what was changed. */
export function History({ dossier, procedure }: Props) {
  const steps = [...dossier.timeline].reverse();
  return (
    <section aria-labelledby="history">
      <h2 class="govuk-heading-m" id="history">
        {t("dossier.timeline")}
      </h2>
      <Timeline
        moments={steps.map((step, index) => ({
          id: step.number,
          title: word("step", step.action, t("dossier.step.other")),
          at: step.at,
          shown: dateTime(step.at),
          by: <By name={step.actor} role={step.role} absent={step.stands_for} />,
          ...(index === 0 ? { kind: "now" as const } : {}),
          children: (
            <>
              <p>
                <StateTag state={step.state} />
              </p>
              <Detail step={step} procedure={procedure} />
            </>
          ),
        }))}
      />
    </section>
  );
}

function By({ name, role, absent }: { name: string; role: string; absent: string | null }) {
  const office = word("role", role, role);
  if (role === "system" || name === "") return <>{office}</>;
  return (
    <>
      <Written text={name} /> ({office}
      {absent && `, ${t("dossier.instead", { absent })}`})
    </>
  );
}

// What of an event's detail is text for people; papers, fields, answers and originals have their own lists.
const texts = ["reason", "opinion", "note", "exception", "number", "title", "tracking", "sender", "recipient", "signature", "to_name"] as const;
const amounts = ["amount", "still_due", "refunded"] as const;
const moments = ["due_at", "reply_due_at", "was"] as const;

function Detail({ step, procedure }: { step: Step; procedure: Procedure }) {
  const { detail } = step;
  const lines: [string, ComponentChildren][] = [];
  for (const name of amounts) {
    const amount = detail[name];
    if (typeof amount === "number") lines.push([t(`dossier.detail.${name}`), money(amount)]);
  }
  const means = detail["means"] ?? detail["via"];
  if (typeof means === "string") lines.push([t("dossier.detail.means"), word("detail.means", means, means)]);
  for (const name of texts) {
    const text = detail[name];
    if (typeof text === "string" && text) {
      lines.push([t(`dossier.detail.${name}`), <span class="lines">
          <Written text={text} />
        </span>]);
    }
  }
  for (const name of moments) {
    const at = detail[name];
    if (typeof at === "string" && at) lines.push([t(`dossier.detail.${name}`), dateTime(at)]);
  }
  if (typeof detail["form_signed"] === "boolean") {
    const signed = t(detail["form_signed"] ? "dossier.detail.form_signed.yes" : "dossier.detail.form_signed.no");
    lines.push([t("dossier.detail.form_signed"), signed]);
  }
  return (
    <>
      {lines.length > 0 && <Lines lines={lines} />}
      <Reasons detail={detail} procedure={procedure} />
      <Changes detail={detail} procedure={procedure} />
      <Originals detail={detail} procedure={procedure} />
    </>
  );
}

function Lines({ lines }: { lines: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {lines.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{typeof value === "string" ? <Written text={value} /> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

type OfStep = { detail: Step["detail"]; procedure: Procedure };
const texted = (value: unknown): [string, string][] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string")
    : [];

/** The items of a supplement request, each with its reason. */
function Reasons({ detail, procedure }: OfStep) {
  const lines: [string, string][] = [
    ...texted(detail["papers"]).map(([code, why]): [string, string] => [paperNameOf(procedure, code), why]),
    ...texted(detail["fields"]).map(([field, why]): [string, string] => [titleOf(procedure, field), why]),
  ];
  return lines.length > 0 ? <Lines lines={lines} /> : null;
}

/** What a supplement changed: the old beside the new. */
function Changes({ detail, procedure }: OfStep) {
  const before = (detail["before"] ?? {}) as Record<string, unknown>;
  const after = (detail["after"] ?? {}) as Record<string, unknown>;
  const papers = Object.entries((detail["papers"] ?? {}) as Record<string, unknown>).filter(
    ([, one]) => typeof one === "object" && one !== null && "was" in one && one.was,
  );
  const fields = Object.keys(after);
  if (fields.length === 0 && papers.length === 0) return null;
  return (
    <ul class="changes">
      {fields.map((field) => {
        const property = procedure.form?.properties[field];
        return (
          <li key={field}>
            <strong>{titleOf(procedure, field)}</strong>
            <dl class="facts">
              <div>
                <dt>{t("dossier.change.before")}</dt>
                <dd>
                  <del class="lines">
                    <Written text={answerText(property, before[field])} />
                  </del>
                </dd>
              </div>
              <div>
                <dt>{t("dossier.change.after")}</dt>
                <dd>
                  <ins class="lines">
                    <Written text={answerText(property, after[field])} />
                  </ins>
                </dd>
              </div>
            </dl>
          </li>
        );
      })}
      {papers.map(([code]) => (
        <li key={code}>
          <strong>{paperNameOf(procedure, code)}</strong>
          <br />
          {t("dossier.change.paper")}
        </li>
      ))}
    </ul>
  );
}

function Originals({ detail, procedure }: OfStep) {
  const compared = texted(detail["originals"]);
  if (compared.length === 0) return null;
  return (
    <Lines
      lines={compared.map(([code, outcome]) => [paperNameOf(procedure, code), word("original", outcome, outcome)])}
    />
  );
}

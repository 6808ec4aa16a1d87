import { useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { lawDay, number } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { DateField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";

type Agency = Schema["AgencyShape"];
type Part = Schema["RegisterShape"];

/** The register of an agency (mẫu 06) for a period, a PDF for each hundred dossiers. */
export default function Register({ agency }: { agency: Agency }) {
  const today = lawDay(new Date());
  const [from, setFrom] = useState(`${today.slice(0, 8)}01`);
  const [to, setTo] = useState(today);
  const [parts, setParts] = useState<Part[]>([]);
  const make = useAction((_key, after: string | null) =>
    ask(
      api.PUT("/desk/agencies/{agency}/register", {
        params: { path: { agency: agency.code }, query: { from, to, ...(after === null ? {} : { after }) } },
      }),
    ),
  );
  const send = async (after: string | null) => {
    const part = await make.run(after);
    if (part === undefined) return;
    setParts((before) => (after === null ? [part] : [...before, part]));
    announce(t("desk.register.made", { count: part.lines }));
  };
  const changed = (set: (day: string) => void) => (day: string) => {
    set(day);
    setParts([]); // of another period
  };
  const next = parts.at(-1)?.next ?? null;
  const { refusal } = make;
  return (
    <Page title={t("desk.register")} caption={agency.name} failed={refusal !== null}>
      <p class="govuk-body">{t("desk.register.text")}</p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send(null);
        }}
      >
        <ErrorSummary refusal={refusal} />
        <DateField name="from" label={t("desk.register.from")} value={from} error={refusal?.of("from")} onInput={changed(setFrom)} />
        <DateField name="to" label={t("desk.register.to")} value={to} error={refusal?.of("to")} onInput={changed(setTo)} />
        <Button busy={make.busy}>{t("desk.register.make")}</Button>
      </form>
      {parts.length > 0 && (
        <Notice>
          <ul class="govuk-list">
            {parts.map((part, at) => (
              <li key={part.url}>
                <a class="govuk-link" href={part.url} download rel="noopener">
                  {t("desk.register.part", { part: number(at + 1), count: number(part.lines) })}
                </a>
              </li>
            ))}
          </ul>
          <p>{t("desk.register.soon")}</p>
          {next !== null && (
            <Button kind="secondary" busy={make.busy} onClick={() => void send(next)}>
              {t("desk.register.next")}
            </Button>
          )}
        </Notice>
      )}
    </Page>
  );
}

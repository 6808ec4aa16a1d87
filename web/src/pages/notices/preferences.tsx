import { useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { phone } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { CheckboxField, RadiosField, TextField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Page } from "../../parts/Page";
import { SummaryList } from "../../parts/SummaryList";
import "./notices.scss";

type Preferences = Schema["PreferencesShape"];
type Kind = Schema["WaysShape"]["kind"];
type Way = "mail" | "sms";

const clock = /^([01]\d|2[0-3]):[0-5]\d$/;

/** By which ways I am told besides the inbox, in which language, and when not. */
export default function NoticePreferences() {
  const kept = useLoad(() => ask(api.GET("/me/notices")));
  return (
    <Page title={t("notices.prefs.title")}>
      <Ready of={kept}>{(one) => <Form key={one.version} kept={one} again={kept.again} />}</Ready>
    </Page>
  );
}

function Form({ kept, again }: { kept: Preferences; again: () => void }) {
  const [ways, setWays] = useState(() => Object.fromEntries(kept.ways.map((one) => [one.kind, one.ways])) as Record<Kind, Way[]>);
  const [language, setLanguage] = useState(kept.language);
  const [quiet, setQuiet] = useState(kept.quiet !== null);
  const [hours, setHours] = useState(kept.quiet ?? { start: "21:00", end: "07:00" });
  const save = useAction((_key, wanted: Schema["PreferencesBody"]) => ask(api.PUT("/me/notices", { body: wanted })));
  const send = async (event: Event) => {
    event.preventDefault();
    const wrong = [
      ...kept.ways
        .filter((one) => one.required && ways[one.kind].length === 0)
        .map((one) => ({ field: `${one.kind}-mail`, code: "TooFew", message: t("notices.prefs.least") })),
      ...(["start", "end"] as const)
        .filter((name) => quiet && !clock.test(hours[name]))
        .map((name) => ({ field: name, code: "BadFormat", message: t("notices.prefs.bad") })),
    ];
    if (wrong.length > 0) return save.refuse(new Refusal(422, "BadRequest", t("notices.prefs.least"), wrong));
    const wanted = { version: kept.version, language, ways, quiet: quiet ? hours : null };
    if ((await save.run(wanted)) === undefined) return;
    announce(t("notices.prefs.saved"));
    again();
  };
  const toggle = (kind: Kind, way: Way, on: boolean) =>
    setWays({ ...ways, [kind]: on ? [...ways[kind], way] : ways[kind].filter((one) => one !== way) });
  const error = (name: string) => save.refusal?.of(name);
  return (
    <form onSubmit={(event) => void send(event)} noValidate>
      <ErrorSummary refusal={save.refusal} />
      <p class="govuk-body">{t("notices.prefs.text")}</p>
      <p class="govuk-body">
        <a class="govuk-link" href="/thong-bao">
          {t("notices.inbox")}
        </a>
      </p>
      <SummaryList
        rows={[
          { label: t("notices.prefs.mail"), value: kept.email },
          { label: t("notices.prefs.sms"), value: phone(kept.phone) },
        ]}
      />
      {kept.ways.map(({ kind, required }) => (
        <fieldset class="govuk-fieldset ways" key={kind}>
          <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">{t(`notices.kind.${kind}`)}</legend>
          {required && <p class="govuk-hint">{t("notices.prefs.required")}</p>}
          {(["mail", "sms"] as const).map((way) => (
            <CheckboxField
              key={way}
              name={`${kind}-${way}`}
              label={t(`notices.prefs.${way}`)}
              checked={ways[kind].includes(way)}
              onInput={(on) => toggle(kind, way, on)}
              error={error(`${kind}-${way}`)}
            />
          ))}
        </fieldset>
      ))}
      <RadiosField
        name="language"
        label={t("notices.prefs.language")}
        value={language}
        onInput={(value) => setLanguage(value as Preferences["language"])}
        options={[
          { value: "vi", label: t("notices.prefs.language.vi") },
          { value: "en", label: t("notices.prefs.language.en") },
        ]}
        inline
      />
      <CheckboxField
        name="quiet"
        label={t("notices.prefs.quiet")}
        hint={t("notices.prefs.quiet.hint")}
        checked={quiet}
        onInput={setQuiet}
      />
      {quiet && (
        <div class="hours">
          {(["start", "end"] as const).map((name) => (
            <TextField
              key={name}
              name={name}
              label={t(`notices.prefs.${name}`)}
              hint={t("notices.prefs.clock")}
              value={hours[name]}
              onInput={(value) => setHours({ ...hours, [name]: value })}
              error={error(name)}
              width={5}
            />
          ))}
        </div>
      )}
      <Button busy={save.busy}>{t("notices.prefs.save")}</Button>
    </form>
  );
}

import { useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { lawDay, plainDate } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button, TextButton } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { DateField, RadiosField, TextareaField, TextField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Said } from "../../parts/Said";
import { SummaryList } from "../../parts/SummaryList";

type Calendar = Schema["CalendarShape"];
type Off = Calendar["off"][number];
type Hours = Record<string, string[][]>;
const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const written = (periods: string[][] | undefined): string => (periods ?? []).map((ends) => ends.join("-")).join(", ");

/** What was typed as `07:00-11:30, 13:30-17:00`; the server names what it cannot read. */
const read = (text: string): string[][] =>
  text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => part.split(/[-–]/).map((end) => end.trim().padStart(5, "0")));

/** When an agency works; its administrators change what it has of its own. */
export function CalendarPage({ agency }: { agency: Schema["AgencyShape"] }) {
  const found = useLoad(
    () => ask(api.GET("/desk/calendars/{agency}", { params: { path: { agency: agency.code } } })),
    [agency.code],
  );
  const [saved, setSaved] = useState(false);
  const done = () => {
    setSaved(true);
    announce(t("deadlines.calendar.saved"));
    found.again();
  };
  return (
    <Page title={t("deadlines.calendar")} caption={agency.name} wide>
      <Ready of={found}>
        {(calendar) => (
          <>
            {saved && (
              <Notice kind="success">
                <p>{t("deadlines.calendar.saved")}</p>
              </Notice>
            )}
            <div class="calendar">
              <InForce of={calendar} />
              {calendar.may_edit && <Change key={calendar.version} of={calendar} done={done} />}
            </div>
          </>
        )}
      </Ready>
    </Page>
  );
}

function InForce({ of }: { of: Calendar }) {
  const today = lawDay(new Date());
  const ahead = (days: readonly Off[]) => days.filter((day) => day.date >= today);
  return (
    <section aria-labelledby="in-force">
      <h2 class="govuk-heading-m" id="in-force">
        {t("deadlines.calendar.hours")}
      </h2>
      <p class="govuk-body">{t(of.hours === null ? "deadlines.calendar.hours.above" : "deadlines.calendar.hours.own")}</p>
      <SummaryList
        rows={weekdays.map((day) => ({
          label: t(`deadlines.day.${day}`),
          value: written(of.in_force[day]) || t("deadlines.closed"),
        }))}
      />
      <Days kind="own" days={ahead(of.off)} />
      <Days kind="public" days={ahead(of.public)} />
      <Days kind="worked" days={ahead(of.worked)} />
    </section>
  );
}

function Days({ kind, days }: { kind: "own" | "public" | "worked"; days: readonly Off[] }) {
  return (
    <>
      <h3 class="govuk-heading-s">{t(`deadlines.calendar.${kind}`)}</h3>
      {days.length === 0 ? (
        <p class="govuk-body">{t("deadlines.calendar.none")}</p>
      ) : (
        <ul class="govuk-list calendar__days">
          {days.map((day) => (
            <li key={day.date}>
              <span class="calendar__date">{plainDate(day.date)}</span>{" "}
              <Said of={{ vi: day.name["vi"] ?? "", en: day.name["en"] ?? "" }} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const empty: Off = { date: "", name: { vi: "", en: "" } };

function Change({ of, done }: { of: Calendar; done: () => void }) {
  const [own, setOwn] = useState(of.hours !== null);
  const [hours, setHours] = useState<Record<string, string>>(() =>
    Object.fromEntries(weekdays.map((day) => [day, written((of.hours ?? of.in_force)[day])])),
  );
  const [off, setOff] = useState<Off[]>(of.off);
  const [reason, setReason] = useState("");
  const save = useAction((key, body: Schema["CalendarBody"]) =>
    ask(
      api.POST("/desk/calendars/{agency}", {
        params: { path: { agency: of.agency.code }, header: { "Idempotency-Key": key } },
        body,
      }),
    ),
  );
  const submit = async () => {
    if (reason.trim() === "")
      return save.refuse(
        new Refusal(422, "Incomplete", t("deadlines.calendar.reason.missing"), [
          { field: "reason", code: "Required", message: t("deadlines.calendar.reason.missing") },
        ]),
      );
    const week: Hours = Object.fromEntries(weekdays.map((day) => [day, read(hours[day] ?? "")]));
    const named = off.map(({ date, name }) => ({ date, name: { vi: name["vi"] ?? "", en: name["vi"] ?? "" } }));
    const body = { version: of.version, hours: own ? week : null, off: named, reason: reason.trim() };
    if ((await save.run(body)) !== undefined) done();
  };
  const { refusal } = save;
  const put = (at: number, next: Off) => setOff(off.map((one, n) => (n === at ? next : one)));
  return (
    <form
      noValidate
      aria-labelledby="change"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h2 class="govuk-heading-m" id="change">
        {t("deadlines.calendar.change")}
      </h2>
      <p class="govuk-body">{t("deadlines.calendar.change.text")}</p>
      <ErrorSummary refusal={refusal} />
      <RadiosField
        name="hours"
        label={t("deadlines.calendar.hours")}
        value={own ? "own" : "above"}
        onInput={(value) => setOwn(value === "own")}
        options={(["above", "own"] as const).map((value) => ({ value, label: t(`deadlines.calendar.choose.${value}`) }))}
      />
      {own &&
        weekdays.map((day, at) => (
          <TextField
            key={day}
            name={`hours.${day}`}
            label={t(`deadlines.day.${day}`)}
            {...(at === 0 ? { hint: t("deadlines.calendar.hours.hint") } : {})}
            optional
            width={30}
            value={hours[day] ?? ""}
            error={refusal?.of(`hours.${day}`) ?? refusal?.of(`hours.${day}[0]`) ?? refusal?.of(`hours.${day}[1]`)}
            onInput={(value) => setHours({ ...hours, [day]: value })}
          />
        ))}
      <fieldset class="govuk-fieldset calendar__off">
        <legend class="govuk-fieldset__legend">{t("deadlines.calendar.own")}</legend>
        {off.map((day, at) => (
          <div class="calendar__row" key={at}>
            <DateField
              name={`off[${at}].date`}
              label={t("deadlines.calendar.date", { number: at + 1 })}
              value={day.date}
              error={refusal?.of(`off[${at}].date`)}
              onInput={(date) => put(at, { ...day, date })}
            />
            <TextField
              name={`off[${at}].name`}
              label={t("deadlines.calendar.name", { number: at + 1 })}
              maxLength={200}
              value={day.name["vi"] ?? ""}
              error={refusal?.of(`off[${at}].name`)}
              onInput={(vi) => put(at, { ...day, name: { vi, en: vi } })}
            />
            <TextButton label={t("deadlines.calendar.remove.day", { number: at + 1 })} onClick={() => setOff(off.filter((_, n) => n !== at))}>
              {t("deadlines.calendar.remove")}
            </TextButton>
          </div>
        ))}
        <Button kind="secondary" onClick={() => setOff([...off, empty])}>
          {t("deadlines.calendar.add")}
        </Button>
      </fieldset>
      <TextareaField
        name="reason"
        label={t("deadlines.calendar.reason")}
        hint={t("deadlines.calendar.reason.hint")}
        rows={2}
        maxLength={500}
        value={reason}
        error={refusal?.of("reason")}
        onInput={setReason}
      />
      <Button busy={save.busy}>{t("deadlines.calendar.save")}</Button>
    </form>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import type { FieldDefect } from "../../api/refusal";
import { lawDay, money } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { DateField, RadiosField, TextField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { NumberField } from "../../parts/NumberField";
import { Page } from "../../parts/Page";
import type { FinanceProps } from "../finance";
import { isDay } from "./words";

type Slip = Schema["SlipShape"];
const services = ["counter", "postal"] as const;
type Service = (typeof services)[number];
const NOON = "12:00";
/** Slips carry the clock of the law. */
const moment = (day: string, time: string): string => `${day}T${time}:00+07:00`;

const fresh = () => ({
  office: "",
  slip: "",
  reference: "",
  payer: "",
  amount: null as number | string | null,
  day: lawDay(new Date()),
  time: NOON,
  service: "counter" as Service,
});

/** A slip that a post office reports on paper (clause A13). */
export function SlipPage({ agency }: FinanceProps) {
  const [given, setGiven] = useState(fresh);
  const [told, setTold] = useState<Slip | null>(null);
  const entering = useAction((_key, typed: Schema["SlipBody"]) =>
    ask(api.PUT("/desk/books/{agency}/slips", { params: { path: { agency: agency.code } }, body: typed })),
  );
  const set = <K extends keyof ReturnType<typeof fresh>>(field: K) => (value: ReturnType<typeof fresh>[K]) =>
    setGiven((before) => ({ ...before, [field]: value }));
  const send = async (event: Event) => {
    event.preventDefault();
    const { office, slip, reference, payer, amount, day, time, service } = given;
    const typed = { office: office.trim(), slip: slip.trim(), reference: reference.trim() };
    const whole = typeof amount === "number" && Number.isInteger(amount) && amount > 0 ? amount : null;
    const timed = isDay(day) && /^([01]\d|2[0-3]):[0-5]\d$/.test(time.trim());
    const defects: FieldDefect[] = [
      ...(["office", "slip", "reference"] as const)
        .filter((field) => typed[field] === "")
        .map((field) => ({ field, code: "Required", message: t("error.required") })),
      ...(whole === null ? [{ field: "amount", code: "Invalid", message: t("books.slip.amount.wrong") }] : []),
      ...(timed ? [] : [{ field: "paid_at", code: "Invalid", message: t("books.slip.when.wrong") }]),
    ];
    if (whole === null || defects.length > 0) {
      entering.refuse(new Refusal(422, "Incomplete", t("books.form.incomplete"), defects));
      return;
    }
    const paid_at = moment(day, time.trim());
    const answer = await entering.run({ ...typed, payer: payer.trim(), amount: whole, paid_at, service });
    if (answer === undefined) return;
    setTold(answer);
    setGiven((before) => ({ ...fresh(), office: before.office, day: before.day }));
    announce(outcome(answer));
  };
  const { refusal } = entering;
  return (
    <Page title={t("books.slip")} caption={agency.name} failed={refusal !== null}>
      <ErrorSummary refusal={refusal} />
      {told !== null && refusal === null && <Outcome of={told} />}
      <p class="govuk-body">{t("books.slip.text")}</p>
      <form onSubmit={(event) => void send(event)} noValidate>
        <TextField
          name="office"
          label={t("books.slip.office")}
          value={given.office}
          width={20}
          maxLength={20}
          autocomplete="off"
          error={refusal?.of("office")}
          onInput={set("office")}
        />
        <TextField
          name="slip"
          label={t("books.slip.number")}
          value={given.slip}
          width={20}
          maxLength={40}
          autocomplete="off"
          error={refusal?.of("slip")}
          onInput={set("slip")}
        />
        <TextField
          name="reference"
          label={t("books.slip.reference")}
          value={given.reference}
          width={30}
          maxLength={60}
          autocomplete="off"
          error={refusal?.of("reference")}
          onInput={set("reference")}
        />
        <TextField
          name="payer"
          label={t("books.slip.payer")}
          optional
          value={given.payer}
          maxLength={200}
          autocomplete="off"
          error={refusal?.of("payer")}
          onInput={set("payer")}
        />
        <NumberField
          name="amount"
          label={t("books.slip.amount")}
          whole
          value={given.amount}
          suffix={t("desk.fee.unit")}
          error={refusal?.of("amount")}
          onInput={set("amount")}
        />
        <DateField
          name="paid_at"
          label={t("books.slip.day")}
          value={given.day}
          error={refusal?.of("paid_at")}
          onInput={set("day")}
        />
        <TextField
          name="time"
          label={t("books.slip.time")}
          hint={t("books.slip.time.hint")}
          value={given.time}
          width={5}
          maxLength={5}
          autocomplete="off"
          onInput={set("time")}
        />
        <RadiosField
          name="service"
          label={t("books.slip.service")}
          value={given.service}
          error={refusal?.of("service")}
          onInput={(value) => set("service")(value as Service)}
          options={services.map((value) => ({ value, label: t(`books.slip.service.${value}`) }))}
        />
        <Button busy={entering.busy}>{t("books.slip.send")}</Button>
      </form>
    </Page>
  );
}

const outcome = ({ use, code, due, over }: Slip): string => {
  const about = { code: code ?? "", due: money(due) };
  const said = t(use === "known" || use === "held" || use === "surplus" ? `books.slip.${use}` : "books.slip.paid", about);
  return over > 0 && use === "paid" ? `${said} ${t("books.slip.over", { over: money(over) })}` : said;
};

function Outcome({ of }: { of: Slip }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [of]);
  return (
    <div class="told" ref={box} tabIndex={-1}>
      <Notice kind={of.use === "paid" ? "success" : "warning"}>
        <p>{outcome(of)}</p>
      </Notice>
    </div>
  );
}

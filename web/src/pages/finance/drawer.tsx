import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { agencies } from "../../catalogue";
import { dateTime, lawDay, money, number, plainDate } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { NumberField } from "../../parts/NumberField";
import { Page } from "../../parts/Page";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { SummaryList, type SummaryRow } from "../../parts/SummaryList";
import type { FinanceProps } from ".";
import { Count } from "./count";
import { CountSheet } from "./count-sheet";
import type { Pieces } from "./notes";

export type Drawer = Schema["DrawerShape"];

export const shiftOf = ({ number: shift, day }: Drawer): string =>
  t("finance.drawer.shift", { number: shift, day: plainDate(day) });

/** A cashier's own drawer: opened, watched, counted, closed. */
export function DrawerPage({ agency }: FinanceProps) {
  const path = { agency: agency.code };
  const loaded = useLoad(async () => {
    const [{ drawer }, tree] = await Promise.all([
      ask(api.GET("/desk/drawers/{agency}/mine", { params: { path } })),
      agencies(),
    ]);
    const own = tree.find((one) => one.code === agency.code) ?? null;
    return { drawer, agency: own, above: tree.find((one) => one.code === own?.parent) ?? null };
  }, [agency.code]);
  const [failed, setFailed] = useState(false);
  const [told, setTold] = useState("");
  // What was counted note by note lives as long as the page, for the sheet; the API keeps the sum.
  const [pieces, setPieces] = useState<Pieces>({});
  const done = (text: string) => {
    setTold(text);
    setFailed(false);
    announce(text);
    loaded.again();
  };
  return (
    <>
      <div class="no-print-sheet">
        <Page title={t("finance.drawer")} caption={agency.name} wide failed={failed}>
          {told !== "" && <Told text={told} />}
          <Ready of={loaded}>
            {({ drawer }) =>
              drawer?.state === "open" ? (
                <Open
                  drawer={drawer}
                  pieces={pieces}
                  setPieces={setPieces}
                  onFailed={setFailed}
                  done={() => done(t("finance.count.done"))}
                />
              ) : (
                <Closed
                  drawer={drawer}
                  agency={agency.code}
                  onFailed={setFailed}
                  done={() => {
                    setPieces({});
                    done(t("finance.drawer.opened"));
                  }}
                />
              )
            }
          </Ready>
        </Page>
      </div>
      {loaded.data?.drawer && <CountSheet {...loaded.data} drawer={loaded.data.drawer} pieces={pieces} />}
    </>
  );
}

function Told({ text }: { text: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [text]);
  return (
    <div class="told" ref={box} tabIndex={-1}>
      <Notice kind="success">
        <p>{text}</p>
      </Notice>
    </div>
  );
}

const tones = { open: "blue", counted: "yellow", handed_in: "green" } as const;

export function DrawerTag({ of }: { of: Drawer }) {
  const state = of.state as keyof typeof tones;
  return <Tag tone={tones[state] ?? "grey"}>{t(`finance.drawer.state.${state}`)}</Tag>;
}

/** With its sign: what is too much, or too little, is never told by colour. */
export const difference = (of: Drawer): string => (of.difference > 0 ? "+" : "") + money(of.difference);

function rows(of: Drawer): SummaryRow[] {
  return [
    { label: t("finance.drawer.since"), value: dateTime(of.opened_at) },
    { label: t("finance.drawer.change"), value: money(of.change) },
    { label: t("finance.drawer.cash"), value: money(of.cash) },
    { label: t("finance.drawer.card"), value: money(of.card) },
    { label: t("finance.drawer.transfer"), value: money(of.transfer) },
    { label: t("finance.drawer.payments"), value: number(of.payments) },
    { label: t("finance.drawer.expected"), value: <strong>{money(of.expected)}</strong> },
    ...(of.counted === null ? [] : [{ label: t("finance.drawer.counted"), value: <strong>{money(of.counted)}</strong> }]),
    ...(of.counted === null ? [] : [{ label: t("finance.drawer.difference"), value: difference(of) }]),
    ...(of.note ? [{ label: t("finance.drawer.note"), value: <Written text={of.note} /> }] : []),
    ...(of.confirmed_by_name
      ? [{ label: t("finance.drawer.confirmed"), value: <Written text={of.confirmed_by_name} /> }]
      : []),
  ];
}

interface OpenProps {
  drawer: Drawer;
  pieces: Pieces;
  setPieces: (next: Pieces) => void;
  onFailed: (failed: boolean) => void;
  done: () => void;
}

function Open({ drawer, ...rest }: OpenProps) {
  const stale = drawer.day !== lawDay(new Date());
  return (
    <>
      {stale && (
        <Notice kind="warning" title={t("finance.drawer.stale", { day: plainDate(drawer.day) })}>
          <p>{t("finance.drawer.stale.text")}</p>
        </Notice>
      )}
      <div class="till">
        <section class="card till__now" aria-labelledby="shift">
          <h2 class="govuk-heading-m" id="shift">
            {shiftOf(drawer)} <DrawerTag of={drawer} />
          </h2>
          <SummaryList rows={rows(drawer)} />
        </section>
        <Count drawer={drawer} {...rest} />
      </div>
    </>
  );
}

interface ClosedProps {
  drawer: Drawer | null;
  agency: string;
  onFailed: (failed: boolean) => void;
  done: () => void;
}

function Closed({ drawer, agency, onFailed, done }: ClosedProps) {
  const [change, setChange] = useState<number | string | null>(0);
  const opening = useAction((_key, amount: number) =>
    ask(api.PUT("/desk/drawers/{agency}/mine", { params: { path: { agency } }, body: { change: amount } })),
  );
  useEffect(() => onFailed(opening.refusal !== null), [opening.refusal]);
  const send = async (event: Event) => {
    event.preventDefault();
    if (typeof change !== "number" || !Number.isInteger(change) || change < 0) {
      const message = t("finance.drawer.change.wrong");
      opening.refuse(new Refusal(422, "Incomplete", message, [{ field: "change", code: "Invalid", message }]));
      return;
    }
    if ((await opening.run(change)) !== undefined) done();
  };
  return (
    <>
      <ErrorSummary refusal={opening.refusal} />
      <div class="till">
        {drawer && (
          <section class="card till__now" aria-labelledby="last">
            <h2 class="govuk-heading-m" id="last">
              {t("finance.drawer.last")}: {shiftOf(drawer)} <DrawerTag of={drawer} />
            </h2>
            <SummaryList rows={rows(drawer)} />
            <Button kind="secondary" onClick={() => print()}>
              {t("finance.count.print")}
            </Button>
          </section>
        )}
        <form onSubmit={(event) => void send(event)} noValidate>
          <h2 class="govuk-heading-m">{t(drawer ? "finance.drawer.again" : "finance.drawer.open")}</h2>
          <p class="govuk-body">{t("finance.drawer.none")}</p>
          <NumberField
            name="change"
            label={t("finance.drawer.change")}
            hint={t("finance.drawer.change.hint")}
            whole
            value={change}
            onInput={setChange}
            error={opening.refusal?.of("change")}
            suffix={t("desk.fee.unit")}
          />
          <Button busy={opening.busy}>{t("finance.drawer.open")}</Button>
        </form>
      </div>
    </>
  );
}

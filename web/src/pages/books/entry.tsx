import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, type Refusal } from "../../api/client";
import { dateTime, money } from "../../format";
import { useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { SummaryList, type SummaryRow } from "../../parts/SummaryList";
import { Timeline } from "../../parts/Timeline";
import { go } from "../../router";
import type { FinanceProps } from "../finance";
import { EntryActs } from "./entry-acts";
import { EntryTag } from "./movements";
import { page, word, type Entry } from "./words";

type Told = { text: string } | { refusal: Refusal } | null;

/** What was done to an entry that went into another agency's books, to be said where it is now. */
let carried = "";

function takeCarried(): Told {
  const text = carried;
  carried = "";
  return text === "" ? null : { text };
}

/** One movement at another side: what is known of it, what was done, and what this officer can do. */
export function EntryPage({ agency, roles, id }: FinanceProps & { id: string }) {
  const path = { agency: agency.code, entry_id: id };
  const loaded = useLoad(
    () => ask(api.GET("/desk/books/{agency}/entries/{entry_id}", { params: { path } })),
    [agency.code, id],
  );
  const [told, setTold] = useState<Told>(takeCarried);
  const done = (text: string, after: Entry) => {
    announce(text);
    if (after.agency !== agency.code) {
      // Attached to a dossier, it is in the books of the dossier's agency.
      carried = text;
      go(page("chua-khop", after.agency, after.id), { replace: true });
      return;
    }
    setTold({ text });
    loaded.again();
  };
  const refused = (refusal: Refusal) => {
    if (refusal.status !== 409 && refusal.status !== 404) return;
    setTold({ refusal });
    loaded.again();
  };
  const entry = loaded.data?.entry;
  const missing = loaded.refusal?.status === 404;
  const title = entry ? t("books.entry", { number: entry.number }) : t(missing ? "books.entry.missing" : "books.waiting");
  return (
    <Page title={title} caption={agency.name} back={page("chua-khop", agency.code)} wide>
      <Ready of={loaded}>
        {({ entry: of, acts, banks }) => (
          <>
            {told !== null && <Outcome told={told} />}
            <p>
              <EntryTag of={of} /> {of.missing && <Tag tone="red">{t("books.waiting.missing")}</Tag>}
            </p>
            {!of.booked && (
              <Notice>
                <p>{t("books.entry.foreign")}</p>
              </Notice>
            )}
            <div class="till">
              <EntryActs
                key={of.version}
                of={of}
                agency={agency.code}
                banks={banks}
                accountant={roles.includes("accountant")}
                done={done}
                refused={refused}
              />
              <div>
                <Facts of={of} />
                <section aria-labelledby="log">
                  <h2 class="govuk-heading-m" id="log">
                    {t("books.log")}
                  </h2>
                  {acts.length === 0 ? (
                    <p class="govuk-body">{t("books.log.none")}</p>
                  ) : (
                    <Timeline
                      moments={[...acts].reverse().map((act, index) => ({
                        id: `${act.at}/${act.event}`,
                        title: `${word("event", act.event)} → ${word("state", act.state)}`,
                        at: act.at,
                        shown: dateTime(act.at),
                        by: <Written text={act.by_name} />,
                        ...(index === 0 ? { kind: "now" as const } : {}),
                        children: act.reason && (
                          <p>
                            <Written text={act.reason} />
                          </p>
                        ),
                      }))}
                    />
                  )}
                </section>
              </div>
            </div>
          </>
        )}
      </Ready>
    </Page>
  );
}

function Outcome({ told }: { told: NonNullable<Told> }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [told]);
  return (
    <div class="told" ref={box} tabIndex={-1}>
      {"text" in told ? (
        <Notice kind="success">
          <p>{told.text}</p>
        </Notice>
      ) : (
        <Notice kind="error" live title={t("books.refused")}>
          <p>{told.refusal.message}</p>
          <p>{t("books.refused.reloaded")}</p>
        </Notice>
      )}
    </div>
  );
}

function Facts({ of }: { of: Entry }) {
  const rows: SummaryRow[] = [
    { label: t("books.entry.kind"), value: word("kind", of.kind) },
    { label: t("books.entry.via"), value: of.via.name },
    { label: t("books.entry.amount"), value: <strong>{money(of.amount)}</strong> },
    ...(of.unmatched > 0 ? [{ label: t("books.entry.unmatched"), value: money(of.unmatched) }] : []),
    ...(of.found === null ? [] : [{ label: t("books.entry.found"), value: money(of.found) }]),
    ...(of.fee > 0 ? [{ label: t("books.entry.fee"), value: money(of.fee) }] : []),
    { label: t("books.entry.at"), value: dateTime(of.at) },
    ...(of.paid_at ? [{ label: t("books.entry.paid"), value: dateTime(of.paid_at) }] : []),
    ...(of.why ? [{ label: t("books.entry.why"), value: of.why }] : []),
    ...(of.text ? [{ label: t("books.entry.text"), value: <Written text={of.text} /> }] : []),
    ...(of.reference ? [{ label: t("books.entry.reference"), value: <code class="reference">{of.reference}</code> }] : []),
    ...(of.dossier
      ? [
          {
            label: t("books.entry.dossier"),
            value: (
              <a class="govuk-link" href={`/can-bo/ho-so/${of.dossier}`}>
                {t("books.entry.dossier.see")}
              </a>
            ),
          },
        ]
      : []),
    ...(of.file
      ? [{ label: t("books.entry.file"), value: <span class="reference">{[of.file, of.row].filter(Boolean).join(", ")}</span> }]
      : []),
    ...(of.payee
      ? [{ label: t("books.entry.payee"), value: `${of.payee.number}, ${of.payee.holder}, ${of.payee.bank_name}` }]
      : []),
    ...(of.proof ? [{ label: t("books.entry.proof"), value: of.proof }] : []),
  ];
  return <SummaryList rows={rows} />;
}

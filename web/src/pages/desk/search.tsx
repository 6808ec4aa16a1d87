import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { dateTime } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { RadiosField, SelectField, TextField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Vi, Written } from "../../parts/Said";
import { StateTag } from "../../parts/StateTag";
import { language, type Language } from "../../preferences";
import { session } from "../../session";
import { store, useStore } from "../../store";
import { DueTag, urgency } from "./due";
import { Named } from "./queue";

type Hit = Schema["HitShape"];
type Kind = Schema["SearchBody"]["kind"];
type Purpose = Schema["SearchBody"]["purpose"];

const kinds = ["name", "identity"] as const satisfies readonly Kind[];
const purposes = ["counter", "phone", "handling", "supervision"] as const satisfies readonly Purpose[];

interface Asked {
  agency: string;
  kind: Kind;
  term: string;
  purpose: Purpose | "";
}

/** The hits so far, with the search that they are of (the form may have been changed since) and their language. */
interface Found extends Omit<Schema["FoundShape"], "items"> {
  items: Hit[];
  of: Schema["SearchBody"];
  language: Language;
}

interface Kept {
  asked: Asked;
  found: Found | null;
}

const nothing: Kept = { asked: { agency: "", kind: "name", term: "", purpose: "" }, found: null };
// What was found stays while a dossier is looked at, so that the way back needs no second search and no second record.
// It is never in the address, never in the storage, and gone with the session.
const kept = store<Kept>(nothing);
session.watch(() => {
  if (session.get().token === null) kept.set(nothing);
});

/** Ten digits and more are a number, anything else is a name. */
const kindOf = (typed: string): Kind => (/^[\d\s.-]{10,}$/.test(typed) ? "identity" : "name");

/** Take what was typed elsewhere to the search. */
export function prefill(typed: string): void {
  kept.set({ asked: { ...kept.get().asked, kind: kindOf(typed), term: typed }, found: null });
}

/** Dossiers by the applicant's name or number. Every page of hits is on record with who asked and why. */
export function Search({ agencies }: { agencies: readonly Schema["AgencyShape"][] }) {
  const { asked, found: last } = useStore(kept);
  const found = last?.language === language() ? last : null;
  const agency = asked.agency || (agencies[0]?.code ?? "");
  const heading = useRef<HTMLHeadingElement>(null);
  const [focusOn, setFocusOn] = useState<number | null>(null);
  const change = (part: Partial<Asked>) => kept.set({ ...kept.get(), asked: { ...kept.get().asked, ...part } });
  const search = useAction(async (_key, of: Schema["SearchBody"]) => {
    const before = of.cursor ? (kept.get().found?.items ?? []) : [];
    const page = await ask(api.POST("/desk/searches", { body: of }));
    kept.set({ ...kept.get(), found: { ...page, items: [...before, ...page.items], of, language: language() } });
    return page.items.length;
  });
  const submit = async (event: Event) => {
    event.preventDefault();
    const wrong = [];
    if (asked.term.trim() === "") wrong.push({ field: "term", code: "Required", message: t("desk.find.term.missing") });
    if (asked.purpose === "")
      wrong.push({ field: "purpose", code: "Required", message: t("desk.find.purpose.missing") });
    kept.set({ asked, found: null });
    if (wrong.length > 0 || asked.purpose === "")
      return search.refuse(new Refusal(422, "Incomplete", t("desk.incomplete"), wrong));
    const { kind, purpose } = asked;
    const count = await search.run({ agency, kind, term: asked.term.trim(), purpose, cursor: "" });
    if (count === undefined) return;
    announce(t(count === 0 ? "desk.find.none" : "desk.find.found", { count }));
    heading.current?.focus();
  };
  const more = async ({ of, cursor, items }: Found) => {
    const count = await search.run({ ...of, cursor: cursor ?? "" });
    if (count === undefined) return;
    announce(t("desk.queue.more.said", { count }));
    setFocusOn(items.length);
  };
  useEffect(() => {
    if (focusOn === null) return;
    document.querySelectorAll<HTMLAnchorElement>(".queue__code a")[focusOn]?.focus();
    setFocusOn(null);
  }, [focusOn]);
  const { refusal } = search;
  return (
    <Page title={t("desk.find")} wide failed={refusal !== null}>
      <div class="find">
        <form class="find__form" role="search" aria-label={t("desk.find")} onSubmit={(event) => void submit(event)} noValidate>
          <ErrorSummary refusal={refusal} />
          {agencies.length > 1 && (
            <SelectField
              name="agency"
              label={t("desk.find.agency")}
              filled
              value={agency}
              onInput={(code) => change({ agency: code })}
              options={agencies.map((one) => ({ value: one.code, label: one.name }))}
            />
          )}
          <RadiosField
            name="kind"
            label={t("desk.find.kind")}
            inline
            value={asked.kind}
            onInput={(kind) => change({ kind: kind as Kind })}
            options={kinds.map((value) => ({ value, label: t(`desk.find.kind.${value}`) }))}
          />
          <TextField
            name="term"
            label={t(`desk.find.term.${asked.kind}`)}
            hint={t(`desk.find.hint.${asked.kind}`)}
            value={asked.term}
            maxLength={120}
            autocomplete="off"
            error={refusal?.of("term")}
            {...(asked.kind === "identity" ? { inputmode: "numeric" as const, width: 20 as const } : {})}
            onInput={(term) => change({ term })}
          />
          <SelectField
            name="purpose"
            label={t("desk.find.purpose")}
            hint={t("desk.find.purpose.hint")}
            value={asked.purpose}
            error={refusal?.of("purpose")}
            onInput={(purpose) => change({ purpose: purpose as Purpose })}
            options={purposes.map((value) => ({ value, label: t(`desk.find.purpose.${value}`) }))}
          />
          <Button busy={search.busy}>{t("desk.find.button")}</Button>
        </form>
        {found !== null && (
          <section class="find__found" aria-labelledby="found-title">
            <h2 class="govuk-heading-m" id="found-title" tabIndex={-1} ref={heading}>
              {t(found.items.length === 0 ? "desk.find.none" : "desk.find.found", { count: found.items.length })}
            </h2>
            {found.items.length === 0 && <p class="govuk-body">{t(`desk.find.none.${found.of.kind as Kind}`)}</p>}
            {found.items.length > 0 && <Hits hits={found.items} />}
            {found.cursor !== null && (
              <Button kind="secondary" busy={search.busy} onClick={() => void more(found)}>
                {t("pages.more")}
              </Button>
            )}
            {found.cut && (
              <Notice>
                <p>{t("desk.find.cut", { count: found.items.length })}</p>
              </Notice>
            )}
          </section>
        )}
      </div>
    </Page>
  );
}

function Hits({ hits }: { hits: readonly Hit[] }) {
  const columns = ["desk.column.code", "desk.column.applicant", "desk.column.state", "desk.column.due", "desk.column.submitted"] as const;
  return (
    <table class="queue" role="table">
      <caption class="govuk-visually-hidden">{t("desk.find")}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((key) => (
            <th key={key} scope="col" role="columnheader">
              {t(key)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {hits.map((hit) => (
          <tr key={hit.id} role="row" class={`queue__row queue__row--${urgency(hit)}`}>
            <th class="queue__code" scope="row" role="rowheader">
              <a class="govuk-link" href={`/can-bo/ho-so/${hit.id}`}>
                {hit.code}
              </a>
              <span class="queue__procedure">
                <Vi>{hit.procedure.name}</Vi>
              </span>
            </th>
            <td role="cell">
              <Named name={t("desk.column.applicant")} />
              <Written text={hit.applicant_name} />
              {hit.identity_end && <span class="queue__number">{t("desk.find.ends", { digits: hit.identity_end })}</span>}
            </td>
            <td role="cell">
              <Named name={t("desk.column.state")} />
              <StateTag state={hit.state} />
            </td>
            <td role="cell">
              <Named name={t("desk.column.due")} />
              <DueTag of={hit} />
            </td>
            <td role="cell">
              <Named name={t("desk.column.submitted")} />
              {hit.submitted_at && dateTime(hit.submitted_at)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

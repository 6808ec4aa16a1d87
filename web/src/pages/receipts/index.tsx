import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { dateTime, money } from "../../format";
import { useAction } from "../../hooks";
import { t, type Key } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Page } from "../../parts/Page";
import { Tag } from "../../parts/StateTag";
import { SummaryList } from "../../parts/SummaryList";
import { usePreferences } from "../../preferences";
import { asked, fromHash, type Asked, type Typed } from "./number";
import "./receipts.scss";

type Checked = Schema["ReceiptCheckShape"];

/** Whether a receipt is real, for whoever holds it: by its QR code's link or by hand, without an account. */
export default function Receipts() {
  const [given, setGiven] = useState<Typed>(() => fromHash(location.hash));
  const [found, setFound] = useState<Checked | null>(null);
  const { language } = usePreferences();
  const result = useRef<HTMLHeadingElement>(null);
  const sent = useRef<Asked | null>(null);
  const check = useAction(async (_key, body: Asked) => {
    try {
      return await ask(api.POST("/receipts/check", { body }));
    } catch (refused) {
      // The page knows the words on its own fields better than the API does.
      if (refused instanceof Refusal && (refused.status === 404 || refused.status === 422)) {
        throw new Refusal(404, "ReceiptNotFound", t("receipts.missing"));
      }
      throw refused;
    }
  });
  const look = async (typed: Typed) => {
    const { body, ...right } = asked(typed);
    setFound(null);
    sent.current = null;
    if (body === null) {
      const fields = (["agency", "number", "secret"] as const)
        .filter((field) => !right[field])
        .map((field) => ({ field, code: "Required", message: t(`receipts.empty.${field}` as Key) }));
      check.refuse(new Refusal(422, "BadRequest", t("error.required"), fields));
      return;
    }
    const seen = await check.run(body);
    if (seen === undefined) return;
    sent.current = body;
    setFound(seen);
    announce(`${t("receipts.real")}: ${seen.number}`);
  };
  useEffect(() => {
    if (found !== null) result.current?.focus();
  }, [found?.number]);
  useEffect(() => {
    const take = () => {
      const next = fromHash(location.hash);
      setGiven(next);
      if (asked(next).body !== null) void look(next);
    };
    take();
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, []);
  useEffect(() => {
    if (sent.current !== null) void check.run(sent.current).then((seen) => seen && setFound(seen));
  }, [language]);
  const submit = (event: Event) => {
    event.preventDefault();
    void look(given);
  };
  const field = (name: keyof Typed, width?: 10 | 20) => (
    <TextField
      name={name}
      label={t(`receipts.${name}` as Key)}
      hint={t(`receipts.${name}.hint` as Key)}
      value={given[name]}
      onInput={(value) => setGiven({ ...given, [name]: value })}
      error={check.refusal?.of(name)}
      autocomplete="off"
      {...(width ? { width } : {})}
    />
  );
  return (
    <Page title={t("receipts.check")} failed={check.refusal !== null}>
      <ErrorSummary refusal={check.refusal} />
      {found !== null && <Found found={found} heading={result} />}
      <p class="govuk-body">{t("receipts.check.text")}</p>
      <form onSubmit={submit} noValidate>
        {field("agency", 10)}
        {field("number", 20)}
        {field("secret")}
        <Button busy={check.busy}>{t("receipts.look")}</Button>
      </form>
    </Page>
  );
}

const tones = { issued: "green", partly_refunded: "yellow", refunded: "red" } as const;

function Found({ found, heading }: { found: Checked; heading: { current: HTMLHeadingElement | null } }) {
  const state = found.state as keyof typeof tones;
  return (
    <section class="card fee-receipt" aria-labelledby="found">
      <h2 class="govuk-heading-m fee-receipt__found" id="found" tabIndex={-1} ref={heading}>
        {t("receipts.real")}
      </h2>
      <p class="govuk-body">{t("receipts.real.text", { number: found.number, agency: found.agency.name })}</p>
      <SummaryList
        plain
        rows={[
          { label: t("receipts.state"), value: <Tag tone={tones[state]}>{t(`receipts.state.${state}` as Key)}</Tag> },
          ...(found.refunded > 0 ? [{ label: t("receipts.refunded"), value: money(found.refunded) }] : []),
          ...(found.being_refunded > 0
            ? [{ label: t("receipts.being_refunded"), value: money(found.being_refunded) }]
            : []),
          { label: t("receipts.form"), value: found.form },
          { label: t("receipts.number"), value: found.number },
          { label: t("receipts.issued"), value: dateTime(found.issued_at) },
          { label: t("receipts.collector"), value: `${found.agency.name} (${found.agency.code})` },
          { label: t("receipts.dossier"), value: found.code },
          { label: t("receipts.procedure"), value: found.procedure },
          { label: t("receipts.paid"), value: <Parts parts={found.parts} /> },
        ]}
      />
      <table class="govuk-table">
        <caption class="govuk-table__caption govuk-table__caption--s">{t("receipts.fees")}</caption>
        <thead class="govuk-table__head">
          <tr class="govuk-table__row">
            <th class="govuk-table__header" scope="col">
              {t("receipts.fee")}
            </th>
            <th class="govuk-table__header govuk-table__header--numeric" scope="col">
              {t("receipts.amount")}
            </th>
          </tr>
        </thead>
        <tbody class="govuk-table__body">
          {found.fees.map((fee) => (
            <tr class="govuk-table__row" key={fee.name}>
              <td class="govuk-table__cell">{fee.name}</td>
              <td class="govuk-table__cell govuk-table__cell--numeric">{money(fee.amount)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr class="govuk-table__row">
            <th class="govuk-table__header" scope="row">
              {t("receipts.total")}
            </th>
            <td class="govuk-table__header govuk-table__header--numeric">{money(found.amount)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function Parts({ parts }: { parts: Checked["parts"] }) {
  const said = (part: Checked["parts"][number]) =>
    t("receipts.paid.part", { amount: money(part.amount), way: part.via.name, at: dateTime(part.at) });
  const [first, ...more] = parts;
  if (first !== undefined && more.length === 0) return <>{said(first)}</>;
  return (
    <ul class="govuk-list">
      {parts.map((part) => (
        <li key={part.at}>{said(part)}</li>
      ))}
    </ul>
  );
}

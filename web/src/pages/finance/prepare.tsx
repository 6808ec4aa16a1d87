import { useState } from "preact/hooks";
import { api, ask, Refusal } from "../../api/client";
import type { FieldDefect } from "../../api/refusal";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { RadiosField, SelectField, TextareaField, TextField } from "../../parts/Field";
import { payeeText } from "./refund";
import { at, useTold, type Doing } from "./refund-acts";

const channels = ["original", "transfer", "cash"] as const;
type Channel = (typeof channels)[number];
interface Account {
  bank: string;
  number: string;
  holder: string;
}

/** How a refund shall go back: the way it came first, and a reason for every other way. */
export function Prepare({ of, banks, done, refused }: Doing) {
  const possible = channels.filter((one) => one !== "original" || of.original_possible);
  const [channel, setChannel] = useState<Channel | "">(
    possible.find((one) => one === of.channel) ?? (of.original_possible ? "original" : of.payee ? "transfer" : ""),
  );
  const [account, setAccount] = useState<Account>({ bank: "", number: "", holder: "" });
  const [reason, setReason] = useState(of.reason ?? "");
  const action = useAction((key, by: Channel, payee: Account | null, why: string) =>
    ask(
      api.POST("/desk/refunds/{dossier_id}/{refund_id}/prepare", {
        ...at(of, key),
        body: { version: of.version, channel: by, payee, reason: why },
      }),
    ),
  );
  useTold(action, refused);
  const own = channel === "transfer" && of.payee === null;
  const leaves = channel !== "" && channel !== "original" && of.original_possible;
  const send = async (event: Event) => {
    event.preventDefault();
    const given = { ...account, number: account.number.replace(/\s/g, ""), holder: account.holder.trim() };
    const defects: FieldDefect[] = [
      ...(channel === "" ? [{ field: "channel", code: "Missing", message: t("finance.prepare.channel.missing") }] : []),
      ...(own
        ? (["bank", "number", "holder"] as const)
            .filter((field) => given[field] === "")
            .map((field) => ({ field: `payee.${field}`, code: "Required", message: t("error.required") }))
        : []),
      ...(leaves && reason.trim() === "" ? [{ field: "reason", code: "Required", message: t("error.required") }] : []),
    ];
    if (channel === "" || defects.length > 0) {
      action.refuse(new Refusal(422, "Incomplete", t("finance.prepare.missing"), defects));
      return;
    }
    if ((await action.run(channel, own ? given : null, leaves ? reason.trim() : "")) !== undefined) {
      done(t("finance.prepare.done"));
    }
  };
  const { refusal } = action;
  return (
    <section class={of.state === "open" ? "card act" : "act"} aria-labelledby="prepare">
      <h2 class="govuk-heading-m" id="prepare">
        {t("finance.prepare")}
      </h2>
      <ErrorSummary refusal={refusal} />
      <form onSubmit={(event) => void send(event)} noValidate>
        <RadiosField
          name="channel"
          label={t("finance.prepare.channel")}
          {...(of.original_possible ? {} : { hint: t("finance.prepare.original.not", { way: of.via.name }) })}
          value={channel}
          error={refusal?.of("channel")}
          onInput={(value) => setChannel(value as Channel)}
          options={possible.map((value) => ({
            value,
            label: t(`finance.prepare.${value}`, { way: of.via.name }),
            hint: t(`finance.prepare.${value}.hint`),
          }))}
        />
        {channel === "transfer" && of.payee && (
          <p class="govuk-body">
            {t("finance.refund.payee.named")}: <strong>{payeeText(of.payee)}</strong>
          </p>
        )}
        {own && (
          <>
            <SelectField
              name="payee.bank"
              label={t("finance.prepare.bank")}
              value={account.bank}
              options={banks.map(({ code, name }) => ({ value: code, label: name }))}
              error={refusal?.of("payee.bank")}
              onInput={(bank) => setAccount({ ...account, bank })}
            />
            <TextField
              name="payee.number"
              label={t("finance.prepare.number")}
              value={account.number}
              width={20}
              maxLength={24}
              autocomplete="off"
              error={refusal?.of("payee.number")}
              onInput={(number) => setAccount({ ...account, number })}
            />
            <TextField
              name="payee.holder"
              label={t("finance.prepare.holder")}
              value={account.holder}
              maxLength={100}
              autocomplete="off"
              error={refusal?.of("payee.holder")}
              onInput={(holder) => setAccount({ ...account, holder })}
            />
          </>
        )}
        {leaves && (
          <TextareaField
            name="reason"
            label={t("finance.prepare.reason")}
            rows={2}
            maxLength={2000}
            value={reason}
            error={refusal?.of("reason")}
            onInput={setReason}
          />
        )}
        <Button busy={action.busy}>{t("finance.prepare.send")}</Button>
      </form>
    </section>
  );
}

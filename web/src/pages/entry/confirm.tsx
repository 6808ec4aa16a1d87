import { useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button, TextButton } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { trial } from "../../parts/Shell";
import { go } from "../../router";
import { missing, pending } from "./account";

export default function Confirm() {
  const [username, setUsername] = useState(pending.get().username);
  const [code, setCode] = useState("");
  const [message, setMessage] = useState(pending.get().message);
  const confirmation = useAction((_key) => ask(api.POST("/accounts/confirmation", { body: { username, code } })));
  const another = useAction((_key) => ask(api.POST("/accounts/confirmation-code", { body: { username } })));
  const refusal = confirmation.refusal ?? another.refusal;
  const send = async (event: Event) => {
    event.preventDefault();
    another.refuse(null);
    const empty = missing([
      ["username", username, "account.username.missing"],
      ["code", code, "account.code.missing"],
    ]);
    if (empty) return confirmation.refuse(empty);
    const answer = await confirmation.run();
    if (answer === undefined) return;
    pending.set({ username, message: answer.message });
    go("/dang-nhap");
  };
  const resend = async () => {
    confirmation.refuse(null);
    const empty = missing([["username", username, "account.username.missing"]]);
    if (empty) return another.refuse(empty);
    const answer = await another.run();
    if (answer === undefined) return;
    setMessage(answer.message);
    announce(answer.message);
  };
  return (
    <Page title={t("confirm.title")} failed={refusal !== null}>
      <ErrorSummary refusal={refusal} />
      {message && (
        <Notice kind="success" title={t("confirm.sent")}>
          <p>{message}</p>
          {trial && (
            <p>
              <a class="govuk-link" href="/sandbox/outbox" target="_blank">
                {t("trial.mails")}
              </a>
            </p>
          )}
        </Notice>
      )}
      <form onSubmit={send} noValidate>
        <TextField
          name="username"
          label={t("account.username")}
          value={username}
          onInput={setUsername}
          error={refusal?.of("username")}
          autocomplete="username"
          width={20}
        />
        <TextField
          name="code"
          label={t("account.code")}
          hint={t("account.code.hint")}
          value={code}
          onInput={setCode}
          error={refusal?.of("code")}
          autocomplete="one-time-code"
          inputmode="numeric"
          width={10}
        />
        <Button busy={confirmation.busy}>{t("confirm.send")}</Button>
      </form>
      <p class="govuk-body">
        {t("confirm.none")} <TextButton onClick={() => void resend()}>{t("confirm.again")}</TextButton>
      </p>
    </Page>
  );
}

import { useEffect, useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button, TextButton } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextField } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { trial } from "../../parts/Shell";
import { go } from "../../router";
import { missing, pending } from "./account";

/** First the number, to which a code is mailed; then the code with the new password. */
export default function Reset() {
  const [username, setUsername] = useState(pending.get().username);
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const [message, setMessage] = useState("");
  useEffect(() => {
    if (message !== "") document.querySelector<HTMLElement>("h1")?.focus();
  }, [message]);
  const asking = useAction((_key) => ask(api.POST("/accounts/password-reset", { body: { username } })));
  const setting = useAction((_key) => ask(api.POST("/accounts/password", { body: { username, code, password } })));
  const sendCode = async (event?: Event) => {
    event?.preventDefault();
    const empty = missing([["username", username, "account.username.missing"]]);
    if (empty) return asking.refuse(empty);
    const answer = await asking.run();
    if (answer !== undefined) setMessage(answer.message);
  };
  const setNew = async (event: Event) => {
    event.preventDefault();
    const empty = missing([
      ["code", code, "account.code.missing"],
      ["password", password, "account.password.missing"],
    ]);
    if (empty) return setting.refuse(empty);
    const answer = await setting.run();
    if (answer === undefined) return;
    pending.set({ username, message: answer.message });
    go("/dang-nhap");
  };
  if (message === "") {
    return (
      <Page title={t("nav.reset")} back="/dang-nhap" failed={asking.refusal !== null}>
        <ErrorSummary refusal={asking.refusal} />
        <p class="govuk-body">{t("reset.lead")}</p>
        <form onSubmit={sendCode} noValidate>
          <TextField
            name="username"
            label={t("account.username")}
            hint={t("login.username.hint")}
            value={username}
            onInput={setUsername}
            error={asking.refusal?.of("username")}
            autocomplete="username"
          />
          <Button busy={asking.busy}>{t("reset.ask")}</Button>
        </form>
      </Page>
    );
  }
  return (
    <Page title={t("nav.reset")} back="/dang-nhap" failed={setting.refusal !== null}>
      <ErrorSummary refusal={setting.refusal ?? asking.refusal} />
      <Notice kind="success" title={t("confirm.sent")} live>
        <p>{message}</p>
        {trial && (
          <p>
            <a class="govuk-link" href="/sandbox/outbox" target="_blank">
              {t("trial.mails")}
            </a>
          </p>
        )}
      </Notice>
      <form onSubmit={setNew} noValidate>
        <TextField
          name="code"
          label={t("account.code")}
          hint={t("account.code.hint")}
          value={code}
          onInput={setCode}
          error={setting.refusal?.of("code")}
          autocomplete="one-time-code"
          inputmode="numeric"
          width={10}
        />
        <TextField
          name="password"
          type="password"
          label={t("account.password.new")}
          hint={t("account.password.rules")}
          value={password}
          onInput={setPassword}
          error={setting.refusal?.of("password")}
          autocomplete="new-password"
        />
        <Button busy={setting.busy}>{t("reset.set")}</Button>
      </form>
      <p class="govuk-body">
        {t("confirm.none")} <TextButton onClick={() => void sendCode()}>{t("confirm.again")}</TextButton>
      </p>
    </Page>
  );
}

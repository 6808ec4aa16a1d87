import { useEffect, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextField } from "../../parts/Field";
import { Page } from "../../parts/Page";
import { Qr } from "../../parts/Qr";
import { missing } from "./account";

export interface Asked {
  challenge: "new_password" | "mfa" | "mfa_setup";
  session: string;
  /** For mfa_setup: what the authenticator app must know. */
  secret: string;
}

interface ChallengeProps {
  asked: Asked;
  username: string;
  onSession: (answer: Schema["SessionView"]) => void;
  /** Codes are set up: the login starts over. */
  onAgain: (message: string) => void;
}

export function Challenge({ asked, username, onSession, onAgain }: ChallengeProps) {
  const [given, setGiven] = useState("");
  const { challenge, session } = asked;
  const field = challenge === "new_password" ? "password" : "code";
  const answer = useAction(async (_key) => {
    if (challenge === "new_password") {
      onSession(await ask(api.POST("/sessions/new-password", { body: { username, session, password: given } })));
    } else if (challenge === "mfa") {
      onSession(await ask(api.POST("/sessions/mfa", { body: { username, session, code: given } })));
    } else {
      onAgain((await ask(api.POST("/sessions/mfa-setup", { body: { session, code: given } }))).message);
    }
    return true;
  });
  useEffect(() => {
    setGiven("");
    document.querySelector<HTMLElement>("h1")?.focus();
  }, [challenge]);
  const send = async (event: Event) => {
    event.preventDefault();
    const empty = missing([[field, given, field === "code" ? "account.code.missing" : "account.password.missing"]]);
    if (empty) return answer.refuse(empty);
    await answer.run();
  };
  return (
    <Page title={t(`login.${challenge}`)} failed={answer.refusal !== null}>
      <ErrorSummary refusal={answer.refusal} />
      <p class="govuk-body">{t(`login.${challenge}.text`)}</p>
      {challenge === "mfa_setup" && <Secret secret={asked.secret} username={username} />}
      <form onSubmit={send} noValidate>
        {field === "password" ? (
          <TextField
            name="password"
            type="password"
            label={t("account.password.new")}
            hint={t("account.password.rules")}
            value={given}
            onInput={setGiven}
            error={answer.refusal?.of("password")}
            autocomplete="new-password"
          />
        ) : (
          <TextField
            name="code"
            label={t("login.code")}
            hint={t("login.code.hint")}
            value={given}
            onInput={setGiven}
            error={answer.refusal?.of("code")}
            autocomplete="one-time-code"
            inputmode="numeric"
            width={10}
          />
        )}
        <Button busy={answer.busy}>{t("button.continue")}</Button>
      </form>
    </Page>
  );
}

/** The app's secret as a picture to photograph and as letters to type. */
function Secret({ secret, username }: { secret: string; username: string }) {
  const account = encodeURIComponent(`Motcua:${username}`);
  return (
    <div class="secret">
      <Qr text={`otpauth://totp/${account}?secret=${secret}&issuer=Motcua`} label={t("login.secret.picture")} />
      <p class="govuk-body">
        {t("login.secret")} <code class="secret__text">{secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
      </p>
    </div>
  );
}

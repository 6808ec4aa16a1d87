import { useEffect, useState } from "preact/hooks";
import { api, ask, type Schema } from "../../api/client";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextField } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { go, ownPath } from "../../router";
import type { PageProps } from "../../routes";
import { begin, session } from "../../session";
import { missing, pending } from "./account";
import { Challenge, type Asked } from "./Challenge";

/** Log in; what the account still needs (a new password, a code, setting up codes) is asked for in the same place. */
export default function Login({ query }: PageProps) {
  const [username, setUsername] = useState(pending.get().username);
  const [password, setPassword] = useState("");
  const [message, setMessage] = useState(pending.get().message);
  const [asked, setAsked] = useState<Asked | null>(null);
  const login = useAction((_key) => ask(api.POST("/sessions", { body: { username, password } })));
  const back = query.get("tiep");
  const enter = (): void => {
    pending.set({ username: "", message: "" });
    const officer = session.get().kind === "officer";
    const wanted = ownPath(back, officer ? "/can-bo" : "/ho-so");
    // Officers have no dossiers of their own under this account.
    go(officer && /^\/(ho-so|nop)(\/|\?|$)/.test(wanted) ? "/can-bo" : wanted, { replace: true });
  };
  useEffect(() => {
    if (session.get().token !== null) enter();
  }, []);
  const take = (answer: Schema["SessionView"]): void => {
    if (answer.challenge && answer.session) {
      setPassword("");
      setAsked({ challenge: answer.challenge, session: answer.session, secret: answer.secret ?? "" });
      return;
    }
    begin(answer);
    enter();
  };
  const send = async (event: Event) => {
    event.preventDefault();
    const empty = missing([
      ["username", username, "account.username.missing"],
      ["password", password, "account.password.missing"],
    ]);
    if (empty) return login.refuse(empty);
    const answer = await login.run();
    if (answer !== undefined) take(answer);
  };
  if (asked !== null) {
    return (
      <Challenge
        asked={asked}
        username={username}
        onSession={take}
        onAgain={(text) => {
          setAsked(null);
          setMessage(text);
        }}
      />
    );
  }
  return (
    <Page title={t("login.title")} failed={login.refusal !== null}>
      <ErrorSummary refusal={login.refusal} />
      {message && login.refusal === null && (
        <Notice kind="success" live>
          <p>{message}</p>
        </Notice>
      )}
      {back && !message && (
        <Notice>
          <p>{t("login.first")}</p>
        </Notice>
      )}
      <form onSubmit={send} noValidate>
        <TextField
          name="username"
          label={t("account.username")}
          hint={t("login.username.hint")}
          value={username}
          onInput={setUsername}
          error={login.refusal?.of("username")}
          autocomplete="username"
        />
        <TextField
          name="password"
          type="password"
          label={t("account.password")}
          value={password}
          onInput={setPassword}
          error={login.refusal?.of("password")}
          autocomplete="current-password"
        />
        <Button busy={login.busy}>{t("nav.login")}</Button>
      </form>
      <ul class="govuk-list">
        <li>
          <a class="govuk-link" href="/quen-mat-khau">
            {t("login.forgot")}
          </a>
        </li>
        <li>
          <a class="govuk-link" href="/xac-nhan">
            {t("login.unconfirmed")}
          </a>
        </li>
        <li>
          <a class="govuk-link" href="/dang-ky">
            {t("login.new")}
          </a>
        </li>
      </ul>
    </Page>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, Refusal } from "../../api/client";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextField } from "../../parts/Field";
import { here } from "../../router";
import { begin, loginPath, username } from "../../session";

/** The password once more, before what only its owner may have; whoever needs more than a password logs in anew. */
export function Prove({ proved, close, busy }: { proved: () => void; close: () => void; busy: boolean }) {
  const [password, setPassword] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const login = useAction((_key, given: string) =>
    ask(api.POST("/sessions", { body: { username: username() ?? "", password: given } })),
  );
  const submit = async (event: Event) => {
    event.preventDefault();
    if (password === "") {
      const message = t("dossier.prove.missing");
      return login.refuse(new Refusal(422, "BadRequest", message, [{ field: "password", code: "Required", message }]));
    }
    const answer = await login.run(password);
    if (answer === undefined) return;
    if (!answer.id_token) return location.assign(loginPath(here()));
    begin(answer);
    proved();
  };
  return (
    <form onSubmit={submit} noValidate aria-labelledby="prove-title">
      <h3 class="govuk-heading-s" id="prove-title" tabIndex={-1} ref={heading}>
        {t("dossier.prove")}
      </h3>
      <p class="govuk-body">{t("dossier.prove.text")}</p>
      <ErrorSummary refusal={login.refusal} />
      <TextField
        name="password"
        type="password"
        label={t("dossier.prove.password")}
        value={password}
        width={20}
        onInput={setPassword}
        error={login.refusal?.of("password")}
        autocomplete="current-password"
      />
      <Buttons>
        <Button busy={login.busy || busy}>{t("dossier.result.download")}</Button>
        <Button kind="secondary" onClick={close}>
          {t("button.cancel")}
        </Button>
      </Buttons>
    </form>
  );
}

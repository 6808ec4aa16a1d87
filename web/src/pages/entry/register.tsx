import { useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { CheckboxField, RadiosField, TextField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { go } from "../../router";
import { pending } from "./account";

type Kind = "person" | "organisation";

const empty = { identity: "", name: "", representative: "", email: "", phone: "", password: "" };

export default function Register() {
  const [kind, setKind] = useState<Kind>("person");
  const [form, setForm] = useState(empty);
  const [agreed, setAgreed] = useState<Record<string, boolean>>({});
  const purposes = useLoad(async () => (await ask(api.GET("/consent-purposes"))).purposes);
  const signUp = useAction((_key) =>
    ask(
      api.POST("/accounts", {
        body: {
          ...form,
          kind,
          representative: kind === "organisation" ? form.representative : null,
          consents: (purposes.data ?? [])
            .filter((one) => agreed[one.purpose])
            .map(({ purpose, version }) => ({ purpose, version })),
        },
      }),
    ),
  );
  const send = async (event: Event) => {
    event.preventDefault();
    const answer = await signUp.run();
    if (answer === undefined) return;
    pending.set({ username: form.identity.replace(/[\s-]/g, ""), message: answer.message });
    go("/xac-nhan");
  };
  const set = (field: keyof typeof empty) => (value: string) => setForm((now) => ({ ...now, [field]: value }));
  const bound = (field: keyof typeof empty) => ({
    name: field,
    value: form[field],
    onInput: set(field),
    error: signUp.refusal?.of(field),
  });
  const person = kind === "person";
  return (
    <Page title={t("register.title")} failed={signUp.refusal !== null}>
      <ErrorSummary
        refusal={signUp.refusal}
        place={(field) => (field.startsWith("consents") ? "consent-services" : field)}
      />
      <p class="govuk-body">
        {t("register.lead")}{" "}
        <a class="govuk-link" href="/dang-nhap">
          {t("register.have")}
        </a>
      </p>
      <form onSubmit={send} noValidate>
        <RadiosField
          name="kind"
          label={t("register.kind")}
          value={kind}
          onInput={(value) => setKind(value as Kind)}
          inline
          options={[
            { value: "person", label: t("register.kind.person") },
            { value: "organisation", label: t("register.kind.organisation") },
          ]}
        />
        <TextField
          {...bound("identity")}
          label={t(person ? "register.identity" : "register.tax")}
          hint={t(person ? "register.identity.hint" : "register.tax.hint")}
          inputmode="numeric"
          autocomplete="username"
          width={20}
        />
        <TextField
          {...bound("name")}
          label={t(person ? "register.name" : "register.organisation")}
          hint={person ? t("register.name.hint") : undefined}
          autocomplete={person ? "name" : "organization"}
        />
        {!person && (
          <TextField
            {...bound("representative")}
            label={t("register.representative")}
            hint={t("register.representative.hint")}
            autocomplete="name"
          />
        )}
        <TextField
          {...bound("email")}
          type="email"
          label={t("register.email")}
          hint={t("register.email.hint")}
          autocomplete="email"
        />
        <TextField
          {...bound("phone")}
          type="tel"
          label={t("register.phone")}
          hint={t("register.phone.hint")}
          autocomplete="tel-national"
          width={20}
        />
        <TextField
          {...bound("password")}
          type="password"
          label={t("register.password")}
          hint={t("account.password.rules")}
          autocomplete="new-password"
        />
        <fieldset class="govuk-fieldset consents" aria-describedby="consents-hint">
          <legend class="govuk-fieldset__legend">{t("register.consents")}</legend>
          <p class="govuk-hint" id="consents-hint">
            {t("register.consents.hint")}
          </p>
          <Ready of={purposes}>
            {(all) =>
              all.map((one) => (
                <CheckboxField
                  key={one.purpose}
                  name={`consent-${one.purpose}`}
                  label={
                    <>
                      {one.text} <span class="optional">{t(one.mandatory ? "register.mandatory" : "field.optional")}</span>
                    </>
                  }
                  checked={agreed[one.purpose] ?? false}
                  onInput={(on) => setAgreed((now) => ({ ...now, [one.purpose]: on }))}
                  error={one.mandatory ? signUp.refusal?.of("consents") : undefined}
                />
              ))
            }
          </Ready>
        </fieldset>
        <Button busy={signUp.busy}>{t("register.send")}</Button>
      </form>
    </Page>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { bytes, dateTime } from "../../format";
import { useAction } from "../../hooks";
import { t, type Key } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { SummaryList } from "../../parts/SummaryList";
import { usePreferences } from "../../preferences";
import type { PageProps } from "../../routes";
import { Compare } from "./compare";
import "./results.scss";

type Checked = Schema["ResultCheckShape"];
interface Asked {
  code: string;
  secret: string;
}

/** The secret stands behind the #, which no server and no log ever sees. */
const given = (code = ""): Asked => {
  try {
    return { code, secret: decodeURIComponent(location.hash.slice(1)) };
  } catch {
    return { code, secret: "" };
  }
};

/** Whether a result is real and in force, for whoever holds it: by its QR code's link or by hand, without an account. */
export default function Results({ params }: PageProps) {
  const [typed, setTyped] = useState<Asked>(() => given(params["code"]));
  const [found, setFound] = useState<Checked | null>(null);
  const { language } = usePreferences();
  const heading = useRef<HTMLHeadingElement>(null);
  const sent = useRef<Asked | null>(null);
  const check = useAction(async (_key, body: Asked) => {
    try {
      return await ask(api.POST("/results/check", { body }));
    } catch (refused) {
      if (refused instanceof Refusal && (refused.status === 404 || refused.status === 422)) {
        throw new Refusal(404, "ResultNotFound", t("proof.missing"));
      }
      throw refused;
    }
  });
  const look = async (asked: Asked) => {
    setFound(null);
    sent.current = null;
    const empty = (["code", "secret"] as const).filter((field) => asked[field].trim() === "");
    if (empty.length > 0) {
      const fields = empty.map((field) => ({ field, code: "Required", message: t(`proof.empty.${field}` as Key) }));
      check.refuse(new Refusal(422, "BadRequest", t("error.required"), fields));
      return;
    }
    const seen = await check.run(asked);
    if (seen === undefined) return;
    sent.current = asked;
    setFound(seen);
    announce(t(`proof.found.${seen.state}` as Key));
  };
  useEffect(() => {
    if (found !== null) heading.current?.focus();
  }, [found?.code]);
  useEffect(() => {
    const take = () => {
      const next = given(params["code"]);
      setTyped(next);
      if (next.code !== "" && next.secret !== "") void look(next);
    };
    take();
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, [params["code"]]);
  useEffect(() => {
    if (sent.current !== null) void check.run(sent.current).then((seen) => seen && setFound(seen));
  }, [language]);
  const field = (name: keyof Asked) => (
    <TextField
      name={name}
      label={t(`proof.${name}` as Key)}
      hint={t(`proof.${name}.hint` as Key)}
      value={typed[name]}
      onInput={(value) => setTyped({ ...typed, [name]: value })}
      error={check.refusal?.of(name)}
      autocomplete="off"
      width={30}
    />
  );
  return (
    <Page title={t("proof.check")} failed={check.refusal !== null}>
      <ErrorSummary refusal={check.refusal} />
      {found !== null && <Found found={found} heading={heading} />}
      <p class="govuk-body">{t("proof.check.text")}</p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void look(typed);
        }}
      >
        {field("code")}
        {field("secret")}
        <Button busy={check.busy}>{t("proof.look")}</Button>
      </form>
    </Page>
  );
}

function Found({ found, heading }: { found: Checked; heading: { current: HTMLHeadingElement | null } }) {
  const valid = found.state === "valid";
  return (
    <section class={`card checked checked--${found.state}`} aria-labelledby="found">
      <h2 class="govuk-heading-m checked__found" id="found" tabIndex={-1} ref={heading}>
        {t(`proof.found.${found.state}` as Key)}
      </h2>
      {!valid && (
        <Notice kind="error" title={t("proof.revoked")}>
          <p>{t("proof.revoked.text", { at: found.revoked_at ? dateTime(found.revoked_at) : "" })}</p>
          <p>
            {t("proof.reason")}: <Written text={found.reason ?? ""} />
          </p>
        </Notice>
      )}
      <p class="govuk-body">{t("proof.found.text")}</p>
      <SummaryList
        plain
        rows={[
          {
            label: t("proof.state"),
            value: <Tag tone={valid ? "green" : "red"}>{t(`proof.state.${found.state}` as Key)}</Tag>,
          },
          { label: t("proof.agency"), value: found.agency.name },
          { label: t("proof.number"), value: <Written text={found.number} /> },
          { label: t("proof.title"), value: <Written text={found.title} /> },
          { label: t("proof.issued"), value: dateTime(found.issued_at) },
          { label: t("proof.procedure"), value: <Written text={found.procedure} /> },
          { label: t("proof.code"), value: found.code },
          ...(found.signed
            ? [
                ...found.signed.signers.map((one) => ({
                  label: t("proof.signer"),
                  value: (
                    <Written
                      text={t("proof.signer.at", {
                        name: [one.name, one.organisation === one.name ? "" : one.organisation].filter(Boolean).join(", "),
                        at: one.at ? dateTime(one.at) : "",
                      })}
                    />
                  ),
                })),
                ...found.signed.signers.map((one) => ({ label: t("proof.issuer"), value: one.issuer })),
                { label: t("proof.verdict"), value: `${found.signed.text} (${dateTime(found.signed.at)})` },
              ]
            : []),
          ...(found.sha256
            ? [
                { label: t("proof.sha256"), value: <code class="checked__hash">{found.sha256}</code> },
                { label: t("proof.size"), value: bytes(found.size ?? 0) },
              ]
            : [{ label: t("proof.file"), value: t("proof.file.none") }]),
        ]}
      />
      {found.sha256 && <Compare sha256={found.sha256} revoked={!valid} />}
    </section>
  );
}

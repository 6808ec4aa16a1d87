import type { Schema } from "../api/client";
import { dateTime } from "../format";
import { t } from "../i18n";
import { Written } from "./Said";
import { Tag } from "./StateTag";

export type Check = NonNullable<Schema["PaperShape"]["check"]>;

const states = {
  VALID: { tone: "green", key: "signature.state.valid" },
  UNSIGNED: { tone: "grey", key: "signature.state.unsigned" },
  UNCHECKED: { tone: "yellow", key: "signature.state.unchecked" },
} as const;
const pending = { tone: "yellow", key: "signature.state.pending" } as const;
const bad = { tone: "red", key: "signature.state.bad" } as const;

/** What was found about the digital signatures of a paper: who signed, when, under whom, and what is wrong. */
export default function Checked({ check }: { check: Check }) {
  const { tone, key } = check.verdict === null ? pending : (states[check.verdict as keyof typeof states] ?? bad);
  return (
    <div class="checked" data-verdict={check.verdict ?? "pending"}>
      <p class="govuk-body-s">
        <Tag tone={tone}>{t(key)}</Tag>
      </p>
      {check.verdict !== null && check.verdict !== "UNSIGNED" && <p class="govuk-body-s">{check.message}</p>}
      {check.reasons.map((reason) => (
        <p class="govuk-body-s" key={reason}>
          {reason}
        </p>
      ))}
      {check.signatures.length > 0 && (
        <ul class="govuk-list" aria-label={t("signature.title")}>
          {check.signatures.map((one, index) => (
            <li key={index}>
              {one.kind === "timestamp" ? t("signature.stamp") : <Written text={t("signature.by", { name: one.signer })} />}
              {one.organisation && <Fact text={t("signature.organisation", { name: one.organisation })} />}
              {one.issuer && <Fact text={t("signature.issuer", { name: one.issuer })} />}
              {one.proven_at ? (
                <Fact text={t("signature.proven", { at: dateTime(one.proven_at) })} />
              ) : (
                one.claimed_at && <Fact text={t("signature.claimed", { at: dateTime(one.claimed_at) })} />
              )}
              {one.reasons.map((reason) => (
                <Fact key={reason} text={reason} />
              ))}
            </li>
          ))}
        </ul>
      )}
      {check.checked_at && <p class="govuk-body-s">{t("signature.checked", { at: dateTime(check.checked_at) })}</p>}
    </div>
  );
}

function Fact({ text }: { text: string }) {
  return <div class="govuk-hint">{text}</div>;
}

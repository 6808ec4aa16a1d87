import { useEffect, useRef } from "preact/hooks";
import type { Schema } from "../../api/client";
import { dateTime } from "../../format";
import { t } from "../../i18n";
import { Button, Buttons } from "../../parts/Button";
import { announce } from "../../parts/live";
import { Notice } from "../../parts/Notice";
import { Qr } from "../../parts/Qr";
import type { Dossier } from "./words";

const canSend = (): boolean => typeof navigator.share === "function";

/** A link just made, in every way to hand it on. Printed it is one sheet: what it shows, until when, QR and address. */
export function Made({ dossier, share, secret }: { dossier: Dossier; share: Schema["ShareShape"]; secret: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const address = useRef<HTMLInputElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const code = dossier.code ?? "";
  // As the receipt's own link: what stands behind the # is sent to no server.
  const url = `${dossier.receipt?.link.split("#")[0] ?? ""}#${code}/${secret}`;
  const until = dateTime(share.expires_at);
  const byHand = (refused: unknown): void => {
    console.debug(refused);
    address.current?.select();
    announce(t("dossier.share.uncopied"), true);
  };
  const copy = (): void => {
    navigator.clipboard.writeText(url).then(() => announce(t("dossier.share.copied")), byHand);
  };
  const send = (): void => {
    const said = { title: t("dossier.share"), text: t("dossier.share.message", { code, until }), url };
    navigator.share(said).catch((refused: unknown) => {
      // Who closes the system's sheet has changed their mind.
      if (!(refused instanceof DOMException && refused.name === "AbortError")) byHand(refused);
    });
  };
  return (
    <section class="bill shared" aria-labelledby="made">
      <div class="card">
        <div class="bill__head">
          <div class="bill__codes">
            <h2 class="govuk-heading-m shared__title no-print" id="made" tabIndex={-1} ref={heading}>
              {t("dossier.share.made")}
            </h2>
            <p class="bill__label">{t("dossier.procedure")}</p>
            <p>{dossier.procedure.name}</p>
            <p class="bill__label">{t("dossier.share.until")}</p>
            <p>
              <strong>{until}</strong>
            </p>
            <p>{t("dossier.share.scan")}</p>
            <p class="only-print bill__secret">{url}</p>
          </div>
          <Qr text={url} label={t("dossier.share.qr", { code })} />
        </div>
        <div class="no-print">
          <div class="govuk-form-group">
            <label class="govuk-label" for="address">
              {t("dossier.share.address")}
            </label>
            <input
              class="govuk-input bill__secret"
              id="address"
              ref={address}
              value={url}
              readOnly
              onFocus={(event) => event.currentTarget.select()}
            />
          </div>
          <Buttons>
            {canSend() && <Button onClick={send}>{t("dossier.share.send")}</Button>}
            <Button kind={canSend() ? "secondary" : "primary"} onClick={copy}>
              {t("dossier.share.copy")}
            </Button>
            <Button kind="secondary" onClick={() => print()}>
              {t("dossier.share.print")}
            </Button>
          </Buttons>
          <Notice kind="warning">
            <p>{t("dossier.share.once")}</p>
          </Notice>
        </div>
      </div>
    </section>
  );
}

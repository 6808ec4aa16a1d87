import { useEffect, useMemo } from "preact/hooks";
import { bytes } from "../../format";
import { asRefusal, useAction } from "../../hooks";
import { said, t } from "../../i18n";
import { Button, TextButton } from "../../parts/Button";
import { Progress } from "../../parts/Progress";
import type { Sheet } from "./copies";
import type { PaperRule } from "./procedure";
import type { Uploads, Work } from "./uploads";

const moving = new Set(["sending", "cut", "checking", "slow"]);

/** The pages of a paper on this device: their order, what is wrong with them, how far they are. */
export function Sheets({ rule, work, uploads }: { rule: PaperRule; work: Work; uploads: Uploads }) {
  const { pile, stage, refusal } = work;
  const { sheets } = pile;
  const code = rule.code;
  const fixed = moving.has(stage) || stage === "preparing";
  const abandoning = useAction(async () => {
    try {
      await uploads.abandon(code);
    } catch (failed) {
      throw asRefusal(failed);
    }
  });
  const said_ = said(rule.name);
  return (
    <div class="sheets">
      <ol class="sheets__list">
        {sheets.map((sheet, index) => (
          <li class={`sheet${sheet.wrong ? " sheet--wrong" : ""}`} key={sheet.key}>
            <Thumbnail sheet={sheet} label={t("filing.sheet", { page: index + 1 })} />
            <div class="sheet__text">
              <p class="sheet__name">
                {t("filing.sheet.of", { page: index + 1, count: sheets.length })}
                <span class="sheet__size">{bytes(sheet.blob.size)}</span>
              </p>
              {sheet.wrong && (
                <p class="govuk-error-message">
                  <span class="govuk-visually-hidden">{t("error.prefix")}</span> {sheet.wrong}
                </p>
              )}
              {moving.has(stage) && <SheetProgress sheet={sheet} index={index} share={work.progress[sheet.key] ?? 0} />}
              {!fixed && (
                <div class="sheet__acts">
                  {index > 0 && (
                    <TextButton
                      onClick={() => void uploads.move(code, index, -1)}
                      label={t("filing.sheet.up.label", { page: index + 1 })}
                    >
                      {t("filing.sheet.up")}
                    </TextButton>
                  )}
                  {index < sheets.length - 1 && (
                    <TextButton
                      onClick={() => void uploads.move(code, index, 1)}
                      label={t("filing.sheet.down.label", { page: index + 1 })}
                    >
                      {t("filing.sheet.down")}
                    </TextButton>
                  )}
                  <TextButton
                    onClick={() => void uploads.remove(code, index)}
                    label={t("filing.sheet.remove.label", { page: index + 1 })}
                  >
                    {t("filing.sheet.remove")}
                  </TextButton>
                </div>
              )}
            </div>
          </li>
        ))}
      </ol>
      <p class="sheets__stage" data-stage={stage}>
        {t(`filing.papers.stage.${stage}`)}
      </p>
      {refusal && stage === "failed" && (
        <div class="govuk-error-message">
          {refusal.message}
          {refusal.fields.map((one) => (
            <div key={one.field}>{one.message}</div>
          ))}
        </div>
      )}
      {stage === "cut" && (
        <Button kind="secondary" onClick={() => uploads.hurry()} label={t("filing.papers.retry.label", { name: said_ })}>
          {t("filing.papers.retry")}
        </Button>
      )}
      {/* What was refused is refused again: first it goes, or another page takes its place. */}
      {!fixed && sheets.length > 0 && !sheets.some((one) => one.wrong) && (
        <Button onClick={() => void uploads.send(code)} label={t("filing.papers.send.label", { count: sheets.length, name: said_ })}>
          {t("filing.papers.send", { count: sheets.length })}
        </Button>
      )}
      {abandoning.refusal && <p class="govuk-error-message">{abandoning.refusal.message}</p>}
      {stage !== "preparing" && stage !== "sending" && stage !== "checking" && (
        <p class="govuk-body">
          <TextButton onClick={() => void abandoning.run()} label={t("filing.papers.abandon.label", { name: said_ })}>
            {t("filing.papers.abandon")}
          </TextButton>
        </p>
      )}
    </div>
  );
}

function SheetProgress({ sheet, index, share }: { sheet: Sheet; index: number; share: number }) {
  const value = sheet.sent ? 1 : share;
  const text = sheet.sent ? t("filing.sheet.sent") : `${Math.round(value * 100)} %`;
  return <Progress label={t("filing.sheet.progress", { page: index + 1 })} value={value} text={text} />;
}

function Thumbnail({ sheet, label }: { sheet: Sheet; label: string }) {
  const picture = sheet.type !== "application/pdf";
  const url = useMemo(() => (picture ? URL.createObjectURL(sheet.blob) : null), [sheet.blob]);
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url]);
  if (url === null) {
    return (
      <span class="sheet__picture sheet__picture--pdf" aria-hidden="true">
        {t("filing.sheet.pdf")}
      </span>
    );
  }
  return <img class="sheet__picture" src={url} alt={label} width={72} height={96} />;
}

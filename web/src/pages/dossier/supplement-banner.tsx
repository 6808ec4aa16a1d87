import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { dateTime } from "../../format";
import { ready, t } from "../../i18n";
import { Button } from "../../parts/Button";
import { Loading } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Written } from "../../parts/Said";
import type { Procedure } from "../filing/procedure";
import type { Asked, Dossier } from "./words";

interface Props {
  dossier: Dossier;
  procedure: Procedure;
  asked: Asked;
  again: () => void;
  onFailed: (failed: boolean) => void;
}

/** What is asked, by whom, until when; and the form, which comes with filing's questions and uploads. */
export function SupplementBanner(props: Props) {
  const { asked } = props;
  const [round, setRound] = useState(0);
  const [form, setForm] = useState<{ Body: ComponentType<Props> } | "failed" | null>(null);
  useEffect(() => {
    let current = true;
    Promise.all([import("./supplement"), ready("filing")]).then(
      ([module]) => current && setForm({ Body: module.default }),
      (failed: unknown) => {
        console.error(failed);
        if (current) setForm("failed");
      },
    );
    return () => {
      current = false;
    };
  }, [round]);
  return (
    <section class="supplement" aria-labelledby="supplement">
      <h2 class="govuk-heading-m" id="supplement">
        {t("dossier.supplement.form")}
      </h2>
      <Notice kind="warning" title={t("dossier.supplement")}>
        <p>{t("dossier.supplement.by", { name: asked.asked_by, at: dateTime(asked.asked_at) })}</p>
        {asked.note && (
          <blockquote class="supplement__said">
            <Written text={asked.note} />
          </blockquote>
        )}
        <p>
          {t("dossier.supplement.text", { due: dateTime(asked.due_at) })} {t("dossier.supplement.unsaved")}
        </p>
      </Notice>
      {form === null ? (
        <Loading />
      ) : form === "failed" ? (
        <Notice kind="error" live>
          <p>{t("page.failed.text")}</p>
          <Button kind="secondary" onClick={() => (setForm(null), setRound(round + 1))}>
            {t("page.again")}
          </Button>
        </Notice>
      ) : (
        <form.Body {...props} />
      )}
    </section>
  );
}

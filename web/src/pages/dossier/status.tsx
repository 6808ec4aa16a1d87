import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import type { FieldDefect } from "../../api/refusal";
import { useAction, useLoad } from "../../hooks";
import { dateTime } from "../../format";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { TextField } from "../../parts/Field";
import { announce } from "../../parts/live";
import { Page } from "../../parts/Page";
import { StateTag } from "../../parts/StateTag";
import { SummaryList } from "../../parts/SummaryList";
import { Said } from "../../parts/Said";
import { usePreferences } from "../../preferences";
import { loginPath, useSession } from "../../session";
import { namesOf, onlyVietnamese } from "./catalogue";
import { dueOf, word } from "./words";

/** `#CODE/SECRET`, as the receipt's link carries them: browsers send nothing behind the # to any server. */
function fromHash(): { code: string; secret: string } {
  const [code = "", secret = ""] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { code, secret };
}

/** As the server knows them: on paper the key stands in groups of four. */
const asked = ({ code, secret }: { code: string; secret: string }): [string, string] => [
  code.trim().toUpperCase(),
  secret.replace(/\s/g, ""),
];

/** The status of a dossier for whoever holds its receipt, or a link that its applicant gave away. */
export function Status() {
  const [given, setGiven] = useState(fromHash);
  const [found, setFound] = useState<Schema["StatusShape"] | null>(null);
  const { token } = useSession();
  const { language } = usePreferences();
  const result = useRef<HTMLHeadingElement>(null);
  const look = useAction(async (_key, code: string, secret: string) => {
    try {
      return await ask(api.POST("/status", { body: { code, secret } }));
    } catch (refused) {
      if (refused instanceof Refusal && refused.status === 404) {
        throw new Refusal(404, refused.code, t("dossier.status.missing"));
      }
      throw refused;
    }
  });
  const lookUp = async (code: string, secret: string, led: boolean) => {
    const defects: FieldDefect[] = [];
    if (code === "") defects.push({ field: "code", code: "Required", message: t("dossier.status.empty.code") });
    if (secret === "") defects.push({ field: "secret", code: "Required", message: t("dossier.status.empty.secret") });
    setFound(null);
    if (defects.length > 0) {
      look.refuse(new Refusal(422, "BadRequest", t("error.required"), defects));
      return;
    }
    const seen = await look.run(code, secret);
    if (seen === undefined) return;
    setFound(seen);
    announce(`${t("dossier.status.found", { code: seen.code })}: ${seen.state.name}`);
    if (led) result.current?.focus();
  };
  useEffect(() => {
    if (found !== null) result.current?.focus();
  }, [found?.code]);
  useEffect(() => {
    const take = () => {
      const next = fromHash();
      setGiven(next);
      if (next.code && next.secret) void lookUp(next.code, next.secret, false);
    };
    take();
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, []);
  useEffect(() => {
    if (found !== null) void look.run(...asked(given)).then((seen) => seen && setFound(seen));
  }, [language]);
  const submit = (event: Event) => {
    event.preventDefault();
    void lookUp(...asked(given), true);
  };
  return (
    <Page title={t("dossier.status")} failed={look.refusal !== null}>
      <ErrorSummary refusal={look.refusal} />
      {found !== null && <Found found={found} heading={result} />}
      <p class="govuk-body">{t("dossier.status.text")}</p>
      <form class="status" onSubmit={submit} noValidate>
        <TextField
          name="code"
          label={t("dossier.code")}
          hint={t("dossier.status.code.hint")}
          value={given.code}
          onInput={(code) => setGiven({ ...given, code })}
          error={look.refusal?.of("code")}
          autocomplete="off"
          width={30}
        />
        <TextField
          name="secret"
          label={t("dossier.bill.secret")}
          hint={t("dossier.status.secret.hint")}
          value={given.secret}
          onInput={(secret) => setGiven({ ...given, secret })}
          error={look.refusal?.of("secret")}
          autocomplete="off"
        />
        <Button busy={look.busy}>{t("dossier.status.look")}</Button>
      </form>
      {token === null && (
        <p class="govuk-body">
          <a class="govuk-link" href={loginPath("/ho-so")}>
            {t("dossier.status.login")}
          </a>
        </p>
      )}
    </Page>
  );
}

function Found({ found, heading }: { found: Schema["StatusShape"]; heading: { current: HTMLHeadingElement | null } }) {
  const due = dueOf(found);
  const naming = useLoad(namesOf);
  return (
    <section class="card situation" aria-labelledby="found">
      <h2 class="govuk-heading-m situation__found" id="found" tabIndex={-1} ref={heading}>
        {t("dossier.status.found", { code: found.code })}
      </h2>
      <p class="situation__state">
        <StateTag state={found.state} />
      </p>
      <SummaryList
        plain
        rows={[
          { label: t("dossier.procedure"), value: <Said of={(naming.data ?? onlyVietnamese)(found.procedure)} /> },
          { label: t("dossier.agency"), value: found.agency.name },
          ...(found.submitted_at ? [{ label: t("dossier.submitted"), value: dateTime(found.submitted_at) }] : []),
          ...(due ? [{ label: due.label, value: dateTime(due.at) }] : []),
          // What comes next is said to the applicant; who was given a link is somebody else.
          found.shared_until
            ? { label: t("dossier.status.shared"), value: dateTime(found.shared_until) }
            : { label: t("dossier.next"), value: word("next", found.state.code, found.state.name) },
        ]}
      />
    </section>
  );
}

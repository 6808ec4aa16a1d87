import { useState } from "preact/hooks";
import { api, ask, Refusal, type Schema } from "../../api/client";
import { useAction, useLoad } from "../../hooks";
import { t, type Key } from "../../i18n";
import { Button, Buttons, TextButton } from "../../parts/Button";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { SelectField, TextareaField } from "../../parts/Field";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Vi } from "../../parts/Said";
import { forget } from "../desk/templates";
import type { Given } from "./index";

type All = Schema["AllReasonsShape"];
type Kind = All["items"][number];

const nameOf = (kind: string): string => t(`people.words.kind.${kind}` as Key);

/** The words that officers choose from, act by act; the administrator writes them. */
export function UsualWords({ agency, frame }: Given) {
  const words = useLoad(
    () => ask(api.GET("/desk/reasons/{agency}", { params: { path: { agency: agency.code } } })),
    [agency.code],
  );
  const [kind, setKind] = useState("paper");
  const changed = () => {
    forget();
    words.again();
  };
  return frame(
    <>
      <p class="govuk-body">{t("people.words.about")}</p>
      <Ready of={words}>
        {(all) => {
          const one = all.items.find((each) => each.kind === kind);
          const names = all.placeholders.map((name) => `{${name}}`).join(", ");
          return (
            <>
              <p class="govuk-hint">{t("people.words.places", { names })}</p>
              <SelectField
                name="kind"
                label={t("people.words.kind")}
                value={kind}
                onInput={setKind}
                options={all.items.map((each) => ({ value: each.kind, label: nameOf(each.kind) }))}
                filled
              />
              {one !== undefined &&
                (all.administers ? (
                  <Editor key={`${one.kind} ${one.version}`} of={one} agency={agency.code} changed={changed} />
                ) : (
                  <ul class="govuk-list govuk-list--bullet">
                    {one.texts.map((text) => (
                      <li key={text.text}>
                        <Vi>{text.text}</Vi>
                      </li>
                    ))}
                  </ul>
                ))}
            </>
          );
        }}
      </Ready>
    </>,
  );
}

function Editor({ of, agency, changed }: { of: Kind; agency: string; changed: () => void }) {
  const [texts, setTexts] = useState(of.texts.map((one) => one.text));
  const save = useAction((_key, kept: string[]) =>
    ask(
      api.PUT("/desk/reasons/{agency}/{kind}", {
        params: { path: { agency, kind: of.kind } },
        body: { texts: kept, version: of.version },
      }),
    ),
  );
  const put = async (kept: string[]) => {
    if ((await save.run(kept)) === undefined) return;
    announce(t(kept.length === 0 ? "people.words.reset" : "people.words.saved"));
    changed();
  };
  const send = (event: Event) => {
    event.preventDefault();
    const empty = texts.findIndex((one) => one.trim() === "");
    const lacking = texts.length === 0 ? 0 : empty;
    if (lacking < 0) return void put(texts);
    const field = { field: `texts[${lacking}]`, code: "Required", message: t("people.words.empty") };
    save.refuse(new Refusal(422, "Incomplete", t("desk.incomplete"), [field]));
  };
  return (
    <form class="card people-form" noValidate aria-labelledby="words-title" onSubmit={send}>
      <h2 class="govuk-heading-m" id="words-title">
        {nameOf(of.kind)}
      </h2>
      <p class="govuk-hint">{t(of.own ? "people.words.own" : "people.words.usual")}</p>
      <ErrorSummary refusal={save.refusal} />
      {texts.map((text, at) => (
        <div class="words__one" key={at}>
          <TextareaField
            name={`texts[${at}]`}
            label={t("people.words.text", { number: at + 1 })}
            rows={3}
            maxLength={1000}
            value={text}
            error={save.refusal?.of(`texts[${at}]`)}
            onInput={(next) => setTexts(texts.map((one, n) => (n === at ? next : one)))}
          />
          <TextButton onClick={() => setTexts(texts.filter((_, n) => n !== at))}>
            {t("people.words.remove", { number: at + 1 })}
          </TextButton>
        </div>
      ))}
      {texts.length < 20 && (
        <p>
          <TextButton onClick={() => setTexts([...texts, ""])}>{t("people.words.add")}</TextButton>
        </p>
      )}
      <Buttons>
        <Button busy={save.busy}>{t("people.words.save")}</Button>
        {of.own && (
          <Button kind="secondary" busy={save.busy} onClick={() => void put([])}>
            {t("people.words.back")}
          </Button>
        )}
      </Buttons>
    </form>
  );
}

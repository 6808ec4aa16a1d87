import { useState } from "preact/hooks";
import { api, ask, type Refusal } from "../../api/client";
import { useAction } from "../../hooks";
import { said, t } from "../../i18n";
import { useKept } from "../../kept";
import { RadiosField, TextareaField, TextField } from "../../parts/Field";
import { Problem } from "../../parts/field-frame";
import { announce } from "../../parts/live";
import { PdfLink } from "../../parts/PdfLink";
import { ActFrame, keyed, required, useTold, type Doing } from "./acts";
import type { Dossier } from "./dossier";
import { RESULT } from "./procedure";
import { useUpload } from "./upload";

const ways = ["template", "file", "signed", "paper"] as const;
type Way = (typeof ways)[number];
type Texts = Readonly<Record<string, string>>;

/** A file that was inspected before, when the entry itself did not come through; one that was entered is not it. */
function waiting(dossier: Dossier): string | null {
  const entered = new Set(dossier.timeline.map((one) => one.detail["paper"]));
  const left = dossier.papers.filter((one) => one.component === RESULT && one.status === "verified" && !entered.has(one.id));
  return left.at(-1)?.id ?? null;
}

/** The result is entered: of the procedure's template, as a file that is signed here or was elsewhere, or on paper. */
export default function ResultForm({ dossier, procedure, done, refused, close }: Doing) {
  const wanted = procedure.result_template?.texts ?? null;
  const offered = ways.filter((one) => one !== "template" || wanted !== null);
  const [way, setWay] = useKept<Way>("result.way", offered[0] ?? "file");
  const [number, setNumber] = useKept("result.number", "");
  const [title, setTitle] = useKept("result.title", () => said(procedure.result));
  const [texts, setTexts] = useKept<Texts>("result.texts", {});
  const [files, setFiles] = useKept<readonly File[]>("result.files", []);
  const [stage, setStage] = useState<"" | "sending">("");
  const uploaded = way === "file" || way === "signed";
  const before = waiting(dossier);
  const uploads = useUpload(dossier.id);
  const action = useAction(async (key, about: string, name: string) => {
    let paper = uploaded ? before : null;
    if (uploaded && files.length > 0) {
      paper = uploads.known(files);
      if (paper === null) {
        setStage("sending");
        announce(t("desk.result.sending"));
        try {
          paper = await uploads.send("result-file", files, files);
        } finally {
          setStage("");
        }
      }
    }
    const body = { number: about, title: name, way, paper, texts: way === "template" ? texts : {} };
    return ask(api.POST("/desk/dossiers/{dossier_id}/result", { ...keyed(dossier.id, key), body }));
  });
  useTold(action, refused);
  const missing = (): Refusal | null => {
    if (number.trim() === "") return required("number");
    if (title.trim() === "") return required("title");
    if (uploaded && files.length === 0 && before === null) return required("paper", t("desk.result.file.missing"));
    const empty = way === "template" && wanted?.find((one) => one.required && !texts[one.name]?.trim());
    return empty ? required(`texts.${empty.name}`) : null;
  };
  const submit = async () => {
    const lacks = missing();
    if (lacks !== null) return action.refuse(lacks);
    const moved = await action.run(number.trim(), title.trim());
    if (moved !== undefined) done(t("desk.done.enter_result", { state: moved.state.name }));
    else uploads.drop();
  };
  const preview = () => {
    const body = { number: number.trim() || "…", title: title.trim() || said(procedure.result), texts };
    const path = { dossier_id: dossier.id };
    return ask(api.PUT("/desk/dossiers/{dossier_id}/result-preview", { params: { path }, body }));
  };
  const { refusal } = action;
  const problem = refusal?.of("paper");
  return (
    <ActFrame act="enter_result" refusal={refusal} busy={action.busy} close={close} onSubmit={() => void submit()}>
      <RadiosField
        name="way"
        label={t("desk.result.way")}
        value={way}
        options={offered.map((value) => ({
          value,
          label: t(`desk.result.way.${value}`),
          ...(value === "paper" ? {} : { hint: t(`desk.result.way.${value}.hint`) }),
        }))}
        onInput={(value) => setWay(value as Way)}
      />
      <TextField
        name="number"
        label={t("desk.result.number")}
        value={number}
        width={20}
        maxLength={60}
        autocomplete="off"
        error={refusal?.of("number")}
        onInput={setNumber}
      />
      <TextField
        name="title"
        label={t("desk.result.title")}
        value={title}
        maxLength={300}
        autocomplete="off"
        error={refusal?.of("title")}
        onInput={setTitle}
      />
      {way === "template" && (
        <>
          {wanted?.map((one) => (
            <TextareaField
              key={one.name}
              name={`texts.${one.name}`}
              label={said(one.label)}
              optional={!one.required}
              rows={one.most > 200 ? 4 : 1}
              maxLength={one.most}
              value={texts[one.name] ?? ""}
              error={refusal?.of(`texts.${one.name}`)}
              onInput={(text) => setTexts({ ...texts, [one.name]: text })}
            />
          ))}
          <p class="govuk-hint">{t("desk.result.preview.hint")}</p>
          <p class="govuk-body">
            <PdfLink text={t("desk.result.preview")} get={preview} />
          </p>
        </>
      )}
      {uploaded && (
        <div class={`govuk-form-group${problem ? " govuk-form-group--error" : ""}`}>
          <label class="govuk-label" id="paper-label" for="paper">
            {t("desk.result.file")}
          </label>
          <p class="govuk-hint" id="paper-hint">
            {t(before === null ? "desk.result.file.hint" : "desk.result.file.there")}
          </p>
          <Problem name="paper" {...(problem ? { error: problem } : {})} />
          {/* The browser's own words beside a file input are in the browser's language. */}
          <input
            class="govuk-visually-hidden file-input"
            id="paper"
            type="file"
            aria-labelledby="paper-label paper-choose"
            accept={way === "signed" ? "application/pdf" : "application/pdf,image/jpeg,image/png"}
            multiple={way === "file"}
            aria-describedby={problem ? "paper-hint paper-error" : "paper-hint"}
            aria-invalid={problem ? "true" : undefined}
            onChange={(event) => setFiles([...(event.currentTarget.files ?? [])])}
          />
          <div class="files">
            <label class="govuk-button govuk-button--secondary" id="paper-choose" for="paper">
              {t("desk.result.choose")}
            </label>
            <span role="status">
              {files.length > 0 ? files.map((one) => one.name).join(", ") : t("desk.result.nothing")}
            </span>
          </div>
          {stage === "sending" && <p class="govuk-hint">{t("desk.result.sending")}</p>}
        </div>
      )}
    </ActFrame>
  );
}

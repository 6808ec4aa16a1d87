import { useState } from "preact/hooks";
import { api, ask } from "../../api/client";
import { useAction } from "../../hooks";
import { said, t } from "../../i18n";
import { useKept } from "../../kept";
import { TextField } from "../../parts/Field";
import { Problem } from "../../parts/field-frame";
import { announce } from "../../parts/live";
import { ActFrame, keyed, required, useTold, type Doing } from "./acts";
import type { Dossier } from "./dossier";
import { RESULT } from "./procedure";
import { useUpload } from "./upload";

/** A file that was inspected before, when the entry itself did not come through. */
const waiting = (dossier: Dossier): string | null =>
  dossier.papers.filter((one) => one.component === RESULT && one.status === "verified").at(-1)?.id ?? null;

export function ResultForm({ dossier, procedure, done, refused, close }: Doing) {
  const [number, setNumber] = useKept("result.number", "");
  const [title, setTitle] = useKept("result.title", () => said(procedure.result));
  const [files, setFiles] = useKept<readonly File[]>("result.files", []);
  const [stage, setStage] = useState<"" | "sending">("");
  const before = waiting(dossier);
  const uploads = useUpload(dossier.id);
  const action = useAction(async (key, about: string, name: string) => {
    let paper = before;
    if (files.length > 0) {
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
    const body = { number: about, title: name, paper };
    return ask(api.POST("/desk/dossiers/{dossier_id}/result", { ...keyed(dossier.id, key), body }));
  });
  useTold(action, refused);
  const submit = async () => {
    if (number.trim() === "") return action.refuse(required("number"));
    if (title.trim() === "") return action.refuse(required("title"));
    const moved = await action.run(number.trim(), title.trim());
    if (moved !== undefined) done(t("desk.done.enter_result", { state: moved.state.name }));
    else uploads.drop();
  };
  const { refusal } = action;
  const problem = refusal?.of("paper");
  return (
    <ActFrame act="enter_result" refusal={refusal} busy={action.busy} close={close} onSubmit={() => void submit()}>
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
      <div class={`govuk-form-group${problem ? " govuk-form-group--error" : ""}`}>
        <label class="govuk-label" id="paper-label" for="paper">
          {t("desk.result.file")} <span class="optional">{t("field.optional")}</span>
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
          accept="application/pdf,image/jpeg,image/png"
          multiple
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
    </ActFrame>
  );
}

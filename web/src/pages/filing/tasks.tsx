import { date } from "../../format";
import { useAction } from "../../hooks";
import { t } from "../../i18n";
import { api, ask } from "../../api/client";
import { useState } from "preact/hooks";
import { LinkButton, TextButton } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { announce } from "../../parts/live";
import { Page } from "../../parts/Page";
import { Tag } from "../../parts/StateTag";
import { Said } from "../../parts/Said";
import { go } from "../../router";
import { forget } from "./copies";
import type { Filing } from "./flow";
import { deliveries, groupsOf } from "./procedure";
import { Saving } from "./saving";
import { groupStatus, papersStatus, signStatus, type Status } from "./status";

const tones = { none: "grey", begun: "yellow", done: "green" } as const;

interface Task {
  step: string;
  title: string;
  status: Status;
}

/** The steps of this dossier's filing, in order. */
function tasksOf({ draft, state, sent }: Filing): Task[] {
  const tasks: Task[] = groupsOf(draft.form).map((group) => ({
    step: group.slug,
    title: group.title,
    status: groupStatus(draft.form, group, state),
  }));
  if (deliveries(draft.procedure).length > 1) {
    const chosen = state.visited.has("delivery") || state.delivery !== deliveries(draft.procedure)[0];
    const status: Status = chosen ? "done" : "none";
    tasks.push({ step: "delivery", title: t("filing.delivery"), status });
  }
  if (draft.procedure.papers.length > 0) {
    tasks.push({ step: "papers", title: t("filing.papers"), status: papersStatus(draft.procedure, state, sent) });
  }
  if (draft.procedure.level >= 4) tasks.push({ step: "sign", title: t("filing.sign"), status: signStatus(state, sent) });
  return tasks;
}

export function Tasks(filing: Filing & { choose: () => void }) {
  const { draft, state, to, choose } = filing;
  const tasks = tasksOf(filing);
  const done = tasks.filter((one) => one.status === "done").length;
  const next = tasks.find((one) => one.status !== "done");
  const { dossier } = draft;
  return (
    <Page title={t("filing.tasks")} caption={<Said of={draft.procedure.name} />} back="/ho-so">
      <p class="govuk-body">{t("filing.tasks.where", { agency: dossier.agency.name })}</p>
      <Saving state={state} choose={choose} />
      <p class="govuk-body filing-count" id="tasks-done">
        {t("filing.tasks.done", { done, all: tasks.length })}
      </p>
      <ol class="govuk-task-list filing-tasks" aria-describedby="tasks-done">
        {tasks.map((one) => (
          <TaskRow key={one.step} href={to(one.step)} {...one} />
        ))}
        <TaskRow
          href={to("check")}
          step="check"
          title={t("filing.check")}
          status={null}
          hint={next === undefined ? t("filing.check.ready") : t("filing.check.later")}
        />
      </ol>
      <LinkButton href={to(next?.step ?? "check")}>
        {next === undefined
          ? t("filing.check")
          : done === 0 && next === tasks[0]
            ? t("filing.tasks.begin")
            : t("filing.tasks.go", { title: next.title })}
      </LinkButton>
      {dossier.draft_expires_at && (
        <p class="govuk-body">{t("filing.tasks.until", { at: date(dossier.draft_expires_at) })}</p>
      )}
      <Discard {...filing} />
    </Page>
  );
}

function TaskRow({
  href,
  step,
  title,
  status,
  hint,
}: {
  href: string;
  step: string;
  title: string;
  status: Status | null;
  hint?: string;
}) {
  const id = `task-${step}`;
  return (
    <li class="govuk-task-list__item govuk-task-list__item--with-link">
      <div class="govuk-task-list__name-and-hint">
        <a class="govuk-link govuk-task-list__link" href={href} aria-describedby={`${id}-status`}>
          {title}
        </a>
        {hint && (
          <div class="govuk-task-list__hint" id={`${id}-status`}>
            {hint}
          </div>
        )}
      </div>
      {status !== null && (
        <div class="govuk-task-list__status" id={`${id}-status`}>
          <Tag tone={tones[status]}>{t(`filing.status.${status}`)}</Tag>
        </div>
      )}
    </li>
  );
}

function Discard({ draft }: Filing) {
  const [asked, setAsked] = useState(false);
  const discarding = useAction(async () => {
    await draft.flush();
    await ask(api.DELETE("/dossiers/{dossier_id}", { params: { path: { dossier_id: draft.id } } }));
    await forget(draft.id);
    return true;
  });
  const discard = async (): Promise<void> => {
    const gone = await discarding.run();
    setAsked(false);
    if (gone) {
      announce(t("filing.discarded"));
      go("/ho-so", { replace: true });
    }
  };
  return (
    <>
      <ErrorSummary refusal={discarding.refusal} />
      <p class="govuk-body">
        <TextButton onClick={() => setAsked(true)}>{t("filing.discard")}</TextButton>
      </p>
      <Dialog
        open={asked}
        title={t("filing.discard.title")}
        confirm={t("filing.discard.confirm")}
        warning
        busy={discarding.busy}
        onConfirm={() => void discard()}
        onClose={() => setAsked(false)}
      >
        <p class="govuk-body">{t("filing.discard.text")}</p>
      </Dialog>
    </>
  );
}

/** The address of the step after this one, in the order of the task list. */
export function after(filing: Filing, step: string): string {
  const steps = [...tasksOf(filing).map((one) => one.step), "check"];
  return filing.to(steps[steps.indexOf(step) + 1] ?? "check");
}

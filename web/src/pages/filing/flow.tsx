import { useEffect, useRef, useState } from "preact/hooks";
import type { Refusal } from "../../api/client";
import { asRefusal } from "../../hooks";
import { t } from "../../i18n";
import { Button, LinkButton } from "../../parts/Button";
import { Loading } from "../../parts/Loading";
import { Notice } from "../../parts/Notice";
import { Page } from "../../parts/Page";
import { Said } from "../../parts/Said";
import { usePreferences } from "../../preferences";
import { useStore } from "../../store";
import { DeliveryPage } from "./delivery";
import { Draft, type DraftState } from "./draft";
import { GroupPage } from "./group";
import { PapersPage } from "./papers";
import { deliveries, groupsOf } from "./procedure";
import { Reconcile } from "./reconcile";
import { Review } from "./review";
import { Signing } from "./signing";
import { Tasks } from "./tasks";
import { Uploads, type UploadsState } from "./uploads";

/** What every page of the flow works on. */
export interface Filing {
  draft: Draft;
  uploads: Uploads;
  state: DraftState;
  sent: UploadsState;
  /** The address of a page of this dossier's flow. */
  to: (step?: string) => string;
}

interface Opened {
  draft: Draft;
  uploads: Uploads;
}

/** The pages of one draft. Stays while they change, so that saving and sending go on. */
export function Flow({ id, step }: { id: string; step: string }) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [round, setRound] = useState(0);

  useEffect(() => {
    let current = true;
    let mine: Opened | null = null;
    const open = async (): Promise<void> => {
      try {
        const draft = await Draft.open(id);
        mine = { draft, uploads: new Uploads(id, draft.dossier.papers) };
        if (!current) return leave(mine);
        if (draft.dossier.state.code === "draft") await mine.uploads.resume();
        setOpened(mine);
      } catch (failed) {
        if (current) setRefusal(asRefusal(failed));
      }
    };
    void open();
    return () => {
      current = false;
      if (mine) leave(mine);
    };
  }, [id, round]);

  if (refusal !== null) {
    const again = (): void => {
      setRefusal(null);
      setRound((n) => n + 1);
    };
    return (
      <Page title={t("filing.unopened")} back="/ho-so">
        <Notice kind="error" live>
          <p>{refusal.message}</p>
        </Notice>
        <Button onClick={again}>{t("page.again")}</Button>
      </Page>
    );
  }
  if (opened === null) return <Loading />;
  return <Steps key={opened.draft.id} {...opened} step={step} />;
}

function leave({ draft, uploads }: Opened): void {
  draft.close();
  uploads.close();
}

function Steps({ draft, uploads, step }: Opened & { step: string }) {
  usePreferences();
  const state = useStore(draft.state);
  const sent = useStore(uploads.state);
  const wasAlone = useRef(state.alone);
  useEffect(() => {
    // The papers as well may have come on at the server meanwhile.
    if (wasAlone.current && !state.alone) void uploads.look().catch((failed: unknown) => console.debug(failed));
    wasAlone.current = state.alone;
  }, [state.alone]);
  const [choosing, setChoosing] = useState(false);
  const to = (part = ""): string => `/ho-so/${draft.id}/nop${part && `/${part}`}`;
  const filing: Filing = { draft, uploads, state, sent, to };
  if (draft.dossier.state.code !== "draft") {
    return (
      <Page title={t("filing.filed")} caption={<Said of={draft.procedure.name} />}>
        <p class="govuk-body">{t("filing.filed.text")}</p>
        <LinkButton href={`/ho-so/${draft.id}`}>{t("filing.filed.open")}</LinkButton>
      </Page>
    );
  }
  if (choosing && state.theirs !== null) return <Reconcile {...filing} onDone={() => setChoosing(false)} />;
  const choose = (): void => setChoosing(true);
  if (step === "") return <Tasks {...filing} choose={choose} />;
  if (step === "papers") return <PapersPage {...filing} choose={choose} />;
  if (step === "sign" && draft.procedure.level >= 4)
    return <Signing {...filing} choose={choose} />;
  if (step === "check") return <Review {...filing} choose={choose} />;
  if (step === "delivery" && deliveries(draft.procedure).length > 1)
    return <DeliveryPage {...filing} choose={choose} />;
  const group = groupsOf(draft.form).find((one) => one.slug === step);
  if (group !== undefined) return <GroupPage key={step} {...filing} group={group} choose={choose} />;
  return (
    <Page title={t("page.missing")} back={to()}>
      <LinkButton href={to()}>{t("filing.tasks")}</LinkButton>
    </Page>
  );
}

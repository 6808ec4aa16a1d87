import { useState } from "preact/hooks";
import type { Schema } from "../../api/client";
import { plainDate } from "../../format";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { ErrorSummary } from "../../parts/ErrorSummary";
import { Ready } from "../../parts/Loading";
import { announce } from "../../parts/live";
import { Written } from "../../parts/Said";
import { Tag } from "../../parts/StateTag";
import { useShortcuts } from "../desk/shortcuts";
import { Card } from "./card";
import { boardOf, give, GiveFields, missing, type Way } from "./give";
import type { Given } from "./index";

type Whole = Schema["BoardShape"];
type Held = Whole["dossiers"][number];
type Member = Whole["members"][number];

interface Column {
  id: string;
  name: string;
  member: Member | null;
  dossiers: Held[];
}

/** Who holds what: a column per officer, what nobody has taken first. */
export function Board({ agency, frame }: Given) {
  const board = useLoad(() => boardOf(agency.code), [agency.code]);
  const [giving, setGiving] = useState<Held | null>(null);
  const cards = () => [...document.querySelectorAll<HTMLAnchorElement>(".board__code")];
  const step = (by: number) => {
    const all = cards();
    const at = all.findIndex((one) => one === document.activeElement);
    all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
  };
  const chosen = () => {
    const id = cards().find((one) => one === document.activeElement)?.dataset["id"];
    const found = board.data?.dossiers.find((one) => one.id === id);
    if (board.data && found && wayOf(board.data, found) !== null) setGiving(found);
  };
  useShortcuts([
    { key: "j", does: "people.keys.next", run: () => step(1), repeats: true },
    { key: "k", does: "people.keys.previous", run: () => step(-1), repeats: true },
    { key: "g", does: "people.keys.give", run: chosen },
    { key: "r", does: "desk.keys.reload", run: board.again },
  ]);
  return frame(
    <>
      <p class="govuk-body">{t("people.board.about")}</p>
      <Ready of={board}>
        {(all) => (
          <>
            {all.more && <p class="govuk-hint">{t("people.board.more")}</p>}
            <div class="board" aria-busy={board.busy}>
              {columnsOf(all).map((one) => (
                <Officer key={one.id} of={one} all={all} choose={setGiving} />
              ))}
            </div>
            <Giving
              key={giving?.id}
              of={giving}
              way={(giving && wayOf(all, giving)) ?? "reassign"}
              members={all.members}
              close={() => setGiving(null)}
              done={board.again}
            />
          </>
        )}
      </Ready>
    </>,
  );
}

/** The administrator assigns; an officer hands over what is theirs, or what they hold for somebody absent. */
function wayOf(all: Whole, dossier: Held): Way | null {
  if (all.administers) return "reassign";
  if (dossier.assignee === null) return null;
  const absent = all.members.find((one) => one.id === dossier.assignee);
  const substitute = absent?.absences.find((one) => one.state === "now")?.substitute;
  return dossier.assignee === all.me || substitute === all.me ? "hand_over" : null;
}

function columnsOf({ members, dossiers }: Whole): Column[] {
  const of = (id: string | null) => dossiers.filter((one) => one.assignee === id);
  const appraisers = members.filter((one) => one.appraises || one.open > 0);
  const gone = [...new Map(dossiers.map((one) => [one.assignee, one.assignee_name])).entries()].filter(
    ([id]) => id !== null && !appraisers.some((one) => one.id === id),
  );
  return [
    { id: "", name: t("people.board.free"), member: null, dossiers: of(null) },
    ...appraisers.map((member) => ({ id: member.id, name: member.name, member, dossiers: of(member.id) })),
    ...gone.map(([id, name]) => ({ id: id ?? "", name: name ?? "", member: null, dossiers: of(id) })),
  ];
}

function Officer({ of, all, choose }: { of: Column; all: Whole; choose: (dossier: Held) => void }) {
  const title = `board-${of.id || "free"}`;
  const { member } = of;
  return (
    <section class="board__column" aria-labelledby={title}>
      <h2 class="govuk-heading-s board__name" id={title}>
        {member === null && of.id === "" ? of.name : <Written text={of.name} />}
      </h2>
      <p class="board__facts">
        {t("people.board.count", { count: member?.open ?? of.dossiers.length })}
        {(member?.overdue ?? 0) > 0 && <Tag tone="red">{t("people.board.late", { count: member?.overdue ?? 0 })}</Tag>}
        {member?.away_until && <Tag tone="yellow">{t("people.until", { until: plainDate(member.away_until) })}</Tag>}
        {member === null && of.id !== "" && <Tag tone="grey">{t("people.board.gone")}</Tag>}
      </p>
      {of.dossiers.length === 0 ? (
        <p class="govuk-hint">{t("people.board.none")}</p>
      ) : (
        <ul class="board__list">
          {of.dossiers.map((one) => (
            <Card of={one} key={one.id}>
              {wayOf(all, one) !== null && (
                <Button
                  kind="secondary"
                  label={t("people.board.give.one", { code: one.code ?? "" })}
                  onClick={() => choose(one)}
                >
                  {t("people.board.give")}
                </Button>
              )}
            </Card>
          ))}
        </ul>
      )}
    </section>
  );
}

interface GivingProps {
  of: Held | null;
  way: Way;
  members: Member[];
  close: () => void;
  done: () => void;
}

function Giving({ of, way, members, close, done }: GivingProps) {
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const action = useAction((key, id: string, body: { to: string; reason: string }) => give(way, id, key, body));
  const send = async () => {
    if (of === null) return;
    const lacking = missing(to, reason.trim());
    if (lacking !== null) return action.refuse(lacking);
    if ((await action.run(of.id, { to, reason: reason.trim() })) === undefined) return;
    announce(t("people.given", { code: of.code ?? "", name: members.find((one) => one.id === to)?.name ?? "" }));
    close();
    done();
  };
  return (
    <Dialog
      open={of !== null}
      title={t(`people.give.title.${way}`, { code: of?.code ?? "" })}
      confirm={t(`desk.confirm.${way}`)}
      busy={action.busy}
      onConfirm={() => void send()}
      onClose={close}
    >
      <ErrorSummary refusal={action.refusal} />
      <GiveFields
        members={members}
        holder={of?.assignee ?? null}
        to={to}
        onTo={setTo}
        reason={reason}
        onReason={setReason}
        refusal={action.refusal}
      />
    </Dialog>
  );
}

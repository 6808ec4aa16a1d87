import { useState } from "preact/hooks";
import { useAction, useLoad } from "../../hooks";
import { t } from "../../i18n";
import { Ready } from "../../parts/Loading";
import { ActFrame, useTold, type Doing } from "../desk/acts";
import { drop, useDraft } from "../desk/drafts";
import { Templates } from "../desk/templates";
import { give, GiveFields, missing, teamOf, type Way } from "./give";

/** On the dossier's page: to whom it goes, and why. */
export default function GiveAct({ act, dossier, done, refused, close }: Doing & { act: Way }) {
  const draft = `${dossier.id} ${act}`;
  const [to, setTo] = useState("");
  const [reason, setReason] = useDraft(draft, "");
  const team = useLoad(() => teamOf(dossier.agency.code), [dossier.agency.code]);
  const action = useAction((key, body: { to: string; reason: string }) => give(act, dossier.id, key, body));
  useTold(action, refused);
  const send = async () => {
    const lacking = missing(to, reason.trim());
    if (lacking !== null) return action.refuse(lacking);
    if ((await action.run({ to, reason: reason.trim() })) === undefined) return;
    drop(draft);
    const name = team.data?.members.find((one) => one.id === to)?.name ?? "";
    done(t("people.given", { code: dossier.code ?? "", name }));
  };
  const cancel = () => {
    drop(draft);
    close();
  };
  return (
    <ActFrame act={act} refusal={action.refusal} busy={action.busy} close={cancel} onSubmit={() => void send()}>
      <Ready of={team}>
        {({ members }) => (
          <>
            <Templates name="template" of={act} text={reason} onText={setReason} />
            <GiveFields
              members={members}
              holder={dossier.assignee ?? null}
              to={to}
              onTo={setTo}
              reason={reason}
              onReason={setReason}
              refusal={action.refusal}
            />
          </>
        )}
      </Ready>
    </ActFrame>
  );
}

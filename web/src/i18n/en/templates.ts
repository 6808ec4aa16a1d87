import type { Same } from "..";
import type { templates as source } from "../vi/templates";

/** What the Vietnamese words say, for an officer who reads English; what is sent is Vietnamese. */
export const templates: Same<typeof source> = {
  "template.paper.blurred":
    "The picture is blurred or partly covered and cannot be read in full. Please photograph the original again.",
  "template.paper.incomplete": "Pages are missing. Please send all pages in their order.",
  "template.paper.wrong": "This is not the paper that the procedure asks for. Please send the right one.",
  "template.paper.expired": "The paper is no longer valid. Please send a valid one.",
  "template.paper.not-original": "The picture was not taken of the original. Please photograph the original.",
  "template.field.missing": "This was not answered. Please answer it.",
  "template.field.differs": "The answer does not agree with the papers. Please check and correct it.",
  "template.field.unclear": "The answer is not clear. Please be specific.",
  "template.ask.once":
    "Please supply everything named above within the time stated. Without it the dossier ends as the rules provide.",
  "template.receive.complete": "The dossier is valid and complete.",
  "template.refuse.not-competent":
    "The agency is not competent for this request. Please file with the competent authority.",
  "template.refuse.no-basis": "The request does not meet the conditions of the procedure.",
  "template.refuse.incomplete": "A required part is missing and cannot be mended by a supplement.",
  "template.propose.fulfilled": "The conditions are met. Approval is proposed.",
  "template.propose.conditions": "The conditions are met, with this to be noted:",
  "template.send_back.unclear": "The opinion does not state its grounds. Please add them.",
  "template.send_back.missing": "Not everything was appraised. Please appraise again.",
  "template.approve.agreed": "Agreed with the opinion.",
  "template.stop.not-fulfilled": "The appraisal found that the conditions are not met.",
  "template.stop.forged": "Papers of the dossier do not agree with their originals.",
  "template.stop.asked": "Stopped by order of the competent authority.",
  "template.compare.matched": "The papers agree with the originals shown.",
  "template.compare.differs": "The paper sent differs from the original in this:",
};

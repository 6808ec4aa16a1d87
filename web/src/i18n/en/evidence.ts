import type { Same } from "../index";
import type { evidence as source } from "../vi/evidence";

export const evidence: Same<typeof source> = {
  "evidence.title": "Proof of the dossier",
  "evidence.what":
    "One file with everything that happened to the dossier and the hash of each paper, receipt and result, signed digitally by the agency. Whoever has it can check it without this portal: whatever was altered, dropped, added or moved is found.",
  "evidence.private": "It holds your name, officers’ names and what was written in the steps. Give it only to those who need to check.",
  "evidence.make": "Make the proof",
  "evidence.again": "Make it anew with the latest events",
  "evidence.waits": "The file is being made and signed, mostly within a minute. You can leave this page and come back.",
  "evidence.ready": "The proof is ready.",
  "evidence.download": "Download the proof (JSON, {size})",
  "evidence.made": "Made at",
  "evidence.events": "Events",
  "evidence.hash": "SHA-256 of the file",
  "evidence.check": "How to check it",
  "evidence.check.text":
    "You need the program motcua (open source) and a folder with the root certificates of the authority that you trust. Open a terminal where the file is and run:",
  "evidence.check.command": "motcua verify <the proof> --trust <folder of certificates>",
  "evidence.check.files":
    "To know whether a paper, receipt or result that you hold is the one of the dossier, take the SHA-256 of that file and compare it with the one in the proof.",
};

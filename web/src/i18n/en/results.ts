import type { Same } from "..";
import type { results as vi } from "../vi/results";

export const results: Same<typeof vi> = {
  "proof.check": "Check the result of a procedure",
  "proof.check.text":
    "Scan the QR code on the result, or enter the two items printed beside it. No account is needed. This page shows nothing about the applicant.",
  "proof.code": "Code of the result",
  "proof.code.hint": "For example: H34.05-261123-0001-KQ1",
  "proof.secret": "Check code",
  "proof.secret.hint": "16 digits and letters; blanks do not matter.",
  "proof.look": "Check",
  "proof.empty.code": "Enter the code of the result, such as H34.05-261123-0001-KQ1.",
  "proof.empty.secret": "Enter the check code printed beside the QR code.",
  "proof.missing":
    "No result fits what was entered. Please look at each item again; if it still does not fit, the result may be forged: ask the agency that issued it.",
  "proof.found.valid": "The result is real and in force",
  "proof.found.revoked": "The result was revoked",
  "proof.found.text": "Compare what follows with the result that you hold.",
  "proof.revoked.text": "The agency revoked this result at {at}. It is no longer valid.",
  "proof.reason": "Reason",
  "proof.state": "State",
  "proof.state.valid": "In force",
  "proof.state.revoked": "Revoked",
  "proof.agency": "Issued by",
  "proof.number": "Number",
  "proof.title": "Title",
  "proof.issued": "Issued",
  "proof.procedure": "Procedure",
  "proof.sha256": "SHA-256 of the file",
  "proof.size": "Size of the file",
  "proof.file": "File",
  "proof.file.none": "The result exists on paper only.",
  "proof.compare": "Compare a file that you have",
  "proof.compare.hint":
    "Choose a file or drop it into this frame. It is compared on your device and sent nowhere.",
  "proof.compare.choose": "Choose a file",
  "proof.compare.same": "{name}: this is the file that was issued, unchanged.",
  "proof.compare.other": "{name}: this is not the file that was issued, or it was changed.",
  "proof.compare.revoked": "The result itself was revoked, however.",
} as const;

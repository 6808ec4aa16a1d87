import type { Same } from "..";
import type { signatures as vi } from "../vi/signatures";

export const signatures: Same<typeof vi> = {
  "signature.form": "The form, digitally signed",
  "signature.title": "Digital signature",
  "signature.state.pending": "Digital signature being checked",
  "signature.state.valid": "Valid digital signature",
  "signature.state.unsigned": "No digital signature",
  "signature.state.unchecked": "Digital signature not checked",
  "signature.state.bad": "Digital signature of no use",
  "signature.by": "Signed by {name}",
  "signature.organisation": "Organisation: {name}",
  "signature.issuer": "Certificate issued by {name}",
  "signature.proven": "Signed at {at} (with a timestamp)",
  "signature.claimed": "Signed at {at} (as the signer says)",
  "signature.stamp": "Timestamp of the document",
  "signature.checked": "Checked at {at}",
  "signature.way": "Sign the form digitally",
  "signature.way.about":
    "When the form and all papers bear your valid digital signature, you need not send certified copies by post. Without it you can file all the same and send the copies later.",
  "signature.way.download": "When the answers are given and the papers sent, download the form.",
  "signature.way.sign": "Sign the file with your signing program; do not change it or print it anew.",
  "signature.way.upload": "Upload the signed file here.",
  "signature.way.get": "Download the form to sign",
  "signature.way.choose": "Choose the signed form",
  "signature.way.replace": "Replace it by a form signed anew",
};

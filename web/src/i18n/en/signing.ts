import type { Same } from "..";
import type { signing as vi } from "../vi/signing";

export const signing: Same<typeof vi> = {
  "signing.why":
    "This procedure takes dossiers with a digital signature. The form is made of what you have filled in; once it is signed, a change of the answers or papers needs a new signature.",
  "signing.how": "How do you want to sign the form?",
  "signing.remote": "Sign remotely, on your phone",
  "signing.remote.hint": "You need a remote certificate from {providers} that carries the number of this account.",
  "signing.upload": "Upload a form that is signed digitally",
  "signing.upload.hint": "Download the form, sign it with your USB token or program, then upload the signed file.",
  "signing.post": "Print, sign by hand and send by post",
  "signing.post.hint": "No digital signature: after filing you send the papers with a cover sheet that bears the dossier code.",
  "signing.post.text":
    "You file without a digital signature. After filing, print the cover sheet on the dossier's page, lay it on the certified papers and post them to the agency. The dossier is received when all papers have come.",
  "signing.provider": "The provider of your certificate",
  "signing.start": "Sign remotely",
  "signing.again": "Ask again",
  "signing.cancel": "Take the request back",
  "signing.code": "Code to compare",
  "signing.code.text": "Agree only when your phone shows this very code. If it shows another one, refuse.",
  "signing.shown": "What the phone shows",
  "signing.until": "Waiting until",
  "signing.state": "How the signature stands",
  "signing.leave": "You may leave this page; once it is signed, the form goes into the dossier by itself.",
  "signing.there.text": "The signed form is in the dossier. If you change answers or papers, take it back and sign again.",
  "signing.unsaved": "The newest answers could not be saved. Please try again when there is a network.",
};

import type { PageProps } from "../../routes";
import { DossierPage } from "./dossier";
import { Mine } from "./mine";
import { ReceiptPage } from "./receipt";
import { Status } from "./status";
import "./dossier.scss";

/** Following one's dossiers: the list, a dossier, its receipt, and the status for whoever holds a receipt. */
export default function Following({ pattern, params }: PageProps) {
  const id = params["id"] ?? "";
  if (pattern === "/tra-cuu") return <Status />;
  if (pattern === "/ho-so") return <Mine />;
  if (pattern === "/ho-so/:id/bien-nhan") return <ReceiptPage id={id} key={id} />;
  return <DossierPage id={id} key={id} />;
}

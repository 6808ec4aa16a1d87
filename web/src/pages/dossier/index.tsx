import type { PageProps } from "../../routes";
import { DossierPage } from "./dossier";
import { CoverPage } from "./cover";
import { Mine } from "./mine";
import { ReceiptPage } from "./receipt";
import { SharePage } from "./share";
import { Status } from "./status";
import "./dossier.scss";

/** Following one's dossiers: the list, a dossier, its receipt, the cover sheet of its parcel, links for others, and the status for whoever holds one. */
export default function Following({ pattern, params }: PageProps) {
  const id = params["id"] ?? "";
  if (pattern === "/tra-cuu") return <Status />;
  if (pattern === "/ho-so") return <Mine />;
  if (pattern === "/ho-so/:id/bien-nhan") return <ReceiptPage id={id} key={id} />;
  if (pattern === "/ho-so/:id/phieu-gui") return <CoverPage id={id} key={id} />;
  if (pattern === "/ho-so/:id/chia-se") return <SharePage id={id} key={id} />;
  return <DossierPage id={id} key={id} />;
}

import type { PageProps } from "../../routes";
import { Answer } from "./answer";
import { Complain } from "./complain";
import { Complaints } from "./list";

/** Complaints about how dossiers ended: the applicant's own, and those that an administrator has to answer. */
export default function Endings({ params }: PageProps) {
  const { agency, id } = params;
  if (agency === undefined) return <Complain id={id ?? ""} key={id} />;
  return id === undefined ? <Complaints agency={agency} key={agency} /> : <Answer agency={agency} id={id} key={id} />;
}

import "./filing.scss";
import type { PageProps } from "../../routes";
import { Flow } from "./flow";
import { Start } from "./start";

/** Filing: choose an agency, then task list, questions, papers, check and declaration. */
export default function Filing({ params }: PageProps) {
  const code = params["code"];
  if (code !== undefined) return <Start key={code} code={code} />;
  const id = params["id"] ?? "";
  return <Flow key={id} id={id} step={params["*"] ?? ""} />;
}

import type { Schema } from "../../api/client";
import type { Section } from "../desk/money";
import "../money/money.scss";
import { DrawerPage } from "./drawer";
import "./finance.scss";
import { HandIns } from "./handin";
import { RefundPage } from "./refund";
import { Refunds } from "./refunds";

export interface FinanceProps {
  section: Section;
  agency: Schema["AgencyShape"];
  /** The officer's own at this agency. */
  roles: readonly string[];
  /** What follows the agency in the address. */
  rest: readonly string[];
  query: URLSearchParams;
}

/** The agency's money: drawers, refunds, books. */
export default function Finance(props: FinanceProps) {
  const [dossier, refund] = props.rest;
  switch (props.section) {
    case "ca-thu":
      return <DrawerPage {...props} />;
    case "nop-quy":
      return <HandIns {...props} />;
    case "hoan-phi":
      return dossier !== undefined && refund !== undefined ? (
        <RefundPage {...props} dossier={dossier} id={refund} key={`${dossier}/${refund}`} />
      ) : (
        <Refunds {...props} />
      );
    default:
      return null; // the books have pages of their own
  }
}

import type { FinanceProps } from "../finance";
import "../finance/finance.scss";
import "./books.scss";
import { DayPage } from "./day";
import { Days } from "./days";
import { EntryPage } from "./entry";
import { FilePage } from "./file";
import { Files } from "./files";
import { Receipts } from "./receipts";
import { SlipPage } from "./slip";
import { Waiting } from "./waiting";

/** The agency's books: days, what does not match, files, slips, receipts. */
export default function Books(props: FinanceProps) {
  const [id] = props.rest;
  switch (props.section) {
    case "doi-soat":
      return id === undefined ? <Days {...props} /> : <DayPage {...props} day={id} key={id} />;
    case "chua-khop":
      return id === undefined ? <Waiting {...props} /> : <EntryPage {...props} id={id} key={id} />;
    case "tep":
      return id === undefined ? <Files {...props} /> : <FilePage {...props} id={id} key={id} />;
    case "phieu":
      return <SlipPage {...props} />;
    case "bien-lai":
      return <Receipts {...props} />;
    default:
      return null;
  }
}

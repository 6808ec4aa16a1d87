import type { Same } from "..";
import type { receipts as source } from "../vi/receipts";

export const receipts: Same<typeof source> = {
  "receipts.check": "Check a receipt for fees",
  "receipts.check.text":
    "Scan the QR code on the receipt, or enter the three items printed beside it. No account is needed. Nothing about the payer is shown.",
  "receipts.agency": "Code of the collecting agency",
  "receipts.agency.hint": "For example: H34.05",
  "receipts.number": "Receipt number",
  "receipts.number.hint": "Series and number, for example: BL-26E/0000123",
  "receipts.secret": "Check code",
  "receipts.secret.hint": "32 digits and letters; blanks do not matter.",
  "receipts.look": "Check",
  "receipts.empty.agency": "Enter the agency’s code, for example H34.05.",
  "receipts.empty.number": "Enter series and number of the receipt, for example BL-26E/0000123.",
  "receipts.empty.secret": "Enter the check code printed beside the QR code.",
  "receipts.missing":
    "No receipt fits what was entered. Please check each item; if it still does not fit, the receipt may be forged: contact the collecting agency.",
  "receipts.real": "The receipt is real",
  "receipts.real.text": "Receipt {number} was issued by {agency}. Compare what stands below with the receipt in your hand.",
  "receipts.state": "State",
  "receipts.state.issued": "Issued",
  "receipts.state.partly_refunded": "Partly refunded",
  "receipts.state.refunded": "Wholly refunded",
  "receipts.refunded": "Refunded",
  "receipts.being_refunded": "Being refunded",
  "receipts.form": "Form",
  "receipts.collector": "Collecting agency",
  "receipts.issued": "Issued at",
  "receipts.dossier": "Dossier code",
  "receipts.procedure": "Procedure",
  "receipts.paid": "Paid",
  "receipts.paid.part": "{amount}, {way}, at {at}",
  "receipts.fees": "Fees",
  "receipts.fee": "Fee",
  "receipts.amount": "Amount",
  "receipts.total": "Total",
};

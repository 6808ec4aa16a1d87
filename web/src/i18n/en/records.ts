import type { records as source } from "../vi/records";
import type { Same } from "../index";

export const records: Same<typeof source> = {
  "desk.register.text": "The register (form 06) lists what was filed with the agency in a period of at most 31 days of one year; each PDF has up to a hundred dossiers.",
  "desk.register.from": "From",
  "desk.register.to": "To",
  "desk.register.make": "Make the register",
  "desk.register.made": "The register is made: {count} dossiers.",
  "desk.register.part": "Download part {part}: {count} dossiers (PDF)",
  "desk.register.soon": "The links are good for two minutes; make the register again after that.",
  "desk.register.next": "Make the next part",
  "desk.records.text":
    "Every search for dossiers by name or identity number at this agency, newest first; kept for two years. What was searched for is not kept: two searches with the same mark were for the same thing.",
  "desk.records.none": "Nothing was searched for yet.",
  "desk.records.more": "{count} more searches loaded.",
  "desk.records.at": "When",
  "desk.records.officer": "Who",
  "desk.records.kind": "Search by",
  "desk.records.purpose": "Purpose",
  "desk.records.hits": "Found",
  "desk.records.page": "{hits} (page {page})",
  "desk.records.mark": "Mark",
};

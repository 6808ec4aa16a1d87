import type { Schema } from "../../api/client";
import { Ahead } from "./ahead";
import { CalendarPage } from "./calendar";
import "./deadlines.scss";

export interface DeadlinesProps {
  section: "han" | "lich";
  agency: Schema["AgencyShape"];
}

/** What falls due at an agency, and the calendar that its dates are counted by. */
export default function Deadlines({ section, agency }: DeadlinesProps) {
  return section === "han" ? <Ahead agency={agency} /> : <CalendarPage agency={agency} />;
}

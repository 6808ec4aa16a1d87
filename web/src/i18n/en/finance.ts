import type { Same } from "..";
import type { finance as source } from "../vi/finance";

export const finance: Same<typeof source> = {
  "finance.nav": "Money",
};

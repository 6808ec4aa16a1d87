import type { Same } from "..";
import type { filing as source } from "../vi/filing";

export const filing: Same<typeof source> = {};

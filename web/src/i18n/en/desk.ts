import type { Same } from "..";
import type { desk as source } from "../vi/desk";

export const desk: Same<typeof source> = {};

import type { Same } from "..";
import type { entry as source } from "../vi/entry";

export const entry: Same<typeof source> = {
  "home.title": "What do you need to do?",
};

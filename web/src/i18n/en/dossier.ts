import type { Same } from "..";
import type { dossier as source } from "../vi/dossier";

export const dossier: Same<typeof source> = {};

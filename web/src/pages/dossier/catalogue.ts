import { ask, type Schema } from "../../api/client";
import { agencies, index, type Agency, type Text } from "../../catalogue";
import { number, plainDate } from "../../format";
import { said, t } from "../../i18n";
import { language } from "../../preferences";
import { choices, title, type Procedure, type Property } from "../filing/procedure";

/** The version of the procedure that the dossier was filed under: it never changes. */
export const procedureOf = ({ procedure }: Schema["DossierShape"]): Promise<Procedure> =>
  ask<Procedure>(
    fetch(`/catalogue/procedures/${procedure.code}/${procedure.version ?? 1}.json`).then(async (response) =>
      response.ok ? { response, data: (await response.json()) as Procedure } : { response },
    ),
  );

export const agencyOf = async ({ agency }: Schema["DossierShape"]): Promise<Agency | null> =>
  (await agencies()).find((one) => one.code === agency.code) ?? null;

type Named = (procedure: { code: string; name: string }) => Text;

/** Lists carry a procedure's Vietnamese name alone; in English the published index knows the other. */
export async function namesOf(): Promise<Named> {
  if (language() === "vi") return onlyVietnamese;
  const { procedures } = await index();
  const known = new Map(procedures.map((one) => [one.code, one.name]));
  return (procedure) => known.get(procedure.code) ?? onlyVietnamese(procedure);
}

export const onlyVietnamese: Named = ({ name }) => ({ vi: name });

export const propertyOf = (procedure: Procedure, field: string): Property | undefined =>
  procedure.form?.properties?.[field];

export function titleOf(procedure: Procedure, field: string): string {
  const property = propertyOf(procedure, field);
  return property === undefined ? field : title(property);
}

export function paperNameOf(procedure: Procedure, component: string): string {
  if (component === "_result") return t("dossier.result");
  if (component === "_form") return t("signature.form");
  const rule = procedure.papers.find((one) => one.code === component);
  return rule === undefined ? component : said(rule.name);
}

/** An answer as people read it; rows of a table one under the other. */
export function answerText(property: Property | undefined, value: unknown): string {
  if (value === undefined || value === null || value === "") return t("dossier.empty");
  if (typeof value === "boolean") return t(value ? "dossier.yes" : "dossier.no");
  if (typeof value === "number") return number(value);
  if (Array.isArray(value)) return value.map((row) => rowText(property, row)).join("\n");
  const text = String(value);
  if (property?.enum) return choices(property).find((one) => one.value === text)?.label ?? text;
  return property?.format === "date" ? plainDate(text) : text;
}

function rowText(property: Property | undefined, row: unknown): string {
  if (typeof row !== "object" || row === null) return String(row);
  const columns = property?.items?.properties ?? {};
  return Object.entries(row as Record<string, unknown>)
    .map(([name, value]) => answerText(columns[name], value))
    .join(" · ");
}

/** What stands on a receipt, as people type it and as its QR code carries it. */
export interface Typed {
  agency: string;
  number: string;
  secret: string;
}

export interface Asked {
  agency: string;
  series: string;
  serial: number;
  secret: string;
}

/** `#AGENCY/SERIES/SERIAL/SECRET`: browsers send nothing behind the # to any server. */
export function fromHash(hash: string): Typed {
  const [agency = "", series = "", serial = "", secret = ""] = hash.replace(/^#/, "").split("/");
  return { agency, number: series && serial ? `${series}/${serial}` : "", secret };
}

/** What the API is asked for; null where something is no code, number or secret. Blanks, case and dashes are forgiven. */
export function asked({ agency, number, secret }: Typed): { [K in keyof Typed]: boolean } & { body: Asked | null } {
  const code = agency.trim().toUpperCase();
  const found = /^([A-Z]{2}-\d{2}E)[\s/]*(\d{1,7})$/.exec(number.trim().toUpperCase().replace(/[‐-―]/g, "-"));
  const key = secret.replace(/\s+/g, "").toLowerCase();
  const serial = Number(found?.[2] ?? 0);
  const right = { agency: code !== "", number: found !== null && serial > 0, secret: key !== "" };
  const body = { agency: code, series: found?.[1] ?? "", serial, secret: key };
  return { ...right, body: right.agency && right.number && right.secret ? body : null };
}

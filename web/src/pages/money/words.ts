import { api, ask, type Schema } from "../../api/client";
import { t, type Key } from "../../i18n";

export type Money = Schema["MoneyShape"];
export type Attempt = Schema["AttemptShape"];
export type Refund = Schema["RefundShape"];

export const moneyOf = (id: string): Promise<Money> =>
  ask(api.GET("/dossiers/{dossier_id}/payments", { params: { path: { dossier_id: id } } }));

/** The PDF of the receipt that a payment completed. */
export const receiptOf = (dossier: string, payment: string): Promise<{ url: string }> =>
  ask(
    api.GET("/dossiers/{dossier_id}/receipts/{payment_id}", {
      params: { path: { dossier_id: dossier, payment_id: payment } },
    }),
  );

/** The text of a key made from a code of the API; `otherwise` for a code that this site does not know yet. */
export function word(family: string, code: string, otherwise: string): string {
  const key = `money.${family}.${code}`;
  const text = t(key as Key);
  return text === key ? otherwise : text;
}

/** How a name stands in the middle of a sentence: «phí A, phí B». */
export const listed = (names: readonly string[]): string => [...new Set(names)].join(", ");

/** Attempts are newest last in the ledger; people look for the newest first. */
export const newest = <T extends { created_at: string }>(found: readonly T[]): T[] =>
  [...found].sort((a, b) => b.created_at.localeCompare(a.created_at));

export const payPage = (dossier: string): string => `/ho-so/${dossier}/nop-phi`;
export const attemptPage = (reference: string): string => `/thanh-toan/${reference}`;

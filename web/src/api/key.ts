/** A key for one act of the visitor; keep it for every retry of the same act. */
export const newKey = (): string => crypto.randomUUID();

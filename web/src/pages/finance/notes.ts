/** The notes in circulation, in đồng; coins are none any more. */
export const notes = [500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100] as const;

/** How many of each note, as typed: what is no whole number stays text. */
export type Pieces = Readonly<Record<number, string>>;

/** The number of pieces, 0 for an empty box; null for what is no such number. */
export function piecesOf(text: string | undefined): number | null {
  const plain = (text ?? "").trim();
  return plain === "" ? 0 : /^\d{1,6}$/.test(plain) ? Number(plain) : null;
}

/** đồng of all the notes; null while one of the boxes holds no number. */
export function sumOf(pieces: Pieces): number | null {
  let sum = 0;
  for (const note of notes) {
    const count = piecesOf(pieces[note]);
    if (count === null) return null;
    sum += count * note;
  }
  return sum;
}

/** Whether anything was counted note by note. */
export const isCounted = (pieces: Pieces): boolean => notes.some((note) => (pieces[note] ?? "").trim() !== "");

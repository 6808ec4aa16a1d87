/** What one row may go over; a longer one has a quote that was never closed. */
const MOST_LINES = 20;

/**
 * The text of each row of a CSV file, its line ends with it: a quoted cell may have line breaks in it, but a quote that
 * never ends takes only its own line with it. The API cuts files in the same way.
 */
export function records(text: string): string[] {
  const found: string[] = [];
  let waiting: string[] = [];
  const ends = (): number => {
    let quotes = 0;
    for (const [at, line] of waiting.entries()) {
      quotes += line.split('"').length - 1;
      if (quotes % 2 === 0) return at + 1;
    }
    return waiting.length >= MOST_LINES ? 1 : 0;
  };
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    waiting.push(line);
    for (let end = ends(); waiting.length > 0 && end > 0; end = ends()) {
      found.push(waiting.slice(0, end).join(""));
      waiting = waiting.slice(end);
    }
  }
  return [...found, ...waiting];
}

/** SHA-256 of a file's bytes, in hexadecimal: the file's name in the books. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

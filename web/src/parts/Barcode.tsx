// Code 128: the widths of bars and gaps of each symbol, by its value; then the stop.
const widths = (
  "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 " +
  "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 " +
  "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 " +
  "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 " +
  "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 " +
  "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 " +
  "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
).split(" ");
const START_B = 104;
const STOP = 106;

/** The widths of bars and gaps, one after the other, of a text of printable ASCII (set B of Code 128). */
export function code128(text: string): number[] {
  const values = [...text].map((letter) => letter.charCodeAt(0) - 32);
  if (values.some((value) => value < 0 || value > 94)) throw new Error("only printable ASCII has a barcode");
  const check = values.reduce((sum, value, index) => sum + value * (index + 1), START_B) % 103;
  return [START_B, ...values, check, STOP].flatMap((value) => [...(widths[value] ?? "")].map(Number));
}

/** A dossier's code as a hand scanner reads it. Black on white in every theme. */
export function Barcode({ text, label }: { text: string; label: string }) {
  const runs = code128(text);
  const wide = runs.reduce((sum, run) => sum + run, 0);
  let at = 0;
  let path = "";
  runs.forEach((run, index) => {
    if (index % 2 === 0) path += `M${at} 0h${run}v40h-${run}z`;
    at += run;
  });
  return (
    <svg
      class="barcode"
      role="img"
      aria-label={label}
      viewBox={`-10 -4 ${wide + 20} 48`}
      preserveAspectRatio="none"
    >
      <rect x="-10" y="-4" width={wide + 20} height="48" fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}

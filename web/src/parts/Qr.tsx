import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";

export interface Drawn {
  side: number;
  path: string;
}

/** A QR code as one path; its maker is fetched only where one is shown. */
export async function drawQr(text: string): Promise<Drawn> {
  const { default: qrcode } = await import("qrcode-generator");
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const side = code.getModuleCount();
  let path = "";
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      if (code.isDark(row, column)) path += `M${column} ${row}h1v1h-1z`;
    }
  }
  return { side, path };
}

/** Black on white in every theme. */
export function QrPicture({ of: { side, path }, label }: { of: Drawn; label: string }) {
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`-4 -4 ${side + 8} ${side + 8}`} shapeRendering="crispEdges">
      <rect x="-4" y="-4" width={side + 8} height={side + 8} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}

export function Qr({ text, label }: { text: string; label: string }) {
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  useEffect(() => {
    let current = true;
    drawQr(text).then(
      (code) => current && setDrawn(code),
      // Without the picture the page still says the same in letters.
      (failed: unknown) => console.error(failed),
    );
    return () => {
      current = false;
    };
  }, [text]);
  return drawn === null ? <p class="qr qr--waiting">{t("page.loading")}</p> : <QrPicture of={drawn} label={label} />;
}

import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";

/** A QR code as one path, black on white in every theme, fetched with its maker only where it is shown. */
export function Qr({ text, label }: { text: string; label: string }) {
  const [drawn, setDrawn] = useState<{ side: number; path: string } | null>(null);
  useEffect(() => {
    let current = true;
    import("qrcode-generator").then(
      ({ default: qrcode }) => {
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
        if (current) setDrawn({ side, path });
      },
      (failed: unknown) => {
        // Without the picture the receipt still has code and key in letters.
        console.error(failed);
      },
    );
    return () => {
      current = false;
    };
  }, [text]);
  if (drawn === null) return <p class="qr qr--waiting">{t("page.loading")}</p>;
  const { side, path } = drawn;
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`-4 -4 ${side + 8} ${side + 8}`} shapeRendering="crispEdges">
      <rect x="-4" y="-4" width={side + 8} height={side + 8} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}

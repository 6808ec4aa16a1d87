import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { Dialog } from "../../parts/Dialog";
import { RadiosField } from "../../parts/Field";
import { drawQr, type Drawn } from "../../parts/Qr";
import { language } from "../../preferences";
import { Sheet, sheetsOf, type SheetKind, type SheetProps } from "./sheet";

interface PrintingProps extends Omit<SheetProps, "qr"> {
  open: boolean;
  close: () => void;
}

interface Chosen {
  kind: SheetKind;
  qr: Drawn | null;
  /** Counts the wishes to print, so that the same sheet can be printed twice. */
  wish: number;
}

/** The choice of a sheet, and the sheet itself, which only paper shows. The browser's own printing prints the last chosen. */
export function Printing({ open, close, ...given }: PrintingProps) {
  const { dossier } = given;
  const there = sheetsOf(dossier);
  const [kind, setKind] = useState<SheetKind | null>(null);
  const [chosen, setChosen] = useState<Chosen>({ kind: "control", qr: null, wish: 0 });
  const wanted = kind !== null && there.includes(kind) ? kind : (there[0] ?? "control");
  const go = async () => {
    close();
    let qr: Drawn | null = null;
    try {
      if (wanted === "receipt") qr = await drawQr(`${location.origin}/tra-cuu#${dossier.code}`);
    } catch (failed) {
      console.error(failed); // the sheet has the code in letters
    }
    setChosen({ kind: wanted, qr, wish: chosen.wish + 1 });
  };
  useEffect(() => {
    if (chosen.wish > 0) print();
  }, [chosen.wish]);
  return (
    <>
      <Dialog open={open} title={t("desk.print.title")} confirm={t("desk.print.go")} onConfirm={() => void go()} onClose={close}>
        <RadiosField
          name="sheet"
          label={t("desk.print.which")}
          {...(language() === "en" ? { hint: t("desk.print.language") } : {})}
          value={wanted}
          onInput={(value) => setKind(value as SheetKind)}
          options={there.map((value) => ({ value, label: t(`desk.sheet.${value}`) }))}
        />
      </Dialog>
      <Sheet {...given} kind={there.includes(chosen.kind) ? chosen.kind : "control"} qr={chosen.qr} />
    </>
  );
}

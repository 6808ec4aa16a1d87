import type { Agency } from "../../catalogue";
import { dateTime, money, number } from "../../format";
import { t } from "../../i18n";
import { Lines, SheetHead, Signatures, type Line } from "../desk/sheet-parts";
import { difference, shiftOf, type Drawer } from "./drawer";
import { isCounted, notes, piecesOf, sumOf, type Pieces } from "./notes";

interface CountSheetProps {
  drawer: Drawer;
  agency: Agency | null;
  above: Agency | null;
  /** What was counted note by note on this page, if anything was. */
  pieces: Pieces;
}

/** What goes with the cash, drawn only on paper (A4). */
export function CountSheet({ drawer, agency, above, pieces }: CountSheetProps) {
  const counted = drawer.counted ?? (isCounted(pieces) ? sumOf(pieces) : null);
  const lines: Line[] = [
    [t("finance.sheet.day"), shiftOf(drawer)],
    [t("finance.sheet.cashier"), drawer.officer_name],
    [t("finance.drawer.since"), dateTime(drawer.opened_at)],
    [t("finance.drawer.change"), money(drawer.change)],
    [t("finance.drawer.cash"), money(drawer.cash)],
    [t("finance.drawer.expected"), <strong>{money(drawer.expected)}</strong>],
    [t("finance.drawer.counted"), counted === null ? null : <strong>{money(counted)}</strong>],
    [t("finance.drawer.difference"), drawer.counted === null ? null : difference(drawer)],
    ...(drawer.note ? [[t("finance.drawer.note"), drawer.note] as Line] : []),
    [t("finance.sheet.hand"), counted === null ? null : <strong>{money(counted - drawer.change)}</strong>],
    [t("finance.drawer.card"), money(drawer.card)],
    [t("finance.drawer.transfer"), money(drawer.transfer)],
    [t("finance.drawer.payments"), number(drawer.payments)],
  ];
  return (
    <article class="sheet">
      <SheetHead agency={agency} above={above} code={null} title={t("finance.sheet.title")} />
      <Lines of={lines} />
      {isCounted(pieces) && (
        <table class="sheet__notes">
          <thead>
            <tr>
              {(["note", "pieces", "sum"] as const).map((key) => (
                <th key={key}>{t(`finance.count.${key}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {notes.map((note) => {
              const count = piecesOf(pieces[note]) ?? 0;
              return (
                <tr key={note}>
                  <td>{number(note)}</td>
                  <td>{count > 0 && number(count)}</td>
                  <td>{count > 0 && number(count * note)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <Signatures
        left={t("finance.sheet.cashier")}
        right={t("finance.sheet.receiver")}
        leftName={drawer.officer_name}
        rightName={drawer.confirmed_by_name ?? undefined}
      />
    </article>
  );
}

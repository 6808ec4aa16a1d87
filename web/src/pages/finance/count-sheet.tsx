import { dateTime, money, number } from "../../format";
import { t } from "../../i18n";
import { difference, shiftOf, type Drawer } from "./drawer";
import { isCounted, notes, piecesOf, sumOf, type Pieces } from "./notes";

/** What goes with the cash, drawn only on paper (A4). */
export function CountSheet({ drawer, agency, pieces }: { drawer: Drawer; agency: string; pieces: Pieces }) {
  const counted = drawer.counted ?? (isCounted(pieces) ? sumOf(pieces) : null);
  const facts: [string, string][] = [
    [t("finance.sheet.day"), shiftOf(drawer)],
    [t("finance.sheet.cashier"), drawer.officer_name],
    [t("finance.drawer.since"), dateTime(drawer.opened_at)],
    [t("finance.drawer.change"), money(drawer.change)],
    [t("finance.drawer.cash"), money(drawer.cash)],
    [t("finance.drawer.expected"), money(drawer.expected)],
    [t("finance.drawer.counted"), counted === null ? "" : money(counted)],
    [t("finance.drawer.difference"), drawer.counted === null ? "" : difference(drawer)],
    [t("finance.drawer.note"), drawer.note ?? ""],
    [t("finance.sheet.hand"), counted === null ? "" : money(counted - drawer.change)],
    [t("finance.drawer.card"), money(drawer.card)],
    [t("finance.drawer.transfer"), money(drawer.transfer)],
    [t("finance.drawer.payments"), number(drawer.payments)],
  ];
  return (
    <article class="sheet">
      <p class="sheet__agency">{agency}</p>
      <p class="sheet__title">{t("finance.sheet.title")}</p>
      <table>
        <tbody>
          {facts.map(([label, value]) => (
            <tr key={label}>
              <th>{label}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {isCounted(pieces) && (
        <table class="sheet__notes">
          <thead>
            <tr>
              <th>{t("finance.count.note")}</th>
              <th>{t("finance.count.pieces")}</th>
              <th>{t("finance.count.sum")}</th>
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
      <div class="sheet__signs">
        {[t("finance.sheet.cashier"), t("finance.sheet.receiver")].map((who) => (
          <p key={who}>
            <strong>{who}</strong>
            <br />
            {t("finance.sheet.sign")}
          </p>
        ))}
      </div>
      <p class="sheet__foot">
        {t("finance.sheet.printed")} {dateTime(new Date().toISOString())}
      </p>
    </article>
  );
}

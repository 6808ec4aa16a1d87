"""The PDF of a receipt: A4, its fonts embedded, tagged, the same bytes every time it is made.

Imported only when a receipt is to be made. Fira Sans has every letter of Vietnamese and those of the Bahnar, Jrai and
Xơ Đăng alphabets (ƀ, č, ĕ, ĭ, ŏ, ŭ), which the names of the province need.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import fontpkg_fira_sans
import segno
from fpdf import FPDF
from fpdf.prefs import ViewerPreferences

from chalicelib import messages
from chalicelib.domain.clock import ZONE
from chalicelib.domain.receipt import FORM, FORM_SYMBOL, Receipt, in_words
from chalicelib.services.desk import dotted

MARGIN, WIDTH = 20.0, 170.0  # millimetres, of A4
QR_SIZE = 34.0
_FONT, _REGULAR, _BOLD = "fira", "FiraSans-Regular.ttf", "FiraSans-SemiBold.ttf"
_LINE = 1.35  # of the letters' height
_POINT = 0.3528  # millimetres


def document(receipt: Receipt, origin: str) -> bytes:
    """The PDF. `origin` is that of the site, whose public check the QR code opens."""
    page = _Page()
    page.set_title(f"{FORM['title']} {receipt.number}")
    page.set_subject(f"{receipt.issuer.name}, {receipt.code}")
    page.set_author(receipt.issuer.name)
    page.set_creation_date(receipt.issued_at.replace(microsecond=0))
    page.add_page()
    _head(page, receipt)
    _title(page, receipt)
    _facts(page, receipt)
    _fees(page, receipt)
    _parts(page, receipt)
    _foot(page, receipt, origin)
    return bytes(page.output())


class _Page(FPDF):
    """Paragraphs at a place, each an element of the document's structure; rules and nothing else are outside of it."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        fonts = fontpkg_fira_sans.ROOT / "files"
        self.add_font(_FONT, "", fonts / _REGULAR)
        self.add_font(_FONT, "B", fonts / _BOLD)
        self.set_lang("vi")
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_margin(MARGIN)
        self.set_auto_page_break(False)
        self.set_line_width(0.2)

    @contextmanager
    def element(self, kind: str, alt: str | None = None) -> Iterator[None]:
        """What is drawn inside is an element of the structure: P, H1, Figure."""
        mcid = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{kind}", mcid=mcid, alt_text=alt)
        self._out(f"/{kind} <</MCID {mcid}>> BDC")
        yield
        self._out("EMC")

    def say(
        self,
        text: str,
        x: float,
        width: float,
        *,
        size: float = 11,
        bold: bool = False,
        align: str = "L",
        kind: str = "P",
    ) -> None:
        """A paragraph at the present height, which moves under it."""
        self.set_font(_FONT, "B" if bold else "", size)
        self.set_x(x)
        with self.element(kind):
            self.multi_cell(width, size * _POINT * _LINE, _plain(text), align=align, new_x="LMARGIN", new_y="NEXT")

    def keep_together(self, height: float) -> None:
        """Go on over the page when so many millimetres do not fit on this one."""
        if self.y + height > self.h - MARGIN:
            self.add_page()

    def rule(self, x: float, width: float) -> None:
        self._out("/Artifact BMC")
        self.line(x, self.y, x + width, self.y)
        self._out("EMC")


def _plain(text: str) -> str:
    """Composed, so that a letter with its marks is one glyph of the font."""
    return unicodedata.normalize("NFC", text)


def _beside(page: _Page, left: Any, right: Any) -> None:
    """Two columns from the same height; then under the longer."""
    top = page.y
    left()
    bottom = page.y
    page.set_y(top)
    right()
    page.set_y(max(bottom, page.y))


def _head(page: _Page, receipt: Receipt) -> None:
    half = WIDTH / 2 - 2
    right = MARGIN + WIDTH - half

    def agency() -> None:
        if receipt.issuer.above:
            page.say(receipt.issuer.above.upper(), MARGIN, half - 8, size=10, align="C")
        page.say(receipt.issuer.name.upper(), MARGIN, half - 8, size=10, bold=True, align="C")
        page.ln(1)
        page.rule(MARGIN + half / 2 - 14, 20)

    def nation() -> None:
        page.say(FORM["nation"], right - 6, half + 6, size=10, bold=True, align="C")
        page.say(FORM["motto"], right - 6, half + 6, size=10.5, bold=True, align="C")
        page.ln(1)
        page.rule(right + half / 2 - 24, 42)

    _beside(page, agency, nation)


def _title(page: _Page, receipt: Receipt) -> None:
    page.ln(6)
    side = 46.0
    top = page.y
    page.say(FORM["title"], MARGIN + side, WIDTH - 2 * side, size=15, bold=True, align="C", kind="H1")
    page.say(FORM["electronic"], MARGIN + side, WIDTH - 2 * side, size=10, align="C")
    page.say(_date(receipt.issued_at), MARGIN + side, WIDTH - 2 * side, align="C")
    bottom = page.y
    page.set_y(top)
    for name, value in (("form", FORM_SYMBOL), ("series", receipt.series), ("serial", f"{receipt.serial:07d}")):
        page.say(f"{FORM[name]}: {value}", MARGIN + WIDTH - side, side, size=10, bold=name == "serial", align="R")
    page.set_y(max(bottom, page.y))
    page.ln(5)


def _facts(page: _Page, receipt: Receipt) -> None:
    issuer, payer = receipt.issuer, receipt.payer
    identity = FORM["organisation" if payer.kind == "organisation" else "person"]
    content = FORM["paid_for"].format(code=receipt.code, procedure=f"{receipt.procedure.vi} ({receipt.procedure_code})")
    for label, value in (
        (FORM["collector"], issuer.name),
        (FORM["tax_code"], issuer.tax_code),
        (FORM["address"], issuer.address),
        (FORM["payer"], payer.name),
        (identity, payer.identity),
        (FORM["address"], payer.address),
        (FORM["content"], content),
    ):
        if value:
            page.say(f"{label}: {value}", MARGIN, WIDTH, bold=label == FORM["payer"])
            page.ln(0.8)
    page.ln(3)


def _fees(page: _Page, receipt: Receipt) -> None:
    rows = [(str(n), line.name.vi, dotted(line.amount)) for n, line in enumerate(receipt.lines, 1)]
    _row(page, FORM["number"], FORM["fee"], FORM["amount"], bold=True)
    for row in rows:
        _row(page, *row)
    _row(page, "", FORM["total"], dotted(receipt.amount), bold=True)
    page.ln(4)
    page.say(f"{FORM['words']}: {in_words(receipt.amount)}.", MARGIN, WIDTH, bold=True)
    page.ln(3)


def _row(page: _Page, number: str, name: str, amount: str, *, bold: bool = False) -> None:
    page.keep_together(20)
    page.rule(MARGIN, WIDTH)
    page.ln(1.6)
    top = page.y
    if number:
        page.say(number, MARGIN, 14, bold=bold, align="C")
        page.set_y(top)
    page.say(name, MARGIN + 14, WIDTH - 54, bold=bold)
    bottom = page.y
    page.set_y(top)
    page.say(amount, MARGIN + WIDTH - 40, 40, bold=bold, align="R")
    page.set_y(bottom + 1.6)
    page.rule(MARGIN, WIDTH)


def _parts(page: _Page, receipt: Receipt) -> None:
    """How it was paid: one payment in a line each of its own facts, several as a list."""
    first, *more = receipt.parts
    if not more:
        page.say(f"{FORM['means']}: {_means(first.via)}", MARGIN, WIDTH)
        page.ln(0.8)
        page.say(f"{FORM['paid_at']}: {_moment(first.at)}", MARGIN, WIDTH)
        return
    page.say(f"{FORM['parts'].format(count=len(receipt.parts))}:", MARGIN, WIDTH)
    for part in receipt.parts:
        page.keep_together(8)
        said = FORM["part"].format(at=_moment(part.at), means=_means(part.via), amount=dotted(part.amount))
        page.say(said, MARGIN + 6, WIDTH - 6)


def _foot(page: _Page, receipt: Receipt, origin: str) -> None:
    page.ln(8)
    page.keep_together(QR_SIZE)
    top = page.y
    with page.element("Figure", FORM["qr"]):
        _qr(page, f"{origin}/bien-lai#{receipt.fragment}", MARGIN, top)
    beside = MARGIN + QR_SIZE + 4
    width = 78.0
    page.say(FORM["check"].format(page=f"{origin}/bien-lai"), beside, width, size=8.5)
    page.say(f"{FORM['agency']}: {receipt.issuer.code}", beside, width, size=8.5)
    page.say(f"{FORM['serial']}: {receipt.number}", beside, width, size=8.5)
    page.say(f"{FORM['secret']}: {_in_fours(receipt.secret)}", beside, width, size=8.5)
    page.say(FORM["kept"], beside, width, size=8.5)
    page.set_y(top)
    right = beside + width + 2
    who = ("officer", receipt.officer) if receipt.officer else ("online", _means(receipt.parts[-1].via))
    page.say(FORM[who[0]], right, MARGIN + WIDTH - right, bold=True, align="C")
    page.say(who[1], right, MARGIN + WIDTH - right, align="C")


def _qr(page: _Page, link: str, x: float, y: float) -> None:
    """The code as squares of vectors, within a margin of four of them."""
    matrix = segno.make_qr(link, error="m").matrix
    module = QR_SIZE / (len(matrix) + 8)
    page.set_fill_color(0)
    for row, line in enumerate(matrix, 4):
        for column, dark in enumerate(line, 4):
            if dark:
                page.rect(x + column * module, y + row * module, module, module, style="F")


def _means(via: str) -> str:
    return messages.text("vi", "ways", via)


def _date(moment: datetime) -> str:
    day = moment.astimezone(ZONE)
    return FORM["date"].format(day=day.day, month=day.month, year=day.year)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%H:%M, %d/%m/%Y}"


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))

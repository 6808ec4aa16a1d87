"""A4 pages of official papers: the embedded font, the structure that screen readers use, the head of the state, codes.

Imported only when a paper is to be made. Fira Sans has every letter of Vietnamese and those of the Bahnar, Jrai and
Xơ Đăng alphabets (ƀ, č, ĕ, ĭ, ŏ, ŭ), which the names of the province need.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import fontpkg_fira_sans
import segno
from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences

from chalicelib.domain import code128
from chalicelib.domain.sheet import NATION

MARGIN, WIDTH = 20.0, 170.0  # millimetres, of A4 upright
_FONT, _REGULAR, _BOLD = "fira", "FiraSans-Regular.ttf", "FiraSans-SemiBold.ttf"
_LAYOUT = ("GDEF", "GPOS", "GSUB")
"""Tables of the fonts for a shaping that is not done here: left in, they are read to the end before they are left out,
a quarter of the time of a page."""
_LINE = 1.35  # of the letters' height
_POINT = 0.3528  # millimetres
_PADDING = 1.2  # millimetres in the cells of a table
_WHOLE = 6  # lines of a row that are kept on one page


class Page(FPDF):
    """Paragraphs at a place, each an element of the document's structure; rules and nothing else are outside of it."""

    def __init__(self, *, landscape: bool = False) -> None:
        super().__init__(format="A4", orientation="L" if landscape else "P")
        fonts = fontpkg_fira_sans.ROOT / "files"
        self.add_font(_FONT, "", fonts / _REGULAR)
        self.add_font(_FONT, "B", fonts / _BOLD)
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                for table in _LAYOUT:
                    del font.ttfont[table]
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
            self.multi_cell(
                width, size * _POINT * _LINE, self.drawable(text), align=align, new_x="LMARGIN", new_y="NEXT"
            )

    def keep_together(self, height: float) -> None:
        """Go on over the page when so many millimetres do not fit on this one."""
        if self.y + height > self.h - MARGIN:
            self.add_page()

    @property
    def room(self) -> float:
        """Millimetres between the margins, across."""
        return float(self.w) - 2 * MARGIN

    @property
    def left(self) -> float:
        """Millimetres that are left of this page, down to its margin."""
        return float(self.h) - MARGIN - float(self.y)

    def flow(
        self, text: str, x: float, width: float, *, size: float = 11, bold: bool = False, align: str = "L"
    ) -> None:
        """A paragraph of any length: goes on over the page, in as many elements as pages."""
        lines = self.lines(text, width, size, bold)
        while lines:
            if self.left < height(size):
                self.add_page()
            fit = max(1, int(self.left / height(size)))
            self.say("\n".join(lines[:fit]), x, width, size=size, bold=bold, align=align)
            lines = lines[fit:]

    def lines(self, text: str, width: float, size: float, bold: bool = False) -> list[str]:
        """The text as it breaks within a width of millimetres; at least one line."""
        self.set_font(_FONT, "B" if bold else "", size)
        found = self.multi_cell(
            width, text=self.drawable(text), dry_run=True, output=MethodReturnValue.LINES, align="L"
        )
        return [str(line) for line in found] if isinstance(found, list) and found else [""]

    def rule(self, x: float, width: float) -> None:
        self._out("/Artifact BMC")
        self.line(x, self.y, x + width, self.y)
        self._out("EMC")

    def drawable(self, text: str) -> str:
        """The text composed, with ? for what the font lacks (emoji, other scripts): never a gap that nobody sees."""
        font: Any = self.fonts[_FONT]
        letters = font.cmap
        return "".join(c if ord(c) in letters or c == "\n" else "?" for c in plain(text))

    def frame(self, x: float, y: float, width: float, tall: float) -> None:
        self._out("/Artifact BMC")
        self.rect(x, y, width, tall)
        self._out("EMC")


def plain(text: str) -> str:
    """Composed, so that a letter with its marks is one glyph of the font."""
    return unicodedata.normalize("NFC", text)


def height(size: float) -> float:
    """Of a line of letters of so many points, in millimetres."""
    return size * _POINT * _LINE


def beside(page: Page, left: Callable[[], None], right: Callable[[], None]) -> None:
    """Two columns from the same height; then under the longer."""
    top = page.y
    left()
    bottom = page.y
    page.set_y(top)
    right()
    page.set_y(max(bottom, page.y))


def head(page: Page, above: str, name: str, under: Sequence[str] = (), dated: str = "") -> None:
    """The agency on the left with what stands `under` its name, the state on the right with place and date."""
    half = page.room / 2 - 2
    right = MARGIN + page.room - half

    def agency() -> None:
        if above:
            page.say(above.upper(), MARGIN, half - 8, size=10, align="C")
        page.say(name.upper(), MARGIN, half - 8, size=10, bold=True, align="C")
        page.ln(1)
        page.rule(MARGIN + (half - 8) / 2 - 10, 20)
        for line in under:
            page.ln(1)
            page.say(line, MARGIN, half - 8, size=10, align="C")

    def nation() -> None:
        page.say(NATION[0], right - 6, half + 6, size=10, bold=True, align="C")
        page.say(NATION[1], right - 6, half + 6, size=10.5, bold=True, align="C")
        page.ln(1)
        page.rule(right - 6 + (half + 6) / 2 - 21, 42)
        if dated:
            page.ln(1)
            page.say(dated, right - 6, half + 6, size=10, align="C")

    beside(page, agency, nation)


def table(
    page: Page, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, size: float = 9.5
) -> None:
    """Rows within rules; `widths` are shares of the page. Heads are said again on each page; a row may be longer."""
    total = sum(widths)
    columns = [page.room * width / total for width in widths]
    top = _row(page, heads, columns, size, bold=True, again=None)
    for row in rows:
        top = _row(page, row, columns, size, bold=False, again=heads)
    page.ln(top)


def _row(
    page: Page, cells: Sequence[str], columns: Sequence[float], size: float, *, bold: bool, again: Sequence[str] | None
) -> float:
    """Draws a row, over as many pages as it takes; gives the space to leave after it."""
    step = height(size)
    texts = [page.lines(cell, width - 2 * _PADDING, size, bold) for cell, width in zip(cells, columns, strict=True)]
    left = max(len(text) for text in texts)
    while left > 0:
        if page.left < min(left, _WHOLE) * step + 2 * _PADDING:
            page.add_page()
            if again is not None:
                _row(page, again, columns, size, bold=True, again=None)
        fit = min(left, max(1, int((page.left - 2 * _PADDING) / step)))
        top, x = page.y, MARGIN
        deep = fit * step + 2 * _PADDING
        for text, width in zip(texts, columns, strict=True):
            part = "\n".join(text[:fit]).strip("\n")
            page.frame(x, top, width, deep)
            if part:
                page.set_y(top + _PADDING)
                page.say(part, x + _PADDING, width - 2 * _PADDING, size=size, bold=bold, align="C" if bold else "L")
            x += width
        page.set_y(top + deep)
        texts = [text[fit:] for text in texts]
        left -= fit
    return 2.0


def qr(page: Page, link: str, x: float, y: float, size: float) -> None:
    """The code as squares of vectors, within a margin of four of them."""
    matrix = segno.make_qr(link, error="m").matrix
    module = size / (len(matrix) + 8)
    page.set_fill_color(0)
    for row, line in enumerate(matrix, 4):
        for column, dark in enumerate(line, 4):
            if dark:
                page.rect(x + column * module, y + row * module, module, module, style="F")


def barcode(page: Page, text: str, x: float, y: float, module: float = 0.33, tall: float = 16.0) -> float:
    """Code 128 as bars of vectors; gives its width with both quiet zones of ten modules, in millimetres."""
    at = x + code128.QUIET * module
    page.set_fill_color(0)
    for dark, count in code128.bars(text):
        if dark:
            page.rect(at, y, count * module, tall, style="F")
        at += count * module
    return at + code128.QUIET * module - x

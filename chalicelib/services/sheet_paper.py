"""The PDF of a form: A4, its fonts embedded, tagged, the same bytes every time it is made of the same sheet."""

from __future__ import annotations

from chalicelib.domain import code128
from chalicelib.domain.clock import ZONE
from chalicelib.domain.sheet import WORDS, Heading, Line, Note, Sheet, Signer
from chalicelib.services.a4 import MARGIN, Page, barcode, head, height, qr, table

QR_SIZE = 26.0
BLANK = "…" * 24
"""Where something is filled in by hand."""
_SIGNATURE = 15.0  # millimetres of room for it


def document(sheet: Sheet) -> bytes:
    page = _Numbered(landscape=sheet.landscape)
    page.foot = " – ".join(part for part in (sheet.title, sheet.number or sheet.code) if part)
    page.set_title(f"{sheet.title} {sheet.number or sheet.code}".strip())
    page.set_subject(f"{sheet.head.name}, {sheet.code}".rstrip(", "))
    page.set_author(sheet.head.name)
    page.set_creation_date(sheet.at.replace(microsecond=0))
    page.add_page()
    _top(page, sheet)
    for block in sheet.blocks:
        if isinstance(block, Line):
            page.flow(f"{block.label}: {block.value or BLANK}", MARGIN, page.room, bold=block.strong)
            page.ln(0.8)
        elif isinstance(block, Heading):
            if page.left < 4 * height(11):
                page.add_page()
            page.ln(1.5)
            page.say(block.text, MARGIN, page.room, bold=True, kind="H2")
            page.ln(1)
        elif isinstance(block, Note):
            page.ln(1)
            page.flow(block.text, MARGIN, page.room, size=block.size)
            page.ln(1)
        else:
            table(page, block.heads, block.rows, block.widths, size=block.size)
    _signatures(page, sheet)
    return bytes(page.output())


class _Numbered(Page):
    """Pages that say at the foot which sheet they are of, and which of how many."""

    foot = ""

    def footer(self) -> None:
        y = self.y
        self.set_y(self.h - 14)
        self.set_font("fira", "", 8)
        self._out("/Artifact BMC")
        self.cell(self.room - 24, 4, self.drawable(self.foot)[:110])
        self.cell(24, 4, WORDS["page"].format(page=self.page, pages="{nb}"), align="R")
        self._out("EMC")
        self.set_y(y)


def _top(page: Page, sheet: Sheet) -> None:
    day = sheet.at.astimezone(ZONE)
    under = [WORDS["desk"]] if sheet.head.desk else []
    if sheet.number:
        under.append(WORDS["number"].format(number=sheet.number))
    dated = WORDS["date"].format(place=sheet.head.place or "……………", day=day)
    head(page, sheet.head.above, sheet.head.name, under, dated)
    page.ln(5)
    top = page.y
    side = QR_SIZE + 4 if sheet.link else 0.0
    if sheet.link:
        with page.element("Figure", sheet.word("qr").format(code=sheet.code)):
            qr(page, sheet.link, MARGIN, top, QR_SIZE)
    page.set_y(top + (4 if sheet.link else 0))
    width = page.room - 2 * side
    page.say(sheet.title.upper(), MARGIN + side, width, size=14, bold=True, align="C", kind="H1")
    if sheet.subtitle:
        page.say(sheet.subtitle, MARGIN + side, width, size=10, align="C")
    if sheet.code:
        page.say(sheet.word("code").format(code=sheet.code), MARGIN + side, width, bold=True, align="C")
    page.set_y(max(page.y, top + (QR_SIZE if sheet.link else 0)))
    page.ln(3)
    if sheet.barcode:
        _barcode(page, sheet.code)


def _barcode(page: Page, code: str) -> None:
    tall, module = 18.0, 0.33
    with page.element("Figure", WORDS["barcode"].format(code=code)):
        wide = (sum(count for _, count in code128.bars(code)) + 2 * code128.QUIET) * module
        barcode(page, code, MARGIN + (page.room - wide) / 2, page.y, module, tall)
    page.set_y(page.y + tall + 1)
    page.say(code, MARGIN, page.room, size=12, bold=True, align="C")
    page.ln(3)


def _signatures(page: Page, sheet: Sheet) -> None:
    signers, sign = sheet.signers, sheet.word("sign")
    if not signers:
        return
    columns = max(len(signers), 2)  # one alone signs on the right
    width = page.room / columns
    deep = max(
        sum(len(page.lines(text, width - 4, size, bold)) * height(size) for text, size, bold in _said(signer, sign))
        for signer in signers
    )
    if page.left < deep + _SIGNATURE + 4:
        page.add_page()
    page.ln(4)
    top = bottom = page.y
    for place, signer in enumerate(signers, columns - len(signers)):
        page.set_y(top)
        x = MARGIN + place * width + 2
        for text, size, bold in _said(signer, sign):
            if text == signer.name:
                page.ln(_SIGNATURE)
            page.say(text, x, width - 4, size=size, bold=bold, align="C")
        bottom = max(bottom, page.y)
    page.set_y(bottom)


def _said(signer: Signer, sign: str) -> list[tuple[str, float, bool]]:
    said = [(signer.role.upper(), 10.0, True), (sign, 9.0, False)]
    return [*said, (signer.name, 10.5, True)] if signer.name else said

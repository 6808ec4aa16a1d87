"""The PDF of a receipt: A4, its fonts embedded, tagged, the same bytes every time it is made."""

from __future__ import annotations

from datetime import datetime

from chalicelib import messages
from chalicelib.domain.clock import ZONE
from chalicelib.domain.receipt import FORM, FORM_SYMBOL, Receipt, in_words
from chalicelib.services.a4 import MARGIN, WIDTH, Page, head, qr
from chalicelib.services.desk import dotted

QR_SIZE = 34.0


def document(receipt: Receipt, origin: str) -> bytes:
    """The PDF. `origin` is that of the site, whose public check the QR code opens."""
    page = Page()
    page.set_title(f"{FORM['title']} {receipt.number}")
    page.set_subject(f"{receipt.issuer.name}, {receipt.code}")
    page.set_author(receipt.issuer.name)
    page.set_creation_date(receipt.issued_at.replace(microsecond=0))
    page.add_page()
    head(page, receipt.issuer.above, receipt.issuer.name)
    _title(page, receipt)
    _facts(page, receipt)
    _fees(page, receipt)
    _parts(page, receipt)
    _foot(page, receipt, origin)
    return bytes(page.output())


def _title(page: Page, receipt: Receipt) -> None:
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


def _facts(page: Page, receipt: Receipt) -> None:
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


def _fees(page: Page, receipt: Receipt) -> None:
    rows = [(str(n), line.name.vi, dotted(line.amount)) for n, line in enumerate(receipt.lines, 1)]
    _row(page, FORM["number"], FORM["fee"], FORM["amount"], bold=True)
    for row in rows:
        _row(page, *row)
    _row(page, "", FORM["total"], dotted(receipt.amount), bold=True)
    page.ln(4)
    page.say(f"{FORM['words']}: {in_words(receipt.amount)}.", MARGIN, WIDTH, bold=True)
    page.ln(3)


def _row(page: Page, number: str, name: str, amount: str, *, bold: bool = False) -> None:
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


def _parts(page: Page, receipt: Receipt) -> None:
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


def _foot(page: Page, receipt: Receipt, origin: str) -> None:
    page.ln(8)
    page.keep_together(QR_SIZE)
    top = page.y
    with page.element("Figure", FORM["qr"]):
        qr(page, f"{origin}/bien-lai#{receipt.fragment}", MARGIN, top, QR_SIZE)
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


def _means(via: str) -> str:
    return messages.text("vi", "ways", via)


def _date(moment: datetime) -> str:
    day = moment.astimezone(ZONE)
    return FORM["date"].format(day=day.day, month=day.month, year=day.year)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%H:%M, %d/%m/%Y}"


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))

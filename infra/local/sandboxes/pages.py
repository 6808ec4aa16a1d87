"""The pages of a bank's sandbox: where the payer decides, and what the bank has. No script; the form decides."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from infra.local.sandboxes.orders import Deed, Order, State

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FRAME = Path(__file__).with_name("page.html")

_DEEDS = {
    Deed.SUCCEED: ("Thanh toán", "Pay"),
    Deed.FAIL: ("Hủy giao dịch", "Cancel"),
    Deed.DELAY: ("Trả, báo kết quả chậm", "Pay, told late"),
    Deed.DUPLICATE: ("Trả, báo kết quả hai lần", "Pay, told twice"),
    Deed.WRONG_AMOUNT: ("Trả sai số tiền", "Pay a wrong amount"),
    Deed.SILENCE: ("Trả, không báo kết quả", "Pay, never told"),
    Deed.LATE: ("Trả khi đơn đã hết hạn", "Pay after expiry"),
    Deed.SUSPICIOUS: ("Trừ tiền nhưng bị giữ vì nghi ngờ", "Debited, held as suspicious"),
}
_STATES = {
    State.WAITING: ("Chờ thanh toán", "Waiting"),
    State.PAID: ("Đã thanh toán", "Paid"),
    State.FAILED: ("Không thành công", "Failed"),
    State.SUSPECT: ("Bị giữ để kiểm tra", "Held for a check"),
}


def pay(title: str, order: Order, action: str, deeds: Sequence[Deed], now: datetime, back: str | None = None) -> str:
    """The page on which the payer decides; `action` is where its form goes, `back` the way to the merchant."""
    english = order.language == "en"
    facts = _facts(order, english)
    if order.state in (State.PAID, State.SUSPECT):
        possible: list[Deed] = [deed for deed in deeds if deed is Deed.DUPLICATE]
    elif now >= order.expires_at:
        possible = [deed for deed in deeds if deed is Deed.LATE]
        facts += f'<p class="note" role="status">{say(("Đơn đã hết hạn.", "The order has expired."), english)}</p>'
    else:
        possible = list(deeds)
    main = [deed for deed in possible if deed in (Deed.SUCCEED, Deed.FAIL)]
    other = [deed for deed in possible if deed not in main]
    rows = f'<p class="row">{"".join(_button(deed, english) for deed in main)}</p>' if main else ""
    if other:
        legend = say(("Thử tình huống khác", "Try something else"), english)
        wait = say(("Báo chậm sau (giây)", "Told after (seconds)"), english)
        pause = f'<label>{wait} <input type="number" name="seconds" value="5" min="0" max="3600"></label>'
        rows += (
            f"<fieldset><legend>{legend}</legend>"
            f'<p class="row">{"".join(_button(deed, english, order.state) for deed in other)}</p>'
            f"{pause if Deed.DELAY in other else ''}</fieldset>"
        )
    form = f'<form method="post" action="{html.escape(action)}">{rows}</form>'
    link = _link(back, english) if back else ""
    return frame(title, say(("Thanh toán", "Payment"), english), facts + form + link, english)


def waits(title: str, order: Order, back: str) -> str:
    """What the payer sees after choosing to pay when the order has expired."""
    english = order.language == "en"
    told = (
        "Đơn này sẽ được thanh toán sau khi hết hạn: dời đồng hồ ở /sandbox/clock để thấy điều đó xảy ra.",
        "This order will be paid after it has expired: move the clock at /sandbox/clock to see it happen.",
    )
    body = f'<p role="status">{say(told, english)}</p>{_link(back, english)}'
    return frame(title, say(("Chờ", "Waiting"), english), _facts(order, english) + body, english)


def sorry(title: str, vi: str, en: str) -> str:
    """Why there is no page to pay on."""
    body = f'<p role="alert">{html.escape(vi)}. <span lang="en">{html.escape(en)}.</span></p>'
    return frame(title, "Không thanh toán được / No payment", body, english=False)


def orders(title: str, found: Iterable[Order], url: str) -> str:
    """Everything the bank at `url` knows, newest first."""
    rows = "".join(
        f'<tr><td><a href="{html.escape(f"{url}/pay/{o.reference}")}">{html.escape(o.reference)}</a></td>'
        f'<td class="number">{money(o.amount)}</td><td>{_STATES[o.state][0]}</td><td>{html.escape(o.transaction)}</td>'
        f'<td class="number">{len(o.calls)}</td><td class="number">{len(o.refunds)}</td></tr>'
        for o in sorted(found, key=lambda o: o.created_at, reverse=True)
    )
    names = "".join(
        f'<th scope="col">{vi} <span lang="en">/ {en}</span></th>'
        for vi, en in (
            ("Mã đơn", "Order"),
            ("Số tiền", "Amount"),
            ("Trạng thái", "State"),
            ("Giao dịch", "Transaction"),
            ("Lần báo", "Calls"),
            ("Hoàn tiền", "Refunds"),
        )
    )
    table = f'<div class="wide"><table><thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table></div>'
    none = '<p>Chưa có đơn nào. <span lang="en">/ No order yet.</span></p>'
    return frame(title, "Các đơn / Orders", table if rows else none, english=False)


def _facts(order: Order, english: bool) -> str:
    expires = order.expires_at.astimezone(VIETNAM).strftime("%H:%M:%S %d/%m/%Y")
    facts = (
        (("Số tiền", "Amount"), f"<strong>{money(order.amount)}</strong>"),
        (("Nội dung", "What for"), html.escape(order.info)),
        (("Mã đơn", "Order"), f"<code>{html.escape(order.reference)}</code>"),
        (("Đơn vị nhận", "Merchant"), f"<code>{html.escape(order.merchant)}</code>"),
        (("Hạn thanh toán", "Pay before"), expires),
        (("Trạng thái", "State"), say(_STATES[order.state], english)),
    )
    return "<dl>" + "".join(f"<dt>{say(name, english)}</dt><dd>{value}</dd>" for name, value in facts) + "</dl>"


def _button(deed: Deed, english: bool, state: State = State.WAITING) -> str:
    kind = ' class="main"' if deed is Deed.SUCCEED else ""
    again = deed is Deed.DUPLICATE and state in (State.PAID, State.SUSPECT)
    text = ("Báo lại kết quả", "Tell it again") if again else _DEEDS[deed]
    return f'<button{kind} name="do" value="{deed.value}">{say(text, english)}</button>'


def _link(back: str, english: bool) -> str:
    return f'<p><a href="{html.escape(back)}">{say(("Về nơi nộp", "Back to where you came from"), english)}</a></p>'


def say(texts: tuple[str, str], english: bool) -> str:
    """In one of the two languages."""
    return texts[1] if english else texts[0]


def money(amount: int) -> str:
    """As a payer reads it."""
    return f"{amount:,}".replace(",", ".") + " ₫"


def frame(title: str, heading: str, body: str, english: bool) -> str:
    """The page around a body of HTML."""
    notice = (
        ("Trang thử, không phải ngân hàng thật. Không có đồng nào được chuyển."),
        ("A page for trying out, no real bank. No money moves."),
    )
    values = {
        "language": "en" if english else "vi",
        "title": html.escape(title),
        "heading": heading,
        "body": body,
        "notice": say(notice, english),
    }
    return Template(FRAME.read_text(encoding="utf-8")).substitute(values)

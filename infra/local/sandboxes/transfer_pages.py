"""The payer's banking app of the sandbox: a form to read a QR payload and to send, and what came of a transfer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.local.sandboxes.orders import Order
from infra.local.sandboxes.pages import VIETNAM, frame, money, say

WAYS = (
    ("wrong_amount", "Chuyển thừa 1.000 ₫", "Send 1,000 ₫ too much"),
    ("mangled", "Nội dung bị cắt", "The text gets cut"),
    ("duplicate", "Báo có hai lần", "Told twice"),
    ("delay", "Báo có chậm", "Told late"),
    ("silence", "Không báo có", "Never told"),
)
FIELDS = ("qr", "account", "amount", "description")

templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


def app(
    title: str,
    url: str,
    accounts: Iterable[object],
    values: Mapping[str, str],
    wrong: tuple[str, str] | None,
    now: datetime,
    english: bool,
) -> str:
    """Paste a payload, or type; `values` are what was read or typed, `wrong` why it cannot be done."""
    body = templates.get_template("transfer_app.html").render(
        url=url,
        accounts=list(accounts),
        values={name: values.get(name, "") for name in FIELDS},
        wrong=say(wrong, english) if wrong else "",
        ways=WAYS,
        day=now.astimezone(VIETNAM).date().isoformat(),
        english=english,
        say=lambda vi, en: say((vi, en), english),
    )
    return frame(title, say(("Ứng dụng ngân hàng", "Banking app"), english), body, english)


def sent(title: str, url: str, order: Order, english: bool) -> str:
    """What came of a transfer, and what the portal has said to its notices so far."""
    at = (order.settled_at or order.created_at).astimezone(VIETNAM)
    body = templates.get_template("transfer_sent.html").render(
        url=url,
        order=order,
        amount=money(order.paid),
        at=at.strftime("%H:%M:%S %d/%m/%Y"),
        day=at.date().isoformat(),
        english=english,
        say=lambda vi, en: say((vi, en), english),
    )
    return frame(title, say(("Đã chuyển tiền", "Sent"), english), body, english)

"""The day's settlement file of a sandbox: CSV, UTF-8, a line of names, a line per movement, oldest first.

The columns are this sandbox's own. The real gateways offer such files in their merchant portals, each in a form of its
own that none of them publishes; whoever connects one maps its columns to these.

merchant     who was paid, by the gateway's code
reference    the merchant's number of the order
transaction  the gateway's number of this movement
kind         payment, or refund
amount       đồng, a whole number, never negative: `kind` says in which direction
fee          đồng that the gateway keeps of it; 0 for refunds
currency     VND
at           when, ISO 8601 in Vietnam's time; its date is the file's day
request      the merchant's number of a refund; empty for a payment

What is held as suspect, has failed, or is still under way is not in it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from infra.local.sandboxes.orders import Order, State

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
COLUMNS = ("merchant", "reference", "transaction", "kind", "amount", "fee", "currency", "at", "request")


def of(day: date, orders: Iterable[Order], fee: int, now: datetime) -> bytes:
    """The file of a day of Vietnam, as far as it has come by `now`."""
    lines: list[tuple[datetime, Order, str, str, int, int, str]] = []
    for order in orders:
        if order.state is State.PAID and order.settled_at is not None:
            lines.append((order.settled_at, order, order.transaction, "payment", order.paid, fee, ""))
        for back in order.refunds:
            if back.state(now) == "done":
                lines.append((back.due_at, order, back.transaction, "refund", back.amount, 0, back.request))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for at, order, transaction, kind, amount, kept, request in sorted(lines, key=lambda line: (line[0], line[2])):
        local = at.astimezone(VIETNAM)
        if local.date() == day:
            moment = local.isoformat(timespec="seconds")
            row = (order.merchant, order.reference, transaction, kind, amount, kept, "VND", moment, request)
            writer.writerow(row)
    return text.getvalue().encode()

"""Orders, refunds and messages for the tests of gateways."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.payment import ATTEMPT_LIVES, GATEWAY_WINDOW, Attempt, AttemptState, reference_of
from chalicelib.gateways.payments.contract import Channel, Message, Order, RefundOrder

NOW = datetime(2026, 3, 2, 3, 15, tzinfo=UTC)  # 10:15 in Vietnam
REFERENCE = reference_of("dossier-1", "attempt-1")
OTHER = reference_of("dossier-1", "attempt-2")

ORDER = Order(
    reference=REFERENCE,
    amount=150_000,
    info="Nop le phi ho so H34.05-260302-0001",
    created_at=NOW,
    expires_at=NOW + GATEWAY_WINDOW,
    ip="203.0.113.7",
    language="vi",
    return_url="http://127.0.0.1:8000/thanh-toan/ve",
    callback_url="http://127.0.0.1:8000/api/payments/callback",
    agency=("H34.05", "Sở Tư pháp"),
)

REFUND = RefundOrder(
    request="R7K2M9QX4T",
    requested_at=NOW + timedelta(days=2),
    reference=REFERENCE,
    transaction="4084757146",
    amount=150_000,
    whole=True,
    ordered_at=NOW,
    now=NOW + timedelta(days=2, minutes=1),
    info="Hoan le phi H34.05-260302-0001",
    by="le.van.b",
    ip="203.0.113.9",
)


def order(**changes: Any) -> Order:
    return replace(ORDER, **changes)


def refund(**changes: Any) -> RefundOrder:
    return replace(REFUND, **changes)


def attempt(channel: Channel, **changes: Any) -> Attempt:
    """The open attempt that ORDER was made for."""
    made = Attempt(
        reference=REFERENCE,
        id="attempt-1",
        dossier="dossier-1",
        owner="nguyen.van.a",
        agency="H34.05",
        gateway=channel.name,
        merchant=channel.merchant,
        amount=ORDER.amount,
        moment="filing",
        state=AttemptState.OPEN,
        created_at=NOW,
        expires_at=NOW + ATTEMPT_LIVES,
    )
    return replace(made, **changes)


def posted(body: bytes | str, **headers: str) -> Message:
    """A POST; a header `content_type` is `content-type`."""
    content = body.encode() if isinstance(body, str) else body
    return Message("POST", body=content, headers={name.replace("_", "-"): value for name, value in headers.items()})


def got(query: dict[str, str]) -> Message:
    return Message("GET", query={name: [value] for name, value in query.items()})

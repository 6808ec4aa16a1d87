"""The requests about money whose AWS calls are counted; the gateway's own answers are no AWS calls."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.gateways.payments import connections
from infra.local.sandboxes.orders import Deed
from tests.app.portal import Answer, Portal, new_id
from tests.app.treasury import Treasury

Send = Callable[[], Answer]


def _callback(deed: Deed) -> Callable[[Portal], Send]:
    def prepare(portal: Portal) -> Send:
        treasury = Treasury(portal)
        order = treasury.decide(treasury.start(treasury.due())["reference"], deed)
        return lambda: treasury.tell(order)

    return prepare


def _again(portal: Portal) -> Send:
    treasury = Treasury(portal)
    order = treasury.decide(treasury.start(treasury.due())["reference"], Deed.SUCCEED)
    treasury.tell(order)
    return lambda: treasury.tell(order)


def _late(portal: Portal) -> Send:
    treasury = Treasury(portal)
    dossier = treasury.due()
    order = treasury.decide(treasury.start(dossier)["reference"], Deed.SUCCEED)
    portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Đổi ý."})
    return lambda: treasury.tell(order)


def _unsigned(portal: Portal) -> Send:
    treasury = Treasury(portal)
    order = treasury.decide(treasury.start(treasury.due())["reference"], Deed.SUCCEED)
    address = treasury.bank().call(order).url
    return lambda: treasury.deliver(f"{address[:-4]}0000")


def _wrong_again(portal: Portal) -> Send:
    """Money that fits no order is kept once, however often it is told."""
    treasury = Treasury(portal)
    order = treasury.decide(treasury.start(treasury.due())["reference"], Deed.WRONG_AMOUNT)
    treasury.tell(order)
    return lambda: treasury.tell(order)


def _start(portal: Portal) -> Send:
    dossier = Treasury(portal).due()
    return lambda: portal.citizen.post(f"/dossiers/{dossier}/payments", {"id": new_id(), "way": "vnpay"})


def _overview(portal: Portal) -> Send:
    treasury = Treasury(portal)
    dossier = treasury.due()
    treasury.pay(dossier)
    return lambda: portal.citizen.get(f"/dossiers/{dossier}/payments")


MONEY_REQUESTS: tuple[tuple[str, int, Callable[[Portal], Send]], ...] = (
    ("start a payment", 4, _start),
    ("callback: paid", 4, _callback(Deed.SUCCEED)),
    ("callback: failed", 4, _callback(Deed.FAIL)),
    ("callback: told again", 4, _again),
    ("callback: goes back", 4, _late),
    ("callback: wrong amount", 4, _callback(Deed.WRONG_AMOUNT)),
    ("callback: wrong amount again", 4, _wrong_again),
    ("callback: not signed", 1, _unsigned),
    ("money of a dossier", 2, _overview),
)


def remember() -> None:
    """Let this process know who we are at the gateways, as it does for five minutes after it was read."""
    connections.gateway("vnpay")

"""The requests about refunds whose AWS calls are counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.services import publishing
from tests.app.portal import AGENCY, PROCEDURE, Answer, Person, Portal

Send = Callable[[], Answer]
PAYEE = {"bank": "970436", "number": "0123456789", "holder": "NGUYEN THI THU"}
REASON = {"reason": "Không cần nữa."}
BEFORE: dict[str, tuple[str, ...]] = {  # what was done to the refund before
    "prepare": (),
    "approve": ("prepare",),
    "return": ("prepare",),
    "pay-out": ("prepare", "approve"),
}


def _accountant(portal: Portal) -> Person:
    return Person(portal.client, "accountant", "Cán bộ accountant", "officer", f"{AGENCY}:accountant")


def _paid(portal: Portal, code: str, **fee: Any) -> str:
    """A dossier accepted, whose fee of 24.000 đồng was paid in cash at the counter."""
    fees = [{**PROCEDURE["fees"][0], "moment": "acceptance", **fee}]
    publishing.publish([publishing.Sourced("bench", {**PROCEDURE, "code": code, "fees": fees})])
    dossier, _ = portal.filed(procedure=code)
    portal.step(portal.reception, dossier, "receive", {})
    portal.step(portal.cashier, dossier, "fee", {"amount": 24000, "means": "cash"})
    return dossier


def _owed(portal: Portal) -> tuple[str, dict[str, Any]]:
    """A dossier whose fee is owed back, and the refund."""
    dossier = _paid(portal, "2.000699")
    portal.citizen.post(f"/dossiers/{dossier}/withdrawal", REASON)
    (refund,) = portal.citizen.get(f"/dossiers/{dossier}/payments").body["refunds"]
    return dossier, refund


def _refunding(act: str, channel: str) -> Callable[[Portal], Send]:
    cash = channel == "cash"
    bodies: dict[str, dict[str, Any]] = {
        "prepare": {"channel": channel, "payee": PAYEE},
        "approve": {},
        "return": REASON,
        "pay-out": {"recipient": "Nguyễn Thị Thử", "signed": True} if cash else {"reference": "FT26327000123"},
    }

    def prepare(portal: Portal) -> Send:
        dossier, refund = _owed(portal)
        accountant = _accountant(portal)

        def send(what: str) -> Send:
            who = portal.cashier if cash and what == "pay-out" else accountant
            path = f"/desk/refunds/{dossier}/{refund['id']}/{what}"
            body = {"version": refund["version"], **bodies[what]}
            return lambda: who.post(path, body)

        for before in BEFORE[act]:
            refund |= send(before)().body
        return send(act)

    return prepare


def _account(portal: Portal) -> Send:
    dossier, refund = _owed(portal)
    return lambda: portal.citizen.post(f"/dossiers/{dossier}/refunds/{refund['id']}/account", PAYEE)


def _claim(portal: Portal) -> Send:
    dossier = _paid(portal, "2.000698", refund_uncollected=True)
    portal.step(portal.appraiser, dossier, "claim", {})
    portal.step(portal.appraiser, dossier, "proposal", {"opinion": "Đủ điều kiện."})
    portal.step(portal.approver, dossier, "approval", {})
    portal.step(portal.clerk, dossier, "result", {"number": "12/TL", "title": "Trích lục khai sinh"})
    return lambda: portal.citizen.post(f"/dossiers/{dossier}/refund-claim", REASON)


def _list(portal: Portal) -> Send:
    _owed(portal)
    accountant = _accountant(portal)
    return lambda: accountant.get(f"/desk/refunds?agency={AGENCY}")


REFUND_REQUESTS: tuple[tuple[str, int, Callable[[Portal], Send]], ...] = (
    *((f"refund: {act}", 3, _refunding(act, "transfer")) for act in BEFORE),
    ("refund: pay-out in cash", 3, _refunding("pay-out", "cash")),
    ("refund: name an account", 3, _account),
    ("refund: claim", 3, _claim),
    ("refunds of an agency", 1, _list),
)

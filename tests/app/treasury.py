"""Dossiers that wait for money, and the gateways' other side without a network: what it signs is handed to the API."""

from __future__ import annotations

import io
from copy import deepcopy
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.money import balances
from chalicelib.services import publishing
from chalicelib.storage import ledger
from infra.local.sandboxes.bank import Bank
from infra.local.sandboxes.orders import Deed, Order
from tests.app.portal import AGENCY, PROCEDURE, Answer, Portal, new_id

LEVEL_4 = "2.000636"
FEE = 200_000


def level_4(moment: str = "filing", code: str = LEVEL_4, **fee: Any) -> dict[str, Any]:
    """The procedure of the portal at level 4, with one fee of 200.000 đồng."""
    document = deepcopy(PROCEDURE)
    document |= {"code": code, "level": 4, "delivery": ["counter", "online", "post"]}
    document["fees"] = [{**document["fees"][0], "amount": FEE, "per": None, "moment": moment, **fee}]
    return document


class Treasury:
    """A portal whose second procedure is of level 4 and costs 200.000 đồng at filing."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.cloud = portal.cloud
        self.town = portal.cloud.town
        self.offer(level_4())

    def offer(self, document: dict[str, Any]) -> None:
        publishing.publish([publishing.Sourced("test", document)])

    def due(self, procedure: str = LEVEL_4) -> str:
        """A dossier filed that waits for its fee."""
        return self.portal.filed(procedure=procedure)[0]

    def start(self, dossier: str, way: str = "vnpay", attempt: str = "") -> dict[str, Any]:
        """An attempt, opened at the gateway as the payer's browser would."""
        body = {"id": attempt or new_id(), "way": way}
        answer = self.portal.citizen.post(f"/dossiers/{dossier}/payments", body)
        assert answer.status == 201, answer.body
        if way == "vnpay":
            self.visit(answer.body["pay_url"])
        started: dict[str, Any] = answer.body
        return started

    def visit(self, address: str) -> None:
        parts = urlsplit(address)
        environ = {"REQUEST_METHOD": "GET", "QUERY_STRING": parts.query, "wsgi.input": io.BytesIO()}
        status, _, body = self.town.answer(parts.path.removeprefix("/sandbox/pay/"), environ)
        assert status == 200, body.decode()

    def bank(self, way: str = "vnpay") -> Bank:
        bank: Bank = self.town.banks[way]
        return bank

    def decide(self, reference: str, deed: Deed, way: str = "vnpay") -> Order:
        """The payer, or the gateway, decides; nothing is told yet."""
        bank = self.bank(way)
        order = bank.order(reference)
        bank._settle(order, deed, None)
        return order

    def tell(self, order: Order, way: str = "vnpay") -> Answer:
        """The callback about the order, as the gateway signs it, delivered once."""
        return self.deliver(self.bank(way).call(order).url)

    def deliver(self, address: str) -> Answer:
        parts = urlsplit(address)
        return self.portal.nobody.call("GET", f"{parts.path.removeprefix('/api')}?{parts.query}")

    def pay(self, dossier: str, way: str = "vnpay") -> dict[str, Any]:
        """Paid online, told once."""
        attempt = self.start(dossier, way)
        assert self.tell(self.decide(attempt["reference"], Deed.SUCCEED)).body["RspCode"] == "00"
        return attempt

    def again(self, order: Order, **changes: Any) -> Order:
        return replace(order, **changes)

    def money(self, dossier: str) -> dict[str, Any]:
        answer = self.portal.citizen.get(f"/dossiers/{dossier}/payments")
        assert answer.status == 200, answer.body
        seen: dict[str, Any] = answer.body
        return seen

    def balances(self, dossier: str) -> dict[str, int]:
        """What stands on the accounts, without those that are even."""
        found = balances(ledger.account(dossier).journals)
        assert sum(found.values()) == 0
        return {name.removeprefix(f"{AGENCY}:"): amount for name, amount in found.items() if amount}

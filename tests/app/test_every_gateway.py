"""Per gateway, every order of {success, failure, query, refund}, each told again, ends in the one right state."""

from __future__ import annotations

import copy
import itertools
import pickle
from collections.abc import Callable
from dataclasses import replace

import pytest
from moto.dynamodb.models import dynamodb_backends

from chalicelib.gateways.payments import connections
from chalicelib.services import present
from infra.local import transactions
from infra.local.environment import ACCOUNT, REGION
from infra.local.sandboxes.orders import State
from tests.app.counterparts import Counterparts, counterparts
from tests.app.portal import Portal
from tests.app.treasury import FEE
from tests.thorough import every

pytestmark = [pytest.mark.xdist_group("gateways"), pytest.mark.clause("B6"), pytest.mark.clause("A15")]
WORDS = ("success", "failure", "query", "refund")

_REMEMBERED = {"_requests", "_answered", "_refunds", "_asked_at"}
"""What the gateways know of requests besides their orders."""


class Scene:
    """A dossier whose attempt was opened at a gateway: brought back to this moment before every order of words."""

    def __init__(self, here: Counterparts, way: str) -> None:
        self.here, self.way, self.bank = here, way, here.bank(way)
        here.quick(way)
        self.dossier = here.due()
        self.reference = str(here.start(self.dossier, way)["reference"])
        here.relay()
        name = next(name for name, order in self.bank.orders.items() if order is self.bank.order(self.reference))
        order = self.bank.orders[name]
        paid = replace(copy.deepcopy(order), state=State.PAID, paid=order.amount)
        paid.transaction, paid.settled_at = self.bank.number(), present.now()
        failed = replace(copy.deepcopy(order), state=State.FAILED, settled_at=present.now())
        self.name, self.paid, self.failed = name, paid, failed
        self._bank = {n: copy.copy(v) for n, v in vars(self.bank).items() if n in _REMEMBERED}
        self._tables = pickle.dumps({n: t.items for n, t in dynamodb_backends[ACCOUNT][REGION].tables.items()})
        self._now = present.now()

    def back(self) -> None:
        for name, items in pickle.loads(self._tables).items():  # noqa: S301  our own
            dynamodb_backends[ACCOUNT][REGION].tables[name].items = items
        transactions.tokens.clear()
        present.freeze(self._now)
        for name, value in self._bank.items():
            setattr(self.bank, name, copy.copy(value))
        # The payer has paid in the end, whatever is told when.
        self.bank.orders[self.name] = copy.deepcopy(self.paid)

    def say(self, word: str) -> None:
        deeds: dict[str, Callable[[], object]] = {
            "success": lambda: self.here.tell(self.paid, self.way),
            "failure": self._fails,
            "query": self._asks,
            "refund": self._refunds,
        }
        deeds[word]()

    def _fails(self) -> None:
        """Told where the gateway tells of failures; elsewhere it is asked at a moment when it had failed."""
        if self.bank.tells_of_failure:
            self.here.tell(self.failed, self.way)
            return
        kept, self.bank.orders[self.name] = self.bank.orders[self.name], copy.deepcopy(self.failed)
        self._asks()
        self.bank.orders[self.name] = kept

    def _asks(self) -> None:
        self.here.portal.later(minutes=5)  # VNPay answers one question in five minutes
        answer = self.here.portal.citizen.post(f"/payment-attempts/{self.reference}/check", {})
        assert answer.status == 200, answer.body

    def _refunds(self) -> None:
        self.here.withdraw(self.dossier)
        self.here.relay()

    def wrong(self) -> list[str]:
        """What is not as it must be when all was said and the sweep has come."""
        self.here.relay()
        self.here.sweep(minutes=6)
        seen = self.here.money(self.dossier)
        found = []
        if [a["state"] for a in seen["attempts"]] != ["paid"]:
            found.append(f"attempts {[a['state'] for a in seen['attempts']]}")
        if [p["amount"] for p in seen["payments"]] != [FEE]:
            found.append(f"payments {seen['payments']}")
        if [r["amount"] for r in seen["refunds"]] != [FEE] or seen["refunds"][0]["rule"] not in {"withdrawn", "late"}:
            found.append(f"refunds {seen['refunds']}")
        back = connections.gateway(self.way).refunds
        paid_back = sum(r.amount for r in self.bank.orders[self.name].refunds)
        if (paid_back, seen["refunds"][0]["state"]) != ((FEE, "done") if back else (0, "open")):
            found.append(f"{paid_back} went back, the refund is {seen['refunds'][0]['state']}")
        left = {} if back else {f"clearing:{self.way}": FEE, "refunds": -FEE}
        if self.here.balances(self.dossier) != left:
            found.append(f"balances {self.here.balances(self.dossier)}")
        if self.here.portal.state(self.dossier) != "withdrawn":
            found.append(f"state {self.here.portal.state(self.dossier)}")
        return found


@pytest.mark.parametrize("way", ["vnpay", "momo", "zalopay", "national"])
@pytest.mark.slow
def test_every_order_of_words_ends_in_one_right_state(portal: Portal, way: str) -> None:
    with counterparts(portal) as here:
        scene = Scene(here, way)
        for order in every(4, list(itertools.permutations(WORDS))):
            scene.back()
            for word in (*order, "success"):
                scene.say(word)
                if word == "success":
                    scene.say(word)
            assert scene.wrong() == [], "-".join(order)

"""Refunds under faults: every AWS call of sending, asking, approving and paying out broken in every way, then carried
on by whoever comes next: each refund is paid once, and what the portal believes is what the gateway did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.domain.money import balances
from chalicelib.domain.proof import chain_is_whole
from chalicelib.domain.refund import Refund
from chalicelib.gateways import parameters
from chalicelib.services import present
from chalicelib.storage import dossiers as kept
from chalicelib.storage import ledger
from infra.local.sandboxes.bank import Bank
from tests.app.counterparts import ACCOUNT, BIG, COUNTER, DEAR, Counterparts, counterparts
from tests.app.portal import AGENCY
from tests.app.treasury import FEE
from tests.faults.crashes import SEED
from tests.faults.invariants import rows_of, undone
from tests.faults.wire import Call, Fault, Plan
from tests.faults.world import Request, World
from tests.thorough import few

pytestmark = [pytest.mark.xdist_group("faults-refunds"), pytest.mark.clause("A15")]
CASH = 24_000
FAULTS = tuple(fault for fault in Fault if fault is not Fault.DEATH)
CALM = tuple(fault for fault in FAULTS if fault is not Fault.CONFLICT)
KEY = "key-of-one-refund-step"


@dataclass(frozen=True)
class Case:
    """`prepare` answers with the dossier; `act` is what is broken: the request of an officer, or None: relay, sweep.

    `states` the refund may end in, `paid` what the gateway has paid back then, `at` where the money lies.
    """

    name: str
    prepare: Callable[[Counterparts, World], str]
    act: str
    ends: dict[str, tuple[list[int], dict[str, int]]]
    way: str = "momo"
    who: str = ""
    body: dict[str, Any] | None = None


def _withdrawn(way: str, seconds: float = 0) -> Callable[[Counterparts, World], str]:
    def prepare(there: Counterparts, world: World) -> str:
        there.quick(way, seconds)
        dossier = there.paid(way)
        world.stream()
        there.withdraw(dossier)
        return dossier

    return prepare


def _sent(way: str) -> Callable[[Counterparts, World], str]:
    def prepare(there: Counterparts, world: World) -> str:
        dossier = _withdrawn(way, 3600)(there, world)
        world.stream()
        assert there.refund(dossier)["state"] == "sent"
        return dossier

    return prepare


def _refused(there: Counterparts, world: World) -> str:
    dossier = _sent("momo")(there, world)
    for order in there.bank("momo").orders.values():
        for back in order.refunds:
            back.fate = "refused"
    return dossier


def _prepared(there: Counterparts, world: World) -> str:
    there.quick("momo")
    dossier = there.paid("momo", BIG)
    there.withdraw(dossier)
    world.stream()
    assert there.act(there.accountant, dossier, "prepare", channel="original").status == 200
    return dossier


def _approved(channel: str) -> Callable[[Counterparts, World], str]:
    def prepare(there: Counterparts, world: World) -> str:
        portal = there.portal
        dossier, _ = portal.filed(procedure=COUNTER)
        portal.step(portal.reception, dossier, "receive", {})
        portal.step(portal.cashier, dossier, "fee", {"amount": CASH, "means": "cash"})
        there.withdraw(dossier)
        world.stream()
        assert there.act(there.cashier, dossier, "prepare", channel=channel, payee=ACCOUNT).status == 200
        assert there.act(there.accountant, dossier, "approve").status == 200
        return dossier

    return prepare


GONE: dict[str, int] = {}
CASES = (
    Case("approved", _prepared, "approve", {"done": ([DEAR], GONE)}, who="second", body={}),
    Case("sent by the relay to MoMo", _withdrawn("momo"), "relay", {"done": ([FEE], GONE)}),
    Case("sent by the relay to ZaloPay", _withdrawn("zalopay"), "relay", {"done": ([FEE], GONE)}, "zalopay"),
    Case(
        "sent by the relay to VNPay",
        _withdrawn("vnpay"),
        "relay",
        {"done": ([FEE], GONE), "sent": ([], {"clearing:vnpay": FEE, "refunds": -FEE})},
        "vnpay",
    ),
    Case("asked about at MoMo", _sent("momo"), "sweep", {"done": ([FEE], GONE)}),
    Case("asked about at VNPay", _sent("vnpay"), "sweep", {"done": ([FEE], GONE)}, "vnpay"),
    Case("refused by MoMo", _refused, "sweep", {"open": ([], {"clearing:momo": FEE, "refunds": -FEE})}),
    Case(
        "transferred",
        _approved("transfer"),
        "pay-out",
        {"done": ([], {"drawer:cashier": CASH, "bank": -CASH})},
        who="accountant",
        body={"reference": "FT26327000123"},
    ),
    Case(
        "paid in cash",
        _approved("cash"),
        "pay-out",
        {"done": ([], GONE)},
        who="cashier",
        body={"recipient": "Nguyễn Thị Thử", "signed": True},
    ),
)


@pytest.fixture
def there(world: World) -> Iterator[Counterparts]:
    with counterparts(world.portal) as opened:
        world.portal.accountant = opened.accountant
        world.portal.__dict__["second"] = opened.second  # whom the world sends requests as, by name
        yield opened


class Refunds:
    """One case, ready to be run from its start any number of times; the gateways go back with it."""

    def __init__(self, there: Counterparts, world: World, case: Case) -> None:
        self.there, self.world, self.case = there, world, case
        with world.wire.silent():
            self.dossier = case.prepare(there, world)
            self.refund = there.refund(self.dossier)
        present.freeze(present.now())
        self.kept = world.keep()
        self.banks = {name: _kept(bank) for name, bank in there.town.banks.items()}

    def run(self, plan: Plan | None) -> tuple[list[Call], list[str]]:
        self.world.restore(self.kept, SEED)
        for name, bank in self.there.town.banks.items():
            for attribute, value in self.banks[name].items():
                setattr(bank, attribute, deepcopy(value))
        parameters.forget()
        self.world.wire.reset(plan)
        told = self._act()
        calls = list(self.world.wire.calls)
        wrong = self._wrong()
        for _ in range(12):
            if not wrong:
                break
            self.world.wait(3600)
            self.world.sweep()
            wrong = self._wrong()
        if not told:
            wrong.append("the officer was never told that it was done")
        return calls, wrong

    def _act(self) -> bool:
        if self.case.act == "relay":
            self.world.stream()
        elif self.case.act == "sweep":
            self.world.wait(2 * 3600)
            self.world.sweep()
        else:
            path = f"/desk/refunds/{self.dossier}/{self.refund['id']}/{self.case.act}"
            body = {"version": self.refund["version"], **(self.case.body or {})}
            answer = self.world.insist(Request(self.case.who, path, body, KEY))
            self.world.stream()
            return answer is not None and answer.status == 200
        return True

    def _wrong(self) -> list[str]:
        with self.world.wire.silent():
            account, bundle = ledger.account(self.dossier), kept.load(self.dossier)
        (refund,) = account.refunds
        at = {name.removeprefix(f"{AGENCY}:"): n for name, n in balances(account.journals).items() if n}
        if refund.state.value not in self.case.ends:
            return [f"it ended as {refund.state.value} ({refund.code})"]
        paid, where = self.case.ends[refund.state.value]
        found = []
        if (back := self._paid_back()) != paid:
            found.append(f"the gateway has paid back {back}, not {paid}")
        if at != where:
            found.append(f"the money lies at {at}, not {where}")
        done = [event for event in bundle.events if event.action == "refund"]
        ended = refund.state.value == "done"
        if len(done) != ended or not chain_is_whole(bundle.events, bundle.dossier.last_hash):
            found.append(f"{len(done)} events tell that it was paid")
        if (bundle.dossier.refund or {})["open"] != (0 if ended else refund.amount):
            found.append(f"the head owes {bundle.dossier.refund}")
        if left := undone(rows_of("DOSSIERS_TABLE")):
            found.append(f"left in the outbox: {left}")
        return [*found, *self._asked_on(refund)]

    def _paid_back(self) -> list[int]:
        return [
            back.amount
            for order in self.there.bank(self.case.way).orders.values()
            for back in order.refunds
            if back.fate != "refused"
        ]

    def _asked_on(self, refund: Refund) -> Iterator[str]:
        """A question stands as long as the refund is with its gateway, and no longer than the next sweep."""
        rows = [r for r in rows_of("LEDGER_TABLE") if r["sk"] == f"QUESTION#{refund.id}"]
        asked = any("work" in row for row in rows)
        if (refund.state.value == "sent") and not asked:
            yield "nobody asks any more"


def _kept(bank: Bank) -> dict[str, Any]:
    """What of a sandbox a scenario changes."""
    names = ("orders", "_number", "_answered", "_requests", "_refunds", "_asked_at")
    return {name: deepcopy(getattr(bank, name)) for name in names if hasattr(bank, name)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.slow
def test_a_fault_at_any_call_neither_loses_nor_doubles_a_refund(there: Counterparts, world: World, case: Case) -> None:
    refunds = Refunds(there, world, case)
    calls, wrong = refunds.run(None)
    assert wrong == []
    assert len(calls) > 1
    for call in calls:
        for fault in few(FAULTS if call.operation == "DynamoDB.TransactWriteItems" else CALM, call.number):
            _, wrong = refunds.run(Plan(call.number, fault))
            assert wrong == [], f"{fault.value} at {call}"
            assert world.wire.struck is not None


def test_the_harness_sees_a_refund_that_is_paid_twice(there: Counterparts, world: World) -> None:
    """Planted: a portal that sends again under another number."""
    refunds = Refunds(there, world, CASES[0])
    refunds.run(None)
    (order,) = there.bank("momo").orders.values()
    there.bank("momo").refund(order, "ANOTHERNUMBER", FEE)
    assert any("paid back" in line for line in refunds._wrong())

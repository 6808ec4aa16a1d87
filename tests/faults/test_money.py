"""Money under faults: a gateway's call broken at every AWS call, then repeated: every đồng is booked once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.domain.money import balances
from chalicelib.services import payments, present
from chalicelib.storage import dossiers as kept
from chalicelib.storage import ledger
from infra.local.sandboxes.orders import Deed, Order
from tests.app.portal import AGENCY, Answer, Portal
from tests.app.treasury import FEE, LEVEL_4, Treasury
from tests.faults.crashes import SEED
from tests.faults.wire import Call, Crash, Fault, Plan
from tests.faults.world import World
from tests.thorough import few, spread

pytestmark = [pytest.mark.xdist_group("faults-money"), pytest.mark.clause("B6")]
CALLS = 10  # a gateway calls this often


@dataclass(frozen=True)
class Case:
    """What stands before the call, what it says, and where every đồng must lie afterwards."""

    name: str
    prepare: Callable[[Treasury, Portal], tuple[str, Order]]
    state: str
    attempts: tuple[str, ...]
    balances: dict[str, int]
    refunds: tuple[tuple[str, int], ...] = ()


def _due(treasury: Treasury, portal: Portal) -> tuple[str, Order]:
    dossier = treasury.due()
    return dossier, treasury.decide(treasury.start(dossier)["reference"], Deed.SUCCEED)


def _failed(treasury: Treasury, portal: Portal) -> tuple[str, Order]:
    dossier = treasury.due()
    return dossier, treasury.decide(treasury.start(dossier)["reference"], Deed.FAIL)


def _withdrawn(treasury: Treasury, portal: Portal) -> tuple[str, Order]:
    dossier, order = _due(treasury, portal)
    answer = portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Đổi ý."})
    assert answer.status == 200, answer.body
    return dossier, order


def _paid_before(treasury: Treasury, portal: Portal) -> tuple[str, Order]:
    dossier, order = _due(treasury, portal)
    treasury.tell(order)
    return dossier, treasury.again(order, transaction="99999999")


def _expired(treasury: Treasury, portal: Portal) -> tuple[str, Order]:
    dossier, order = _due(treasury, portal)
    portal.later(minutes=21)
    payments.sweep(present.now(), range(4))
    return dossier, order


PLACE = {"clearing:vnpay": FEE}
CASES = (
    Case("paid", _due, "parcel_expected", ("paid",), {**PLACE, "due": -FEE}),
    Case("failed", _failed, "filing_fee_due", ("failed",), {}),
    Case("late", _withdrawn, "withdrawn", ("paid",), {**PLACE, "refunds": -FEE}, (("late", FEE),)),
    Case("expired", _expired, "parcel_expected", ("paid",), {**PLACE, "due": -FEE}),
    Case(
        "twice",
        _paid_before,
        "parcel_expected",
        ("paid",),
        {"clearing:vnpay": 2 * FEE, "due": -FEE, "refunds": -FEE},
        (("twice", FEE),),
    ),
)


class Money:
    """One case, ready to be run from its start any number of times."""

    def __init__(self, world: World, case: Case) -> None:
        self.world, self.case = world, case
        self.treasury = Treasury(world.portal)
        with world.wire.silent():
            self.dossier, self.order = case.prepare(self.treasury, world.portal)
            world.stream()
        present.freeze(present.now())
        self.kept = world.keep()

    def run(self, plan: Plan | None) -> tuple[list[Call], list[str]]:
        self.world.restore(self.kept, SEED)
        self.world.wire.reset(plan)
        told = self._call()
        calls = list(self.world.wire.calls)
        with self.world.wire.silent():
            self.world.stream()
            wrong = self._wrong(told)
            again = self.treasury.tell(self.order)
            if again.body["RspCode"] not in {"00", "02"}:
                wrong.append(f"told again, it answered {again.body}")
            wrong += self._wrong(True)
        return calls, sorted(set(wrong))

    def _call(self) -> bool:
        for _ in range(CALLS):
            try:
                answer: Answer = self.world.around("request", lambda: self.treasury.tell(self.order))
            except Crash:
                continue
            if answer.status != 200:
                return False
            if answer.body["RspCode"] in {"00", "02"}:
                return True
            self.world.wait(300)
        return False

    def _wrong(self, told: bool) -> list[str]:
        case, account, head = self.case, ledger.account(self.dossier), kept.head(self.dossier)
        seen: dict[str, Any] = {
            "state": head.state.value,
            "attempts": tuple(a.state.value for a in account.attempts),
            "balances": {k.removeprefix(f"{AGENCY}:"): v for k, v in balances(account.journals).items() if v},
            "refunds": tuple((r.rule.value, r.amount) for r in account.refunds),
        }
        wanted = {name: getattr(case, name) for name in seen}
        wrong = [f"{name}: {seen[name]}, not {wanted[name]}" for name in seen if seen[name] != wanted[name]]
        if not told:
            wrong.append("the gateway was never told that it was understood")
        if (head.refund or {}).get("open", 0) != sum(r.amount for r in account.refunds):
            wrong.append(f"the head owes {head.refund}")
        if len({p.transaction for p in account.payments}) != len(account.payments):
            wrong.append("a transaction was booked twice")
        return wrong


FAULTS = (
    Fault.CRASH_BEFORE,
    Fault.CRASH_AFTER,
    Fault.TIMEOUT,
    Fault.LOST,
    Fault.REPEATED,
    Fault.TWICE,
    Fault.CONFLICT,
)
CALM = tuple(fault for fault in FAULTS if fault is not Fault.CONFLICT)


@pytest.mark.parametrize("case", spread(6, CASES), ids=lambda case: case.name)
def test_a_callback_broken_anywhere_books_every_dong_once(world: World, case: Case) -> None:
    money = Money(world, case)
    calls, wrong = money.run(None)
    assert wrong == []
    assert [call.operation for call in calls].count("DynamoDB.TransactWriteItems") == 1
    for call in calls:
        for fault in few(FAULTS if call.operation == "DynamoDB.TransactWriteItems" else CALM, call.number):
            _, wrong = money.run(Plan(call.number, fault))
            assert wrong == [], f"{fault.value} at {call}"
            assert world.wire.struck is not None


def test_the_harness_sees_money_that_is_booked_twice(world: World) -> None:
    """Planted: a transaction that makes a payment every time it is told."""
    money = Money(world, CASES[0])
    with world.wire.silent():
        dossier, order = money.dossier, money.order
    world.restore(money.kept, SEED)
    money.treasury.tell(order)
    money.treasury.tell(money.treasury.again(order, transaction="77777777"))
    assert any(line.startswith(("balances", "refunds")) for line in money._wrong(True))
    assert kept.head(dossier).procedure_code == LEVEL_4

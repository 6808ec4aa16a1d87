"""Any order of paying, withdrawing, refunding, losing answers and deciding: nothing goes back twice, books balance."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chalicelib.domain.money import balances
from chalicelib.domain.refund import Refund, RefundState
from chalicelib.storage import dossiers as kept
from chalicelib.storage import ledger
from infra.local.sandboxes.orders import State
from infra.local.testing import embedded
from tests.app.counterparts import ACCOUNT, KEPT, PARTLY, counterparts
from tests.app.portal import AGENCY, Person, new_id, open_portal
from tests.app.treasury import FEE
from tests.thorough import with_examples

pytestmark = pytest.mark.clause("A15")
WAYS = ("momo", "vnpay")
THRESHOLD = FEE + KEPT - 1
"""Fees given back go by themselves; a whole payment that came too late needs two people."""


class Refunds(RuleBasedStateMachine):
    """One dossier whose fee is partly kept, its gateways on a line that breaks, its officers."""

    @initialize()
    def opened(self) -> None:
        self._stack = ExitStack()
        self.portal = open_portal(self._stack.enter_context(embedded()))
        patch = self._stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("REFUND_THRESHOLD", str(THRESHOLD))
        self.there = self._stack.enter_context(counterparts(self.portal))
        self.dossier = self.there.due(PARTLY)
        self.waiting: list[tuple[str, str]] = []  # orders that are not paid yet: way, reference
        self.before: dict[str, Refund] = {}
        for way in WAYS:
            for _ in range(2):
                self.waiting.append((way, self.there.start(self.dossier, way)["reference"]))

    def teardown(self) -> None:
        if hasattr(self, "_stack"):
            try:
                self._ends()
            finally:
                self._stack.close()

    # What happens.

    @rule(which=st.integers(0, 3), again=st.booleans())
    def pay(self, which: int, again: bool) -> None:
        if which >= len(self.waiting):
            return
        way, reference = self.waiting.pop(which)
        order = self.there.settle(reference, way)
        if again:
            self.there.tell(order, way)

    @rule()
    def withdraw(self) -> None:
        answer = self.portal.citizen.post(f"/dossiers/{self.dossier}/withdrawal", {"reason": "Đổi ý."})
        assert answer.status in {200, 409}

    @rule()
    def relay(self) -> None:
        self.there.relay()

    @rule(hours=st.sampled_from([0.1, 1, 8, 30]))
    def sweep(self, hours: float) -> None:
        self.there.sweep(hours=hours)

    @rule(state=st.sampled_from(["clear", "clear", "cut", "dead"]))
    def line(self, state: str) -> None:
        self.there.line.state = state

    @rule(
        way=st.sampled_from(WAYS),
        seconds=st.sampled_from([0, 7200]),
        fate=st.sampled_from(["done", "done", "refused"]),
    )
    def fate(self, way: str, seconds: float, fate: str) -> None:
        self.there.quick(way, seconds, fate)

    @rule(which=st.integers(0, 3), reason=st.sampled_from(["", "Ví đã đóng."]))
    def name_account(self, which: int, reason: str) -> None:
        if refund := self._refund(which):
            path = f"/dossiers/{self.dossier}/refunds/{refund.id}/account"
            answer = self.portal.citizen.post(path, {**ACCOUNT, "reason": reason})
            assert answer.status in {200, 409, 422}, answer.body

    @rule(
        which=st.integers(0, 3),
        who=st.sampled_from(["accountant", "second", "cashier"]),
        act=st.sampled_from(["prepare", "prepare", "approve", "approve", "return", "pay-out", "pay-out"]),
        channel=st.sampled_from(["original", "transfer", "cash"]),
        twice=st.booleans(),
    )
    def officer(self, which: int, who: str, act: str, channel: str, twice: bool) -> None:
        refund = self._refund(which)
        if refund is None:
            return
        bodies: dict[str, dict[str, Any]] = {
            "prepare": {"channel": channel, "payee": ACCOUNT, "reason": "Theo đề nghị."},
            "approve": {},
            "return": {"reason": "Sai."},
            "pay-out": {"reference": "FT1", "recipient": "Nguyễn Thị Thử", "signed": True},
        }
        person: Person = getattr(self.there, who)
        path, body = f"/desk/refunds/{self.dossier}/{refund.id}/{act}", {"version": refund.version, **bodies[act]}
        key = new_id()
        first = person.post(path, body, key)
        assert first.status in {200, 403, 409, 422}, first.body
        if act == "approve" and first.status == 200 and refund.amount > THRESHOLD:
            assert refund.prepared_by != person.sub
        if twice and first.status == 200:
            assert person.post(path, body, key).status == 200

    def _refund(self, which: int) -> Refund | None:
        refunds = ledger.account(self.dossier).refunds
        return refunds[which] if which < len(refunds) else None

    # What must be true after each.

    @invariant()
    def the_books_balance(self) -> None:
        if not hasattr(self, "dossier"):
            return
        account, head = ledger.account(self.dossier), kept.head(self.dossier)
        at = {name.removeprefix(f"{AGENCY}:"): n for name, n in balances(account.journals).items()}
        assert sum(at.values()) == 0
        owed = sum(r.amount for r in account.refunds if r.state is not RefundState.DONE)
        assert -at.get("refunds", 0) == owed == (head.refund or {}).get("open", 0)
        for payment in account.payments:
            back = [r.amount for r in account.refunds if r.payment == payment.id]
            assert sum(back) <= payment.amount
        done = [r.id for r in account.refunds if r.state is RefundState.DONE]
        told = [e.detail["refund"] for e in kept.load(self.dossier).events if e.action == "refund"]
        assert sorted(done) == sorted(told)

    @invariant()
    def nothing_goes_back_twice(self) -> None:
        if not hasattr(self, "dossier"):
            return
        refunds = ledger.account(self.dossier).refunds
        sent = Counter(
            back.request
            for way in WAYS
            for order in self.there.bank(way).orders.values()
            for back in order.refunds
            if back.fate != "refused"
        )
        assert set(sent.values()) <= {1}
        known = {r.request for r in refunds if r.request}
        assert set(sent) <= known, "the gateway carries out what was never kept"
        for refund in refunds:
            through = refund.request in sent
            by_hand = refund.state is RefundState.DONE and refund.channel != "original"
            assert through + by_hand <= 1
            if refund.state is RefundState.DONE and not by_hand:
                assert through, "the portal believes what the gateway does not know"
        for way in WAYS:
            for order in self.there.bank(way).orders.values():
                assert order.state is not State.PAID or order.paid_back() <= order.paid

    @invariant()
    def what_is_done_stays_and_every_step_leaves_its_line(self) -> None:
        if not hasattr(self, "dossier"):
            return
        for refund in ledger.account(self.dossier).refunds:
            before = self.before.get(refund.id)
            if before is not None:
                assert list(refund.log[: len(before.log)]) == list(before.log)
                assert before.state is not RefundState.DONE or refund == before
                assert refund.version >= before.version
            self.before[refund.id] = refund

    def _ends(self) -> None:
        """When the line holds, the gateways do what they do and the sweeper has come often enough, all is clear."""
        if not hasattr(self, "dossier"):
            return
        self.there.line.state = "clear"
        self.there.relay()
        for _ in range(8):
            self.there.sweep(hours=7)
        refunds = ledger.account(self.dossier).refunds
        arrived = {b.request for o in self.there.bank("vnpay").orders.values() for b in o.refunds}
        for refund in refunds:
            if refund.state is RefundState.SENT:  # VNPay never heard of it, or tells of another one: people
                others = [r for r in refunds if r.via == "vnpay" and r.request and r.id != refund.id]
                assert refund.via == "vnpay" and (refund.request not in arrived or others)
        self.the_books_balance()
        self.nothing_goes_back_twice()


@with_examples(15)
def test_nothing_goes_back_twice_whatever_happens(examples: int) -> None:
    options: dict[str, Any] = {"max_examples": examples, "stateful_step_count": 16, "deadline": None}
    run_state_machine_as_test(
        Refunds, settings=settings(**options, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
    )

"""Any order of paying, telling, withdrawing, waiting and deciding: the books balance after every step."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chalicelib.domain.money import balances
from chalicelib.services import payments, present
from chalicelib.storage import dossiers as kept
from chalicelib.storage import ledger
from infra.local.sandboxes.orders import Deed, Order
from infra.local.testing import embedded
from tests.app.portal import AGENCY, new_id, open_portal
from tests.app.treasury import FEE, Treasury
from tests.thorough import with_examples

pytestmark = [pytest.mark.clause("B6"), pytest.mark.clause("A15")]


class Money(RuleBasedStateMachine):
    """One dossier of level 4, its payers and gateways; what the gateways took is counted here a second time."""

    attempts = Bundle("attempts")
    told = Bundle("told")

    @initialize()
    def opened(self) -> None:
        self._cloud = embedded()
        cloud = self._cloud.__enter__()
        self.portal = open_portal(cloud)
        self.treasury = Treasury(self.portal)
        self.dossier = self.treasury.due()
        self.taken: dict[str, int] = {}  # by transaction, and only what the portal was told of and believed

    def teardown(self) -> None:
        if hasattr(self, "_cloud"):
            self._cloud.__exit__(None, None, None)

    @rule(target=attempts)
    def start(self) -> str:
        answer = self.portal.citizen.post(f"/dossiers/{self.dossier}/payments", {"id": new_id(), "way": "vnpay"})
        if answer.status != 201:
            assert (answer.status, answer.body["Code"]) == (409, "NothingDue")
            return ""
        self.treasury.visit(answer.body["pay_url"])
        return str(answer.body["reference"])

    @rule(
        target=told,
        reference=attempts,
        deed=st.sampled_from([Deed.SUCCEED, Deed.SUCCEED, Deed.FAIL, Deed.WRONG_AMOUNT, Deed.SUSPICIOUS]),
    )
    def decide(self, reference: str, deed: Deed) -> Order | None:
        if not reference:
            return None
        order = self.treasury.decide(reference, deed)
        return self.treasury.again(order)  # as it is now; the payer may try once more

    @rule(order=told)
    def tell(self, order: Order | None) -> None:
        if order is None:
            return
        answer = self.treasury.tell(order)
        assert answer.status == 200 and answer.body["RspCode"] in {"00", "02", "04"}
        if order.state == "paid" and order.paid == order.amount:
            self.taken[order.transaction] = order.paid

    @rule(order=told)
    def tamper(self, order: Order | None) -> None:
        if order is not None:
            address = self.treasury.bank().call(order).url.replace("vnp_TransactionNo=", "vnp_TransactionNo=9")
            assert self.treasury.deliver(address).body["RspCode"] == "97"

    @rule()
    def counter(self) -> None:
        body = {"amount": FEE, "means": "cash"}
        answer = self.portal.cashier.post(f"/desk/dossiers/{self.dossier}/fee", body)
        if answer.status == 200:
            self.taken[f"cash {len(self.taken)}"] = FEE
        else:
            assert answer.body["Code"] in {"TransitionRefused", "DrawerStillOpen"}, answer.body

    @rule()
    def withdraw(self) -> None:
        answer = self.portal.citizen.post(f"/dossiers/{self.dossier}/withdrawal", {"reason": "Đổi ý."})
        assert answer.status in {200, 409}

    @rule(minutes=st.sampled_from([1, 6, 21, 24 * 60, 31 * 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.portal.later(minutes=minutes)
        payments.sweep(present.now(), range(4))

    @invariant()
    def books_balance(self) -> None:
        if not hasattr(self, "dossier"):
            return
        account, head = ledger.account(self.dossier), kept.head(self.dossier)
        at: dict[str, int] = {k.removeprefix(f"{AGENCY}:"): v for k, v in balances(account.journals).items()}
        assert sum(at.values()) == 0
        came = sum(amount for name, amount in at.items() if name.startswith(("clearing", "drawer")))
        assert came == sum(p.amount for p in account.payments) == sum(self.taken.values())
        assert -at.get("due", 0) in {0, FEE}
        owed = sum(r.amount for r in account.refunds)
        assert -at.get("refunds", 0) == owed == (head.refund or {}).get("open", 0)
        assert all(fee.paid for fee in head.fees) == any(p.use == "paid" for p in account.payments)

    @invariant()
    def every_transaction_is_one_payment(self) -> None:
        if not hasattr(self, "dossier"):
            return
        payments_ = ledger.account(self.dossier).payments
        assert len({(p.via, p.transaction) for p in payments_}) == len(payments_)


@with_examples(25)
def test_the_books_balance_whatever_happens(examples: int) -> None:
    options: dict[str, Any] = {"max_examples": examples, "stateful_step_count": 14, "deadline": None}
    run_state_machine_as_test(
        Money, settings=settings(**options, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
    )

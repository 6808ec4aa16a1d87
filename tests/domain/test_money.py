"""Money: integer đồng, written twice, summing to zero after every step."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import money
from chalicelib.domain.money import HELD, PAID, SURPLUS, Journal, Means, Payment, Posting, balances

AT = datetime(2026, 11, 25, 2, tzinfo=UTC)
AGENCY = "H34.05"
VIAS = [*(m.value for m in Means), "vnpay", "vietqr"]


def payment(amount: int, via: str = "cash", use: str = PAID, number: int = 1) -> Payment:
    return Payment(
        id=f"p-{number}",
        dossier="d-1",
        agency=AGENCY,
        amount=amount,
        via=via,
        transaction=f"t-{number}",
        use=use,
        at=AT,
        book=money.place_of(via, "an-officer"),
        source="cashier",
    )


@pytest.mark.clause("A10")
@pytest.mark.parametrize(
    ("via", "account"),
    [
        ("cash", "drawer:an-officer"),
        ("card", "terminal"),
        ("transfer", "bank"),
        ("vietqr", "bank"),
        ("post", "post"),
        ("vnpay", "clearing:vnpay"),
    ],
)
def test_a_fee_lies_where_it_came_in_and_is_the_agencys(via: str, account: str) -> None:
    taken = balances([money.received(payment(8000, via))])
    assert taken == {f"{AGENCY}:{account}": 8000, f"{AGENCY}:due": -8000}


def test_every_account_that_is_posted_to_is_in_the_list() -> None:
    paid, gone = payment(8000, "vnpay", PAID), money.refund_paid("r", AGENCY, "d", 1, "bank", AT)
    moved = balances([money.received(paid, released=1), money.excess(paid, 1), gone])
    names = [account.removeprefix(f"{AGENCY}:") for account in moved] + [money.place_of(via, "x") for via in VIAS]
    assert {name.split(":")[0] for name in names} <= set(money.ACCOUNTS)


def test_cash_lies_in_somebodys_drawer() -> None:
    with pytest.raises(ValueError, match="drawer"):
        money.place_of("cash")


@pytest.mark.clause("A13")
def test_what_is_not_enough_is_held_and_pays_with_the_rest() -> None:
    first, second = payment(5000, "vietqr", HELD), payment(3000, "vietqr", PAID, 2)
    assert balances([money.received(first)]) == {f"{AGENCY}:bank": 5000, f"{AGENCY}:held": -5000}
    both = balances([money.received(first), money.received(second, released=5000)])
    assert both == {f"{AGENCY}:bank": 8000, f"{AGENCY}:held": 0, f"{AGENCY}:due": -8000}


@pytest.mark.clause("A15")
def test_what_goes_back_leaves_from_where_it_lay() -> None:
    paid = payment(8000, "vnpay")
    opened = money.refund_opened("r-1", AGENCY, "d-1", 8000, "due", AT)
    gone = money.refund_paid("r-1", AGENCY, "d-1", 8000, "clearing:vnpay", AT)
    owed = balances([money.received(paid), opened])
    assert owed == {f"{AGENCY}:clearing:vnpay": 8000, f"{AGENCY}:due": 0, f"{AGENCY}:refunds": -8000}
    assert set(balances([money.received(paid), opened, gone]).values()) == {0}


@pytest.mark.parametrize(
    "postings",
    [(), (Posting("a", 1),), (Posting("a", 1), Posting("b", -2)), (Posting("a", 0), Posting("b", 0))],
    ids=["none", "one", "unbalanced", "nought"],
)
def test_a_journal_that_does_not_balance_cannot_be_made(postings: tuple[Posting, ...]) -> None:
    with pytest.raises(ValueError, match="postings"):
        Journal("j", AGENCY, "d-1", "correction", AT, postings)


@given(
    st.lists(
        st.tuples(st.sampled_from(VIAS), st.integers(1, 10**12), st.sampled_from([PAID, HELD, SURPLUS])), max_size=20
    )
)
def test_all_accounts_together_are_nought_after_every_step(steps: list[tuple[str, int, str]]) -> None:
    journals: list[Journal] = []
    for number, (via, amount, use) in enumerate(steps):
        arrived = payment(amount, via, use, number)
        journals.append(money.received(arrived))
        if use == PAID and amount > 1:
            journals.append(money.excess(arrived, amount // 2))
        assert sum(balances(journals).values()) == 0

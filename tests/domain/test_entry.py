"""Entries of other sides: one table decides, every step keeps the books even, what gives money up needs two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import entry as rules
from chalicelib.domain.entry import ENTRIES, By, Entry, EntryEvent, EntryState, Kind
from chalicelib.domain.money import Journal, Payment, balances, received
from chalicelib.domain.payment import Evidence, Outcome, Source
from chalicelib.domain.refund import Payee
from chalicelib.errors import Conflict

pytestmark = pytest.mark.clause("C6")
AT = datetime(2026, 11, 25, 2, tzinfo=UTC)
AGENCY = "H34.05"
ONE, OTHER = By("one", "Một", "2026-11-25T02:00:00Z", "Lý do"), By("other", "Hai", "2026-11-25T03:00:00Z")
PAYEE = Payee("970436", "0123456789", "NGUYEN THI THU")
THRESHOLD = 1_000_000
S, E = EntryState, EntryEvent


def evidence(amount: int | None = 200_000, via: str = "vietqr", **more: object) -> Evidence:
    said: dict[str, object] = {"transaction": "FT1", "currency": "VND", **more}
    return Evidence(via, Source.NOTICE, "", Outcome.PAID, amount, **said)  # type: ignore[arg-type]


def stray(amount: int | None = 200_000, via: str = "vietqr", **more: object) -> Entry:
    return rules.stray(evidence(amount, via, **more), "unknown_order", AGENCY, AT)


def payment(amount: int = 200_000, via: str = "vnpay") -> Payment:
    book = "drawer:x" if via == "cash" else "bank" if via == "transfer" else f"clearing:{via}"
    return Payment("p-1", "d-1", AGENCY, amount, via, "T1", "paid", AT, book, "callback", "MC22222222222X")


def test_the_table_is_complete() -> None:
    assert set(ENTRIES) == set(product(EntryState, EntryEvent))
    reached = {after for after in ENTRIES.values() if after is not None}
    assert reached == set(EntryState)


def test_what_a_file_shows_is_never_refused() -> None:
    for state, event in product(EntryState, (E.FOUND, E.FOUND_OTHERWISE)):
        assert ENTRIES[state, event] is not None


def test_what_is_over_stays_over() -> None:
    """Nothing but a file's word or, for decisions of people, reopening leads on from these."""
    for state in (S.MATCHED, S.RETURNED):
        assert {ENTRIES[state, event] for event in EntryEvent} <= {state, None}
    for state in (S.ADJUSTED, S.WRITTEN_OFF, S.DISMISSED, S.COVERED):
        moving = {event for event in EntryEvent if ENTRIES[state, event] not in {state, None}}
        assert moving <= {E.REOPEN, E.FOUND, E.FOUND_OTHERWISE}


def test_cash_waits_for_no_file() -> None:
    assert rules.of_payment(payment(via="cash")).state is S.MATCHED
    assert rules.of_payment(payment(via="vnpay")).state is S.BOOKED


def test_a_transfer_has_one_number_whoever_tells_of_it() -> None:
    counter, notice = rules.of_payment(payment(via="transfer")), stray(transaction="T1")
    assert counter.key == notice.key == ("vietqr", "T1")


@pytest.mark.parametrize(
    ("said", "booked"),
    [
        ({}, True),
        ({"currency": None}, True),
        ({"currency": "USD"}, False),
        ({"amount": None}, False),
    ],
)
def test_a_stray_is_in_the_books_only_when_it_is_money_of_ours(said: dict[str, object], booked: bool) -> None:
    entry = stray(**said)  # type: ignore[arg-type]
    assert entry.booked is booked
    moved = rules.arrived(entry, AT)
    found = balances([moved]) if moved else {}
    assert found == ({f"{AGENCY}:bank": 200_000, f"{AGENCY}:strays": -200_000} if booked else {})
    if not booked:
        for event in (E.ATTACH, E.OWE, E.COVER):
            assert not rules.allows(entry, event)
        assert rules.allows(entry, E.DISMISS)


def test_the_books_know_nothing_of_another_merchants_money() -> None:
    assert not rules.stray(evidence(via="vnpay"), "wrong_merchant", AGENCY, AT, ours=False).booked


def test_attached_it_lies_where_a_payment_lies() -> None:
    before = stray()
    made = rules.of_payment(replace(payment(via="vietqr"), transaction="FT1", book="bank"))
    after = rules.attached(before, made)
    assert (after.state, after.document, after.dossier, after.version) == (S.BOOKED, "p-1", "d-1", 1)
    moved = [rules.arrived(before, AT), rules.journal(before, E.ATTACH, after, AT)]
    taken = received(replace(payment(via="vietqr"), book="bank"))
    assert total([*moved, taken]) == {"bank": 200_000, "due": -200_000}
    assert rules.attached(replace(before, file="f"), made).state is S.MATCHED


def total(journals: list[Journal | None]) -> dict[str, int]:
    found = balances(journal for journal in journals if journal is not None)
    assert sum(found.values()) == 0
    return {account.removeprefix(f"{AGENCY}:"): amount for account, amount in found.items() if amount}


def test_sending_back() -> None:
    before = stray()
    wish = rules.propose(before, E.OWE, ONE, PAYEE)
    owed = rules.approve(wish, ONE, THRESHOLD)  # small enough for one person
    assert (owed.state, owed.payee, owed.proposal) == (S.OWED, PAYEE, None)
    moved = [rules.arrived(before, AT), rules.journal(wish, E.OWE, owed, AT)]
    assert total(moved) == {"bank": 200_000, "refunds": -200_000}
    returned = rules.step(owed, E.PAY_OUT, proof="FT2")
    assert total([*moved, rules.journal(owed, E.PAY_OUT, returned, AT)]) == {}


def test_more_than_the_threshold_needs_two() -> None:
    wish = rules.propose(stray(THRESHOLD + 1), E.OWE, ONE, PAYEE)
    with pytest.raises(Conflict, match="SecondPerson"):
        rules.approve(wish, ONE, THRESHOLD)
    assert rules.approve(wish, OTHER, THRESHOLD).state is S.OWED


def test_giving_up_always_needs_two() -> None:
    for entry in (stray(1), rules.of_payment(payment(1))):
        wish = rules.propose(entry, E.DISMISS, ONE)
        with pytest.raises(Conflict, match="SecondPerson"):
            rules.approve(wish, ONE, THRESHOLD)
        assert rules.approve(wish, OTHER, THRESHOLD).unmatched == 0


def test_one_proposal_at_a_time_and_none_without_one() -> None:
    wish = rules.propose(stray(), E.DISMISS, ONE)
    with pytest.raises(Conflict, match="ProposalWaits"):
        rules.propose(wish, E.OWE, OTHER, PAYEE)
    dropped = rules.decline(wish)
    assert (dropped.proposal, dropped.state, dropped.version) == (None, S.STRAY, 2)
    for act in (rules.decline, lambda entry: rules.approve(entry, OTHER, THRESHOLD)):
        with pytest.raises(Conflict, match="NothingProposed"):
            act(dropped)


@pytest.mark.parametrize(
    ("entry", "event", "left"),
    [
        (rules.of_payment(payment(200_000)), E.DISMISS, {"differences": 200_000, "due": -200_000}),
        (stray(), E.DISMISS, {}),
        (stray(), E.COVER, {}),
    ],
    ids=["what the other side never had", "not ours", "booked elsewhere"],
)
def test_what_is_given_up_and_taken_back(entry: Entry, event: EntryEvent, left: dict[str, int]) -> None:
    first = received(payment(200_000)) if entry.state is S.BOOKED else rules.arrived(entry, AT)
    start = total([first])
    after = rules.step(entry, event)
    moved = [first, rules.journal(entry, event, after, AT)]
    assert total(moved) == left
    again = rules.step(after, E.REOPEN)
    assert total([*moved, rules.journal(after, E.REOPEN, again, AT)]) == start
    assert again.state is entry.state


def test_a_difference_is_booked_as_one() -> None:
    entry = rules.of_payment(payment(200_000))
    differs = rules.step(entry, E.FOUND_OTHERWISE, file="f", row=2, found=150_000)
    assert (differs.unmatched, rules.journal(entry, E.FOUND_OTHERWISE, differs, AT)) == (50_000, None)
    adjusted = rules.step(differs, E.DISMISS)
    moved = [received(payment(200_000)), rules.journal(differs, E.DISMISS, adjusted, AT)]
    assert total(moved) == {"clearing:vnpay": 150_000, "differences": 50_000, "due": -200_000}


def test_a_refund_that_nobody_knows_is_not_sent_back() -> None:
    refund = replace(stray(via="vnpay"), kind=Kind.REFUND)
    assert total([rules.arrived(refund, AT)]) == {"clearing:vnpay": -200_000, "strays": 200_000}
    for event in (E.OWE, E.COVER):
        with pytest.raises(Conflict, match="EntryStep"):
            rules.step(refund, event)


EVENTS = st.lists(st.tuples(st.sampled_from(list(EntryEvent)), st.integers(1, 500_000)), max_size=12)


@given(st.sampled_from([stray(), stray(currency="USD"), replace(stray(via="momo"), kind=Kind.REFUND)]), EVENTS)
def test_whatever_happens_to_a_stray_the_books_stay_even(entry: Entry, events: list[tuple[EntryEvent, int]]) -> None:
    """And while it is one, all of it, and nothing else, is on the account of strays."""
    journals = [rules.arrived(entry, AT)]
    for event, amount in events:
        if not rules.allows(entry, event):
            continue
        if event in {E.FOUND, E.FOUND_OTHERWISE}:
            if entry.file is not None:
                continue
            event = E.FOUND if amount == entry.amount else E.FOUND_OTHERWISE
            after = rules.step(entry, event, file="f", row=2, found=amount)
            if entry.state in {S.STRAY, S.DISMISSED}:
                after = replace(after, amount=amount, booked=True)
        elif event is E.ATTACH:
            after = replace(rules.step(entry, event), document="p-1")
            journals.append(rules.journal(entry, event, after, AT))
            break
        else:
            after = rules.step(entry, event)
        journals.append(rules.journal(entry, event, after, AT))
        entry = after
        found = total(journals)
        signed = entry.amount if entry.kind is Kind.PAYMENT else -entry.amount
        on_strays = signed if entry.state is S.STRAY and entry.booked else 0
        assert found.get("strays", 0) == -on_strays
        assert entry.booked or found == {}
    assert total(journals).get("strays", 0) == 0 or entry.state is S.STRAY
    names = [journal.id for journal in journals[1:] if journal]
    assert len(names) == len(set(names))

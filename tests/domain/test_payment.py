"""Attempts: the table of what evidence means, written by hand a second time; contradictions; our reference."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payment import (
    ATTEMPTS,
    EXPIRY,
    Attempt,
    AttemptState,
    Evidence,
    Mismatch,
    Outcome,
    Source,
    find_reference,
    is_reference,
    is_second_payment,
    learn,
    mismatch,
    reference_of,
)

pytestmark = pytest.mark.clause("B6")
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
ATTEMPT = Attempt(
    reference=reference_of("d-1", "a-1"),
    id="a-1",
    dossier="d-1",
    owner="owner",
    agency="H34.05",
    gateway="vnpay",
    merchant="M1",
    amount=200_000,
    moment="filing",
    state=AttemptState.OPEN,
    created_at=NOW,
    expires_at=NOW + timedelta(minutes=20),
    ask_at=NOW + timedelta(minutes=5),
)
PAID = Evidence("vnpay", Source.CALLBACK, ATTEMPT.reference, Outcome.PAID, 200_000, "M1", "VND", "T-1", "00")

# state: what it becomes by paid, failed, pending, suspect, unknown, expiry. Never derived from ATTEMPTS.
TABLE = """
open    paid failed open    suspect open    expired
paid    paid paid   paid    paid    paid    paid
failed  paid failed failed  suspect failed  failed
expired paid failed expired suspect expired expired
suspect paid failed suspect suspect suspect suspect
"""
EVENTS = ["paid", "failed", "pending", "suspect", "unknown", EXPIRY]
CELLS = [
    (line.split()[0], event, after)
    for line in TABLE.strip().splitlines()
    for event, after in zip(EVENTS, line.split()[1:], strict=True)
]


def test_the_table_is_complete() -> None:
    assert set(ATTEMPTS) == {(s, e) for s in AttemptState for e in (*Outcome, EXPIRY)}
    assert len(CELLS) == len(ATTEMPTS)


@pytest.mark.parametrize(("state", "event", "after"), CELLS)
def test_what_each_word_means_in_each_state(state: str, event: str, after: str) -> None:
    moved = learn(replace(ATTEMPT, state=AttemptState(state)), event)
    assert moved.state == after
    assert moved.version == ATTEMPT.version + 1
    assert (moved.ask_at is None) == (after in {"paid", "failed", "expired"})


def test_in_every_order_of_all_words_money_wins() -> None:
    for words in itertools.permutations(EVENTS):
        attempt = ATTEMPT
        for word in (*words, *reversed(words)):
            before = attempt
            attempt = learn(attempt, word, transaction="T-1" if word == "paid" else None)
            assert before.state is not AttemptState.PAID or attempt.state is AttemptState.PAID, words
        assert (attempt.state, attempt.transaction) == (AttemptState.PAID, "T-1")


def test_a_second_payment_leaves_the_first_ones_number() -> None:
    paid = learn(ATTEMPT, Outcome.PAID, transaction="T-1", code="00")
    assert not is_second_payment(paid, PAID) and is_second_payment(paid, replace(PAID, transaction="T-2"))
    assert not is_second_payment(ATTEMPT, PAID)
    assert learn(paid, Outcome.PAID, transaction="T-2").transaction == "T-1"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, None),
        ({"merchant": "M2", "amount": 1, "currency": "USD"}, Mismatch.MERCHANT),
        ({"amount": 20_000_000, "currency": "USD"}, Mismatch.AMOUNT),
        ({"amount": 199_999}, Mismatch.AMOUNT),
        ({"currency": "USD"}, Mismatch.CURRENCY),
        ({"transaction": None}, Mismatch.NO_TRANSACTION),
        ({"transaction": ""}, Mismatch.NO_TRANSACTION),
        ({"transaction": None, "outcome": Outcome.FAILED}, None),
        ({"merchant": None, "amount": None, "currency": None}, None),
    ],
)
def test_contradictions_are_found_in_this_order(changes: dict[str, object], wrong: Mismatch | None) -> None:
    assert mismatch(ATTEMPT, replace(PAID, **changes)) is wrong  # type: ignore[arg-type]


IDS = st.text("abcdef0123456789-", min_size=16, max_size=40)


@given(IDS, IDS)
def test_the_same_attempt_has_one_reference(dossier: str, attempt: str) -> None:
    reference = reference_of(dossier, attempt)
    assert reference == reference_of(dossier, attempt) and is_reference(reference)
    assert len(reference) == 14 and not set(reference[2:]) & set("01ILO")


@given(IDS, IDS, st.integers(2, 13), st.sampled_from("23456789ABCDEFGHJKMNPQRSTUVWXYZ"))
def test_one_wrong_letter_is_noticed(dossier: str, attempt: str, at: int, letter: str) -> None:
    reference = reference_of(dossier, attempt)
    typed = reference[:at] + letter + reference[at + 1 :]
    assert is_reference(typed) == (typed == reference)


@given(IDS, IDS, st.integers(2, 11))
def test_neighbours_swapped_are_noticed(dossier: str, attempt: str, at: int) -> None:
    reference = reference_of(dossier, attempt)
    typed = reference[:at] + reference[at + 1] + reference[at] + reference[at + 2 :]
    assert is_reference(typed) == (typed == reference)


@given(IDS, IDS, st.sampled_from(["{}", "nop phi {} cho con", "{}-CK", "ND:{}.FT123", "Thanh toán {}"]))
def test_a_reference_is_found_in_what_a_bank_writes_around_it(dossier: str, attempt: str, text: str) -> None:
    reference = reference_of(dossier, attempt)
    assert find_reference(text.format(reference)) == reference
    assert find_reference(text.format(reference.lower())) == reference
    assert find_reference(text.format(f"{reference[:6]} {reference[6:10]} {reference[10:]}")) == reference


def test_two_references_or_none_find_nothing() -> None:
    one, two = reference_of("d-1", "a-1"), reference_of("d-1", "a-2")
    assert find_reference(f"{one} {two}") is None
    assert find_reference(f"{one} va {one}") == one
    assert find_reference("nop phi") is None and find_reference("") is None

"""Remote signing: the table of what events mean, written by hand a second time; what is kept; what is never lost."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain import remote_signing as rules
from chalicelib.domain.remote_signing import (
    OPEN,
    SIGNINGS,
    WORK,
    Prepared,
    Signing,
    SigningEvent,
    SigningState,
    Why,
    opened,
    step,
)
from chalicelib.errors import Conflict

pytestmark = pytest.mark.clause("A11")
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
SIGNING = opened(
    id="s-1", dossier="d-1", owner="an", provider="vnpt", identity="062190000123", issued="ab" * 32, revision=3, now=NOW
)
PREPARED = Prepared("drafts/d-1.pdf", "v1", "cd" * 32, 40_000, 100, 20_000, "MQA=", ("AAA=", "BBB="), "key-1")

# state: what it becomes by each event, "-" where it cannot be. Never derived from SIGNINGS.
EVENTS = "prepared taken pending signed expired failed time_up embedded cancel".split()
TABLE = """
preparing asking    preparing preparing preparing preparing failed    expired   preparing cancelled
asking    asking    waiting   asking    signed    expired   failed    expired   asking    cancelled
waiting   waiting   waiting   waiting   signed    expired   failed    expired   waiting   cancelled
signed    signed    signed    signed    signed    signed    failed    signed    done      -
done      done      done      done      done      done      done      done      done      -
expired   expired   expired   expired   signed    expired   expired   expired   expired   cancelled
failed    failed    failed    failed    failed    failed    failed    failed    failed    failed
cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled
"""
CELLS = [
    (line.split()[0], event, after)
    for line in TABLE.strip().splitlines()
    for event, after in zip(EVENTS, line.split()[1:], strict=True)
]


def test_the_table_is_complete() -> None:
    assert set(SIGNINGS) == set(itertools.product(SigningState, SigningEvent))
    assert len(CELLS) == len(SIGNINGS)


@pytest.mark.parametrize(("state", "event", "after"), CELLS)
def test_what_each_event_means_in_each_state(state: str, event: str, after: str) -> None:
    before = replace(SIGNING, state=SigningState(state), version=5)
    if after == "-":
        with pytest.raises(Conflict) as caught:
            step(before, SigningEvent(event), NOW)
        assert caught.value.code == "SigningDone"
        return
    moved = step(before, SigningEvent(event), NOW, code="what was said")
    if after == state:
        assert moved is before  # nothing is written, and nothing that was kept is overwritten
        return
    assert (moved.state, moved.version, moved.code) == (after, 6, "what was said")
    assert (moved.look_at is not None) == (moved.state in OPEN)


def test_after_a_signature_nothing_but_a_failure_keeps_it_from_the_file() -> None:
    harmless = [e for e in SigningEvent if e not in {SigningEvent.FAILED, SigningEvent.CANCEL}]
    for words in itertools.permutations([e for e in harmless if e is not SigningEvent.EMBEDDED], 6):
        waiting = replace(SIGNING, state=SigningState.WAITING)
        for event in words:
            waiting = step(waiting, event, NOW)
        assert waiting.state is SigningState.SIGNED, words


def test_whatever_is_open_is_looked_after_and_ends() -> None:
    for state in OPEN:
        ends = {SIGNINGS[state, event] for event in SigningEvent} - OPEN - {None}
        assert ends, state
    assert WORK < OPEN


def test_the_window_is_the_providers_within_bounds() -> None:
    asking = replace(SIGNING, state=SigningState.ASKING)
    for seconds, minutes in ((300, 7), (None, 7), (0, 7), (-5, 7), (86_400, 32)):
        waiting = rules.taken(asking, "T-1", seconds, NOW)
        assert waiting.expires_at == NOW + timedelta(minutes=minutes)
        assert (waiting.state, waiting.transaction) == (SigningState.WAITING, "T-1")


def test_what_is_kept_is_what_was() -> None:
    whole = replace(SIGNING, prepared=PREPARED, transaction="T", signature="AAA=", paper="p", why=Why.REFUSED, code="x")
    for one in (SIGNING, whole, replace(whole, look_at=None)):
        assert Signing.from_json(one.to_json()) == one


def test_reference_and_code_follow_from_request_and_hash() -> None:
    again = opened(
        **{name: getattr(SIGNING, name) for name in ("id", "dossier", "owner", "provider", "identity")},
        issued=SIGNING.issued,
        revision=3,
        now=NOW + timedelta(hours=1),
    )
    assert again.reference == SIGNING.reference != replace(SIGNING, id="s-2").reference
    assert len(SIGNING.reference) == 32 and SIGNING.reference.isalnum()
    assert SIGNING.check_code == ""
    digest = PREPARED.digest.upper()
    assert replace(SIGNING, prepared=PREPARED).check_code == f"{digest[:4]}-{digest[4:8]}"

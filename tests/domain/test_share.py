"""Links to a status: how many, how long, made once, taken back for good."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.share import DAYS, MOST, MOST_KEPT, Shares, id_of
from chalicelib.errors import Conflict, TooMany

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SECRET = "0123456789abcdef" * 2


def named(number: int) -> str:
    return f"{number:064x}"


def many(count: int, days: int = 7) -> Shares:
    shares = Shares()
    for number in range(count):
        shares = shares.with_new(named(number), days, "", NOW)
    return shares


def test_the_id_is_the_hash_of_the_secret_as_it_may_be_typed() -> None:
    hashed = hashlib.sha256(SECRET.encode()).hexdigest()
    assert id_of(SECRET) == id_of(f" {SECRET.upper()}\n") == hashed


@pytest.mark.parametrize(
    "text", ["", "0" * 31, "0" * 33, "g" * 32, "٠" * 32, "0" * 16 + " " + "0" * 15, hashlib.sha256().hexdigest()]
)
def test_what_is_no_secret_has_no_id(text: str) -> None:
    assert id_of(text) is None
    assert many(1).opened_by(text, NOW) is None


@pytest.mark.parametrize("days", DAYS)
def test_a_link_opens_until_the_moment_it_expires(days: int) -> None:
    made = Shares().with_new(id_of(SECRET) or "", days, "anh Hai", NOW)
    end = NOW + timedelta(days=days)
    last = made.opened_by(SECRET, end - timedelta(microseconds=1))
    assert last is not None and (last.label, last.expires_at) == ("anh Hai", end)
    assert made.opened_by(SECRET, end) is None
    assert made.live(end) == ()


def test_the_same_link_made_again_is_the_same() -> None:
    made = many(2)
    later = NOW + timedelta(hours=3)
    assert made.with_new(named(1), 7, "", later) is made, "it does not live longer for it"
    for days, label in ((1, ""), (7, "anh Hai")):
        with pytest.raises(Conflict, match="KeyReused"):
            made.with_new(named(1), days, label, later)


def test_a_revoked_link_stays_revoked() -> None:
    made = many(2)
    revoked = made.without(named(1), NOW)
    assert [share.id for share in revoked.live(NOW)] == [named(0)]
    assert revoked.without(named(1), NOW) is revoked
    with pytest.raises(Conflict, match="ShareRevoked"):
        revoked.with_new(named(1), 7, "", NOW + timedelta(days=6))


def test_what_never_was_need_not_be_revoked() -> None:
    made = many(1)
    assert made.without(named(5), NOW) is made
    assert made.without("not an id", NOW) is made
    assert made.without(named(0), NOW + timedelta(days=7)) is made


def test_there_are_ten_live_links_at_most() -> None:
    full = many(MOST)
    with pytest.raises(Conflict, match="TooManyShares") as refused:
        full.with_new(named(99), 1, "", NOW)
    assert refused.value.params == {"most": 10}
    assert full.with_new(named(3), 7, "", NOW) is full, "one of them is none more"
    assert len(full.without(named(3), NOW).with_new(named(99), 1, "", NOW).live(NOW)) == MOST
    assert len(full.with_new(named(99), 1, "", NOW + timedelta(days=7)).kept) == 1, "the expired are forgotten"


def test_making_and_revoking_has_an_end() -> None:
    shares = Shares()
    for number in range(MOST_KEPT):
        shares = shares.with_new(named(number), 1, "", NOW).without(named(number), NOW)
    with pytest.raises(TooMany, match="TooManySharesMade"):
        shares.with_new(named(99), 1, "", NOW)
    assert shares.with_new(named(99), 1, "", NOW + timedelta(days=1)).live(NOW + timedelta(days=1))


def test_every_change_is_one_version_more() -> None:
    made = many(2)
    assert (made.version, made.without(named(0), NOW).version) == (2, 3)

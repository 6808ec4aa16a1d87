"""Refunds: the table of states and events by hand, four eyes, the original channel first, a request known again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.banks import BANKS
from chalicelib.domain.refund import (
    CASH,
    CHANNELS,
    NO_WAY_BACK,
    ORIGINAL,
    REFUNDS,
    TRANSFER,
    Payee,
    Refund,
    RefundEvent,
    RefundState,
    Rule,
    Step,
    approve,
    needs_second_person,
    prepare,
    step,
    was_done,
)
from chalicelib.errors import Conflict, Invalid
from chalicelib.gateways.payments import momo, national, vietqr, vnpay, zalopay

pytestmark = pytest.mark.clause("A15")
AT = datetime(2026, 11, 25, 2, tzinfo=UTC)
THRESHOLD = 1_000_000
PAYEE = Payee("970436", "0123456789", "NGUYEN THI THU")
REFUND = Refund("0004-1", "d-1", "H34.05", "p-1", "momo", 200_000, Rule.WITHDRAWN, AT, AT)
WAYLESS = replace(REFUND, via="cash", refused_channel=True)

BY_HAND = """
                open      prepared  approved  sent      done
name_account    open      open      -         -         -
prepare         prepared  prepared  -         -         -
approve         -         approved  approved  -         -
return          -         open      open      -         -
send            -         -         sent      sent      done
pay_out         -         -         done      -         -
confirmed       -         -         -         done      done
waiting         -         -         -         sent      done
turned_down     -         -         -         open      done
"""


def by_hand() -> dict[tuple[str, str], str | None]:
    head, *lines = [line.split() for line in BY_HAND.strip().splitlines()]
    return {
        (state, event): None if after == "-" else after
        for event, *afters in lines
        for state, after in zip(head, afters, strict=True)
    }


def by(who: str = "an-officer", key: str = "", note: str = "") -> Step:
    return Step(who, f"Cán bộ {who}", "2026-11-25T02:00:00.000Z", key, note)


def test_the_table_is_what_was_written_by_hand() -> None:
    found = {(s.value, e.value): after.value if after else None for (s, e), after in REFUNDS.items()}
    assert found == by_hand()
    assert len(found) == len(RefundState) * len(RefundEvent)


@pytest.mark.parametrize(("state", "event"), sorted(by_hand()))
def test_a_step_follows_the_table_and_leaves_a_line_or_is_refused(state: str, event: str) -> None:
    before = replace(REFUND, state=RefundState(state))
    after = by_hand()[state, event]
    if after is None:
        with pytest.raises(Conflict) as refused:
            step(before, RefundEvent(event), by())
        assert refused.value.code == "RefundStep"
        return
    moved = step(before, RefundEvent(event), by(key="k" * 16, note="vì sao"))
    assert moved.state.value == after and moved.version == before.version
    assert moved.log[-1] == {
        "at": "2026-11-25T02:00:00.000Z",
        "by": "an-officer",
        "name": "Cán bộ an-officer",
        "event": event,
        "state": after,
        "key": "k" * 16,
        "note": "vì sao",
    }


@given(st.lists(st.sampled_from(list(RefundEvent)), max_size=30))
def test_whatever_happens_it_ends_once_and_stays_ended(events: list[RefundEvent]) -> None:
    refund, ended = REFUND, False
    for event in events:
        try:
            after = step(refund, event, by())
        except Conflict:
            continue
        assert not (ended and after.state is not RefundState.DONE)
        assert list(after.log[:-1]) == list(refund.log)
        if after.state is RefundState.DONE and not ended:
            # Only a person with proof, or the gateway of one that was sent.
            assert (event, refund.state) in {
                (RefundEvent.PAY_OUT, RefundState.APPROVED),
                (RefundEvent.CONFIRMED, RefundState.SENT),
            }
            assert any(line["event"] == "approve" for line in after.log)
        ended = after.state is RefundState.DONE
        refund = after


@pytest.mark.parametrize(
    ("refund", "channel", "payee", "reason", "missing"),
    [
        (REFUND, ORIGINAL, None, "", None),
        (REFUND, TRANSFER, PAYEE, "", {"reason"}),
        (REFUND, TRANSFER, None, "", {"reason", "payee"}),
        (REFUND, TRANSFER, None, "Ví đã đóng.", {"payee"}),
        (REFUND, TRANSFER, PAYEE, "Ví đã đóng.", None),
        (REFUND, CASH, None, "", {"reason"}),
        (REFUND, CASH, None, "Ví đã đóng.", None),
        (replace(REFUND, reason="Ví đã đóng.", payee=PAYEE), TRANSFER, None, "", None),
        (WAYLESS, CASH, None, "", None),
        (WAYLESS, TRANSFER, PAYEE, "", None),
        (WAYLESS, TRANSFER, None, "", {"payee"}),
    ],
)
def test_the_original_channel_comes_first(
    refund: Refund, channel: str, payee: Payee | None, reason: str, missing: set[str] | None
) -> None:
    if missing is not None:
        with pytest.raises(Invalid) as refused:
            prepare(refund, by(), channel, payee, reason)
        assert {field.field for field in refused.value.fields} == missing
        return
    prepared = prepare(refund, by(), channel, payee, reason)
    assert (prepared.state, prepared.channel, prepared.prepared_by) == (RefundState.PREPARED, channel, "an-officer")
    if channel == TRANSFER:
        assert prepared.payee == PAYEE
    assert prepared.reason == (reason or refund.reason)


def test_a_channel_that_refused_is_not_tried_again() -> None:
    with pytest.raises(Conflict) as refused:
        prepare(replace(REFUND, refused_channel=True), by(), ORIGINAL)
    assert refused.value.code == "ChannelRefused"


@pytest.mark.parametrize("amount", [THRESHOLD - 1, THRESHOLD, THRESHOLD + 1])
@pytest.mark.parametrize("same", [True, False])
def test_four_eyes_above_the_threshold(amount: int, same: bool) -> None:
    prepared = prepare(replace(REFUND, amount=amount), by("first"), ORIGINAL)
    second = by("first" if same else "second")
    assert needs_second_person(prepared, THRESHOLD) == (amount > THRESHOLD)
    if same and amount > THRESHOLD:
        with pytest.raises(Conflict) as refused:
            approve(prepared, second, THRESHOLD)
        assert refused.value.code == "FourEyes"
    else:
        approved = approve(prepared, second, THRESHOLD)
        assert (approved.state, approved.approved_by) == (RefundState.APPROVED, second.by)


def test_whoever_prepares_anew_is_the_first_person() -> None:
    refund = replace(REFUND, amount=THRESHOLD * 2)
    prepared = prepare(prepare(refund, by("first"), ORIGINAL), by("second"), ORIGINAL)
    with pytest.raises(Conflict):
        approve(prepared, by("second"), THRESHOLD)
    assert approve(prepared, by("first"), THRESHOLD).approved_by == "first"


def test_a_request_is_known_again_by_its_key() -> None:
    prepared = prepare(REFUND, by(key="key-of-a-request"), ORIGINAL)
    assert was_done(prepared, RefundEvent.PREPARE, by(key="key-of-a-request"))
    assert not was_done(prepared, RefundEvent.PREPARE, by(key="another-request"))
    assert not was_done(prepared, RefundEvent.PREPARE, by())
    for event, who in ((RefundEvent.APPROVE, "an-officer"), (RefundEvent.PREPARE, "somebody else")):
        with pytest.raises(Conflict) as refused:
            was_done(prepared, event, by(who, key="key-of-a-request"))
        assert refused.value.code == "KeyReused"


def test_an_account_is_needed_only_where_nothing_goes_back_by_itself() -> None:
    assert not REFUND.needs_account
    assert WAYLESS.needs_account
    assert not replace(WAYLESS, payee=PAYEE).needs_account
    assert not prepare(WAYLESS, by(), CASH).needs_account


def test_an_account_is_at_a_bank_of_the_list() -> None:
    assert Payee.of("970436", "0123456789", "NGUYEN THI THU") == PAYEE
    with pytest.raises(Invalid) as refused:
        Payee.of("123456", "0123456789", "NGUYEN THI THU", "payee.bank")
    assert [field.field for field in refused.value.fields] == ["payee.bank"]
    assert all(len(code) == 6 and code.isdigit() for code in BANKS)
    assert len(set(BANKS.values())) == len(BANKS)
    assert list(BANKS.values()) == sorted(BANKS.values(), key=str.lower)


CONNECTIONS: dict[str, Any] = {
    "momo": momo.MoMo,
    "national": national.National,
    "vietqr": vietqr.VietQR,
    "vnpay": vnpay.VNPay,
    "zalopay": zalopay.ZaloPay,
}


@pytest.mark.parametrize("name", CONNECTIONS)
def test_what_carries_nothing_back_is_known_before_any_gateway_is_asked(name: str) -> None:
    assert CONNECTIONS[name].refunds == (name not in NO_WAY_BACK)


def test_channels_are_these() -> None:
    assert CHANNELS == ("original", "transfer", "cash")

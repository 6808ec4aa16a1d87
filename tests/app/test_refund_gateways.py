"""Refunds through the gateways that brought the money, each spoken with over HTTP: whole, in part, later, refused, and
when the line breaks at the worst moment."""

from __future__ import annotations

import pytest

from tests.app.counterparts import KEPT, PARTLY, Counterparts
from tests.app.treasury import FEE
from tests.thorough import spread

pytestmark = pytest.mark.clause("A15")
GATEWAYS = ("vnpay", "momo", "zalopay")


def paid_back(there: Counterparts, way: str) -> list[int]:
    """What the gateway has paid back, or will."""
    orders = there.bank(way).orders.values()
    return [refund.amount for order in orders for refund in order.refunds if refund.fate != "refused"]


@pytest.mark.parametrize("way", spread(4, GATEWAYS))
def test_a_small_refund_goes_back_by_itself(there: Counterparts, way: str) -> None:
    there.quick(way)
    dossier = there.withdrawn(way)
    assert there.refund(dossier)["state"] == "open"
    there.relay()
    refund = there.refund(dossier)
    assert (refund["state"], refund["channel"], refund["amount"]) == ("done", "original", FEE)
    assert refund["proof"] and [line["event"] for line in refund["log"]] == ["prepare", "approve", "send", "confirmed"]
    assert paid_back(there, way) == [FEE]
    assert there.balances(dossier) == {}
    full = there.portal.citizen.get(f"/dossiers/{dossier}").body
    assert full["refund"]["open"] == 0 and full["refund"]["paid_at"]
    assert full["timeline"][-1]["detail"] == {
        "refund": refund["id"],
        "refunded": FEE,
        "via": way,
        "proof": refund["proof"],
    }


@pytest.mark.parametrize("way", spread(4, GATEWAYS))
def test_what_is_not_given_back_stays(there: Counterparts, way: str) -> None:
    there.quick(way)
    dossier = there.withdrawn(way, PARTLY)
    there.relay()
    assert (there.refund(dossier)["state"], paid_back(there, way)) == ("done", [FEE])
    assert there.balances(dossier) == {f"clearing:{way}": KEPT, "due": -KEPT}


@pytest.mark.parametrize("way", spread(4, GATEWAYS))
def test_a_gateway_that_takes_its_time_is_asked_until_it_is_done(there: Counterparts, way: str) -> None:
    there.quick(way, seconds=3 * 3600)
    dossier = there.withdrawn(way)
    there.relay()
    assert there.refund(dossier)["state"] == "sent"
    for _ in range(4):
        there.sweep(minutes=30)
    assert there.refund(dossier)["state"] == "sent"
    for _ in range(12):
        there.sweep(hours=1)
    assert there.refund(dossier)["state"] == "done"
    assert (paid_back(there, way), there.balances(dossier)) == ([FEE], {})
    assert there.refund(dossier)["log"][-1]["event"] == "confirmed"
    assert len(there.refund(dossier)["log"]) <= 5  # asking leaves no line


@pytest.mark.parametrize("way", spread(4, GATEWAYS))
def test_a_gateway_that_refuses_leaves_it_to_people_who_ask_for_an_account(there: Counterparts, way: str) -> None:
    dossier = there.paid(way)
    there.quick(way, fate="refused")
    there.withdraw(dossier)
    there.relay()
    if there.refund(dossier)["state"] == "sent":
        there.sweep(hours=1)
    refund = there.refund(dossier)
    assert (refund["state"], refund["channel"], refund["original_possible"]) == ("open", None, False)
    assert refund["needs_account"] and refund["code"]
    assert paid_back(there, way) == []
    assert there.balances(dossier) == {f"clearing:{way}": FEE, "refunds": -FEE}
    assert "cung cấp tài khoản" in there.letters()[-1]
    answer = there.act(there.accountant, dossier, "prepare", channel="original")
    assert (answer.status, answer.body["Code"]) == (409, "ChannelRefused")


@pytest.mark.parametrize("seconds", [0, 3600])
@pytest.mark.parametrize("way", spread(4, GATEWAYS))
def test_an_answer_that_is_lost_is_asked_for_and_nothing_is_sent_twice(
    there: Counterparts, way: str, seconds: float
) -> None:
    there.quick(way, seconds)
    dossier = there.withdrawn(way)
    there.line.state = "cut"
    there.relay()
    assert there.refund(dossier)["state"] == "sent"
    there.line.state = "clear"
    for _ in range(8):
        there.sweep(hours=1)
    assert there.refund(dossier)["state"] == "done"
    assert (paid_back(there, way), there.balances(dossier)) == ([FEE], {})


@pytest.mark.parametrize("way", ["momo", "zalopay"])
def test_a_request_that_never_arrived_is_sent_again_under_its_number_where_that_is_safe(
    there: Counterparts, way: str
) -> None:
    there.quick(way)
    dossier = there.withdrawn(way)
    there.line.state = "dead"
    there.relay()
    request = there.refund(dossier)
    assert (request["state"], paid_back(there, way)) == ("sent", [])
    there.sweep(minutes=10)
    there.line.state = "clear"
    there.sweep(hours=1)
    assert (there.refund(dossier)["state"], paid_back(there, way)) == ("done", [FEE])


def test_vnpay_is_never_sent_one_again_and_people_bring_its_word(
    there: Counterparts, capsys: pytest.CaptureFixture[str]
) -> None:
    there.quick("vnpay")
    dossier = there.withdrawn("vnpay")
    there.line.state = "dead"
    there.relay()
    there.line.state = "clear"
    word = {"outcome": "done", "transaction": "140001", "note": "Theo cổng quản trị của VNPay."}
    early = there.act(there.accountant, dossier, "word", **word)
    assert (early.status, early.body["Code"]) == (409, "GatewayStillAsked")
    for _ in range(10):
        there.sweep(hours=3)
    assert (there.refund(dossier)["state"], paid_back(there, "vnpay")) == ("sent", [])
    assert "RefundsUnclear" in capsys.readouterr().out
    assert there.act(there.cashier, dossier, "word", **word).status == 403
    unnamed = there.act(there.accountant, dossier, "word", **{**word, "transaction": ""})
    assert (unnamed.status, unnamed.body["Fields"][0]["Field"]) == (422, "transaction")
    told = there.act(there.accountant, dossier, "word", **{**word, "outcome": "refused"})
    assert (told.status, told.body["state"], told.body["needs_account"]) == (200, "open", True)
    assert there.balances(dossier) == {"clearing:vnpay": FEE, "refunds": -FEE}


def test_the_word_that_a_refund_was_done_ends_it(there: Counterparts) -> None:
    dossier = there.withdrawn("vnpay")
    there.line.state = "dead"
    there.relay()
    there.portal.later(hours=25)
    word = {"outcome": "done", "transaction": "140001", "note": "Theo sao kê ngày 24."}
    done = there.act(there.accountant, dossier, "word", **word)
    assert (done.status, done.body["state"], done.body["proof"]) == (200, "done", "140001")
    assert there.balances(dossier) == {}
    there.line.state = "clear"
    assert there.sweep(hours=1)["refunds"] == 0


def test_two_refunds_of_one_vnpay_order_are_not_taken_for_each_other(there: Counterparts) -> None:
    """Paid twice, then withdrawn: VNPay tells of an order's last movement only, and both are of one amount."""
    there.quick("vnpay", seconds=600)
    dossier = there.due()
    reference = there.start(dossier)["reference"]
    order = there.settle(reference, "vnpay")
    there.tell(there.again(order, transaction="99999999"))  # the same order, paid a second time
    order.transaction = "99999999"
    there.relay()
    there.withdraw(dossier)
    there.relay()
    states = sorted(r["state"] for r in there.money(dossier)["refunds"])
    assert states == ["open", "sent"]
    there.sweep(hours=1)
    assert sorted(r["state"] for r in there.money(dossier)["refunds"]) == ["done", "sent"]


def test_a_channel_that_carries_nothing_back_needs_an_account_at_once(there: Counterparts) -> None:
    dossier = there.withdrawn("national")
    there.relay()
    refund = there.refund(dossier)
    assert (refund["state"], refund["needs_account"], refund["original_possible"]) == ("open", True, False)
    assert "cung cấp tài khoản" in there.letters()[-1]


def test_a_gateway_that_the_stage_has_no_more_leaves_it_to_people(
    there: Counterparts, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = there.withdrawn("momo")
    monkeypatch.setenv("PAYMENT_GATEWAYS", "vnpay")
    there.relay()
    refund = there.refund(dossier)
    assert (refund["state"], refund["needs_account"], refund["original_possible"]) == ("open", True, False)
    assert "cung cấp tài khoản" in there.letters()[-1]
    assert there.line.refunds() == 0


@pytest.mark.slow
def test_a_gateway_that_knows_nothing_is_left_alone_until_the_next_sweep(there: Counterparts) -> None:
    dossiers = [there.withdrawn("momo") for _ in range(5)]
    there.line.state = "dead"
    there.relay()
    assert {there.refund(dossier)["state"] for dossier in dossiers} == {"sent"}
    there.line.state = "cut"  # each question is heard, and none is answered
    there.line.asked.clear()
    there.sweep(hours=1)
    assert sum(path.endswith("/query") for path in there.line.asked) == 3
    there.line.state = "clear"
    for _ in range(3):
        there.sweep(hours=1)
    assert {there.refund(dossier)["state"] for dossier in dossiers} == {"done"}

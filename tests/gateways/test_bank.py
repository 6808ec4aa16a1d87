"""What all sandboxes do alike: deeds, callbacks until one is accepted, expiry by the portal's clock, the day's file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from chalicelib.gateways.payments.contract import Message, Reply
from chalicelib.services import present
from infra.local.sandboxes import settlement
from infra.local.sandboxes.bank import Answer, Bank, Request, as_json
from infra.local.sandboxes.orders import Call, Deed, Order, Refused, State, Terms
from tests.gateways.town import Town, town, until, visit

NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # in Vietnam


class Simple(Bank):
    name = "simple"
    title = "Simple Bank"

    def serve(self, request: Request) -> Answer | None:
        return as_json({"hello": request.query.get("name")}) if request.path == "hello" else None

    def call(self, order: Order) -> Call:
        told = {"reference": order.reference, "state": order.state.value, "paid": order.paid}
        return Call("POST", order.callback_url, json.dumps(told).encode())

    def accepted(self, status: int, body: str) -> bool:
        return body == "ok"

    def back(self, order: Order) -> str:
        return f"{order.return_url}?reference={quote(order.reference)}"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    present.freeze(NOON)
    yield
    present.shift(0)
    present.freeze(None)


@pytest.fixture
def replies() -> list[str]:
    """What the merchant says to the next callbacks; "ok" when it is empty."""
    return []


@pytest.fixture
def place(replies: list[str]) -> Iterator[Town]:
    def answer(message: Message) -> Reply:
        return Reply(200, replies.pop(0) if replies else "ok")

    def make(url: str, merchant: str) -> Bank:
        return Simple(Terms(url, repeat_seconds=0.01, most_calls=4))

    with town(make, answer) as found:
        yield found


def ordered(place: Town, reference: str = "MC1", **more: object) -> Order:
    given = {
        "reference": reference,
        "merchant": "SHOP",
        "amount": 50_000,
        "info": "Nop <phi> & le phi",
        "created_at": NOON,
        "expires_at": NOON + timedelta(minutes=15),
        "return_url": "https://portal.example/back",
        "callback_url": place.merchant_url + "/told",
        **more,
    }
    return place.bank.take(Order(**given))  # type: ignore[arg-type]


def told(place: Town) -> list[dict[str, object]]:
    return [json.loads(message.body) for message in place.merchant.messages]


@pytest.mark.parametrize(
    ("deed", "state", "paid"),
    [
        (Deed.SUCCEED, State.PAID, 50_000),
        (Deed.FAIL, State.FAILED, 0),
        (Deed.WRONG_AMOUNT, State.PAID, 51_000),
        (Deed.SUSPICIOUS, State.SUSPECT, 50_000),
    ],
)
def test_what_the_payer_does_is_told_once(place: Town, deed: Deed, state: State, paid: int) -> None:
    order = ordered(place)
    place.bank.perform("MC1", deed)
    assert place.bank.settle()
    assert (order.state, order.paid, order.settled_at) == (state, paid, NOON)
    assert told(place) == [{"reference": "MC1", "state": state.value, "paid": paid}]
    assert [(call.status, call.accepted) for call in order.calls] == [(200, True)]


def test_told_again_until_it_is_accepted(place: Town, replies: list[str]) -> None:
    replies += ["no", "later"]
    order = ordered(place)
    place.bank.perform("MC1", Deed.SUCCEED)
    assert place.bank.settle() and [call.body for call in order.calls] == ["no", "later", "ok"]


def test_given_up_in_the_end(place: Town, replies: list[str]) -> None:
    replies += ["no"] * 9
    order = ordered(place)
    place.bank.perform("MC1", Deed.SUCCEED)
    assert place.bank.settle() and len(order.calls) == 4 and not any(call.accepted for call in order.calls)


def test_nobody_answers(place: Town) -> None:
    order = ordered(place, callback_url="http://127.0.0.1:1/gone")
    place.bank.perform("MC1", Deed.SUCCEED)
    assert place.bank.settle() and {call.status for call in order.calls} == {0}


def test_silence_tells_nobody_and_a_duplicate_tells_twice(place: Town) -> None:
    ordered(place), ordered(place, "MC2")
    place.bank.perform("MC1", Deed.SILENCE)
    assert place.bank.settle() and not place.merchant.messages
    place.bank.perform("MC2", Deed.DUPLICATE)
    assert place.bank.settle() and [t["reference"] for t in told(place)] == ["MC2", "MC2"]
    place.bank.perform("MC1", Deed.DUPLICATE)  # paid already: told again
    assert place.bank.settle() and len(place.merchant.messages) == 3


def test_a_delay_is_waited_for(place: Town) -> None:
    order = ordered(place)
    place.bank.perform("MC1", Deed.DELAY, seconds=0.3)
    assert order.state is State.PAID and not place.merchant.messages
    assert place.bank.settle() and len(place.merchant.messages) == 1


def test_after_expiry_only_a_late_success_is_possible_and_it_waits_for_the_clock(place: Town) -> None:
    order = ordered(place)
    place.bank.perform("MC1", Deed.LATE)
    assert order.state is State.WAITING
    present.shift(16 * 60)
    with pytest.raises(Refused, match="expired"):
        place.bank.perform("MC1", Deed.SUCCEED)
    assert order.state is State.WAITING and not place.merchant.messages
    present.shift(22 * 60)
    until(lambda: len(order.calls) == 1)
    assert order.state.value == "paid" and order.settled_at == NOON + timedelta(minutes=22)


def test_paid_once_but_a_failed_one_may_still_succeed(place: Town) -> None:
    order = ordered(place)
    place.bank.perform("MC1", Deed.FAIL)
    first = order.transaction
    place.bank.perform("MC1", Deed.SUCCEED)
    assert order.state.value == "paid" and order.transaction != first
    with pytest.raises(Refused, match="already"):
        place.bank.perform("MC1", Deed.SUCCEED)


def test_the_page_shows_the_order_and_sends_the_payer_back(place: Town) -> None:
    ordered(place)
    url = place.bank.terms.url
    status, headers, page = visit(f"{url}/pay/MC1")
    assert status == 200 and headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<html lang="vi">' in page and "50.000 ₫" in page and "Nop &lt;phi&gt; &amp; le phi" in page
    assert "<script" not in page and all(f'value="{deed.value}"' in page for deed in Deed)
    status, headers, _ = visit(f"{url}/pay/MC1", form={"do": "succeed"})
    assert (status, headers["Location"]) == (303, "https://portal.example/back?reference=MC1")
    _, _, page = visit(f"{url}/pay/MC1")
    assert 'value="duplicate"' in page and 'value="succeed"' not in page and 'name="seconds"' not in page
    assert "https://portal.example/back?reference=MC1" in page


def test_an_expired_page_offers_a_late_success_and_says_what_to_do(place: Town) -> None:
    ordered(place, language="en")
    present.shift(16 * 60)
    _, _, page = visit(f"{place.bank.terms.url}/pay/MC1")
    assert '<html lang="en">' in page and "has expired" in page
    assert 'value="late"' in page and 'value="succeed"' not in page
    _, _, page = visit(f"{place.bank.terms.url}/pay/MC1", form={"do": "late"})
    assert "move the clock" in page and "https://portal.example/back?reference=MC1" in page


def test_a_story_drives_it_without_a_browser(place: Town) -> None:
    order, url = ordered(place), f"{place.bank.terms.url}/orders/MC1"
    status, _, body = visit(url, told={"do": "wrong_amount", "amount": 5_000_000, "refunds": "refused", "wait": True})
    shown = json.loads(body)
    assert status == 200 and (shown["state"], shown["paid"]) == ("paid", 5_000_000)
    assert [(call["status"], call["ok"]) for call in shown["calls"]] == [(200, True)]
    place.bank.refund(order, "RF1", 1_000)
    shown = json.loads(visit(url)[2])
    assert shown["refunds"] == [{"request": "RF1", "amount": 1_000, "state": "pending"}]
    present.shift(61)
    assert json.loads(visit(url)[2])["refunds"][0]["state"] == "refused" and order.paid_back() == 0
    listed = json.loads(visit(place.bank.terms.url + "/?format=json")[2])
    assert [o["reference"] for o in listed["orders"]] == ["MC1"]
    assert f'href="{place.bank.terms.url}/pay/MC1"' in visit(place.bank.terms.url)[2]


@pytest.mark.parametrize(
    ("path", "told", "status"),
    [
        ("orders/NONE", {"do": "succeed"}, 404),
        ("orders/MC1", {"do": "vanish"}, 422),
        ("orders/MC1", {"do": "delay", "seconds": "x"}, 422),
        ("orders/MC1", {"do": "delay", "seconds": -1}, 422),
        ("orders/MC1", {"do": "succeed", "amount": "1"}, 422),
        ("orders/MC1", {"refunds": "maybe"}, 422),
        ("orders/MC1", [], 422),
        ("pay/NONE", None, 404),
        ("settlement", None, 422),
        ("settlement?day=2026-11-32", None, 422),
        ("nowhere", None, 404),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(place: Town, path: str, told: object, status: int) -> None:
    order = ordered(place)
    found, _, body = visit(f"{place.bank.terms.url}/{path}", told=told)
    assert found == status and json.loads(body)["Message"]
    assert order.state is State.WAITING and not place.merchant.messages


def test_a_form_of_another_origin_cannot_drive_it(place: Town) -> None:
    ordered(place)
    assert visit(f"{place.bank.terms.url}/orders/MC1", form={"do": "succeed"})[0] == 422


def test_the_gateways_own_addresses_are_its_protocol(place: Town) -> None:
    assert json.loads(visit(place.bank.terms.url + "/hello?name=x&name=")[2]) == {"hello": ["x", ""]}


def test_the_file_of_a_day_of_vietnam(place: Town) -> None:
    late, early = ordered(place, "LATE"), ordered(place, "EARLY")
    ordered(place, "NEVER"), ordered(place, "HELD"), ordered(place, "FAILED")
    for reference, deed in (("EARLY", Deed.SUCCEED), ("HELD", Deed.SUSPICIOUS), ("FAILED", Deed.FAIL)):
        place.bank.perform(reference, deed)
    place.bank.refund(early, "RF1", 20_000)
    present.shift(12 * 3600 - 1)  # 23:59:59 in Vietnam
    late.expires_at = present.now() + timedelta(minutes=1)
    place.bank.perform("LATE", Deed.SUCCEED)
    place.bank.refund(late, "RF2", 10_000)  # comes after midnight
    assert place.bank.settle()

    def rows(day: str) -> list[list[str]]:
        status, headers, body = visit(f"{place.bank.terms.url}/settlement?day={day}")
        assert status == 200 and headers["Content-Type"] == "text/csv; charset=utf-8"
        head, *lines = csv.reader(io.StringIO(body))
        assert tuple(head) == settlement.COLUMNS
        return lines

    back = early.refunds[0].transaction
    assert rows("2026-11-25") == [
        ["SHOP", "EARLY", early.transaction, "payment", "50000", "0", "VND", "2026-11-25T12:00:00+07:00", ""],
        ["SHOP", "EARLY", back, "refund", "20000", "0", "VND", "2026-11-25T12:01:00+07:00", "RF1"],
        ["SHOP", "LATE", late.transaction, "payment", "50000", "0", "VND", "2026-11-25T23:59:59+07:00", ""],
    ]
    assert rows("2026-11-26") == []  # the second refund is still under way
    present.shift(13 * 3600)
    assert [row[8] for row in rows("2026-11-26")] == ["RF2"] and rows("2026-11-24") == []

"""The counter's cash: through the cashier's drawer, counted, handed in to somebody else; every đồng is booked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.domain.money import balances
from chalicelib.services import present
from chalicelib.services.drawers import today
from chalicelib.storage import ledger
from tests.app.portal import AGENCY, ELSEWHERE, Answer, Portal, new_id

pytestmark = pytest.mark.clause("A10")
MINE = f"/desk/drawers/{AGENCY}/mine"
CASH = {"amount": 24000, "means": "cash"}


def open_with(portal: Portal, change: int = 100_000) -> dict[str, Any]:
    answer = portal.cashier.put(MINE, {"change": change})
    assert answer.status == 200, answer.body
    opened: dict[str, Any] = answer.body
    return opened


def count(portal: Portal, drawer: str, counted: int, note: str = "") -> Answer:
    return portal.cashier.put(f"/desk/drawers/{AGENCY}/{drawer}/count", {"counted": counted, "note": note})


def hand_in(portal: Portal, drawer: str) -> Answer:
    return portal.accountant.put(f"/desk/drawers/{AGENCY}/{drawer}/hand-in", {})


def day(agency: str = AGENCY) -> dict[str, int]:
    """The balances of the agency's day, of the accounts that are not even."""
    on = present.now().date()
    journals = [ledger.journal_of(row) for row in ledger.day(agency, on) if row.kind == "journal"]
    return {name.removeprefix(f"{agency}:"): amount for name, amount in balances(journals).items() if amount}


def test_a_shift_from_change_to_the_bank(portal: Portal) -> None:
    drawer = open_with(portal)
    assert open_with(portal, 5)["id"] == drawer["id"]  # it is open already, with what was in it
    first, second = portal.issued(), portal.issued()
    portal.step(portal.cashier, first, "fee", CASH)
    portal.step(portal.cashier, second, "fee", {"amount": 24000, "means": "card", "reference": "SLIP-1"})
    seen = portal.cashier.get(MINE).body["drawer"]
    assert (seen["cash"], seen["card"], seen["payments"], seen["expected"]) == (24000, 24000, 2, 124_000)
    assert day() == {"drawer:cashier": 24000, "terminal": 24000, "due": -48000}
    short = count(portal, drawer["id"], 123_000)
    assert (short.status, short.body["Code"]) == (409, "DifferenceNeedsNote") and "1.000" in short.body["Message"]
    counted = count(portal, drawer["id"], 123_000, "Thối nhầm 1.000 đồng.")
    assert (counted.body["state"], counted.body["difference"]) == ("counted", -1000)
    assert count(portal, drawer["id"], 123_000, "Thối nhầm 1.000 đồng.").body == counted.body
    assert [d["id"] for d in portal.accountant.get(f"/desk/drawers/{AGENCY}").body["items"]] == [drawer["id"]]
    assert hand_in(portal, drawer["id"]).body["state"] == "handed_in"
    assert hand_in(portal, drawer["id"]).status == 200  # the same request again
    assert day() == {"bank": 23_000, "differences": 1000, "terminal": 24000, "due": -48000}
    assert portal.accountant.get(f"/desk/drawers/{AGENCY}").body["items"] == []


def test_the_first_cash_of_a_day_opens_a_drawer_and_yesterdays_must_be_counted(portal: Portal) -> None:
    first, second = portal.issued(), portal.issued()
    portal.step(portal.cashier, first, "fee", CASH)
    drawer = portal.cashier.get(MINE).body["drawer"]
    assert (drawer["day"], drawer["change"], drawer["cash"]) == (today(present.now()), 0, 24000)
    portal.later(days=1)
    late = portal.cashier.post(f"/desk/dossiers/{second}/fee", CASH)
    assert (late.status, late.body["Code"]) == (409, "DrawerStillOpen")
    assert portal.state(second) == "result_fee_due"
    assert count(portal, drawer["id"], 24000).status == 200
    portal.step(portal.cashier, second, "fee", CASH)
    assert portal.cashier.get(MINE).body["drawer"]["day"] > drawer["day"]


def test_after_counting_the_next_payment_begins_another_shift(portal: Portal) -> None:
    drawer = open_with(portal, 0)
    count(portal, drawer["id"], 0)
    portal.step(portal.cashier, portal.issued(), "fee", CASH)
    assert portal.cashier.get(MINE).body["drawer"]["number"] == 2


def test_who_counts_does_not_confirm_and_others_see_nothing(portal: Portal) -> None:
    drawer = open_with(portal)
    assert hand_in(portal, drawer["id"]).body["Code"] == "DrawerStep"
    count(portal, drawer["id"], 100_000)
    both = portal.officer("cashier", "cashier", "accountant")
    own = both.put(f"/desk/drawers/{AGENCY}/{drawer['id']}/hand-in", {})
    assert (own.status, own.body["Code"]) == (409, "FourEyes")
    for who, status in ((portal.reception, 404), (portal.citizen, 404), (portal.elsewhere, 404), (portal.cashier, 403)):
        assert who.get(f"/desk/drawers/{AGENCY}").status == status
    assert portal.cashier.get(f"/desk/drawers/{ELSEWHERE}/mine").status == 404
    another = portal.officer("another", "cashier")
    assert another.put(f"/desk/drawers/{AGENCY}/{drawer['id']}/count", {"counted": 1, "note": ""}).status == 404


def test_two_dossiers_at_once_go_through_one_drawer(portal: Portal) -> None:
    dossiers = [portal.issued() for _ in range(3)]
    open_with(portal, 0)
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda d: portal.cashier.post(f"/desk/dossiers/{d}/fee", CASH, new_id()), dossiers))
    taken = sum(answer.status == 200 for answer in answers)
    assert taken == 3, [answer.body for answer in answers]
    assert portal.cashier.get(MINE).body["drawer"]["cash"] == 72_000
    assert day() == {"drawer:cashier": 72_000, "due": -72_000}

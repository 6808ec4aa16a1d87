"""Acts on money that was not matched: once, on what was seen, by whoever may, in the states that allow them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.app.bookkeeping import PROVINCE, Bookkeeping, moved
from tests.app.portal import AGENCY, ELSEWHERE, Portal, new_id
from tests.app.test_resolutions import PAYEE, WHY, acts, bank_stray, slip_stray
from tests.app.treasury import FEE, Treasury

pytestmark = pytest.mark.clause("C6")


@pytest.fixture
def books(portal: Portal) -> Bookkeeping:
    return Bookkeeping(Treasury(portal))


def test_the_same_request_again_is_the_same_act(books: Bookkeeping) -> None:
    stray, key = slip_stray(books), new_id()
    first = books.act(stray, "declaration", WHY, key=key)
    again = books.act(stray, "declaration", WHY, key=key)
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert len(acts(books, stray)) == 1
    other = books.act(first.body, "refusal", WHY, key=key)
    assert (other.status, other.body["Code"]) == (409, "KeyReused")
    somebody = books.act(stray, "declaration", WHY, books.second, key=key)
    assert (somebody.status, somebody.body["Code"]) == (409, "KeyReused")


def test_an_attachment_sent_again_is_told_of_its_dossier(books: Bookkeeping) -> None:
    stray, key, dossier = bank_stray(books), new_id(), books.treasury.due()
    body = {"reference": books.code(dossier), **WHY}
    first = books.act(stray, "attachment", body, books.chief, key=key)
    again = books.act(stray, "attachment", body, books.chief, key=key)
    assert (first.status, again.status, again.body["dossier"]) == (200, 200, dossier)
    assert len(books.treasury.money(dossier)["payments"]) == 1


def test_nobody_decides_on_what_somebody_has_changed_meanwhile(books: Bookkeeping) -> None:
    stray = slip_stray(books)
    wished = books.done(stray, "declaration", WHY)
    late = books.act(stray, "return", {"payee": PAYEE, **WHY}, books.second)
    assert (late.status, late.body["Code"]) == (409, "StaleWrite")
    assert books.done(wished, "approval", {"note": ""}, books.second)["state"] == "dismissed"


def test_two_at_the_same_moment_act_once(books: Bookkeeping) -> None:
    stray, dossiers = slip_stray(books), [books.treasury.due() for _ in range(3)]
    codes = [books.code(dossier) for dossier in dossiers]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda code: books.act(stray, "attachment", {"reference": code, **WHY}), codes))
    assert sorted(answer.status for answer in answers) == [200, 409, 409]
    assert books.balances() == {"post": FEE, "due": -FEE}


@pytest.mark.parametrize("act", ["attachment", "return", "approval", "refusal", "pay-out", "cover", "reopening"])
def test_what_the_state_does_not_allow_is_refused(books: Bookkeeping, act: str) -> None:
    """A payment that was matched: nothing is left to do about it."""
    dossier = books.treasury.due()
    reference = books.treasury.pay(dossier)["reference"]
    number = books.treasury.bank().order(reference).transaction
    books.settle([moved(number, reference)])
    entry = books.get("days/2026-11-23/movements")["items"][0]
    assert entry["can"] == []
    bodies: dict[str, dict[str, Any]] = {
        "attachment": {"reference": books.code(dossier), **WHY},
        "return": {"payee": PAYEE, **WHY},
        "approval": {"note": ""},
        "pay-out": {"reference": "FT1", "note": ""},
        "cover": {"kind": "file", "document": books.get("files", PROVINCE, books.chief)["items"][0]["id"], **WHY},
    }
    answer = books.act(entry, act, bodies.get(act, WHY))
    assert answer.status in {409, 422}, answer.body
    assert answer.body["Code"] in {"EntryStep", "NothingProposed", "BadRequest"}
    assert books.balances() == {"bank": FEE, "due": -FEE}


def test_who_may_act(books: Bookkeeping) -> None:
    stray = slip_stray(books)
    strangers = [books.portal.officer("far", "accountant", agency=ELSEWHERE), books.portal.reception]
    for who in strangers:
        answer = books.act(stray, "declaration", WHY, who)
        assert (answer.status, answer.body["Code"]) == (404, "NotFound")
    for who in (books.portal.cashier, books.admin):
        assert books.act(stray, "declaration", WHY, who).status == 403
    assert books.act(stray, "declaration", WHY, books.portal.citizen).status == 403
    seen = books.admin.get(f"/desk/books/{AGENCY}/entries/{stray['id']}")
    assert seen.status == 200 and seen.body["entry"]["number"] == "580000/77"
    # Another agency's entry, named under one's own: as if it were not there.
    far = strangers[0].post(
        f"/desk/books/{ELSEWHERE}/entries/{stray['id']}/declaration", {"version": stray["version"], **WHY}, new_id()
    )
    assert (far.status, far.body["Code"]) == (404, "EntryNotFound")
    for odd in ("x", "post.", "post.!!!", "vietqr.RlQx", ".RlQx"):
        assert books.accountant.get(f"/desk/books/{AGENCY}/entries/{odd}").body["Code"] == "EntryNotFound"
    assert [s["version"] for s in books.strays()] == [0]


@pytest.mark.parametrize(
    ("act", "body", "field"),
    [
        ("attachment", {"reference": "", **WHY}, "reference"),
        ("declaration", {"reason": ""}, "reason"),
        ("return", {"payee": {"bank": "x"}, **WHY}, "payee.bank"),
        ("pay-out", {"reference": "", "note": ""}, "reference"),
        ("cover", {"kind": "other", "document": "x", **WHY}, "kind"),
        ("approval", {"note": "", "version": -1}, "version"),
    ],
)
def test_a_wrong_body_names_the_field(books: Bookkeeping, act: str, body: dict[str, Any], field: str) -> None:
    answer = books.act(slip_stray(books), act, body)
    assert answer.status == 422 and field in [f["Field"] for f in answer.body["Fields"]]

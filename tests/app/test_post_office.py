"""Fees paid at a post office or sent by the postal service: reported by file or entered by hand, booked once (A13)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.app.bookkeeping import PROVINCE, SLIPS, Bookkeeping, slip
from tests.app.portal import AGENCY, ELSEWHERE, Portal
from tests.app.treasury import FEE, Treasury

pytestmark = pytest.mark.clause("A13")


@pytest.fixture
def books(portal: Portal) -> Bookkeeping:
    return Bookkeeping(Treasury(portal))


def told(answer: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["row"], one["code"]) for one in answer["told"]]


def test_a_file_pays_what_is_due_and_says_what_is_odd(books: Bookkeeping) -> None:
    paid, held, over, late = (books.treasury.due() for _ in range(4))
    books.portal.citizen.post(f"/dossiers/{late}/withdrawal", {"reason": "Đổi ý."})
    rows = [
        slip("1", books.code(paid)),
        slip("2", books.code(held), 50_000),
        slip("3", books.code(over).lower(), 250_000),
        slip("4", books.code(late)),
        slip("5", "H34.05-260101-9999"),
        slip("6", "không rõ"),
        slip("1", books.code(paid)),
        slip("7", books.code(paid), paid_at="02/03/2026"),
        slip("8", books.code(paid), paid_at="2026-12-23T08:30:00+07:00"),
        "",
        slip("9", books.code(paid), amount=0),
    ]
    answer = books.read("post-office", rows)
    assert told(answer) == [
        (3, "NotEnough"),
        (4, "TooMuch"),
        (5, "NothingDue"),
        (6, "DossierUnknown"),
        (7, "DossierUnknown"),
        (8, "RowTwice"),
        (9, "RowRefused"),
        (10, "RowRefused"),
        (12, "RowRefused"),
    ]
    wrong = {one["row"]: one["fields"] for one in answer["told"] if one["fields"]}
    assert [(f["field"], f["code"]) for f in wrong[9]] == [("paid_at", "BadMoment")]
    assert [(f["field"], f["code"]) for f in wrong[10]] == [("paid_at", "InFuture")]
    assert [(f["field"], f["code"]) for f in wrong[12]] == [("amount", "BadFormat")]
    assert answer["file"]["rows"] == 11 and answer["file"]["ended_at"] is not None
    assert answer["file"]["counts"] == {"booked": 2, "held": 1, "refused": 3, "stray": 2, "surplus": 1, "twice": 1}
    assert books.portal.state(paid) == books.portal.state(over) == "parcel_expected"
    due = books.treasury.money(held)["due"]
    assert (due["moment"], due["amount"], due["held"]) == ("filing", FEE - 50_000, 50_000)
    assert [r["rule"] for d in (over, late) for r in books.treasury.money(d)["refunds"]] == ["overpaid", "late"]
    assert books.treasury.balances(paid) == {"post": FEE, "due": -FEE}
    assert books.balances() == {
        "post": 200_000 + 50_000 + 250_000 + 200_000 + 2 * 200_000,
        "due": -2 * FEE,
        "held": -50_000,
        "refunds": -50_000 - 200_000,
        "strays": -2 * 200_000,
    }
    payment = books.treasury.money(paid)["payments"][0]
    assert (payment["via"]["code"], payment["use"], payment["amount"]) == ("post", "paid", FEE)


def test_messages_are_in_the_readers_language(books: Bookkeeping) -> None:
    row = slip("5", "H34.05-260101-9999")
    english = books.read("post-office", [row])
    books.accountant.language = "vi"
    vietnamese = books.get(f"files/{english['file']['id']}")
    assert "has no dossier" in english["told"][0]["message"]
    assert "Không có hồ sơ" in vietnamese["told"][0]["message"]


def test_the_same_file_is_told_so_and_changes_nothing(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    rows = [slip("1", books.code(dossier)), slip("2", "H34.05-260101-9999")]
    first = books.read("post-office", rows)
    before = books.balances()
    again = books.read("post-office", rows)
    assert (again["known"], again["told"], again["file"]) == (True, [], first["file"])
    assert books.balances() == before and len(books.treasury.money(dossier)["payments"]) == 1


def test_files_that_overlap_book_each_slip_once(books: Bookkeeping) -> None:
    one, other = books.treasury.due(), books.treasury.due()
    first = [slip("1", books.code(one)), slip("2", "H34.05-260101-9999")]
    books.read("post-office", first)
    answer = books.read("post-office", [*first, slip("3", books.code(other)), slip("1", books.code(one), 150_000)])
    assert answer["file"]["counts"] == {"booked": 1, "contradicts": 1, "known": 2}
    assert told(answer) == [(5, "SlipTaken")]
    assert books.balances()["post"] == 600_000


def test_a_file_comes_in_pieces_and_each_piece_once(books: Bookkeeping) -> None:
    dossiers = [books.treasury.due() for _ in range(4)]
    rows = [slip(str(at), books.code(dossier)) for at, dossier in enumerate(dossiers)]
    name = f"post-office.{'a' * 64}"
    body = {"name": "tep.csv", "header": SLIPS, "last": False}
    assert books.put(AGENCY, name, {**body, "offset": 0, "rows": rows[:2]}).body["file"]["rows"] == 2
    gap = books.put(AGENCY, name, {**body, "offset": 3, "rows": rows[3:]})
    assert (gap.status, gap.body["Code"]) == (409, "FileOutOfOrder") and "2" in gap.body["Message"]
    again = books.put(AGENCY, name, {**body, "offset": 0, "rows": rows[:2]})
    assert (again.body["file"]["rows"], again.body["told"]) == (2, [])
    # A piece that overlaps what was read goes on where reading stopped.
    over = books.put(AGENCY, name, {**body, "offset": 1, "rows": rows[1:], "last": True})
    assert over.body["file"]["rows"] == 4 and over.body["file"]["counts"] == {"booked": 4}
    assert books.balances()["post"] == 4 * FEE
    other = books.put(AGENCY, name.replace("a", "b"), {**body, "offset": 0, "rows": rows[:1]})
    assert other.body["file"]["counts"] == {"known": 1}
    mixed = books.put(AGENCY, name.replace("a", "b"), {**body, "header": f"{SLIPS},x", "offset": 1, "rows": []})
    assert (mixed.status, mixed.body["Fields"][0]["Field"]) == (422, "header")


@pytest.mark.parametrize(
    ("text", "booked"),
    [
        ("\ufeff{head}\r\n{row}\r\n", 1),
        ('{head}\n"580000","1",{code},"Nguyễn, ""Thử""",200000,2026-11-23T08:30:00+07:00,counter', 1),
        ("slip,office,reference,amount,paid_at,service,payer,x\n1,58,{code},200000,2026-11-23T08:30:00Z,postal,,", 1),
        ("{head}\n", 0),
        ("{head}\n\n\n", 0),
    ],
    ids=["mark and CRLF", "quotes", "other order", "no rows", "blank rows"],
)  # fmt: skip
def test_how_a_file_is_written_does_not_matter(books: Bookkeeping, text: str, booked: int) -> None:
    code = books.code(books.treasury.due())
    answer = books.read("post-office", text.format(head=SLIPS, row=slip("1", code), code=code))
    assert answer["file"]["counts"] == ({"booked": booked} if booked else {})
    assert answer["file"]["ended_at"] is not None


@pytest.mark.parametrize(
    "header",
    [SLIPS.replace(",", ";"), SLIPS.replace("slip,", ""), "PK\x03\x04", SLIPS.encode("utf-16").decode("latin-1")],
)
def test_what_is_no_such_file_is_refused_whole(books: Bookkeeping, header: str) -> None:
    name, body = f"post-office.{'c' * 64}", {"name": "x", "header": header, "offset": 0, "rows": ["1,2"], "last": True}
    answer = books.put(AGENCY, name, body)
    assert (answer.status, answer.body["Code"]) == (422, "SlipColumns")
    assert SLIPS.replace(",", ", ") in answer.body["Message"]
    missing = books.accountant.get(f"/desk/books/{AGENCY}/files/{name}")
    assert (missing.status, missing.body["Code"]) == (404, "FileNotFound")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a provider": ({"provider": "vnpay"}, "provider"),
    "too many rows": ({"rows": ["x"] * 201}, "rows"),
    "a row that is too long": ({"rows": ["x" * 4001]}, "rows[0]"),
    "rows that are none": ({"rows": [1]}, "rows[0]"),
    "a place before the first": ({"offset": -1}, "offset"),
    "a field too many": ({"agency": AGENCY}, "agency"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_piece_says_what_is_wrong(books: Bookkeeping, case: str) -> None:
    change, field = WRONG[case]
    body = {"name": "x", "header": SLIPS, "offset": 0, "rows": [], "last": False, **change}
    answer = books.put(AGENCY, f"post-office.{'d' * 64}", body)
    assert (answer.status, answer.body["Fields"][0]["Field"]) == (422, field)


def test_who_may_read_files(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    body = {"name": "x", "header": SLIPS, "offset": 0, "rows": [slip("1", books.code(dossier))], "last": True}
    name = f"post-office.{'e' * 64}"
    refused = {"citizen": 403, "reception": 404, "cashier": 403, "elsewhere": 404}
    for who, status in refused.items():
        person = getattr(books.portal, who)
        assert books.put(AGENCY, name, body, person).status == status, who
        assert person.get(f"/desk/books/{AGENCY}/files").status == status, who
    assert books.put(AGENCY, name, body, books.admin).status == 403
    assert books.admin.get(f"/desk/books/{AGENCY}/files").status == 200
    assert books.put("H34.99", name, body).status == 404
    for odd in ("post-office.xyz", f"other.{'e' * 64}", "post-office"):
        assert books.put(AGENCY, odd, body).body["Code"] == "FileNotFound"
    assert books.balances() == {}
    # Whoever keeps the province's books may do so below it.
    assert books.put(AGENCY, name, body, books.chief).status == 200


def test_a_dossier_of_another_agency_is_as_if_it_were_not_there(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    stranger = books.portal.officer("stranger-accountant", "accountant", agency=ELSEWHERE)
    answer = books.read("post-office", [slip("1", books.code(dossier))], who=stranger, agency=ELSEWHERE)
    assert told(answer) == [(2, "DossierUnknown")]
    assert books.portal.state(dossier) == "filing_fee_due"
    assert books.balances() == {f"{ELSEWHERE}:post": FEE, f"{ELSEWHERE}:strays": -FEE}
    # The province's file reaches all of them.
    other = books.treasury.due()
    answer = books.read("post-office", [slip("2", books.code(other))], who=books.chief, agency=PROVINCE)
    assert answer["file"]["counts"] == {"booked": 1} and books.treasury.balances(other)["post"] == FEE


# By hand.


def typed(code: str, **more: Any) -> dict[str, Any]:
    body = {"office": "580000", "slip": "1", "reference": code, "payer": "Nguyễn Thị Thử", "amount": FEE}
    return body | {"paid_at": "2026-11-23T08:30:00+07:00", "service": "counter", **more}


def test_a_slip_by_hand_is_the_same_as_in_a_file(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    code = books.code(dossier)
    path = f"/desk/books/{AGENCY}/slips"
    first = books.portal.cashier.put(path, typed(code))
    assert first.status == 200, first.body
    assert (first.body["use"], first.body["dossier"], first.body["code"]) == ("paid", dossier, code)
    again = books.accountant.put(path, typed(code.lower()))
    assert (again.status, again.body["use"]) == (200, "known")
    taken = books.portal.cashier.put(path, typed(code, amount=1))
    assert (taken.status, taken.body["Code"]) == (409, "SlipTaken")
    assert books.read("post-office", [slip("1", code)])["file"]["counts"] == {"known": 1}
    assert books.treasury.balances(dossier) == {"post": FEE, "due": -FEE}


def test_too_little_and_too_much_by_hand(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    code, path = books.code(dossier), f"/desk/books/{AGENCY}/slips"
    held = books.portal.cashier.put(path, typed(code, amount=150_000)).body
    assert (held["use"], held["due"], held["over"]) == ("held", 50_000, 0)
    paid = books.portal.cashier.put(path, typed(code, slip="2", amount=80_000)).body
    assert (paid["use"], paid["due"], paid["over"]) == ("paid", 0, 30_000)
    late = books.portal.cashier.put(path, typed(code, slip="3", amount=10_000)).body
    assert late["use"] == "surplus"
    assert books.treasury.balances(dossier) == {"post": 240_000, "due": -FEE, "refunds": -40_000}


WRONG_SLIPS: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown dossier": ({"reference": "H34.05-260101-9999"}, "reference", "DossierUnknown"),
    "no code at all": ({"reference": "abc"}, "reference", "DossierUnknown"),
    "in the future": ({"paid_at": "2026-12-23T08:30:00+07:00"}, "paid_at", "InFuture"),
    "no zone": ({"paid_at": "2026-11-23T08:30:00"}, "paid_at", "MomentWithoutZone"),
    "no moment": ({"paid_at": "hôm qua"}, "paid_at", "BadMoment"),
    "no amount": ({"amount": 0}, "amount", "TooSmall"),
    "an odd number": ({"slip": "1/2"}, "slip", "BadFormat"),
    "another service": ({"service": "bank"}, "service", "NotOneOf"),
}


@pytest.mark.parametrize("case", WRONG_SLIPS)
def test_a_wrong_slip_names_the_field(books: Bookkeeping, case: str) -> None:
    change, field, code = WRONG_SLIPS[case]
    body = typed(books.code(books.treasury.due()), **change)
    answer = books.portal.cashier.put(f"/desk/books/{AGENCY}/slips", body)
    assert answer.status == 422
    assert [(f["Field"], f["Code"]) for f in answer.body["Fields"]] == [(field, code)]
    assert books.balances() == {}


def test_who_may_enter_slips(books: Bookkeeping) -> None:
    body = typed(books.code(books.treasury.due()))
    for who, status in (("citizen", 403), ("reception", 404), ("elsewhere", 404)):
        assert getattr(books.portal, who).put(f"/desk/books/{AGENCY}/slips", body).status == status
    assert books.admin.put(f"/desk/books/{AGENCY}/slips", body).status == 403
    assert books.balances() == {}


def test_one_slip_at_the_same_moment_by_several_is_one_payment(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    body, path = typed(books.code(dossier)), f"/desk/books/{AGENCY}/slips"
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: books.portal.cashier.put(path, body), range(3)))
    assert {answer.status for answer in answers} == {200}, [json.dumps(a.body) for a in answers]
    assert books.treasury.balances(dossier) == {"post": FEE, "due": -FEE}
    assert len(books.treasury.money(dossier)["payments"]) == 1

"""An agency's day in the books: reckoned live, kept every morning, carried on, closed, and given out as tables."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest

from chalicelib import events
from chalicelib.services import books as service
from chalicelib.services import present
from chalicelib.storage import days
from chalicelib.storage.ledger_table import LedgerRow
from infra.local.testing import run
from tests.app.bookkeeping import PROVINCE, Bookkeeping, moved, slip
from tests.app.portal import AGENCY, ELSEWHERE, Portal
from tests.app.treasury import FEE, Treasury

pytestmark = pytest.mark.clause("C6")
MONDAY, TUESDAY = "2026-11-23", "2026-11-24"


@pytest.fixture
def books(portal: Portal) -> Bookkeeping:
    return Bookkeeping(Treasury(portal))


def busy(books: Bookkeeping) -> dict[str, str]:
    """A Monday with a payment online that is matched, one that is not, a slip held, a stray, and cash in a drawer."""
    first, second, third = (books.treasury.due() for _ in range(3))
    reference = books.treasury.pay(first)["reference"]
    number = books.treasury.bank().order(reference).transaction
    books.treasury.pay(second)
    books.settle([moved(number, reference, fee=1_000)])
    books.read("post-office", [slip("1", books.code(third), 50_000), slip("2", "không rõ", 70_000)])
    books.portal.ready()
    return {"first": first, "second": second, "number": number}


def morning(books: Bookkeeping) -> dict[str, int]:
    answer: dict[str, int] = run(events.reckon, {"source": "schedule"}, "reckon")
    return answer


def metrics(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if '"_aws"' in line]


def test_a_day_by_provider_kind_and_state(books: Bookkeeping) -> None:
    busy(books)
    day = books.get(f"days/{MONDAY}")
    assert [(m["via"]["code"], m["kind"], m["state"], m["count"], m["amount"], m["fee"]) for m in day["movements"]] == [
        ("cash", "payment", "matched", 1, 24_000, 0),
        ("post", "payment", "booked", 1, 50_000, 0),
        ("post", "payment", "stray", 1, 70_000, 0),
        ("vnpay", "payment", "booked", 1, FEE, 0),
        ("vnpay", "payment", "matched", 1, FEE, 1_000),
    ]
    assert [(p["via"]["code"], p["use"], p["count"], p["amount"]) for p in day["payments"]] == [
        ("cash", "paid", 1, 24_000),
        ("post", "held", 1, 50_000),
        ("vnpay", "paid", 2, 2 * FEE),
    ]
    assert {a["account"]: a["after"] for a in day["accounts"]} == {
        "bank": FEE - 1_000,
        "charges": 1_000,
        "clearing:vnpay": FEE,
        "drawer:cashier": 24_000,
        "due": -2 * FEE - 24_000,
        "held": -50_000,
        "post": 120_000,
        "strays": -70_000,
    }
    assert day["proof"] == 0 and sum(a["after"] for a in day["accounts"]) == 0 and day["journals"] == 6
    assert {a["account"]: a["name"] for a in day["accounts"]}["clearing:vnpay"] == "With the provider: VNPay"
    assert [w["amount"] for w in day["waiting"]] == [FEE + 120_000, 0, 0, 0] and day["oldest"] == MONDAY
    assert (day["closed"], day["unmatched"], len(day["drawers"])) == (False, FEE + 120_000, 1)


def test_what_waits_grows_old(books: Bookkeeping) -> None:
    busy(books)
    for days_later, amounts in ((2, [0, 1]), (3, [0, 0, 1]), (5, [0, 0, 0, 1])):
        books.portal.later(days=days_later)
        found = [w["amount"] for w in books.get(f"days/{MONDAY}")["waiting"]]
        assert found == [(FEE + 120_000) * one for one in [*amounts, 0, 0, 0][:4]], days_later
    assert sorted((e["age"], e["unmatched"]) for e in books.unmatched()) == [(10, 50_000), (10, FEE)]


def test_a_day_closes_when_all_is_matched_and_drawers_are_handed_in(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    reference = books.treasury.pay(dossier)["reference"]
    number = books.treasury.bank().order(reference).transaction
    books.portal.ready()
    assert books.get(f"days/{MONDAY}")["closed"] is False
    books.settle([moved(number, reference)])
    day = books.get(f"days/{MONDAY}")
    assert (day["closed"], day["unmatched"], [d["state"] for d in day["drawers"]]) == (False, 0, ["open"])
    drawer = day["drawers"][0]["id"]
    books.portal.cashier.put(f"/desk/drawers/{AGENCY}/{drawer}/count", {"counted": 24_000, "note": ""})
    books.accountant.put(f"/desk/drawers/{AGENCY}/{drawer}/hand-in", {})
    assert books.get(f"days/{MONDAY}")["closed"] is True
    books.portal.later(days=1)
    books.treasury.pay(books.treasury.due())
    # A day is judged with those before it, not after it.
    assert books.get(f"days/{MONDAY}")["closed"] is True and books.get(f"days/{TUESDAY}")["closed"] is False


def test_every_morning_the_day_before_is_kept_and_counted(
    books: Bookkeeping, capsys: pytest.CaptureFixture[str]
) -> None:
    busy(books)
    books.portal.later(days=1)
    capsys.readouterr()
    assert morning(books) == {"reckoned": 3, "closed": 2, "failed": 0}
    told = {(name, m["agency"]): m[name][0] for m in metrics(capsys.readouterr().out) for name in m if name[0] == "U"}
    assert told[("UnmatchedAmount", AGENCY)] == FEE + 120_000 and told[("UnmatchedAge", AGENCY)] == 1
    assert told[("UnmatchedAmount", ELSEWHERE)] == 0
    (kept,) = books.get("days")["items"]
    assert (kept["day"], kept["closed"], kept["unmatched"], kept["open_drawers"]) == (MONDAY, False, FEE + 120_000, 1)
    assert (kept["movements"], kept["amount"], kept["name"]) == (5, 544_000, "Department of Justice")
    assert morning(books)["failed"] == 0  # again: the same
    assert len(books.get("days")["items"]) == 1


def test_balances_are_carried_from_day_to_day(books: Bookkeeping) -> None:
    busy(books)
    before = {a["account"]: a["after"] for a in books.get(f"days/{MONDAY}")["accounts"]}
    for _ in range(3):
        books.portal.later(days=1)
        morning(books)
    books.treasury.pay(books.treasury.due())
    today = present.now().date().isoformat()
    day = books.get(f"days/{today}")
    assert {a["account"]: a["before"] for a in day["accounts"]} == before
    assert {a["account"]: a["after"] for a in day["accounts"]}["due"] == before["due"] - FEE
    assert day["proof"] == 0
    # The same, reckoned from the rows alone.
    for agency in (AGENCY, PROVINCE, ELSEWHERE):
        for one in days.listed(agency, 50, "")[0]:
            LedgerRow(f"DAY#{agency}", one["day"]).delete()
    assert books.get(f"days/{today}")["accounts"] == day["accounts"]


def test_days_that_were_left_open_are_reckoned_until_they_are_closed(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    reference = books.treasury.pay(dossier)["reference"]
    books.portal.later(days=1)
    morning(books)
    assert [d["closed"] for d in books.get("days")["items"]] == [False]
    books.settle([moved(books.treasury.bank().order(reference).transaction, reference)])
    books.portal.later(days=1)
    assert morning(books)["reckoned"] == 4  # three agencies' yesterday, and the day that was open
    assert [(d["day"], d["closed"]) for d in books.get("days")["items"]] == [(TUESDAY, True), (MONDAY, True)]
    books.portal.later(days=1)
    assert morning(books)["reckoned"] == 3


def test_an_agency_that_fails_does_not_stop_the_others(books: Bookkeeping) -> None:
    """A row that nobody understands: the others are reckoned, and the function fails, so that it is tried again."""
    LedgerRow(
        f"AGENCY#{AGENCY}", "JOURNAL#broken", kind="journal", body={"id": "x"}, created_at="",
        book=f"{AGENCY}#{MONDAY}", book_at="x",
    ).save()  # fmt: skip
    books.portal.later(days=1)
    with pytest.raises(Exception, match="UpstreamFailed"):
        morning(books)
    assert books.get("days", PROVINCE, books.chief)["items"][0]["day"] == MONDAY
    assert books.get("days")["items"] == []


def test_the_province_sees_all_agencies_of_a_day(books: Bookkeeping) -> None:
    busy(books)
    books.portal.later(days=1)
    seen = books.get(f"days/{MONDAY}/agencies", PROVINCE, books.chief)
    assert [(a["agency"], a["reckoned_at"], a["closed"]) for a in seen["items"]] == [
        (code, None, False) for code in (PROVINCE, AGENCY, ELSEWHERE)
    ]
    morning(books)
    first = books.get(f"days/{MONDAY}/agencies?limit=2", PROVINCE, books.chief)
    assert [(a["agency"], a["unmatched"]) for a in first["items"]] == [(PROVINCE, 0), (AGENCY, FEE + 120_000)]
    rest = books.get(f"days/{MONDAY}/agencies?limit=2&cursor={first['cursor']}", PROVINCE, books.chief)
    assert [a["agency"] for a in rest["items"]] == [ELSEWHERE] and rest["cursor"] is None
    assert [a["agency"] for a in books.get(f"days/{MONDAY}/agencies")["items"]] == [AGENCY]


# Movements and tables.


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ("", 5),
        ("via=vnpay", 2),
        ("via=vnpay&state=booked", 1),
        ("kind=refund", 0),
        ("state=stray", 1),
        ("via=none", 0),
        ("least=70000", 3),
        ("most=70000", 3),
        ("least=70000&most=70000&via=post", 1),
        ("least=1&most=2", 0),
    ],
)
def test_movements_are_filtered(books: Bookkeeping, wanted: str, count: int) -> None:
    busy(books)
    assert len(books.get(f"days/{MONDAY}/movements?{wanted}")["items"]) == count


@pytest.mark.parametrize("wanted", ["least=-1", "least=1.000", "most=x", "most=%D9%A1", "least=1e5"])
def test_an_amount_that_is_none_is_named(books: Bookkeeping, wanted: str) -> None:
    answer = books.accountant.get(f"/desk/books/{AGENCY}/days/{MONDAY}/movements?{wanted}")
    assert answer.status == 422
    assert answer.body["Fields"][0]["Field"] == wanted.partition("=")[0]


def test_movements_come_in_pages_without_gaps(books: Bookkeeping) -> None:
    for _ in range(7):
        books.treasury.pay(books.treasury.due())
        books.portal.later(minutes=1)
    for wanted in ("", "&state=booked"):
        seen, cursor = [], ""
        while True:
            page = books.get(f"days/{MONDAY}/movements?limit=2{wanted}&cursor={cursor}")
            seen += [one["number"] for one in page["items"]]
            assert len(page["items"]) <= 2
            if page["cursor"] is None:
                break
            cursor = page["cursor"]
        assert len(seen) == len(set(seen)) == 7
        assert seen == [one["number"] for one in books.unmatched()]
    pages = books.get("unmatched?limit=4")
    rest = books.get(f"unmatched?limit=4&cursor={pages['cursor']}")
    assert [one["number"] for one in (*pages["items"], *rest["items"])] == seen and rest["cursor"] is None


def table(books: Bookkeeping, name: str) -> list[dict[str, str]]:
    reply = books.portal.client.http.get(
        f"/desk/books/{AGENCY}/days/{MONDAY}/{name}",
        headers={"Authorization": books.accountant.token, "Accept-Language": "vi"},
    )
    assert reply.status_code == 200, reply.body
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{AGENCY}-{MONDAY}-{name}"'
    assert reply.headers["Cache-Control"] == "no-store" and reply.headers["X-Request-Id"]
    text = reply.body.decode()
    assert text.startswith("\ufeff") and "\r\n" in text
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_movements_as_a_table(books: Bookkeeping) -> None:
    known = busy(books)
    books.read("post-office", [slip("3", "=HYPERLINK(1)", 1_000)])
    rows = table(books, "movements.csv")
    assert len(rows) == 6
    (matched,) = [row for row in rows if row["Số giao dịch"] == known["number"]]
    assert (matched["Hình thức"], matched["Loại"], matched["Tình trạng"]) == ("VNPay", "Khoản thu", "Đã khớp")
    assert (matched["Số tiền (đồng)"], matched["Phí dịch vụ (đồng)"], matched["Hồ sơ"]) == (
        "200000",
        "1000",
        known["first"],
    )
    assert matched["Thời điểm"] == "2026-11-23T09:00:00+07:00"
    assert [row["Nội dung tham chiếu"] for row in rows if row["Số giao dịch"].endswith("/3")] == ["'=HYPERLINK(1)"]


def test_the_journal_as_a_table_sums_to_nought(books: Bookkeeping) -> None:
    busy(books)
    rows = table(books, "journal.csv")
    assert sum(int(row["Số tiền (đồng)"]) for row in rows) == 0 and len(rows) >= 12
    assert {row["Lý do"] for row in rows} == {"Thu phí", "Đơn vị thanh toán chuyển tiền", "Xử lý giao dịch"}
    journals: dict[str, int] = {}
    for row in rows:
        journals[row["Bút toán"]] = journals.get(row["Bút toán"], 0) + int(row["Số tiền (đồng)"])
    assert set(journals.values()) == {0}


# Who, and what is no day.

LOOKS = (
    "days", f"days/{MONDAY}", f"days/{MONDAY}/agencies", f"days/{MONDAY}/movements", f"days/{MONDAY}/movements.csv",
    f"days/{MONDAY}/journal.csv", "unmatched", "strays", "files",
)  # fmt: skip


@pytest.mark.parametrize("path", LOOKS)
def test_who_may_look(books: Bookkeeping, path: str) -> None:
    whole = f"/desk/books/{AGENCY}/{path}"
    statuses = {
        who.sub: books.portal.client.http.get(whole, headers={"Authorization": who.token}).status_code
        for who in (books.accountant, books.admin, books.chief, books.portal.cashier, books.portal.reception)
    }
    assert statuses == {"accountant": 200, "admin": 200, "chief": 200, "cashier": 403, "reception": 404}
    for who, status in ((books.portal.citizen, 403), (books.portal.elsewhere, 404)):
        answer = who.get(whole)
        assert answer.status == status, answer.body
    absent = books.accountant.get(f"/desk/books/H34.99/{path}")
    assert (absent.status, absent.body) == (404, books.portal.elsewhere.get(whole).body)
    assert books.accountant.get(f"/desk/books/{PROVINCE}/{path}").status == 404


@pytest.mark.parametrize("day", ["2026-11-31", "20261123", "hom-nay"])
@pytest.mark.parametrize("path", ["", "/movements", "/agencies", "/journal.csv"])
def test_what_is_no_day_is_named(books: Bookkeeping, day: str, path: str) -> None:
    answer = books.accountant.get(f"/desk/books/{AGENCY}/days/{day}{path}")
    assert (answer.status, answer.body["Fields"][0]["Field"]) == (422, "day")


@pytest.mark.parametrize("path", ["days", f"days/{MONDAY}/movements", "unmatched", "strays", "files"])
def test_an_odd_cursor_is_named(books: Bookkeeping, path: str) -> None:
    answer = books.accountant.get(f"/desk/books/{AGENCY}/{path}?cursor=%21%21")
    assert (answer.status, answer.body["Code"]) == (422, "BadCursor")
    assert books.accountant.get(f"/desk/books/{AGENCY}/{path}?limit=51").status == 422


def test_an_empty_agency_has_an_empty_even_day(books: Bookkeeping) -> None:
    found = service.reckon(ELSEWHERE, date(2026, 11, 23), present.now())
    assert (found.proof, found.after, found.closing.closed, found.waiting.count) == (0, {}, True, 0)

"""The post office's counter of the sandbox: what it writes, the portal's own readers read (clause A13)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.domain.reconcile import Line
from chalicelib.errors import Invalid
from chalicelib.gateways import spreadsheet
from chalicelib.gateways.payments import settlements, slips
from chalicelib.services import present
from infra.local.sandboxes.counter import FEE, Counter

pytestmark = pytest.mark.clause("A13")
LATE = datetime(2026, 3, 1, 16, 59, tzinfo=UTC)  # 23:59 in Vietnam
CODE = "H34.05-260301-0001"


@pytest.fixture(autouse=True)
def late() -> Iterator[None]:
    present.freeze(LATE)
    yield
    present.shift(0)
    present.freeze(None)


@pytest.fixture
def counter() -> Counter:
    return Counter("http://localhost/sandbox/pay/post")


def ask(
    counter: Counter, method: str, path: str, query: str = "", body: bytes = b"", kind: str = ""
) -> tuple[int, dict[str, str], bytes]:
    environ = {
        "REQUEST_METHOD": method,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": kind,
        "wsgi.input": io.BytesIO(body),
    }
    return counter.answer(path, environ)


def take(counter: Counter, **given: Any) -> tuple[int, Any]:
    body = json.dumps({"reference": CODE, "payer": "Lê Nộp", "amount": 200_000, **given}).encode()
    status, _, answer = ask(counter, "POST", "slips", body=body, kind="application/json")
    return status, json.loads(answer)


def rows(counter: Counter, which: str, day: str) -> tuple[str, list[str]]:
    status, headers, content = ask(counter, "GET", which, f"day={day}")
    assert status == 200 and f'filename="{which}-{day}.csv"' in headers["Content-Disposition"]
    header, *found = content.decode().splitlines()
    return header, found


def read(counter: Counter, day: str) -> list[Line]:
    header, found = rows(counter, "slips", day)
    names = spreadsheet.columns(header, slips.FIELDS, slips.COLUMNS_CODE)
    return [slips.read(cells) for cells in spreadsheet.rows(names, found)]


def test_a_slip_stands_in_the_file_of_its_day_in_vietnam(counter: Counter) -> None:
    status, slip = take(counter, amount="200.000", service="postal")
    assert (status, slip["amount"]) == (200, 200_000)
    present.shift(120)
    take(counter)
    (line,) = read(counter, "2026-03-01")
    assert (line.reference, line.amount, line.at, line.text, line.payer) == (
        CODE,
        200_000,
        LATE,
        "postal",
        "Lê Nộp",
    )
    assert line.number == f"580000/{slip['slip']}"
    assert [one.at for one in read(counter, "2026-03-02")] == [LATE + timedelta(seconds=120)]


def test_numbers_are_new_also_after_a_start(counter: Counter) -> None:
    first = take(counter)[1]["slip"]
    present.shift(1)
    assert len({first, take(counter)[1]["slip"], take(Counter(counter.url))[1]["slip"]}) == 3


def test_the_other_ways_are_what_the_portal_must_stand(counter: Counter) -> None:
    for deed in ("take", "twice", "mangle", "spoil"):
        take(counter, do=deed)
    header, found = rows(counter, "slips", "2026-03-01")
    names = spreadsheet.columns(header, slips.FIELDS, slips.COLUMNS_CODE)
    *good, spoilt = spreadsheet.rows(names, found)
    lines = [slips.read(cells) for cells in good]
    assert [line.number for line in lines[1:3]] == [lines[1].number] * 2 and lines[0].number != lines[1].number
    assert lines[3].reference == "H34.05-26?"
    with pytest.raises(Invalid) as refused:
        slips.read(spoilt)
    assert [(field.field, field.code) for field in refused.value.fields] == [("amount", "BadFormat")]


def test_the_settlement_pays_out_what_was_taken_less_the_fee(counter: Counter) -> None:
    taken = [take(counter, do=deed)[1] for deed in ("take", "twice", "spoil")]
    taken.append(take(counter, amount=1_000)[1])
    header, found = rows(counter, "settlement", "2026-03-01")
    names = spreadsheet.columns(header, settlements.wanted("post"), settlements.COLUMNS_CODE)
    lines = [settlements.read("post", cells, "H34.05") for cells in spreadsheet.rows(names, found)]
    assert [(line.amount, line.fee) for line in lines] == [(200_000, FEE), (200_000, FEE), (1_000, 1_000)]
    assert [line.number for line in lines] == [f"580000/{taken[at]['slip']}" for at in (0, 1, 3)]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"amount": "nhiều"}, "amount"),
        ({"amount": 0}, "amount"),
        ({"office": "58-00"}, "office"),
        ({"service": "bồ câu"}, "service"),
        ({"do": "steal"}, "do"),
    ],
)
def test_what_cannot_be_is_refused_by_name(counter: Counter, given: dict[str, Any], named: str) -> None:
    status, answer = take(counter, **given)
    assert (status, answer["Message"].partition(":")[0]) == (422, named)
    assert counter.slips(LATE.date()) == []


def test_a_form_needs_no_script_and_another_origin_cannot_send_json(counter: Counter) -> None:
    form = urlencode({"reference": CODE, "amount": "50000", "do": "take", "lang": "en"}).encode()
    kind = "application/x-www-form-urlencoded"
    status, headers, _ = ask(counter, "POST", "", body=form, kind=kind)
    assert (status, headers["Location"]) == (303, f"{counter.url}?lang=en")
    page = ask(counter, "GET", "", "lang=en")[2].decode()
    assert CODE in page and "50.000 ₫" in page and '<html lang="en">' in page
    wrong = urlencode({"reference": "<b>x</b>", "amount": "x"}).encode()
    status, _, content = ask(counter, "POST", "", body=wrong, kind=kind)
    assert status == 422 and "&lt;b&gt;x&lt;/b&gt;" in content.decode() and "<b>x" not in content.decode()
    assert ask(counter, "POST", "slips", body=b"{}", kind="text/plain")[0] == 422
    assert ask(counter, "GET", "slips", "day=hôm nay")[0] == 422
    assert ask(counter, "GET", "nowhere")[0] == 404

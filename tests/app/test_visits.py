"""Views of pages from access logs: each log once, whatever it holds and however often it is told of."""

from __future__ import annotations

import gzip
import os
from datetime import date

import pytest

from chalicelib.storage import catalogue, objects
from chalicelib.storage import statistics as kept
from chalicelib.storage.tables import RegistryRow
from infra.local.testing import Embedded
from tests.app.bench import Crash, calls
from tests.app.logs import BUCKET, arrive, deliver, line

DAY = date(2026, 11, 23)


@pytest.mark.clause("A17")
def test_a_log_is_counted_by_day_and_by_page(cloud: Embedded) -> None:
    there(["2.000635"])
    arrive(deliver(cloud, [line("/"), line("/"), line("/tt/2.000635"), line("/tim", "2026-10-31")]))
    arrive(deliver(cloud, [line("/"), line("/assets/site.css", **{"sc-content-type": "text/css"})]))
    assert kept.days() == {DAY: 4, date(2026, 10, 31): 1}
    assert kept.views_of_month(DAY) == {"/": 3, "/tt/2.000635": 1}
    assert kept.views_of_month(date(2026, 10, 1)) == {"/tim": 1}


@pytest.mark.clause("A17")
def test_a_log_that_is_told_of_again_is_not_counted_again(cloud: Embedded) -> None:
    key = deliver(cloud, [line("/"), line("/tim")])
    for _ in range(3):
        arrive(key)
    assert kept.days() == {DAY: 2}


CODES = [f"1.{code:06d}" for code in range(1, 111)]
PAGES = [line(f"/tt/{code}") for code in CODES]
"""More pages than one transaction can count."""


def there(codes: list[str]) -> None:
    """Publish procedures, as far as it matters here."""
    catalogue.point_all({code: catalogue.Pointer(1, "digest", 1) for code in codes}, "2026-11-23T02:00:00Z")


@pytest.mark.parametrize("crash_at", [3, 4, 5])
@pytest.mark.parametrize("after", [False, True])
def test_a_log_that_was_counted_half_is_counted_to_its_end(cloud: Embedded, crash_at: int, after: bool) -> None:
    """110 pages are two transactions; the function dies before or after one of them and is called again."""
    there(CODES)
    key = deliver(cloud, PAGES)
    with calls() as made:
        arrive(deliver(cloud, []))
    assert made == ["GetObject"], "an empty log writes nothing"
    with pytest.raises(Crash), calls(crash_at=crash_at, after=after):
        arrive(key)
    with calls() as made:
        arrive(key)
    assert made == ["GetObject", *["BatchGetItem"] * 2, *["TransactWriteItems"] * 2]
    assert kept.days() == {DAY: 110}
    assert kept.views_of_month(DAY) == {f"/tt/{code}": 1 for code in CODES}


@pytest.mark.parametrize("crash_at", [4, 5])
def test_what_is_published_meanwhile_does_not_count_the_rest_twice(cloud: Embedded, crash_at: int) -> None:
    there(CODES[::2])
    key = deliver(cloud, PAGES)
    with pytest.raises(Crash), calls(crash_at=crash_at, after=True):
        arrive(key)
    there(CODES[1::2])
    arrive(key)
    counted = kept.views_of_month(DAY)
    assert set(counted.values()) == {1} and {f"/tt/{code}" for code in CODES[::2]} <= set(counted)


def test_made_up_codes_make_no_rows(cloud: Embedded) -> None:
    """Whatever the distribution answers for an address that there is not."""
    there(CODES[:1])
    arrive(deliver(cloud, [line(f"/tt/{CODES[0]}"), line("/tt/9.999999"), line("/cq/H99.99"), line("/tim")]))
    assert kept.views_of_month(DAY) == {f"/tt/{CODES[0]}": 1, "/tim": 1}
    assert kept.days() == {DAY: 2}


def test_nothing_of_a_visitor_is_kept(cloud: Embedded) -> None:
    arrive(deliver(cloud, [line("/ho-so/4f6b2c1e-0000-4000-8000-000000000000", **{"cs(Cookie)": "session=1"})]))
    rows = cloud.client("dynamodb").scan(TableName=os.environ["REGISTRY_TABLE"])["Items"]
    for trace in ("203.0.113", "Android", "session=1", "4f6b2c1e"):
        assert trace not in str(rows)
    assert kept.views_of_month(DAY) == {"/ho-so/:id": 1}


def test_broken_lines_do_not_stop_the_others(cloud: Embedded, capsys: pytest.CaptureFixture[str]) -> None:
    huge = "x" * (3 * objects.LONGEST_LINE)
    arrive(deliver(cloud, [line("/"), "", "\t\t", huge, line("/", **{"sc-status": "?"}), "\x00\xff", line("/")]))
    assert kept.days() == {DAY: 2}
    assert '"LogLinesNotCounted":[5.0]' in capsys.readouterr().out.replace(" ", "")


def test_a_line_too_long_is_one_empty_line_and_ends_where_it_ends(cloud: Embedded) -> None:
    lengths = [objects.LONGEST_LINE + more for more in (-2, -1, 0, 1)]
    body = b"".join(b"x" * length + b"\n" for length in lengths) + b"last"
    key = deliver(cloud, (), raw=gzip.compress(body))
    assert [len(one) for one in objects.unpacked_lines(BUCKET, key)] == [lengths[0] + 1, lengths[1] + 1, 0, 0, 4]


@pytest.mark.parametrize(
    "raw", [b"no gzip", gzip.compress(b"#Version: 1.0\n" * 1000)[:-20]], ids=["no gzip", "cut off"]
)
def test_a_log_that_is_not_whole_fails_and_counts_nothing(cloud: Embedded, raw: bytes) -> None:
    key = deliver(cloud, (), raw=raw)
    with pytest.raises((EOFError, gzip.BadGzipFile)):
        arrive(key)
    assert kept.days() == {}


def test_what_was_counted_is_remembered_longer_than_the_log_lies_there(cloud: Embedded) -> None:
    key = deliver(cloud, [line("/")])
    arrive(key)
    (row,) = RegistryRow.query(f"LOG#{key}")
    assert row.expires_at is not None and kept.LOGS_ARE_REMEMBERED.days > 2 * 14

"""What of an access log is a view of a page; hostile, broken and huge logs."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access_log import Tally, read

FIELDS = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent)"
HEAD = ["#Version: 1.0", f"#Fields: {FIELDS} sc-content-type"]
PHONE = "Mozilla/5.0%20(Linux;%20Android%2014)%20AppleWebKit/537.36%20Chrome/130.0%20Mobile%20Safari/537.36"
DAY = date(2026, 11, 23)


def line(path: str = "/tim", **changes: str) -> str:
    values = {
        "date": "2026-11-23",
        "time": "02:00:00",
        "method": "GET",
        "status": "200",
        "agent": PHONE,
        "kind": "text/html;%20charset=utf-8",
        **changes,
    }
    before = [values["date"], values["time"], "SIN52-P1", "1234", "203.0.113.9", values["method"], "d1.example.invalid"]
    return "\t".join([*before, path, values["status"], "-", values["agent"], values["kind"]])


def counted(*lines: str) -> Tally:
    return read([*HEAD, *lines])


def views(*lines: str) -> dict[str, int]:
    return {page: number for (_, page), number in counted(*lines).views.items()}


@pytest.mark.clause("A17")
def test_views_are_counted_by_day_and_page() -> None:
    tally = counted(line("/"), line("/"), line("/en/tt/2.000635"), line("/tt/2.000635", status="304", kind="-"))
    assert tally.views == {(DAY, "/"): 2, (DAY, "/tt/2.000635"): 2}
    assert (tally.lines, tally.malformed) == (4, 0)


def test_a_day_is_a_day_in_the_province() -> None:
    tally = counted(line(time="16:59:59"), line(time="17:00:00"))
    assert tally.views == {(DAY, "/tim"): 1, (date(2026, 11, 24), "/tim"): 1}


@pytest.mark.parametrize(
    "other",
    [
        line(method="HEAD"),
        line(method="POST"),
        line(status="301"),
        line(status="404"),
        line(status="000"),
        line("/tt/2.000635", kind="application/json"),
        line("/assets/site.css", kind="text/css"),
        line("/api/health", kind="application/json"),
        line("/catalogue/index.json", kind="application/json"),
        line("/preferences.js", kind="text/javascript"),
        line("/can-bo"),
        line("/wp-login.php"),
        line("/%2e%2e/etc"),
    ],
)
def test_what_is_no_view_of_a_public_page_is_not_counted(other: str) -> None:
    tally = counted(other)
    assert not tally.views and (tally.lines, tally.malformed) == (1, 0)


@pytest.mark.parametrize(
    "agent",
    [
        "-",
        "Mozilla/5.0%20(compatible;%20Googlebot/2.1;%20+http://www.google.com/bot.html)",
        "Mozilla/5.0%20(compatible;%20coccocbot-web/1.0)",
        "python-requests/2.32.3",
        "curl/8.5.0",
        "Go-http-client/2.0",
        "Mozilla/5.0%20HeadlessChrome/130.0",
        "facebookexternalhit/1.1",
    ],
)
def test_what_says_that_it_is_a_machine_is_believed(agent: str) -> None:
    assert views(line(agent=agent)) == {}


@pytest.mark.parametrize(
    "agent",
    [
        PHONE,
        "Mozilla/5.0%20(iPhone;%20CPU%20iPhone%20OS%2017_5)%20AppleWebKit/605.1.15%20Zalo%20iOS/24.5",
        "Mozilla/5.0%20(Windows%20NT%2010.0)%20coc_coc_browser/120.0%20Chrome/114.0",
        "Mozilla/5.0%20(Linux;%20Android%2013;%20CUBOT_X50)%20Chrome/129.0",
    ],
)
def test_people_are_counted_whatever_they_browse_with(agent: str) -> None:
    assert views(line(agent=agent)) == {"/tim": 1}


def test_nothing_of_a_line_but_its_page_and_day_is_kept() -> None:
    kept = repr(counted(line("/ho-so/4f6b2c1e-0000-4000-8000-000000000000")))
    assert "203.0.113.9" not in kept and "Android" not in kept and "4f6b2c1e" not in kept
    assert "/ho-so/:id" in kept


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "\t",
        "GET / HTTP/1.1",
        line() + "\tmore",
        line().rpartition("\t")[0],
        line(status="OK"),
        line(date="2026-13-45"),
        line(time="25:61:00"),
        line(date="-", time="-"),
        "\x00" * 1000,
        "ữ\ufffd\t" * 11,
    ],
)
def test_a_line_that_cannot_be_understood_is_passed_over_and_told(broken: str) -> None:
    tally = counted(line("/"), broken, line("/"))
    assert tally.views == {(DAY, "/"): 2}
    assert (tally.lines, tally.malformed) == (3, 1)


def test_columns_are_found_by_their_names_wherever_they_stand() -> None:
    head = "#Fields: cs-uri-stem\tsc-status\ttime\tdate\tcs(User-Agent)\tcs-method"
    assert read([head, f"/tim\t200\t02:00:00\t2026-11-23\t{PHONE}\tGET"]).views == {(DAY, "/tim"): 1}


def test_lines_before_any_header_are_malformed() -> None:
    assert read([line()]) == Tally(lines=1, malformed=1)


def test_a_log_that_lacks_what_is_needed_is_refused_whole() -> None:
    with pytest.raises(ValueError, match="sc-status"):
        read(["#Fields: date time cs-method cs-uri-stem cs(User-Agent)", "x"])


@given(st.lists(st.text()))
def test_whatever_comes_is_read_to_its_end(lines: list[str]) -> None:
    given_ = [one for one in lines if not one.startswith("#")]
    tally = counted(*given_)
    assert tally.lines == len(given_) == tally.malformed + sum(tally.views.values())


def test_a_huge_log_is_read_in_little_memory() -> None:
    """Fifteen thousand lines, 3 MB when unpacked, in a few hundred kB."""

    def log() -> Iterator[str]:
        yield from HEAD
        for number in range(15_000):
            yield line(f"/ho-so/{number:036}")

    tracemalloc.start()
    try:
        tally = read(log())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert tally.views == {(DAY, "/ho-so/:id"): 15_000}
    assert peak < 300_000


def test_made_up_addresses_do_not_fill_the_memory() -> None:
    made_up = (line(f"/tt/1.{n:06d}") for n in (1, 2, 3, 4, 3, 5, 1))
    tally = read([*HEAD, *made_up], most=3)
    assert sum(tally.views.values()) == 5 and len(tally.views) == 3
    assert (tally.beyond, tally.lines) == (2, 7)


def test_it_reads_what_a_gzip_stream_gives() -> None:
    packed = gzip.compress("\n".join([*HEAD, line(), ""]).encode())
    with gzip.open(io.BytesIO(packed), "rt", encoding="utf-8") as lines:
        assert read(lines).views == {(DAY, "/tim"): 1}

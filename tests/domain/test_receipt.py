"""Numbers of receipts, what became of the money on them, and amounts in Vietnamese words."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import receipt as rules
from chalicelib.domain.document import Text
from chalicelib.domain.receipt import Issuer, Line, Part, Payer, Receipt, Standing, in_words
from chalicelib.domain.refund import Refund, RefundState, Rule

pytestmark = pytest.mark.clause("C6")
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)

# By hand, before there was a function: amount | words without "đồng".
TABLE = """
0|không
1|một
2|hai
3|ba
4|bốn
5|năm
6|sáu
7|bảy
8|tám
9|chín
10|mười
11|mười một
12|mười hai
13|mười ba
14|mười bốn
15|mười lăm
16|mười sáu
17|mười bảy
18|mười tám
19|mười chín
20|hai mươi
21|hai mươi mốt
22|hai mươi hai
24|hai mươi tư
25|hai mươi lăm
29|hai mươi chín
30|ba mươi
31|ba mươi mốt
34|ba mươi tư
35|ba mươi lăm
40|bốn mươi
41|bốn mươi mốt
44|bốn mươi tư
45|bốn mươi lăm
50|năm mươi
51|năm mươi mốt
54|năm mươi tư
55|năm mươi lăm
66|sáu mươi sáu
74|bảy mươi tư
81|tám mươi mốt
90|chín mươi
91|chín mươi mốt
94|chín mươi tư
95|chín mươi lăm
99|chín mươi chín
100|một trăm
101|một trăm linh một
102|một trăm linh hai
104|một trăm linh tư
105|một trăm linh năm
109|một trăm linh chín
110|một trăm mười
111|một trăm mười một
114|một trăm mười bốn
115|một trăm mười lăm
120|một trăm hai mươi
121|một trăm hai mươi mốt
124|một trăm hai mươi tư
125|một trăm hai mươi lăm
200|hai trăm
204|hai trăm linh tư
305|ba trăm linh năm
404|bốn trăm linh tư
444|bốn trăm bốn mươi tư
500|năm trăm
505|năm trăm linh năm
515|năm trăm mười lăm
555|năm trăm năm mươi lăm
999|chín trăm chín mươi chín
1000|một nghìn
1001|một nghìn không trăm linh một
1004|một nghìn không trăm linh tư
1005|một nghìn không trăm linh năm
1010|một nghìn không trăm mười
1015|một nghìn không trăm mười lăm
1021|một nghìn không trăm hai mươi mốt
1100|một nghìn một trăm
1500|một nghìn năm trăm
2000|hai nghìn
4000|bốn nghìn
5000|năm nghìn
8000|tám nghìn
10000|mười nghìn
14000|mười bốn nghìn
15000|mười lăm nghìn
21000|hai mươi mốt nghìn
24000|hai mươi tư nghìn
25500|hai mươi lăm nghìn năm trăm
100000|một trăm nghìn
101000|một trăm linh một nghìn
104004|một trăm linh tư nghìn không trăm linh tư
200005|hai trăm nghìn không trăm linh năm
999999|chín trăm chín mươi chín nghìn chín trăm chín mươi chín
1000000|một triệu
1000001|một triệu không trăm linh một
1000100|một triệu một trăm
1001000|một triệu không trăm linh một nghìn
1004004|một triệu không trăm linh tư nghìn không trăm linh tư
1010010|một triệu không trăm mười nghìn không trăm mười
1250000|một triệu hai trăm năm mươi nghìn
1250004|một triệu hai trăm năm mươi nghìn không trăm linh tư
5025110|năm triệu không trăm hai mươi lăm nghìn một trăm mười
15500000|mười lăm triệu năm trăm nghìn
21000000|hai mươi mốt triệu
105000000|một trăm linh năm triệu
1000000000|một tỷ
1000000001|một tỷ không trăm linh một
1000001000|một tỷ không trăm linh một nghìn
1001000000|một tỷ không trăm linh một triệu
1505555005|một tỷ năm trăm linh năm triệu năm trăm năm mươi lăm nghìn không trăm linh năm
24000000000|hai mươi tư tỷ
100000000000|một trăm tỷ
999000999999|chín trăm chín mươi chín tỷ chín trăm chín mươi chín nghìn chín trăm chín mươi chín
1000000000000|một nghìn tỷ
1005000000000|một nghìn không trăm linh năm tỷ
1000000000005|một nghìn tỷ không trăm linh năm
1000000000000000|một triệu tỷ
2024000000000000|hai triệu không trăm hai mươi tư nghìn tỷ
1000000000000000000|một tỷ tỷ
1000000001000000000|một tỷ không trăm linh một tỷ
1000000000000000001|một tỷ tỷ không trăm linh một
999000000000000000000|chín trăm chín mươi chín tỷ tỷ
"""
CASES = [(int(amount), words) for amount, words in (line.split("|") for line in TABLE.split("\n") if line)]


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 100 and len({amount for amount, _ in CASES}) == len(CASES)


@pytest.mark.parametrize(("amount", "words"), CASES, ids=[str(amount) for amount, _ in CASES])
def test_amounts_are_said_as_the_table_says_them(amount: int, words: str) -> None:
    assert in_words(amount) == f"{words[0].upper()}{words[1:]} đồng"


# The other way: words to a number by a grammar, written without a look at the speaker.
_ONES = "không một hai ba bốn năm sáu bảy tám chín".split()
_AFTER_TENS = {"mốt": 1, "tư": 4, "lăm": 5} | {word: n for n, word in enumerate(_ONES) if n not in (0, 1, 4, 5)}
_AFTER_TEN = {"lăm": 5} | {word: n for n, word in enumerate(_ONES) if n not in (0, 5)}
_AFTER_LINH = {"tư": 4} | {word: n for n, word in enumerate(_ONES) if n not in (0, 4)}
_SCALES = {"nghìn": 1_000, "triệu": 1_000_000}


def _heard_group(words: list[str]) -> int:
    """A group of three digits; the words must be exactly the right ones."""
    total = 0
    if "trăm" in words:
        assert words.index("trăm") == 1, words
        total, words = 100 * _ONES.index(words[0]), words[2:]
        if words[:1] == ["linh"]:
            assert len(words) == 2, words
            return total + _AFTER_LINH[words[1]]
        assert len(words) != 1 or words == ["mười"], words
    if not words:
        return total
    if words[0] == "mười":
        assert len(words) <= 2, words
        return total + 10 + (_AFTER_TEN[words[1]] if words[1:] else 0)
    if words[1:2] == ["mươi"]:
        assert _ONES.index(words[0]) >= 2 and len(words) <= 3, words
        return total + 10 * _ONES.index(words[0]) + (_AFTER_TENS[words[2]] if words[2:] else 0)
    assert len(words) == 1, words
    return total + _ONES.index(words[0])


def heard(text: str) -> int:
    """The amount that a listener understands."""
    assert text.endswith(" đồng") and text[0].isupper()
    total = below = 0
    group: list[str] = []
    for word in [*text.removesuffix(" đồng").lower().split(), "tỷ"]:
        if word in _SCALES:
            below += _heard_group(group) * _SCALES[word]
            group = []
        elif word == "tỷ":
            total = (total + below + (_heard_group(group) if group else 0)) * 1_000_000_000
            group, below = [], 0
        else:
            group.append(word)
    return total // 1_000_000_000


def test_every_amount_up_to_a_hundred_thousand_is_understood_as_it_was_meant() -> None:
    for amount in range(100_001):
        assert heard(in_words(amount)) == amount


@given(st.integers(0, 999 * 10**18) | st.integers(0, 10**9).map(lambda n: n * 1000))
def test_any_amount_is_understood_as_it_was_meant(amount: int) -> None:
    assert heard(in_words(amount)) == amount


@given(st.lists(st.sampled_from([0, 1, 4, 5, 10, 14, 15, 21, 24, 25, 100, 104, 115, 999]), min_size=1, max_size=7))
def test_groups_of_every_kind_stand_beside_each_other(groups: list[int]) -> None:
    amount = sum(group * 1000**place for place, group in enumerate(groups))
    words = in_words(amount)
    assert heard(words) == amount
    assert not re.search(r"  |mươi một\b|mươi bốn|mươi năm|linh bốn|lẻ|ngàn", words)


def test_an_amount_below_nought_has_no_words() -> None:
    with pytest.raises(ValueError):
        in_words(-1)


# Numbers.


@pytest.mark.parametrize(
    ("moment", "series"),
    [
        (datetime(2026, 1, 1, 0, 0, tzinfo=UTC), "BL-26E"),
        (datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC), "BL-26E"),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "BL-27E"),  # midnight in Vietnam
    ],
)
def test_a_series_is_of_the_year_in_vietnam(moment: datetime, series: str) -> None:
    assert rules.series_of(moment) == series
    assert rules.is_series(series)


def test_a_number_is_written_and_read() -> None:
    assert rules.number_of("BL-26E", 42) == "BL-26E/0000042"
    assert rules.parse_number("BL-26E/0000042") == ("BL-26E", 42)
    assert not rules.is_series("BL-26") and not rules.is_series("BL-٢٦E")


@pytest.mark.parametrize(
    ("serials", "last", "missing"),
    [
        ([], 0, []),
        ([1, 2, 3], 3, []),
        ([], 2, [(1, 2)]),
        ([2, 3, 6], 8, [(1, 1), (4, 5), (7, 8)]),
        ([1, 1, 2], 2, []),
        ([1, 4], 2, [(2, 3)]),
    ],
)
def test_gaps(serials: list[int], last: int, missing: list[tuple[int, int]]) -> None:
    assert rules.gaps(serials, last) == missing


@given(st.sets(st.integers(1, 40)), st.integers(0, 40))
def test_gaps_and_serials_together_are_everything(serials: set[int], last: int) -> None:
    missing = {n for first, end in rules.gaps(serials, last) for n in range(first, end + 1)}
    assert missing.isdisjoint(serials)
    assert missing | serials == set(range(1, max([last, *serials]) + 1))


# The receipt itself.


def receipt(**changes: Any) -> Receipt:
    whole: dict[str, Any] = {
        "issuer": Issuer("H34.05", "Sở Tư pháp", "Ủy ban nhân dân tỉnh", "Số 1 đường Thử", ""),
        "series": "BL-26E",
        "serial": 1,
        "dossier": "d",
        "code": "H34.05-261123-0001",
        "procedure": Text("Cấp bản sao", "Copy"),
        "procedure_code": "2.000635",
        "payer": Payer("Nguyễn Thị Thử", "person", "062190000123", ""),
        "lines": (
            Line("copy", Text("Phí cấp bản sao", "Copy fee"), 24_000),
            Line("seal", Text("Lệ phí", "Duty"), 6_000),
        ),
        "parts": (Part("p1", "vietqr", 10_000, NOON), Part("p2", "cash", 20_000, NOON)),
        "officer": "",
        "issued_at": NOON,
        "secret": "0" * 32,
    }
    return Receipt(**{**whole, **changes})


def test_a_receipt_is_for_what_was_paid_and_nothing_else() -> None:
    one = receipt()
    assert (one.amount, one.payment, one.number) == (30_000, "p2", "BL-26E/0000001")
    assert one.fragment == f"H34.05/BL-26E/0000001/{'0' * 32}"
    with pytest.raises(ValueError, match="what the fees come to"):
        receipt(parts=(Part("p2", "cash", 20_000, NOON),))
    with pytest.raises(ValueError, match="what the fees come to"):
        receipt(lines=(), parts=())


@pytest.mark.parametrize("serial", [0, 10_000_000])
def test_a_serial_has_one_to_seven_digits(serial: int) -> None:
    with pytest.raises(ValueError, match="seven digits"):
        receipt(serial=serial)


def _refund(payment: str, amount: int, rule: Rule, state: RefundState) -> Refund:
    return Refund(f"r{amount}", "d", "H34.05", payment, "cash", amount, rule, NOON, NOON, state=state)


@pytest.mark.parametrize(
    ("refunds", "returned", "returning", "standing"),
    [
        ([], 0, 0, Standing.ISSUED),
        ([("p2", 30_000, Rule.WITHDRAWN, RefundState.OPEN)], 0, 30_000, Standing.ISSUED),
        ([("p2", 30_000, Rule.WITHDRAWN, RefundState.SENT)], 0, 30_000, Standing.ISSUED),
        ([("p2", 24_000, Rule.STOPPED, RefundState.DONE)], 24_000, 0, Standing.PARTLY_REFUNDED),
        (
            [("p1", 10_000, Rule.REFUSED, RefundState.DONE), ("p2", 20_000, Rule.REFUSED, RefundState.OPEN)],
            10_000,
            20_000,
            Standing.PARTLY_REFUNDED,
        ),
        ([("p2", 30_000, Rule.EXCEPTION, RefundState.DONE)], 30_000, 0, Standing.REFUNDED),
        ([("p2", 5_000, Rule.OVERPAID, RefundState.DONE)], 0, 0, Standing.ISSUED),  # never was a fee
        ([("p3", 30_000, Rule.WITHDRAWN, RefundState.DONE)], 0, 0, Standing.ISSUED),  # of another receipt
    ],
)
def test_what_became_of_the_money(refunds: list[Any], returned: int, returning: int, standing: Standing) -> None:
    one = receipt()
    assert rules.returns(one, [_refund(*each) for each in refunds]) == (returned, returning)
    assert rules.standing(one, returned) is standing


def test_a_receipt_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        receipt().secret = "1"  # type: ignore[misc]

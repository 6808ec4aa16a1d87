"""The fee cell of a row, and the description in brackets behind it.

What the portal prints there is not always the fee: "Miễn phí" (free) stands also for "set elsewhere", and amounts
typed with a point ("20.000") are printed without their thousands ("20 VNĐ"). The description decides:

- amounts it names are the fee, each with the clause that names it; limits it names ("deals below 2 tỷ đồng") are
  not amounts;
- a printed fee that the description does not name counts beside amounts it names for a period only;
- a fee printed below 1,000 đồng counts only when the description names it, itself or a thousand times it;
- a description that names a law, a decree or a deciding council instead of an amount: set elsewhere;
- a description that means "none": free;
- a bare "free" or a bare credible amount is taken at its word;
- everything else is unclear, and the portal's text is shown.
"""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal
from enum import StrEnum

PRINTED = r"\d{1,3}(?:,\d{3})*(?:\.\d+)? (?:Việt Nam Đồng|VNĐ|[A-Z]{3})"
UNPARTED = "?"  # marks a printed fee whose digits could not be told from those before it

_WELL_FORMED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})*(?:\.\d+)?")
_LONGEST_LABEL, _MANY = 1000, 100
_CREDIBLE = 1000  # đồng; the smallest note in use

# Written amounts: 20.000 đồng, 20.000đ, 1,000,000 VNĐ, 06 triệu đồng, 155 USD/thẻ, 8.000.000/lần.
_NUMBER = r"\d[\d.,]*\d|\d"
_MENTION = re.compile(
    rf"(?<![\d/.,-])(?P<number>{_NUMBER})"
    r"(?:\s*(?P<scale>triệu|nghìn|ngàn|tỷ))?"
    r"\s*(?P<currency>(?:việt nam )?đồng|vn[đd]|đ(?![^\W\d_])|usd|đô la(?: mỹ)?)"
    rf"|(?<![\d/.,-])(?P<bare>\d{{1,3}}(?:\.\d{{3}})+)(?=\s*/\s*[^\W\d_])",
    re.IGNORECASE,
)
# Before a sum: it bounds a case or a fee, and is none itself.
_BOUND = re.compile(
    r"(?:\b(?:dưới|trên|từ|đến|tới|hơn|quá|vượt|bằng|giá trị|trị giá|mức vốn|vốn|tối đa|tối thiểu)|[<>≤≥])"
    r"\s*(?:là\s*)?$",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"(?:kể )?từ ngày [\d/]+ *đến (?:hết )?(?:ngày )?[\d/]+|đến hết ngày [\d/]+", re.IGNORECASE)
_LIST, _ITEM = re.compile(r"\((?:a|1)\)\s"), re.compile(r"(?:^\(|[\s;.])[a-zđ\d]$")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+")
_PLAIN = re.compile(r"\d+")
_DECIMAL = re.compile(r"\d+,\d{1,2}")
_SCALES = {None: 1, "nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9}
_FORMULA = re.compile(r"\d[^;\n]{0,30}\+\s*\(|\s[x×*]\s*\d|\d\s*[x×]\s")  # a sum to reckon, not alternatives
_CLAUSE_END = re.compile(r";|\n|\s[-+*–]\s|(?<=[^\W\d_])\.(?=\s)|(?<=\))\.\s")

_NONE = re.compile(
    r"[\s\-(]*(?:không|không có|không có phí|không quy định|không thu|không thu (?:phí|lệ phí)|không mất phí"
    r"|không phải nộp (?:phí|lệ phí)|miễn phí|miễn lệ phí|miễn thu phí|0|0 đồng)[\s.);]*",
    re.IGNORECASE,
)
_NOT_SET = re.compile(r"[\s\-(]*chưa (?:có |được )?quy định[\s.);]*", re.IGNORECASE)
# "No fee … by rule X" and "not in the tariff of X" are statements of no fee, whoever made the rule; an exemption
# for some ("đối với", "cho người") is not.
_NONE_BY_RULE = re.compile(
    r"[\s\-(]*(?:miễn (?:thu )?(?:phí|lệ phí)\s*\([^()]*\)|không thu (?:phí|lệ phí)(?!.*(?:trừ|nếu))"
    r"|không được quy định tại biểu (?:phí|mức thu)"
    r"|[^:;\n]+:\s*không(?: có| thu(?: phí| lệ phí)?)?[\s.]*$)[^;\n]*",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"thông tư|nghị quyết|nghị định|\bluật\b|pháp luật|hội đồng nhân dân|hđnd|ủy ban nhân dân|uỷ ban nhân dân|ubnd"
    r"|bộ trưởng|bộ tài chính|theo quy định|quy định tại|quyết định số|biểu (?:phí|giá|mức|khung)"
    r"|\bdo [^;.\n]{3,80} quy(?:ết)? định",
    re.IGNORECASE,
)
_TARIFF = re.compile(r"(?:^|\s)(?:phí|lệ phí)\s*:|mức thu (?:phí|lệ phí)", re.IGNORECASE)


class Kind(StrEnum):
    NOTHING = "nothing"  # the portal has no information
    FREE = "free"
    AMOUNTS = "amounts"
    ELSEWHERE = "elsewhere"  # set by the rule or council that the text names
    NOT_SET = "not set"  # the portal says that nobody has set it yet
    UNCLEAR = "unclear"


@dataclasses.dataclass(frozen=True)
class Amount:
    amount: int  # whole units of the currency
    currency: str  # ISO 4217
    text: str  # the clause that says what it is for; "" when it is simply the fee


@dataclasses.dataclass(frozen=True)
class Fee:
    kind: Kind
    text: str  # as the portal has it
    amounts: tuple[Amount, ...] = ()

    @property
    def understood(self) -> bool:
        return self.kind is not Kind.UNCLEAR


def well_formed(digits: str) -> bool:
    return _WELL_FORMED.fullmatch(digits) is not None


def printed_value(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


def description(rest: str) -> tuple[str | None, str]:
    """Part what follows a printed fee into its description in brackets and the note behind.

    When the brackets do not close, description and note cannot be told apart: all of it is both.
    """
    if not rest.startswith("("):
        return None, rest
    items = _LIST.match(rest) is not None
    depth = 0
    for position, sign in enumerate(rest):
        if items and sign == ")" and _ITEM.search(rest, max(0, position - 2), position):
            continue  # "a)" opens an item of a list, it closes nothing
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return rest[1:position], rest[position + 1 :]
    return rest, rest


def mentions(text: str) -> tuple[Amount, ...] | None:
    """Every sum of money the text names, in order; None when one is not a well-formed number, or there are too many."""
    found: list[Amount] = []
    start = 0
    for clause_end in [*(m.start() for m in _CLAUSE_END.finditer(text)), len(text)]:
        clause = text[start:clause_end]
        label = clause.strip(" -+*–;.\n\t")[:_LONGEST_LABEL]
        for match in _MENTION.finditer(clause):
            if _BOUND.search(clause, max(0, match.start() - 40), match.start()):
                continue
            value = _value(match)
            if value is None:
                return None
            found.append(Amount(value, _currency(match["currency"]), label))
            if len(found) > _MANY:
                return None
        start = clause_end
    return tuple(found)


def _value(match: re.Match[str]) -> int | None:
    number = match["number"] or match["bare"]
    if _GROUPED.fullmatch(number) or _PLAIN.fullmatch(number):
        value = Decimal(number.replace(".", "").replace(",", ""))
    elif _DECIMAL.fullmatch(number):
        value = Decimal(number.replace(",", "."))
    else:
        return None
    value *= _SCALES[(match["scale"] or "").casefold() or None]
    return int(value) if value == int(value) else None


def _currency(word: str | None) -> str:
    return "USD" if word and word.casefold().startswith(("usd", "đô")) else "VND"


def read(printed: str, described: str | None, note: str = "") -> Fee:
    text = printed.removesuffix(UNPARTED) + (f" ({described.strip()})" if described else "")
    if printed == "Miễn phí":
        return _free(text, described or "", note)
    if printed[:1].isdigit():
        return _amount(printed, text, described or "")
    return Fee(Kind.NOTHING, "")


def _free(text: str, described: str, note: str) -> Fee:
    if not described.strip():
        # A note that speaks of a tariff takes back what the cell says.
        return Fee(Kind.ELSEWHERE if _TARIFF.search(note) else Kind.FREE, text)
    if _NONE.fullmatch(described):
        return Fee(Kind.FREE, text)
    if _NOT_SET.fullmatch(described):
        return Fee(Kind.NOT_SET, text)
    named = mentions(described)
    if named is None or (named and _FORMULA.search(described)):
        return Fee(Kind.UNCLEAR, text)
    if named:
        return Fee(Kind.AMOUNTS, text, named)
    said = described.strip(" -+*;.\n\t")
    if _NONE_BY_RULE.fullmatch(said) and not _CLAUSE_END.search(said):
        return Fee(Kind.FREE, text)
    return Fee(Kind.ELSEWHERE if _ELSEWHERE.search(described) else Kind.UNCLEAR, text)


def _amount(printed: str, text: str, described: str) -> Fee:
    if printed.endswith(UNPARTED):
        return Fee(Kind.UNCLEAR, text)
    digits, _, name = printed.partition(" ")
    value, currency = printed_value(digits), "VND" if name in ("Việt Nam Đồng", "VNĐ") else name
    named = mentions(described)
    if named is None or (named and _FORMULA.search(described)) or value != int(value):
        return Fee(Kind.UNCLEAR, text)
    sums = {(a.amount, a.currency) for a in named}
    if (int(value), currency) in sums:
        return Fee(Kind.AMOUNTS, text, named)
    if currency == "VND" and value < _CREDIBLE:
        # Thousands dropped in print, or dollars printed as đồng: believed only if the description says so.
        if {(int(value) * 1000, "VND"), (int(value), "USD")} & sums:
            return Fee(Kind.AMOUNTS, text, named)
        return Fee(Kind.UNCLEAR, text)
    if any(not _PERIOD.search(a.text) for a in named):
        return Fee(Kind.UNCLEAR, text)
    usual = Amount(int(value), currency, "" if named else described.strip())
    return Fee(Kind.AMOUNTS, text, (usual, *named))

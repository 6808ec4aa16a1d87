"""The table of papers: for each case its title and rows, all run together.

    table  = case, { case }
    case   = ( "--" | title ), heading of the columns, { paper }
    paper  = name, { form file }, count
    count  = originals, " bản chính", [ ",", copies, " bản sao" ]     originals: one digit

A case may have no papers: then the next title, or the end, follows it. Names speak of counts too ("nộp 01 bản
chính"): those have a leading zero, or stand between spaces or brackets, and the columns' own counts never do.
Where a name ends with digits, the last digit of the run is the count.

Form files are the portal's attachments. Nothing parts a name from the file behind it: the file starts where a new
cell must have started, at a capital or a digit glued to a finished word, date, document number or full stop.
Where no such place is found, name and file stay together in `name`, and the table counts as not understood.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from infra.national.page import PAPERS_TABLE

_COUNT = re.compile(r"(?<!\d)(?P<run>\d+) bản chính(?:,(?P<copies>\d+) bản sao)?")
_FILE_END = re.compile(r"(?<=\S)\.(?:docx|doc|xlsx|xls|pdf|rtf|odt|ods|zip|rar|jpg|jpeg|png|pptx|ppt)", re.IGNORECASE)
_UNTITLED = re.compile(r"[\s-]*")

# What a paper's name can end with, surest first. File names hold squeezed words, dots and numbers of their own, but
# no slash, and no whole word in small letters glued to what follows; so a surer place wins over a later one.
_SMALL = "a-zàáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_FINISHED = tuple(
    re.compile(rf"(?:{pattern})$")
    for pattern in (
        rf"(?:^|[\s(“\"'/,;])(?:[{_SMALL}]{{2,}}|[{_SMALL}]+[.;:])"  # a word all in small letters
        r"|[;:)”\"…]|[)”\"]\.|\.\."
        r"|/\d{4}[.;]?|năm \d{4}[.;]?"  # a date or a year
        r"|/[A-ZĐ]{2,}(?:-(?:TTg|[A-ZĐ]+))*[.;]?|NĐ ?- ?CP[.;]?",  # the number of a document: 33/2026/NĐ-CP
        r"(?:[Nn]ăm|[Ss]ố|[Mm]ẫu|[Ll]ục|[Đđ]iều|[Kk]hoản|[Nn]hóm|[Nn]ghị định|[Tt]hông tư) [\dIVX]+[.;]?"
        r"|\s[A-ZĐ]{2,}\.",
    )
)
_SHORT_WORD = re.compile(rf"[^{_SMALL}][{_SMALL}]{{1,2}}$")
# A form's file as the portal's editors mostly name it; enough when nothing surer was found.
_FORM = re.compile(r"(?:Mẫu|Mau|MẪU|mau so|mau \d+|mẫu \d+|Phụ lục|Phu luc|PHỤ LỤC|phụ lục)\b")
_LONGEST_FILE = 200


@dataclasses.dataclass(frozen=True)
class Paper:
    name: str
    originals: int
    copies: int
    forms: tuple[str, ...]
    understood: bool = True


@dataclasses.dataclass(frozen=True)
class Case:
    """Papers that belong together under one title; "" when the portal gives none."""

    title: str
    papers: tuple[Paper, ...]


@dataclasses.dataclass(frozen=True)
class Reading:
    cases: tuple[Case, ...]
    understood: bool


def listed(table: str) -> bool:
    """Whether the portal lists anything at all; a lone dash stands for an empty table."""
    return _UNTITLED.fullmatch(table) is None


def read(table: str) -> Reading:
    """What the table says. An unreadable table gives no cases: its text is then all there is."""
    title, *blocks = table.split(PAPERS_TABLE)
    if not blocks:
        return Reading((), False)
    cases: list[Case] = []
    for block in blocks:
        papers, end = _papers(block)
        cases.append(Case(_title(title), tuple(papers)))
        title = block[end:]
    if _title(title):
        cases.append(Case(_title(title), ()))
    # The last text of a block is the next case's title; too long, it is rather a paper whose count was missed.
    understood = all(p.understood for case in cases for p in case.papers) and any(c.papers for c in cases)
    return Reading(tuple(cases), understood)


def _title(text: str) -> str:
    return "" if _UNTITLED.fullmatch(text) else text.strip()


def _papers(block: str) -> tuple[list[Paper], int]:
    papers: list[Paper] = []
    start = 0
    for count in _counts(block):
        cell = block[start : count.end("run") - 1]
        start = count.end()
        originals, copies = int(count["run"][-1]), int(count["copies"] or 0)
        if not cell.strip():
            continue  # the portal has rows without a name
        name, forms, understood = part(cell)
        papers.append(Paper(name, originals, copies, forms, understood and _certain(cell, count["run"])))
    return papers, start


def _counts(block: str) -> Iterator[re.Match[str]]:
    for match in _COUNT.finditer(block):
        run, before, after = match["run"], block[: match.start()][-1:], block[match.end() :][:1]
        if len(run) == 2 and run[0] == "0":
            continue
        apart = before.isspace() or before in ("(", ":", "[")
        if len(run) == 1 and apart and (after.isspace() or after in (",", ".", ";", ")", "]", "/")) and after:
            continue
        yield match


def _certain(cell: str, run: str) -> bool:
    """Whether a run of digits surely ends the name: after a letter or a full stop it may be a count above nine."""
    if len(run) == 1:
        return True
    before = cell[: len(cell) - (len(run) - 1)]
    return len(run) > 2 or before[-1:].isspace() or before[-1:] in ("/", "-", ".")


def part(cell: str) -> tuple[str, tuple[str, ...], bool]:
    """A cell's name, its form files, and whether the two could be told apart."""
    ends = list(_FILE_END.finditer(cell))
    if not ends or cell[ends[-1].end() :].strip():
        return cell.strip(), (), True  # no file, or a sentence that speaks of file types
    start = _file_start(cell[: ends[0].start()])
    if start is None:
        return cell.strip(), (), False
    begins = [start, *(m.end() for m in ends[:-1])]
    forms = tuple(cell[begin : m.end()].strip() for begin, m in zip(begins, ends, strict=True))
    return cell[:start].strip(), forms, True


def _file_start(text: str) -> int | None:
    """Where the first file's name begins: the last place at which a finished name is glued to a new beginning."""
    places = range(len(text) - 1, max(0, len(text) - _LONGEST_FILE), -1)
    glued = [at for at in places if not text[at - 1].isspace() and not text[at].isspace()]
    surest, others = _FINISHED
    return _last(surest, text, glued) or _known(text, glued) or _last(others, text, glued)


def _last(finished: re.Pattern[str], text: str, glued: list[int]) -> int | None:
    for at in glued:
        if text[at].isdigit() and _SHORT_WORD.search(text, max(0, at - 4), at):
            continue  # "Mẫu số01" inside a file's name
        if _begins(text[at - 1], text[at:]) and finished.search(text, max(0, at - 40), at):
            return at
    return None


def _known(text: str, glued: list[int]) -> int | None:
    return next((at for at in glued if not text[at - 1].isupper() and _FORM.match(text, at)), None)


def _begins(before: str, rest: str) -> bool:
    """Whether a file's name may begin here: not inside a word, a number or a document's number."""
    first, second = rest[0], rest[1:2]
    if before.isalpha() and before.islower():
        return first.isupper() or first.isdigit()
    if before.isupper():  # "…/NĐ-CPMẫu 1": a capital that starts a word of small letters, or a known beginning
        ends = before != "C" or first != "P"
        return ends and ((first.isupper() and second.islower() and rest[:2] != "Tg") or bool(_FORM.match(rest)))
    if before.isdigit():
        return first.isupper()
    return first.isalnum()

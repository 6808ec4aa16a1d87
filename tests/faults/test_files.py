"""Files under faults: reading broken at every AWS call, then sent again: the same books as if nothing had been."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.services import present
from chalicelib.storage import entries
from tests.app.bookkeeping import PROVINCE, SETTLEMENT, SLIPS, STATEMENT, Bookkeeping, moved, received, slip
from tests.app.portal import Answer
from tests.app.treasury import Treasury
from tests.faults.crashes import SEED
from tests.faults.wire import Call, Crash, Fault, Plan
from tests.faults.world import World
from tests.thorough import few

pytestmark = [pytest.mark.xdist_group("faults-files"), pytest.mark.clause("C6")]
FAULTS = (Fault.CRASH_AFTER, Fault.LOST, Fault.TWICE, Fault.CONFLICT)
CALM = tuple(fault for fault in FAULTS if fault is not Fault.CONFLICT)
SENT = 6  # a page sends a piece this often
NAME = "{kind}." + "5" * 64


@dataclass(frozen=True)
class Case:
    """A file of every kind of row; `prepare` answers with the rows, which are sent in two pieces."""

    kind: str
    header: str
    prepare: Callable[[Bookkeeping], list[str]]
    provider: str = ""


def _slips(books: Bookkeeping) -> list[str]:
    paid, held = books.treasury.due(), books.treasury.due()
    return [slip("1", books.code(paid)), slip("2", books.code(held), 50_000), slip("3", "x"), slip("4", "", 0)]


def _statement(books: Bookkeeping) -> list[str]:
    told, lost = books.treasury.due(), books.treasury.due()
    reference = books.treasury.start(told, "vietqr")["reference"]
    number = books.transfer(reference)
    missed = books.treasury.start(lost, "vietqr")["reference"]
    return [received(number, reference), received("FT-LOST", missed), received("FT-STRAY", "nop phi", 70_000)]


def _settlement(books: Bookkeeping) -> list[str]:
    both, differs = (_paid(books) for _ in range(2))
    lost = books.treasury.start(books.treasury.due())["reference"]
    given_up = _given_up(books)
    return [
        moved(both[1], both[0], fee=100),
        moved(differs[1], differs[0], 150_000, fee=200),
        moved("900", lost, fee=300),
        moved("901", "", 70_000),
        moved("902", both[0], 30_000, kind="refund", request="REQ"),
        moved(given_up, "", 200_000, fee=400),
    ]


def _paid(books: Bookkeeping) -> tuple[str, str]:
    reference = str(books.treasury.pay(books.treasury.due())["reference"])
    return reference, books.treasury.bank().order(reference).transaction


def _given_up(books: Bookkeeping) -> str:
    """A payment that two people have written off: its row comes with a journal of its own."""
    _, number = _paid(books)
    (entry,) = [one for one in books.unmatched() if one["number"] == number]
    wished = books.done(entry, "declaration", {"reason": "Không thấy."})
    books.done(wished, "approval", {"note": ""}, books.second)
    return number


CASES = (
    Case("statement", STATEMENT, _statement),
    Case("settlement", SETTLEMENT, _settlement, "vnpay"),
    Case("post-office", SLIPS, _slips),
)


class Reading:
    """A file about to be read, any number of times from the same start."""

    def __init__(self, world: World, case: Case) -> None:
        self.world, self.case = world, case
        self.books = Bookkeeping(Treasury(world.portal))
        with world.wire.silent():
            self.rows = case.prepare(self.books)
            world.stream()
        present.freeze(present.now())
        self.kept = world.keep()

    def run(self, plan: Plan | None) -> tuple[list[Call], dict[str, Any]]:
        """The calls, and what the books are after it."""
        self.world.restore(self.kept, SEED)
        self.world.wire.reset(plan)
        half = len(self.rows) // 2
        told = [self._send(0, self.rows[:half], False), self._send(half, self.rows[half:], True)]
        calls = list(self.world.wire.calls)
        with self.world.wire.silent():
            self.world.stream()
            return calls, {**self._seen(), "told": told}

    def _send(self, offset: int, rows: list[str], last: bool) -> bool:
        case = self.case
        body = {"name": "tep.csv", "provider": case.provider, "header": case.header, "offset": offset}
        body |= {"rows": rows, "last": last}
        name, books = NAME.format(kind=case.kind), self.books
        for _ in range(SENT):
            try:
                answer: Answer = self.world.around("request", lambda: books.put(PROVINCE, name, body, books.chief))
            except Crash:
                continue
            if answer.status == 200:
                return True
            assert answer.status in {409, 500, 502}, answer.body
            self.world.wait(1)
        return False

    def _seen(self) -> dict[str, Any]:
        books = self.books
        file = books.get(f"files/{NAME.format(kind=self.case.kind)}", PROVINCE, books.chief)
        numbers = [(_side(self.case), _number(self.case, row)) for row in self.rows]
        return {
            "balances": books.balances(),
            "states": books.states(numbers),
            "versions": {key: entry.version for key, entry in entries.many(numbers).items()},
            "counts": file["counts"],
            "rows": file["rows"],
            "net": file["net"],
            "ended": file["ended_at"] is not None,
        }


def _side(case: Case) -> str:
    return {"post-office": "post", "statement": "vietqr", "settlement": "vnpay"}[case.kind]


def _number(case: Case, row: str) -> str:
    cells = row.split(",")
    return {"post-office": f"{cells[0]}/{cells[1]}", "statement": cells[0], "settlement": cells[2]}[case.kind]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
@pytest.mark.slow
def test_a_reading_that_broke_anywhere_ends_in_the_same_books(world: World, case: Case) -> None:
    reading = Reading(world, case)
    calls, wanted = reading.run(None)
    assert wanted["told"] == [True, True] and wanted["ended"] and wanted["rows"] == len(reading.rows)
    for call in calls:
        for fault in few(FAULTS if call.operation == "DynamoDB.TransactWriteItems" else CALM, call.number):
            _, seen = reading.run(Plan(call.number, fault))
            assert world.wire.struck is not None
            assert seen == wanted, f"{fault.value} at {call}"

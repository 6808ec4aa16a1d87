"""The requests about the books whose AWS calls are counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from chalicelib.services import books, present
from tests.app.bookkeeping import PROVINCE, Bookkeeping, moved, slip
from tests.app.portal import AGENCY, Answer, Portal
from tests.app.treasury import Treasury

Send = Callable[[], Answer]
WHY = {"reason": "Đã đối chiếu."}


def _look(path: str) -> Callable[[Portal], Send]:
    def prepare(portal: Portal) -> Send:
        accountant = Bookkeeping(Treasury(portal)).accountant
        books.every_morning(present.now())
        day = present.now().date()
        return lambda: accountant.get(f"/desk/books/{AGENCY}/{path.format(day=day, before=day - timedelta(days=1))}")

    return prepare


def _slip(portal: Portal) -> Send:
    treasury = Treasury(portal)
    dossier = treasury.due()
    code = Bookkeeping(treasury).code(dossier)
    body = {"office": "580000", "slip": dossier[:20], "reference": code, "amount": 200_000, "service": "counter"}
    body |= {"paid_at": "2026-11-23T08:30:00+07:00"}
    return lambda: portal.cashier.put(f"/desk/books/{AGENCY}/slips", body)


def _rows(portal: Portal) -> Send:
    """Five rows that are in the ledger, and the end of the file."""
    keeping = Bookkeeping(Treasury(portal))
    rows = []
    for _ in range(5):
        reference = keeping.treasury.pay(keeping.treasury.due())["reference"]
        rows.append(moved(keeping.treasury.bank().order(reference).transaction, reference))
    return lambda: keeping.send("settlement", rows, who=keeping.chief, agency=PROVINCE, provider="vnpay")[0]


def _act(act: str) -> Callable[[Portal], Send]:
    def prepare(portal: Portal) -> Send:
        keeping = Bookkeeping(Treasury(portal))
        dossier = keeping.treasury.due()
        keeping.read("post-office", [slip(dossier[:20], "không rõ")])
        entry = next(one for one in keeping.strays() if one["number"].endswith(dossier[:20]))
        if act == "approval":
            entry = keeping.done(entry, "declaration", WHY)
        body = {"note": ""} if act == "approval" else WHY
        more = {"reference": keeping.code(dossier)} if act == "attachment" else {}
        return lambda: keeping.act(entry, act, {**body, **more}, keeping.second)

    return prepare


BOOK_REQUESTS: tuple[tuple[str, int, Callable[[Portal], Send]], ...] = (
    ("books: a day", 8, _look("days/{day}")),
    ("books: days", 1, _look("days")),
    ("books: agencies of a day", 1, _look("days/{before}/agencies")),
    ("books: movements", 1, _look("days/{day}/movements")),
    ("books: unmatched", 3, _look("unmatched")),
    ("books: strays", 3, _look("strays")),
    ("books: files", 1, _look("files")),
    ("books: a slip by hand", 4, _slip),
    ("books: rows of a file", 5, _rows),
    ("books: attach a stray", 5, _act("attachment")),
    ("books: declare a stray", 2, _act("declaration")),
    ("books: approve", 2, _act("approval")),
)

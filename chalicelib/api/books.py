"""The books of an agency: its days, what waits to be matched, files that are read in, slips of the post office."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from chalicelib.api import book_shapes, book_views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.dossiers import PAGE
from chalicelib.api.http import CSV, Api, Call
from chalicelib.domain.file import FileKind
from chalicelib.errors import NotFound
from chalicelib.services import books as service
from chalicelib.services import imports, present, slips
from chalicelib.services.books import Filter
from chalicelib.services.imports import MOST_ROWS, Piece
from chalicelib.services.slips import Typed

books_api = Api(__name__, "books")
FILTERED = {
    "via": "code of a provider or of a way to pay",
    "kind": "payment or refund",
    "state": "state of an entry",
    "least": "amount in VND, at least",
    "most": "amount in VND, at most",
    **PAGE,
}


class PieceBody(Body):
    """Some rows of a file, each the text of one whole row (a quoted cell may have line breaks in it).

    `header` is the first line of the file, the same with every piece; `offset` rows came before these (the answer's
    `file.rows` says where to go on), `last` when none follow. `provider` of a settlement file only.
    """

    name: str = Field(min_length=1, max_length=200)
    provider: str = Field(default="", pattern=r"^[a-z]{0,20}$")
    header: str = Field(min_length=1, max_length=2000)
    offset: int = Field(ge=0, le=10**7)
    rows: list[Annotated[str, Field(max_length=4000)]] = Field(max_length=MOST_ROWS)
    last: bool


class SlipBody(Body):
    """A slip of a post office. `reference` is the dossier's code or our reference; `paid_at` ISO 8601 with offset."""

    office: str = Field(pattern=r"^[0-9A-Za-z]{1,20}$")
    slip: str = Field(pattern=r"^[0-9A-Za-z.-]{1,40}$")
    reference: str = Field(min_length=1, max_length=60)
    payer: str = Field(default="", max_length=200)
    amount: int = Field(ge=1, le=10**12)
    paid_at: str = Field(max_length=40)
    service: Literal["counter", "postal"]


@books_api.view("GET", "/desk/books/{agency}/days", gives=book_shapes.KeptDaysShape, query=PAGE)
def list_days(call: Call, agency: str) -> book_shapes.KeptDaysShape:
    """The days of the agency that were reckoned, the latest first."""
    page = service.reckoned(call.who, agency, call.limit(), call.query("cursor"))
    return book_views.kept_days(page, call.language)


@books_api.view("GET", "/desk/books/{agency}/days/{day}", gives=book_shapes.DayShape)
def get_day(call: Call, agency: str, day: str) -> book_shapes.DayShape:
    """A day of the agency as it stands now: movements, what waits by age, balances, whether it is closed."""
    found = service.report(call.who, agency, service.day_named(day), present.now())
    return book_views.day(found, call.language)


@books_api.view("GET", "/desk/books/{agency}/days/{day}/agencies", gives=book_shapes.KeptDaysShape, query=PAGE)
def list_agencies_of_day(call: Call, agency: str, day: str) -> book_shapes.KeptDaysShape:
    """A day of the agency and of each below it, as it was reckoned."""
    on = service.day_named(day)
    page = service.below(call.who, agency, on, call.limit(), call.query("cursor"))
    return book_views.agencies(on, page, call.language)


@books_api.view("GET", "/desk/books/{agency}/days/{day}/movements", gives=book_shapes.EntriesShape, query=FILTERED)
def list_movements(call: Call, agency: str, day: str) -> book_shapes.EntriesShape:
    """The movements of a day in order of time; with a filter, a page may be short and go on all the same."""
    named = call.query("via"), call.query("kind"), call.query("state")
    wanted = Filter.typed(*named, call.query("least"), call.query("most"))
    on, limit, cursor = service.day_named(day), call.limit(), call.query("cursor")
    page = service.movements(call.who, agency, on, wanted, limit, cursor)
    return book_views.entries(page, call.language, present.now())


@books_api.view("GET", "/desk/books/{agency}/days/{day}/movements.csv", media=CSV)
def download_movements(call: Call, agency: str, day: str) -> str:
    """The movements of a day as a table."""
    on = service.day_named(day)
    found = service.all_movements(call.who, agency, on)
    call.headers["Content-Disposition"] = f'attachment; filename="{agency}-{on}-movements.csv"'
    return book_views.movements_csv(found, call.language)


@books_api.view("GET", "/desk/books/{agency}/days/{day}/journal.csv", media=CSV)
def download_journal(call: Call, agency: str, day: str) -> str:
    """The journal of a day as a table, a line per posting."""
    on = service.day_named(day)
    found = service.all_journals(call.who, agency, on)
    call.headers["Content-Disposition"] = f'attachment; filename="{agency}-{on}-journal.csv"'
    return book_views.journal_csv(found, call.language)


@books_api.view("GET", "/desk/books/{agency}/unmatched", gives=book_shapes.EntriesShape, query=PAGE)
def list_unmatched(call: Call, agency: str) -> book_shapes.EntriesShape:
    """What we booked and no file of the other side has shown (or shows otherwise), the oldest first."""
    page = service.waiting(call.who, agency, "unmatched", call.limit(), call.query("cursor"))
    return book_views.waiting(page, call.language, present.now())


@books_api.view("GET", "/desk/books/{agency}/strays", gives=book_shapes.EntriesShape, query=PAGE)
def list_strays(call: Call, agency: str) -> book_shapes.EntriesShape:
    """Money that nothing of ours accounts for, and what of it is to be sent back, the oldest first."""
    page = service.waiting(call.who, agency, "stray", call.limit(), call.query("cursor"))
    return book_views.waiting(page, call.language, present.now())


@books_api.view("GET", "/desk/books/{agency}/files", gives=book_shapes.FilesShape, query=PAGE)
def list_files(call: Call, agency: str) -> book_shapes.FilesShape:
    """The files that the agency had read, the newest first."""
    page = imports.listed(call.who, agency, call.limit(), call.query("cursor"))
    return book_views.files(page, call.language)


@books_api.view("GET", "/desk/books/{agency}/files/{file_id}", gives=book_shapes.FileShape)
def get_file(call: Call, agency: str, file_id: str) -> book_shapes.FileShape:
    """A file that was read, as far as it was."""
    return book_views.file(imports.look(call.who, agency, *_file_id(file_id)), call.language)


@books_api.view("PUT", "/desk/books/{agency}/files/{file_id}/rows", body=PieceBody, gives=book_shapes.ReadShape)
def read_rows(call: Call, agency: str, file_id: str) -> book_shapes.ReadShape:
    """Read some rows of a file, whose id is its kind and its SHA-256; the same rows again change nothing."""
    kind, sha256 = _file_id(file_id)
    body = call.body
    piece = Piece(kind, body.provider, sha256, body.name, body.header, body.offset, body.rows, body.last)
    return book_views.read(imports.take(call.who, agency, piece, present.now()), call.language)


@books_api.view("PUT", "/desk/books/{agency}/slips", body=SlipBody, gives=book_shapes.SlipShape)
def enter_slip(call: Call, agency: str) -> book_shapes.SlipShape:
    """Enter one slip of a post office by hand; the same slip again is the same payment."""
    body, now = call.body, present.now()
    typed = Typed(body.office, body.slip, body.reference, body.payer, body.amount, body.paid_at, body.service)
    return book_views.slip(slips.enter(call.who, agency, typed, now), call.language, now)


def _file_id(text: str) -> tuple[FileKind, str]:
    """Kind and hash; whatever is not of the shape of an id does not exist."""
    kind, _, sha256 = text.partition(".")
    if kind not in {k.value for k in FileKind} or not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise NotFound("FileNotFound")
    return FileKind(kind), sha256

"""`motcua money`: read files of the post office, of banks and of gateways into the ledger; look at a day's books."""

from __future__ import annotations

import getpass
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chalicelib import messages
from chalicelib.errors import FieldError, Invalid
from infra.cli.cloud import bar, cloud, quietly

if TYPE_CHECKING:
    from chalicelib.domain.file import Told
    from chalicelib.services.imports import Read

_WORDS = {
    "vi": {
        "known": "Tệp này đã được đọc ngày {day}; không có gì thay đổi.",
        "read": "Đã đọc {rows} dòng.",
        "trial": "Chạy thử: đã xem {rows} dòng, không ghi gì.",
        "net": "Về tài khoản ngân hàng: {amount} đồng.",
        "row": "Dòng {row}: {message}",
        "more": "… còn {count} dòng khác cần xem trong cổng.",
        "booked": "ghi sổ",
        "held": "tạm giữ, chưa đủ",
        "surplus": "hoàn lại toàn bộ",
        "matched": "khớp",
        "differs": "lệch số tiền",
        "stray": "chưa xác định",
        "known_row": "đã có từ trước",
        "twice": "trùng trong tệp",
        "missing": "không thuộc cơ quan",
        "contradicts": "trái với sổ",
        "refused": "không đọc được",
        "new": "chưa có trong sổ",
    },
    "en": {
        "known": "This file was read on {day}; nothing has changed.",
        "read": "Read {rows} rows.",
        "trial": "Trial: looked at {rows} rows, nothing was written.",
        "net": "Reaches the bank: {amount} đồng.",
        "row": "Row {row}: {message}",
        "more": "… {count} more rows to be looked at in the portal.",
        "booked": "booked",
        "held": "held, not enough yet",
        "surplus": "goes back whole",
        "matched": "matched",
        "differs": "amount differs",
        "stray": "unclear",
        "known_row": "known before",
        "twice": "twice in the file",
        "missing": "not of the agency",
        "contradicts": "contradicts the ledger",
        "refused": "not readable",
        "new": "not in the ledger",
    },
}
_PIECE = 1 << 16  # bytes hashed at a time
SHOWN = 50  # rows that are named one by one


@click.group()
def money() -> None:
    """Files of other sides, read into the ledger."""


@money.command("import")
@click.argument("kind", type=click.Choice(["post-office", "statement", "settlement"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--gateway", "provider", default="", help="Whose settlement file: a gateway's name, post, or card.")
@click.option("--agency", default="", help="Whose books; the province's when none is named.")
@click.option("--by", "who", default="", help="Who reads it, for the record; by default the user of this machine.")
@click.option("--dry-run", is_flag=True, help="Only compare with the ledger; write nothing.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def import_command(
    kind: str, file: Path, provider: str, agency: str, who: str, dry_run: bool, lang: str, as_json: bool
) -> None:
    """Read FILE, each row once: the same file again changes nothing, and one that broke off goes on where it stopped.

    KIND is post-office (payments that a post office reports), statement (of a bank) or settlement (of --gateway).
    Columns: chalicelib/gateways/payments/slips.py, transfers.py, settlements.py.
    """
    size, sha256 = _hashed(file)
    told: list[Told] = []
    with cloud():
        from chalicelib.domain.agency import root_of
        from chalicelib.domain.file import FileKind
        from chalicelib.gateways import spreadsheet
        from chalicelib.services import catalogue, imports, present
        from chalicelib.services.accounting import Clerk

        clerk = Clerk("operator", who or getpass.getuser())
        code = catalogue.agency(agency).code if agency else root_of(catalogue.agencies())
        if not code:
            raise Invalid("BadRequest", [FieldError("agency", "Required")])
        counts: Counter[str] = Counter()
        with quietly(), bar(size, "import", as_json) as progress:
            texts = spreadsheet.records(_lines(file, progress))
            header, offset, done = next(texts, ""), 0, None
            rows = list(islice(texts, imports.BATCH))
            while done is None or rows:
                more = list(islice(texts, imports.BATCH))
                piece = imports.Piece(FileKind(kind), provider, sha256, file.name, header, offset, rows, last=not more)
                done = imports.read(clerk, code, piece, present.now(), dry=dry_run)
                told += done.told[: max(0, SHOWN - len(told))]
                counts.update(done.file.counts if dry_run else {})
                if done.known:
                    break
                offset, rows = offset + len(rows), more
    if dry_run:
        done.file = replace(done.file, counts=dict(counts))
    _say(done, told, offset, lang, as_json, dry_run)


def _hashed(file: Path) -> tuple[int, str]:
    """The size of the file and the SHA-256 of its bytes, read piece by piece."""
    digest, size = hashlib.sha256(), 0
    try:
        with file.open("rb") as source:
            while piece := source.read(_PIECE):
                digest.update(piece)
                size += len(piece)
    except OSError as error:
        raise _file_defect("FileUnreadable", file) from error
    return size, digest.hexdigest()


def _lines(file: Path, progress: Any) -> Iterator[str]:
    """The lines of the file, one at a time, their ends as they are."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            for line in source:
                progress.update(len(line.encode()))
                yield line
    except UnicodeDecodeError as error:
        raise _file_defect("FileNotText", file) from error


def _file_defect(code: str, file: Path) -> Invalid:
    return Invalid("BadRequest", [FieldError.of("file", code, path=str(file))])


def _say(done: Read, told: list[Told], rows: int, lang: str, as_json: bool, dry_run: bool) -> None:
    from chalicelib.domain.reconcile import day_of

    file = done.file
    if as_json:
        said = {
            "file": file.id,
            "known": done.known,
            "rows": file.rows if done.known else rows,
            "counts": dict(sorted(file.counts.items())),
            "net": file.net,
            "told": [{"row": one.row, "code": one.code, "message": _message(one, lang)} for one in told],
        }
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    words = _WORDS[lang]
    if done.known and isinstance(file.ended_at, datetime):
        click.echo(words["known"].format(day=day_of(file.ended_at).isoformat()))
        return
    click.echo(words["trial" if dry_run else "read"].format(rows=rows))
    for name, count in sorted(file.counts.items()):
        click.echo(f"  {words.get(f'{name}_row', words.get(name, name))}: {count}")
    if file.net:
        click.echo(words["net"].format(amount=f"{file.net:,}".replace(",", ".")))
    for one in told:
        click.echo(words["row"].format(row=one.row, message=_message(one, lang)))
    odd = sum(count for name, count in file.counts.items() if name not in {"booked", "matched", "known", "new"})
    if odd > len(told) and not dry_run:
        click.echo(words["more"].format(count=odd - len(told)))


def _message(one: Told, lang: str) -> str:
    fields = (f"{f.field}: {messages.text(lang, 'fields', f.code, **f.params)}" for f in one.fields)
    return " ".join([messages.text(lang, "rows", one.code, **one.params), *fields])

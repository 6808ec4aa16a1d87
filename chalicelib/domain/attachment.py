"""Files sent along with something written on a dossier: at most three each, looked at before anybody can have them.

    expected    a place to upload it was given; it may be on its way, or being looked at
    kept        it is what it should be
    refused     it is not; `reason` is the key of a text in the messages' "reasons"

What a file hangs on has an id made by its sender (a message's, or an internal note's), and its files are numbered from
1. The two kinds never share a name or a row: whoever may ask for a message's file finds no note's under any id. PDFs
are kept as they came, pictures are encoded anew, so that nothing hides beside the picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain import filename
from chalicelib.domain.event import iso, moment
from chalicelib.domain.paper import FIRST_LOOK, LONGEST_LOOK, File, Page, Stored
from chalicelib.domain.upload import ARRIVAL_TIME, JPEG, MAX_PICTURE_BYTES, MB, PDF, PICTURES
from chalicelib.errors import FieldError, Invalid, TooMany
from chalicelib.values import dataclass

MOST_FILES = 3
MAX_PDF_BYTES = 10 * MB  # a message's file is a page or two; whole dossiers' papers have slots of their own
MOST_PAGES = 50
FILES_A_DAY = 20
DAY = timedelta(days=1)

_ID = "[A-Za-z0-9-]{16,40}"
_KEY = re.compile(f"quarantine/(attached|internal)/({_ID})/({_ID})/([1-3])")


class Status(StrEnum):
    EXPECTED = "expected"
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True)
class Attachment:
    """The `number`th file of what has the id `to`, on a dossier; `by` is the account that sends it.

    `look_at` is when the sweeper looks at it again, None when there is nothing left to do. `agency` is the one whose
    officers alone may have a note's file; None for a message's.
    """

    dossier: str
    to: str
    number: int
    by: str
    name: str
    size: int
    type: str
    sha256: str
    created_at: datetime
    status: Status = Status.EXPECTED
    version: int = 1
    reason: str | None = None
    stored: Stored | None = None
    look_at: datetime | None = None
    agency: str | None = None

    @property
    def on_note(self) -> bool:
        """Whether it hangs on a note among officers."""
        return self.agency is not None

    @property
    def upload_key(self) -> str:
        return f"quarantine/{'internal' if self.on_note else 'attached'}/{self.dossier}/{self.to}/{self.number}"

    @property
    def kept_key(self) -> str:
        name = f"{'internal-' if self.on_note else ''}{self.to}-{self.number}"
        return f"papers/{self.dossier}/{name}.{'pdf' if self.type == PDF else 'jpg'}"

    @property
    def kept_type(self) -> str:
        return PDF if self.type == PDF else JPEG

    @property
    def kept_name(self) -> str:
        """As whom it is saved: a picture is a JPEG now, whatever it was."""
        stem = self.name.rpartition(".")[0] or self.name
        return self.name if self.type == PDF else f"{stem}.jpg"

    @property
    def page(self) -> Page:
        """As the inspector is asked about it."""
        return Page(1, self.name, self.size, self.type, self.sha256)

    def is_same_as(self, other: Attachment) -> bool:
        """Whether both were asked for by the same request, whatever became of it since."""

        def asked(one: Attachment) -> tuple[Any, ...]:
            return one.dossier, one.agency, one.to, one.number, one.by, one.name, one.size, one.type, one.sha256

        return asked(self) == asked(other)

    def to_json(self) -> dict[str, Any]:
        kept = asdict(self)
        kept["created_at"] = iso(self.created_at)
        kept["look_at"] = iso(self.look_at) if self.look_at else None
        return {name: value for name, value in kept.items() if value is not None}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Attachment:
        read = dict(kept)
        read["status"] = Status(read["status"])
        read["number"], read["size"], read["version"] = (int(read[n]) for n in ("number", "size", "version"))
        read["stored"] = Stored(**read["stored"]) if read.get("stored") else None
        for name in ("created_at", "look_at"):
            read[name] = moment(read[name]) if read.get(name) else None
        return cls(**read)


def parse_key(key: str) -> tuple[str, str, int, bool] | None:
    """(dossier, what it hangs on, number, whether that is a note) of an upload's key; None for every other key."""
    match = _KEY.fullmatch(key)
    return (match[2], match[3], int(match[4]), match[1] == "internal") if match and key.isascii() else None


def asked(
    dossier: str, to: str, by: str, files: Sequence[File], now: datetime, agency: str | None = None
) -> tuple[Attachment, ...]:
    """The places for these files; raises Invalid naming every one that cannot be taken."""
    found = []
    if len(files) > MOST_FILES:
        found.append(FieldError.of("files", "TooMany", most=MOST_FILES))
    for index, file in enumerate(files):
        most = MAX_PDF_BYTES if file.type == PDF else MAX_PICTURE_BYTES
        if file.type != PDF and file.type not in PICTURES:
            found.append(FieldError.of(f"files[{index}].type", "WrongFileType"))
        elif file.size > most:
            found.append(FieldError.of(f"files[{index}].size", "FileTooLarge", most=most // MB))
    if found:
        raise Invalid("BadRequest", found)
    return tuple(
        Attachment(
            dossier,
            to,
            n,
            by,
            filename.clean(f.name),
            f.size,
            f.type,
            f.sha256,
            now,
            look_at=now + FIRST_LOOK,
            agency=agency,
        )
        for n, f in enumerate(files, 1)
    )


def require_room(there: Iterable[Attachment], more: Sequence[Attachment], now: datetime) -> None:
    """Raises TooMany when their sender would have sent more than FILES_A_DAY to the dossier within a day."""
    if more:
        require_less(sum(one.created_at > now - DAY and one.by == more[0].by for one in there) + len(more))


def require_less(files: int) -> None:
    """Raises TooMany when these are more than one sender may send to one dossier within a day."""
    if files > FILES_A_DAY:
        raise TooMany("TooManyFiles", most=FILES_A_DAY)


def kept(one: Attachment, stored: Stored) -> Attachment:
    return replace(one, status=Status.KEPT, stored=stored, look_at=None, version=one.version + 1)


def refused(one: Attachment, reason: str) -> Attachment:
    return replace(one, status=Status.REFUSED, reason=reason, look_at=None, version=one.version + 1)


def looked_at(one: Attachment, now: datetime) -> Attachment:
    """When to look again for a file that has not come: after as long again as it has waited, up to six hours."""
    wait = min(max(now - one.created_at, FIRST_LOOK), LONGEST_LOOK)
    again = min(now + wait, max(one.created_at + ARRIVAL_TIME, now + FIRST_LOOK))
    return replace(one, look_at=again, version=one.version + 1)

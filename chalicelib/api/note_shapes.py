"""What notes among officers look like on the wire: moments are ISO 8601 UTC."""

from __future__ import annotations

from chalicelib.api.message_shapes import AttachmentShape
from chalicelib.api.papers import UploadShape
from chalicelib.api.typed import TypedDict


class NoteShape(TypedDict):
    id: str
    at: str
    author: str
    text: str
    mine: bool
    files: list[AttachmentShape]


class LeftShape(NoteShape):
    """With a form for each file; post `fields`, then the file as `file`, to `url`. `page` is the file's number."""

    uploads: list[UploadShape]


class NotesShape(TypedDict):
    items: list[NoteShape]
    cursor: str | None

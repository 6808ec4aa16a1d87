"""What messages and their files look like on the wire."""

from __future__ import annotations

from typing import Literal

from chalicelib.api.typed import TypedDict


class AttachmentShape(TypedDict):
    """`expected` while it comes and is looked at, then `kept` or `refused` with the reason in words."""

    number: int
    name: str
    size: int
    type: str
    status: Literal["expected", "kept", "refused"]
    message: str | None


class MessageShape(TypedDict):
    """`unread` when the other side wrote it and the reader's has not read it yet."""

    id: str
    at: str
    author: str
    role: str
    text: str
    unread: bool
    files: list[AttachmentShape]


class MessagesShape(TypedDict):
    """In order of time; `earlier` asks for the page before."""

    items: list[MessageShape]
    earlier: str | None

"""Messages as their readers see them."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib import messages
from chalicelib.api import message_shapes as shapes
from chalicelib.domain import letters
from chalicelib.domain.access import Actor
from chalicelib.domain.attachment import Attachment
from chalicelib.domain.bundle import Bundle, Message
from chalicelib.services import messages as service


def page(bundle: Bundle, actor: Actor, language: str, cursor: str = "") -> shapes.MessagesShape:
    """The last messages, or those before a cursor."""
    found, earlier = service.page(bundle.messages, cursor)
    side = letters.side_of(actor)
    items = [
        message(one, _of(one, bundle.attachments), letters.is_new(one, side, bundle.read), language) for one in found
    ]
    return {"items": items, "earlier": earlier}


def message(of: Message, files: Iterable[Attachment], unread: bool, language: str) -> shapes.MessageShape:
    return {
        "id": of.id,
        "at": of.at,
        "author": of.actor["name"],
        "role": of.actor["role"],
        "text": of.text,
        "unread": unread,
        "files": [file(one, language) for one in files],
    }


def _of(message: Message, files: Iterable[Attachment]) -> list[Attachment]:
    return sorted((one for one in files if one.to == message.id), key=lambda one: one.number)


def file(one: Attachment, language: str) -> shapes.AttachmentShape:
    return {
        "number": one.number,
        "name": one.name,
        "size": one.size,
        "type": one.type,
        "status": one.status.value,
        "message": messages.text(language, "reasons", one.reason) if one.reason else None,
    }

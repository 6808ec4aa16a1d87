"""Messages between applicant and agency: written, with files; read page by page; files saved."""

from __future__ import annotations

import re

from chalicelib.api import message_shapes as shapes
from chalicelib.api import message_views as views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.http import KEY, Api, Call, path_id
from chalicelib.api.notices import moment
from chalicelib.api.papers import DownloadShape, FileBody, UploadShape, forms
from chalicelib.domain.attachment import MOST_FILES
from chalicelib.domain.paper import File
from chalicelib.errors import NotFound
from chalicelib.services import messages as service
from chalicelib.services import present

messages_api = Api(__name__, "messages")


class MessageBody(Body):
    """`id` is made by the sender, so that a message sent twice is one message; its files are uploaded afterwards."""

    id: str = Field(pattern=KEY)
    text: str = Field(min_length=1, max_length=4000)
    files: list[FileBody] = Field(default_factory=list, max_length=MOST_FILES)


class ReadBody(Body):
    """The moment of the newest message that was seen (ISO 8601)."""

    until: str = Field(max_length=40)


class SentShape(shapes.MessageShape):
    """With a form for each file; post `fields`, then the file as `file`, to `url`. `page` is the file's number."""

    uploads: list[UploadShape]


@messages_api.view("POST", "/dossiers/{dossier_id}/messages", body=MessageBody, gives=SentShape, status=201)
def write_message(call: Call, dossier_id: str) -> SentShape:
    """Write to the agency about a dossier of mine."""
    return _sent(call, dossier_id)


@messages_api.view("POST", "/desk/dossiers/{dossier_id}/messages", body=MessageBody, gives=SentShape, status=201)
def write_to_applicant(call: Call, dossier_id: str) -> SentShape:
    """Write to the applicant about a dossier of my agency."""
    return _sent(call, dossier_id)


@messages_api.view(
    "GET",
    "/dossiers/{dossier_id}/messages",
    gives=shapes.MessagesShape,
    query={"cursor": "`earlier` of the page after it"},
)
def list_messages(call: Call, dossier_id: str) -> shapes.MessagesShape:
    """The messages of a dossier, for its owner and the agency's officers: the last ones, or the page before."""
    return views.page(service.load(call.who, path_id(dossier_id)), call.who, call.language, call.query("cursor"))


@messages_api.view("PUT", "/dossiers/{dossier_id}/messages/read", body=ReadBody, status=204)
def mark_messages_read(call: Call, dossier_id: str) -> None:
    """My side has read what the other wrote up to a moment."""
    service.read(call.who, path_id(dossier_id), moment(call.body.until), present.now())


@messages_api.view("GET", "/dossiers/{dossier_id}/messages/{message_id}/files/{number}", gives=DownloadShape)
def get_message_file(call: Call, dossier_id: str, message_id: str, number: str) -> DownloadShape:
    """An address, good for two minutes, to save a message's file from."""
    return {"url": service.download(call.who, path_id(dossier_id), message_id, file_number(message_id, number))}


def _sent(call: Call, dossier_id: str) -> SentShape:
    files = [File(f.name, f.size, f.type, f.sha256) for f in call.body.files]
    sent = service.post(call.who, path_id(dossier_id), call.body.id, call.body.text, files, present.now())
    shown = views.message(sent.message, sent.files, False, call.language)
    return {**shown, "uploads": forms(sent.uploads)}


def file_number(of: str, number: str) -> int:
    """The number of a file in a path, on what has the id `of`; raises NotFound for what is neither."""
    if not re.fullmatch(KEY, of) or number not in {str(n) for n in range(1, MOST_FILES + 1)}:
        raise NotFound("FileNotFound")
    return int(number)

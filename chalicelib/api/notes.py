"""Notes that an agency's officers leave each other on a dossier, with files; nobody else has either."""

from __future__ import annotations

from chalicelib.api import message_views
from chalicelib.api import note_shapes as shapes
from chalicelib.api.bodies import Body, Field
from chalicelib.api.http import KEY, Api, Call, path_id
from chalicelib.api.messages import file_number
from chalicelib.api.papers import DownloadShape, FileBody, forms
from chalicelib.domain.access import Actor
from chalicelib.domain.attachment import MOST_FILES
from chalicelib.domain.note import LONGEST_NOTE
from chalicelib.domain.paper import File
from chalicelib.services import notes, present

notes_api = Api(__name__, "desk")
_PAGE = {"cursor": "where the page before ended", "limit": f"notes of a page, 1 to {notes.A_PAGE}"}


class InternalNoteBody(Body):
    """`id` is made by the writer; the same id again is the same note; its files are uploaded afterwards."""

    id: str = Field(pattern=KEY)
    text: str = Field(min_length=1, max_length=LONGEST_NOTE)
    files: list[FileBody] = Field(default_factory=list, max_length=MOST_FILES)


@notes_api.view("GET", "/desk/dossiers/{dossier_id}/notes", gives=shapes.NotesShape, query=_PAGE)
def list_notes(call: Call, dossier_id: str) -> shapes.NotesShape:
    """The notes of my agency's officers on a dossier, the newest first."""
    limit = call.limit(notes.A_PAGE)
    found, cursor = notes.read(call.who, path_id(dossier_id), limit, call.query("cursor"))
    return {"items": [_note(one, call.who, call.language) for one in found], "cursor": cursor}


@notes_api.view("POST", "/desk/dossiers/{dossier_id}/notes", body=InternalNoteBody, gives=shapes.LeftShape, status=201)
def write_note(call: Call, dossier_id: str) -> shapes.LeftShape:
    """Leave a note for my colleagues; the applicant never sees it."""
    body = call.body
    files = [File(f.name, f.size, f.type, f.sha256) for f in body.files]
    left = notes.write(call.who, path_id(dossier_id), body.id, body.text, files, present.now())
    return {**_note(left, call.who, call.language), "uploads": forms(left.uploads)}


@notes_api.view("GET", "/desk/dossiers/{dossier_id}/notes/{note_id}/files/{number}", gives=DownloadShape)
def get_note_file(call: Call, dossier_id: str, note_id: str, number: str) -> DownloadShape:
    """An address, good for two minutes, to save a note's file from."""
    return {"url": notes.download(call.who, path_id(dossier_id), note_id, file_number(note_id, number))}


def _note(of: notes.Left, actor: Actor, language: str) -> shapes.NoteShape:
    note = of.note
    return {
        "id": note.id,
        "at": note.at,
        "author": note.name,
        "text": note.text,
        "mine": note.author == actor.id,
        "files": [message_views.file(one, language) for one in of.files],
    }

"""Papers: slots to upload to, taking back, looking at what is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from chalicelib.api import shapes, views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.http import KEY, Api, Call, path_id
from chalicelib.api.typed import TypedDict
from chalicelib.domain.clerk_papers import BY_CLERK, RESULT, SIGNATURE
from chalicelib.domain.event import iso
from chalicelib.domain.paper import File, Provenance
from chalicelib.domain.upload import MAX_PAGES, MAX_PDF_BYTES
from chalicelib.errors import NotFound
from chalicelib.services import papers as service
from chalicelib.services import present
from chalicelib.services.papers import Upload

papers_api = Api(__name__, "papers")


class FileBody(Body):
    """A file as it will be uploaded: bytes, media type, SHA-256 in hexadecimal. The order is the order of pages."""

    name: str = Field(min_length=1, max_length=255)
    size: int = Field(ge=1, le=100 * MAX_PDF_BYTES)
    type: str = Field(min_length=1, max_length=100)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class PaperBody(Body):
    """`id` is made by the client: the same request again is the same paper."""

    id: str = Field(pattern=KEY)
    component: str = Field(min_length=1, max_length=60)
    provenance: Literal["photo", "scan", "digital", "certified_copy"]
    files: list[FileBody] = Field(min_length=1, max_length=MAX_PAGES)


class ResultFileBody(Body):
    """The file of a result: one PDF, or the pages as pictures."""

    id: str = Field(pattern=KEY)
    files: list[FileBody] = Field(min_length=1, max_length=MAX_PAGES)


class SignatureBody(Body):
    """The signature of whoever takes a result: `drawn` on the screen, or the sheet of paper as a picture or PDF."""

    id: str = Field(pattern=KEY)
    drawn: bool
    files: list[FileBody] = Field(min_length=1, max_length=2)


class UploadShape(TypedDict):
    """Post `fields`, then the file as `file`, to `url` as multipart/form-data."""

    page: int
    url: str
    fields: dict[str, str]
    expires_at: str


class SlotShape(TypedDict):
    paper: shapes.PaperShape
    uploads: list[UploadShape]


class DownloadShape(TypedDict):
    url: str


@papers_api.view("POST", "/dossiers/{dossier_id}/papers", body=PaperBody, gives=SlotShape, status=201)
def open_paper_slot(call: Call, dossier_id: str) -> SlotShape:
    """Ask for a place to upload a paper to: one PDF, or one picture per page."""
    body = call.body
    if body.component in BY_CLERK:
        raise NotFound("NotFound")
    return _slot(call, dossier_id, body.component, Provenance(body.provenance))


@papers_api.view("POST", "/desk/dossiers/{dossier_id}/result-file", body=ResultFileBody, gives=SlotShape, status=201)
def open_result_slot(call: Call, dossier_id: str) -> SlotShape:
    """Ask for a place to upload the file of a result to, while it is being issued."""
    return _slot(call, dossier_id, RESULT, Provenance.SCAN)


@papers_api.view("POST", "/desk/dossiers/{dossier_id}/signature-file", body=SignatureBody, gives=SlotShape, status=201)
def open_signature_slot(call: Call, dossier_id: str) -> SlotShape:
    """Ask for a place to upload the signature of whoever takes the result at the counter."""
    return _slot(call, dossier_id, SIGNATURE, Provenance.DIGITAL if call.body.drawn else Provenance.SCAN)


@papers_api.view("DELETE", "/dossiers/{dossier_id}/papers/{paper_id}", status=204)
def take_back_paper(call: Call, dossier_id: str, paper_id: str) -> None:
    """Take back a paper that was not filed yet."""
    service.take_back(call.who, path_id(dossier_id), paper_id, present.now())


@papers_api.view("GET", "/dossiers/{dossier_id}/papers/{paper_id}", gives=DownloadShape)
def get_paper(call: Call, dossier_id: str, paper_id: str) -> DownloadShape:
    """An address, good for two minutes, to download a kept paper from; for its owner and the agency's officers."""
    return {"url": service.download(call.who, path_id(dossier_id), paper_id)}


def _slot(call: Call, dossier_id: str, component: str, provenance: Provenance) -> SlotShape:
    files = [File(f.name, f.size, f.type, f.sha256) for f in call.body.files]
    slot = service.open_slot(call.who, path_id(dossier_id), call.body.id, component, provenance, files, present.now())
    return {
        "paper": views.paper(slot.paper, {}, (), call.language),
        "uploads": forms(slot.uploads),
    }


def forms(of: Iterable[Upload]) -> list[UploadShape]:
    """The forms for what has not come, as they go over the wire."""
    return [{"page": u.page, "url": u.url, "fields": u.fields, "expires_at": iso(u.expires_at)} for u in of]

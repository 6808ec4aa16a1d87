"""Forms of a dossier as PDF: fetched by applicants and officers, the form of a draft, an agency's register."""

from __future__ import annotations

from chalicelib.api.http import Api, Call, path_id
from chalicelib.api.typed import TypedDict
from chalicelib.errors import NotFound
from chalicelib.services import present
from chalicelib.services import sheets as service

sheets_api = Api(__name__, "papers")
PERIOD = {
    "from": "the first day of filing, such as 2026-11-01",
    "to": "the last day, of the same year, at most 31 days",
    "after": "where the part before ended",
}


class SheetLinkShape(TypedDict):
    """An address good for two minutes, which downloads the PDF."""

    url: str


class IssuedFormShape(TypedDict):
    """The address, and what a signed file must begin with: the first `size` bytes have this SHA-256 (hexadecimal)."""

    url: str
    size: int
    sha256: str


class RegisterShape(TypedDict):
    """A part of the register; `next`, as `after`, asks for the next, null when this is the last."""

    url: str
    lines: int
    next: str | None


@sheets_api.view("GET", "/dossiers/{dossier_id}/sheets/{event}/{form}", gives=SheetLinkShape)
def get_my_sheet(call: Call, dossier_id: str, event: str, form: str) -> SheetLinkShape:
    """An address, good for two minutes, to download a form of my dossier from."""
    return {"url": service.mine(call.who, path_id(dossier_id), _number(event), form)}


@sheets_api.view("GET", "/desk/dossiers/{dossier_id}/sheets/{event}/{form}", gives=SheetLinkShape)
def get_desk_sheet(call: Call, dossier_id: str, event: str, form: str) -> SheetLinkShape:
    """The same for an officer of the dossier's agency."""
    return {"url": service.at_desk(call.who, path_id(dossier_id), _number(event), form)}


@sheets_api.view("PUT", "/desk/dossiers/{dossier_id}/control-sheet", gives=SheetLinkShape)
def make_control_sheet(call: Call, dossier_id: str) -> SheetLinkShape:
    """The control sheet (mẫu 05) as the work stands now."""
    return {"url": service.control(call.who, path_id(dossier_id))}


@sheets_api.view("PUT", "/dossiers/{dossier_id}/form", gives=IssuedFormShape)
def issue_my_form(call: Call, dossier_id: str) -> IssuedFormShape:
    """The form of my draft as it is filled in now, to read or to sign."""
    url, issued = service.draft(call.who, path_id(dossier_id), present.now())
    return {"url": url, "size": issued.size, "sha256": issued.sha256}


@sheets_api.view("PUT", "/desk/agencies/{agency}/register", gives=RegisterShape, query=PERIOD)
def make_register(call: Call, agency: str) -> RegisterShape:
    """The register (mẫu 06) of what was filed with my agency in a period, a hundred dossiers at a time."""
    part = service.register(call.who, agency, call.query("from"), call.query("to"), call.query("after"), present.now())
    return {"url": part.url, "lines": part.lines, "next": part.cursor}


def _number(text: str) -> int:
    """An event's number from the path; whatever is none has no form."""
    if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= 6):
        raise NotFound("SheetNotFound")
    return int(text)

"""The public pages by name: what is rated and whose visits are counted.

A page's name is its address, of both languages the Vietnamese one, with the parts that point at somebody's dossier
left as the route's own words (`/ho-so/:id`). So a name says nothing about a person, and there are only so many: the
site's routes (web/src/routes.ts, without the officers'), and one for every published procedure and agency.
"""

from __future__ import annotations

from chalicelib.domain import codes
from chalicelib.errors import Invalid

LONGEST = 200
CONTENTS, EVERYTHING, FIELD = "/tt/", "/tt/tat-ca", "/tt/linh-vuc/:field"
# The first that fits counts, as in the site.
APP = (
    "/",
    "/tim",
    "/cq",
    "/dang-ky",
    "/xac-nhan",
    "/dang-nhap",
    "/quen-mat-khau",
    "/tai-khoan",
    "/tai-khoan/thong-bao",
    "/thong-bao",
    "/nop/:code",
    "/ho-so/:id/nop/*",
    "/ho-so",
    "/ho-so/:id",
    "/ho-so/:id/bien-nhan",
    "/ho-so/:id/phieu-gui",
    "/ho-so/:id/chia-se",
    "/ho-so/:id/bang-chung",
    "/ho-so/:id/khieu-nai",
    "/ho-so/:id/nop-phi",
    "/thanh-toan",
    "/thanh-toan/:reference",
    "/tra-cuu",
    "/bien-lai",
    "/kiem-tra-ket-qua",
    "/kiem-tra-ket-qua/:code",
    "/thong-ke",
    "/tro-nang",
    "/lien-he",
    "/so-do",
)


def page_of(path: str) -> str | None:
    """The name of the page at a path (or that has this name already); None when it is no public page.

    A procedure's or agency's code is looked at for its form alone.
    """
    if len(path) > LONGEST:
        return None
    parts = [part for part in path.split("/") if part]
    if parts[:2] in (["en", "tt"], ["en", "cq"]):
        del parts[0]
    match parts:
        case []:
            return "/"
        case ["tt"]:
            return CONTENTS
        case ["tt", "tat-ca"]:
            return EVERYTHING
        case ["tt", "linh-vuc", _]:
            return FIELD
        case ["tt" | "cq", _]:
            name = "/".join(["", *parts])
            return name if procedure_of(name) or agency_of(name) else None
    return next((pattern for pattern in APP if _fits(pattern.split("/")[1:], parts)), None)


def procedure_of(page: str) -> str | None:
    """The code of the procedure that a page guides to."""
    code = page.removeprefix("/tt/")
    try:
        return code if code != page and codes.check_procedure_code(code) == code else None
    except Invalid:
        return None


def agency_of(page: str) -> str | None:
    """The code of the agency that a page is about."""
    code = page.removeprefix("/cq/")
    try:
        return code if code != page and codes.check_agency_code(code) == code else None
    except Invalid:
        return None


def _fits(wanted: list[str], given: list[str]) -> bool:
    for index, part in enumerate(wanted):
        if part == "*":
            return True
        if index >= len(given) or (part != given[index] and not part.startswith(":")):
            return False
    return len(given) == len(wanted)

"""An agency of the province and its place in the tree: data, never code.

    {"code": "H34.05", "name": {vi, en}, "kind": province | department | district | commune | unit,
     "parent": null | code, "status": active | merged | abolished, "successor": null | code,
     "hours": null | {"mon": [["07:00", "11:30"], …], …}    its own week; null: the province's
     "address": {vi, en}, "phone": text, "email": text,
     "accounts": [{"bank", "number", "holder", "purpose": {vi, en}}], "note": null | {vi, en},
     "tax_code": null | text}    its tax number, which its receipts carry; may be left out

A merged or abolished agency stays in the tree: its dossiers keep its code, and its successor answers for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain import codes
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.document import Reader, Text
from chalicelib.errors import FieldError, Invalid
from chalicelib.values import dataclass

KINDS = ("province", "department", "district", "commune", "unit")
STATUSES = ("active", "merged", "abolished")


@dataclass(frozen=True)
class Account:
    """Where fees are paid to. `number` "" when the agency has not published one yet."""

    bank: str
    number: str
    holder: str
    purpose: Text


@dataclass(frozen=True)
class Agency:
    code: str
    name: Text
    kind: str
    parent: str | None
    status: str
    successor: str | None
    hours: Mapping[str, Any] | None
    address: Text
    phone: str
    email: str
    accounts: tuple[Account, ...]
    note: Text | None = None
    tax_code: str = ""

    @property
    def active(self) -> bool:
        return self.status == "active"

    @classmethod
    def from_json(cls, document: Any) -> Agency:
        """Read one agency. Invalid("CatalogueInvalid") names every defect."""
        reader = Reader(document)
        agency = _read(reader)
        reader.done()
        return agency


def read_tree(document: Any) -> dict[str, Agency]:
    """The whole tree, `{"agencies": [agency, …]}`, by code and in order; every defect of all of them at once.

    Besides each agency's own fields: codes are unique, there is one root and it is a province, every parent and
    successor is in the tree, nobody is below itself, and the successor of an agency that is gone is active.
    """
    reader = Reader(document)
    agencies = reader.each("agencies", _read, least=1)
    if not reader.defects:
        _check_tree(reader, agencies)
    reader.done()
    return {agency.code: agency for agency in agencies}


def root_of(tree: Mapping[str, Agency]) -> str:
    """The code of the province; "" for a tree that was not published yet."""
    return next((agency.code for agency in tree.values() if agency.parent is None), "")


def is_within(tree: Mapping[str, Agency], code: str, above: str) -> bool:
    """Whether `code` is `above` or somewhere below it."""
    at: str | None = code
    while at is not None and at != above:
        at = tree[at].parent if at in tree else None
    return at is not None


def _read(reader: Reader) -> Agency:
    status = reader.one_of("status", STATUSES)
    successor = _code_or_none(reader, "successor")
    if status == "active" and successor is not None:
        reader.note("successor", "NotOneOf", expected="null")
    if status != "active" and reader.raw("successor") is None:
        reader.note("successor", "Required")
    return Agency(
        code=reader.checked("code", codes.check_agency_code, ""),
        name=reader.both("name"),
        kind=reader.one_of("kind", KINDS),
        parent=_code_or_none(reader, "parent"),
        status=status,
        successor=successor,
        hours=_hours(reader),
        address=reader.both("address"),
        phone=reader.text("phone", 40),
        email=reader.text("email", 200),
        accounts=reader.each("accounts", _account),
        note=reader.both_or_none("note", 2000),
        tax_code=reader.checked("tax_code", codes.check_tax_code, "") if reader.raw("tax_code") is not None else "",
    )


def _code_or_none(reader: Reader, key: str) -> str | None:
    return None if reader.raw(key) is None else reader.checked(key, codes.check_agency_code, "")


def _hours(reader: Reader) -> Mapping[str, Any] | None:
    hours = reader.raw("hours")
    if hours is None:
        return None
    try:
        Calendar().with_hours(hours)
    except Invalid as refused:
        prefix = f"{reader.path}." if reader.path else ""
        reader.defects += [FieldError(f"{prefix}{f.field}", f.code, f.params) for f in refused.fields]
        return None
    return dict(hours)


def _account(reader: Reader) -> Account:
    return Account(
        reader.text("bank"), reader.text("number", 40, optional=True), reader.text("holder"), reader.both("purpose")
    )


def _check_tree(reader: Reader, agencies: Iterable[Agency]) -> None:
    tree: dict[str, Agency] = {}
    roots = 0
    listed = list(agencies)
    for index, agency in enumerate(listed):
        if agency.code in tree:
            reader.note(f"agencies[{index}].code", "NotUnique")
        tree[agency.code] = agency
    for index, agency in enumerate(listed):
        at = f"agencies[{index}]"
        if agency.parent is None:
            roots += 1
            if roots > 1 or agency.kind != "province":
                reader.note(f"{at}.parent", "Required")
        elif agency.parent not in tree or _circular(agency, tree):
            reader.note(f"{at}.parent", "AgencyUnknown", agency=agency.parent, known=", ".join(list(tree)[:5]))
        heir = tree.get(agency.successor) if agency.successor else None
        if agency.successor and (heir is None or not heir.active):
            reader.note(f"{at}.successor", "AgencyUnknown", agency=agency.successor, known=", ".join(list(tree)[:5]))
    if roots == 0:
        reader.note("agencies", "Required")


def _circular(agency: Agency, tree: Mapping[str, Agency]) -> bool:
    seen = {agency.code}
    above = agency.parent
    while above is not None and above in tree:
        if above in seen:
            return True
        seen.add(above)
        above = tree[above].parent
    return False

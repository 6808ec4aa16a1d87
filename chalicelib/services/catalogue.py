"""The catalogue: what is published, read with a memory.

Versions never change, so a process keeps those it has read; the latest version of a procedure, the agencies and the
calendar are looked up again when the process read them more than five minutes ago. Publishing: services/publishing.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeVar

from chalicelib.domain import codes
from chalicelib.domain.agency import Agency, read_tree
from chalicelib.domain.agency_calendar import Own, owns
from chalicelib.domain.calendar import Calendar, Name
from chalicelib.domain.procedure import Procedure
from chalicelib.errors import Invalid, NotFound
from chalicelib.services import present
from chalicelib.storage import catalogue as kept

FRESH = timedelta(minutes=5)
MOST_VERSIONS = 256
T = TypeVar("T")


def procedure(code: str, version: int | None = None) -> Procedure:
    """A published version, the latest by default. Raises NotFound("ProcedureNotFound")."""
    try:
        code = codes.check_procedure_code(code)
    except Invalid as error:
        raise _absent("ProcedureNotFound", code) from error
    if version is None:
        return _recent(("latest", code), lambda: _read(code, kept.latest_key(code)))
    known = _versions().get((code, version))
    return known or _read(code, kept.version_key(code, version))


def agency(code: str) -> Agency:
    """An agency of the tree, also one that was merged or abolished. Raises NotFound("AgencyNotFound")."""
    found = agencies().get(code)
    if found is None:
        raise _absent("AgencyNotFound", code)
    return found


def agencies() -> dict[str, Agency]:
    """The published tree by code, in the order it was published in; empty before the first publication."""
    return _recent(("agencies", ""), _tree)


def calendar_of(agency_code: str) -> Calendar:
    """The province's calendar with the agency's own hours, or the next hours above it in the tree, and the days on
    which it or an agency above it is closed of its own."""
    tree, (calendar, own_parts) = agencies(), _calendar()
    hours, closed = None, dict[date, Name]()
    found: Agency | None = agency(agency_code)
    while found is not None:
        own = own_parts.get(found.code, Own())
        hours = hours or own.hours or found.hours
        closed |= own.off
        found = tree.get(found.parent) if found.parent else None
    return calendar.with_hours(hours).with_closed(closed)


def forget() -> None:
    """Look everything up again: after publishing in this process."""
    _memory().clear()


def _tree() -> dict[str, Agency]:
    document = kept.read(kept.AGENCIES)
    return {} if document is None else read_tree(document)


def _calendar() -> tuple[Calendar, dict[str, Own]]:
    """The province's, and what agencies have of their own."""

    def read() -> tuple[Calendar, dict[str, Own]]:
        document = kept.read(kept.CALENDAR) or {}
        return Calendar.from_json(document), owns(document)

    return _recent(("calendar", ""), read)


def _read(code: str, key: str) -> Procedure:
    document = kept.read(key)
    if document is None:
        raise _absent("ProcedureNotFound", code)
    procedure = Procedure.from_json(document)
    versions = _versions()
    if len(versions) >= MOST_VERSIONS:
        versions.pop(next(iter(versions)), None)  # the one read first
    # The object that is there already stays: validators are remembered by the identity of its form.
    return versions.setdefault((code, procedure.version), procedure)


def _absent(kind: str, code: object) -> NotFound:
    error = NotFound(kind)
    error.params["code"] = str(code)[:40]  # the text's own word; no keyword, because the error has a code itself
    return error


@cache
def _versions() -> dict[tuple[str, int], Procedure]:
    """The versions this process has read."""
    return {}


@cache
def _memory() -> dict[tuple[str, str], tuple[Any, Any]]:
    """What was read last and when, for documents that may change."""
    return {}


def _recent(name: tuple[str, str], read: Callable[[], T]) -> T:
    now = present.now()
    known = _memory().get(name)
    if known is not None and known[0] <= now < known[0] + FRESH:
        value: T = known[1]
        return value
    value = read()
    _memory()[name] = (now, value)
    return value

"""Dossiers found by the applicant's name or number, at an agency where the officer has a post; every page is recorded.

The record is written before the answer is given: what could not be recorded is not answered.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime

from chalicelib.domain.access import Actor, Role, require_officer
from chalicelib.domain.clock import ZONE
from chalicelib.domain.event import iso
from chalicelib.domain.search import MOST_PAGES, PAGE, Found, Kind, Purpose, Search, SearchRecord
from chalicelib.errors import FieldError, Invalid, NotFound
from chalicelib.storage import lists
from chalicelib.storage import searches as kept


def find(actor: Actor, asked: Search, purpose: Purpose, cursor: str, request: str, now: datetime) -> Found:
    """A page of what is found; `cursor` is that of the page before, `request` the id of the request for the record.

    Raises NotFound for an agency where the officer has no post, Invalid for a term that nobody can be found by and for
    a cursor of another search, UpstreamFailed when the record cannot be written.
    """
    require_officer(actor)
    if asked.agency not in actor.agencies():
        raise NotFound("NotFound")
    search = asked.canonical(now.astimezone(ZONE).date())
    page, after = _read(cursor, search) if cursor else (1, None)
    look = lists.named if search.kind is Kind.NAME else lists.identified
    dossiers, last = look(search.agency, search.term, PAGE, after)
    kept.record(
        SearchRecord(
            at=iso(now),
            officer=actor.id,
            officer_name=actor.name,
            agency=search.agency,
            kind=search.kind.value,
            purpose=purpose.value,
            term_hash=_seal(search.kind, search.term),
            page=page,
            hits=len(dossiers),
            request=request,
        ),
        now,
    )
    at_the_end = page >= MOST_PAGES
    following = _write(page + 1, last, search) if last and not at_the_end else None
    return Found(tuple(dossiers), following, cut=last is not None and at_the_end)


def records(actor: Actor, agency: str, limit: int, cursor: str) -> tuple[list[SearchRecord], str | None]:
    """A page of the searches made at an agency, newest first, for its administrator; NotFound for everybody else."""
    require_officer(actor)
    if agency not in actor.agencies({Role.ADMINISTRATOR}):
        raise NotFound("NotFound")
    return kept.records(agency, limit, cursor)


def administered(actor: Actor) -> list[str]:
    """The agencies whose records of searches the officer may read."""
    return sorted(actor.agencies({Role.ADMINISTRATOR}))


def _seal(*said: str) -> str:
    return hmac.new(kept.key(), "\n".join(said).encode(), hashlib.sha256).hexdigest()


# A cursor is sealed together with what was asked for, so that nobody leafs further than the last page allowed.


def _write(page: int, position: lists.Position, search: Search) -> str:
    at, dossier_id = position
    told = json.dumps([page, at, dossier_id, _cursor_seal(page, position, search)])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read(cursor: str, search: Search) -> tuple[int, lists.Position]:
    try:
        page, at, dossier_id, seal = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if hmac.compare_digest(str(seal), _cursor_seal(page, (at, dossier_id), search)):
            return page, (at, dossier_id)
    except (ValueError, TypeError):
        pass  # not one of ours, like a wrong seal
    raise Invalid("BadCursor", [FieldError.of("cursor", "BadFormat")])


def _cursor_seal(page: int, position: lists.Position, search: Search) -> str:
    return _seal("cursor", str(page), *position, search.agency, search.kind, search.term)[:32]

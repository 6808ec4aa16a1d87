"""The national portal is told of every dossier's steps: in their order, at least once, also after a day of silence.

An event leaves the effect "sync"; the relay notes on the dossier's cursor that there is more to tell and calls the
function `sync`, which alone speaks with the portal: a slow one holds up nothing else. What it could not do stays in the
index by when it is due, and the schedule comes for it. Everything that is sent is made from the events, so that
nothing can be lost but the events themselves, and any of it can be told again (`motcua sync replay`).

While the portal does not answer, a breaker lets one dossier try, a minute after the first failure, then two, four, up
to an hour; what it refuses holds up its own dossier alone, until a person has seen why.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import partial

from chalicelib import settings
from chalicelib.domain import codes
from chalicelib.domain import sync as rules
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.event import iso
from chalicelib.domain.sync import Cursor, Refusal, Step
from chalicelib.errors import StaleWrite
from chalicelib.gateways import functions
from chalicelib.gateways.national_portal import portal, records
from chalicelib.gateways.national_portal.portal import Portal, Refused, Unavailable
from chalicelib.services import catalogue
from chalicelib.storage import breaker, dossiers, lists
from chalicelib.storage import syncs as kept
from chalicelib.storage.breaker import Breaker
from chalicelib.telemetry import count, logger
from chalicelib.values import dataclass

SYSTEM = "national-portal"
SHARDS = range(4)
PER_SHARD = 100
"""Dossiers that one look at a shard brings."""
COUNTED = 5_000
"""Of a shard's backlog at most so many are counted: whoever looks wants to know how bad it is, not how exactly."""
_TRIES, _ROUNDS = 5, 10
Clock = Callable[[], datetime]


class Outcome(StrEnum):
    """What came of telling one dossier."""

    IDLE = "idle"  # there was nothing to tell, or somebody else is at it
    TOLD = "told"
    REFUSED = "refused"
    SILENT = "silent"  # no answer: the breaker is open now
    CLOSED = "closed"  # nobody may ask at present


@dataclass(frozen=True)
class Backlog:
    """A shard: dossiers that are behind and since when the oldest, dossiers that were refused."""

    shard: int
    behind: int
    oldest: datetime | None
    refused: int


def wake(dossier_id: str, number: int, now: datetime) -> None:
    """There is an event to tell of: the schedule brings it within a minute. Safe to repeat, also late and in any
    order."""
    _moved(kept.get(dossier_id), partial(rules.woken, number=number, now=now))


def hand_on(dossier_id: str) -> None:
    """Let the function that tells come at once; it looks whether there is anything to do."""
    functions.call_later(settings.sync_function(), {"dossier": dossier_id})


def tell(dossier_id: str, now: Clock) -> Outcome:
    """Tell everything that is due of one dossier, unless somebody does already. `now` is asked anew for each step."""
    cursor = kept.get(dossier_id)
    if not rules.may_be_taken(cursor, now()):
        return Outcome.IDLE
    state = breaker.read(SYSTEM)
    if not breaker.lets_through(SYSTEM, state, now()):
        return Outcome.CLOSED
    lease = secrets.token_hex(8)
    try:
        cursor = kept.save(rules.taken(cursor, lease, now()))
    except StaleWrite:  # another process took it, or more happened, which calls again
        return Outcome.IDLE
    try:
        outcome = _tell_all(cursor, lease, now)
    except _Lost:
        return Outcome.IDLE
    except Unavailable as none:
        return _silent(dossier_id, lease, state, none.why, now())
    breaker.worked(SYSTEM, state)
    return outcome


class _Lost(Exception):
    """The lease is somebody else's by now: whatever follows is theirs to tell."""


def _silent(dossier_id: str, lease: str, state: Breaker, why: str, now: datetime) -> Outcome:
    breaker.failed(SYSTEM, state, now + rules.wait(state.failures + 1))
    logger.warning("the national portal gave no answer", dossier=dossier_id, why=why)
    count("SyncFailed", why="silent")
    try:
        _held(kept.get(dossier_id), lease, partial(rules.failed, now=now))
    except _Lost:
        return Outcome.IDLE
    return Outcome.SILENT


def _tell_all(cursor: Cursor, lease: str, now: Clock) -> Outcome:
    wire = portal.connected()
    for _ in range(_ROUNDS):
        bundle = dossiers.load(cursor.dossier)
        for step in rules.steps(bundle.events, cursor.told):
            try:
                _send(wire, bundle, step, now())
            except Refused as no:
                return _refused(cursor, lease, Refusal(step.event.number, no.code, no.text, iso(now())))
            cursor = _held(cursor, lease, partial(rules.told, number=step.event.number, now=now()))
            count("SyncDelivered")
        cursor = _held(cursor, lease, partial(rules.through, number=bundle.dossier.event_count, now=now()))
        if not cursor.behind:
            return Outcome.TOLD
        cursor = _held(cursor, "", partial(rules.taken, lease=lease, now=now()))
    return Outcome.TOLD  # the rest is due when the lease ends


def _send(wire: Portal, bundle: Bundle, step: Step, now: datetime) -> None:
    dossier, stamp = bundle.dossier, records.stamp(now)
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    agency = catalogue.agency(dossier.agency).name.vi
    of = records.Subject(procedure, agency, settings.public_url(), wire.subjects)
    if step.whole:
        wire.send_dossier(records.dossier_record(bundle, step, of), first=step.before is None, stamp=stamp)
    wire.send_step(records.step_record(bundle, step, of), stamp=stamp)


def _refused(cursor: Cursor, lease: str, refusal: Refusal) -> Outcome:
    _held(cursor, lease, partial(rules.refused, refusal=refusal))
    # The words of the portal may name a person: they are for the operator's eyes and not for the log.
    logger.warning(
        "the national portal refuses a record", dossier=cursor.dossier, event=refusal.event, code=refusal.code
    )
    count("SyncFailed", why="refused")
    return Outcome.REFUSED


def _held(cursor: Cursor, lease: str, step: Callable[[Cursor], Cursor]) -> Cursor:
    """The cursor after a step of whoever holds the lease; what was woken meanwhile is kept. Raises _Lost."""

    def checked(there: Cursor) -> Cursor:
        if there.lease != lease:
            raise _Lost
        return step(there)

    return _moved(cursor, checked)


def _moved(cursor: Cursor, step: Callable[[Cursor], Cursor]) -> Cursor:
    """The cursor after a step, written; what somebody else wrote meanwhile is read and stepped on from."""
    for _ in range(_TRIES):
        after = step(cursor)
        if after is cursor:
            return cursor
        try:
            return kept.save(after)
        except StaleWrite:
            cursor = kept.get(cursor.dossier)
    raise StaleWrite("StaleWrite")


def catch_up(now: Clock, goes_on: Callable[[], bool]) -> dict[str, int]:
    """What the schedule asks for: tell what is due, then measure what waits."""
    if not settings.national_portal():
        return {}
    done = sweep(now, SHARDS, goes_on)
    waiting = backlog(SHARDS)
    count("SyncBacklog", sum(one.behind for one in waiting))
    count("SyncRefused", sum(one.refused for one in waiting))
    oldest = min((one.oldest for one in waiting if one.oldest), default=None)
    count("SyncOldestMinutes", (now() - oldest).total_seconds() // 60 if oldest else 0)
    if any(done.values()):
        logger.info("told the national portal", extra=dict(done))
    return done


def sweep(now: Clock, shards: Sequence[int], goes_on: Callable[[], bool]) -> dict[str, int]:
    """Tell whatever is due, the oldest of each shard first, while there is time and the portal answers."""
    done: dict[str, int] = dict.fromkeys([*Outcome, "failed"], 0)
    for shard in shards:
        for dossier_id in kept.due(shard, now(), PER_SHARD):
            if not goes_on():
                return done
            try:
                outcome = tell(dossier_id, now)
            except Exception:  # whatever it is: the others are not to wait for it
                logger.exception("dossier not told of", dossier=dossier_id)
                done["failed"] += 1
                continue
            done[outcome] += 1
            if outcome in (Outcome.SILENT, Outcome.CLOSED):
                return done
    return done


def backlog(shards: Sequence[int]) -> list[Backlog]:
    """How much waits in each shard; two short queries each, of an index."""
    found = []
    for shard in shards:
        behind = list(kept.waiting(shard, COUNTED))
        refused = list(kept.waiting(shard, COUNTED, refused=True))
        oldest = min((one.since for one in behind), default=None)
        found.append(Backlog(shard, len(behind), oldest, len(refused)))
    return found


# What an operator asks for.


def cursor_of(dossier_id: str) -> Cursor:
    """What the national portal was told of a dossier."""
    return kept.get(dossier_id)


def retry(dossier_id: str, now: datetime) -> Cursor:
    """Go on with a dossier that was refused or has to wait, when the schedule comes next."""
    return _moved(kept.get(dossier_id), partial(rules.retried, now=now))


def replay(dossier_id: str, now: datetime) -> Cursor:
    """Tell all of a dossier anew, from its first event, when the schedule comes next."""
    last = dossiers.head(dossier_id).event_count
    return _moved(kept.get(dossier_id), partial(rules.rewound, last=last, now=now))


def filed(days: Iterable[date]) -> Iterator[str]:
    """Dossiers that were filed on these days, by agency and number: codes are numbered, so that none is looked for."""
    agencies = list(catalogue.agencies())
    for day in days:
        for agency in agencies:
            for number in range(1, dossiers.numbers_given(agency, f"{day:%y%m%d}") + 1):
                found = lists.by_code(codes.make_dossier_code(agency, day, number))
                if found is not None:  # numbers have gaps
                    yield found.id


def refused(shards: Sequence[int], limit: int) -> list[Cursor]:
    """Dossiers that wait for a person, the longest first; one read for each of at most `limit` a shard."""
    waiting = [one.dossier for shard in shards for one in kept.waiting(shard, limit, refused=True)]
    return [kept.get(dossier_id) for dossier_id in waiting]

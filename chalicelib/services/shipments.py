"""Results by registered post (clause A14): handed to the post, followed, delivered against a signature or returned.

The post's words come by call and by file, late, twice and in any order; `domain.post.SHIPMENT` decides what each is
worth. A word that moves a parcel is an event of its dossier; of two that end the dossier (the post delivered, the
counter handed over) the head's version lets one win, and the other is only recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain import post
from chalicelib.domain.access import SYSTEM, Actor, Role
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.life import Action, State
from chalicelib.domain.post import CARRIERS, MAX_PARCELS, Outcome, Parcel, Report, Shipment, Way, Word
from chalicelib.errors import Conflict, FieldError, Invalid, NotFound, ServiceError, StaleWrite
from chalicelib.gateways import spreadsheet
from chalicelib.gateways.post import hook, words
from chalicelib.services import desk
from chalicelib.services.post import require_at
from chalicelib.services.transitions import perform
from chalicelib.storage import dossiers as kept
from chalicelib.storage import inbox, parcels
from chalicelib.telemetry import count, logger
from chalicelib.values import dataclass

MOST_ROWS = 50
"""Rows of one piece of a file: what is read well within the time that an API has."""
_TRIES = 4
_ENDS = {Report.DELIVERED: Action.DELIVER, Report.RETURNED: Action.PARCEL_RETURNED}


def hand_in(
    actor: Actor, dossier_id: str, key: str, carrier: str, tracking: str, address: Mapping[str, str], now: datetime
) -> Dossier:
    """The result is handed to the post, to `address` (name, line, phone) as it is now.

    Raises TransitionRefused("CounterOnly") below level 4 or when another delivery was chosen, Conflict("TrackingTaken")
    for a number that stands for another parcel.
    """
    bundle = _of_clerk(actor, dossier_id)
    dossier = bundle.dossier
    if len(bundle.parcels) >= MAX_PARCELS:
        raise Conflict("TooManyParcels", most=MAX_PARCELS)
    if carrier not in CARRIERS:
        raise Invalid("BadRequest", [FieldError.of("carrier", "NotOneOf", expected=", ".join(CARRIERS))])
    parcel = Parcel(
        way=Way.OUT,
        id=dossier.id,
        agency=dossier.agency,
        number=len(bundle.parcels) + 1,
        state=Shipment.HANDED_IN.value,
        since=now,
        code=dossier.code or "",
        tracking=tracking,
        carrier=carrier,
        address=dict(address),
        posted_at=now,
    )
    detail = {"parcel": parcel.number, "carrier": carrier, "tracking": tracking, "address": dict(address)}
    rows = [parcels.put(parcel), parcels.number(parcel)]
    changes = {"parcel": parcel.number}
    return perform(dossier, Action.POST, actor, now, key=key, detail=detail, changes=changes, also=rows)


def came_back(actor: Actor, dossier_id: str, key: str, reason: str, now: datetime) -> Dossier:
    """The clerk holds the parcel in hand, or the post has given it up, before the post says so."""
    bundle = _of_clerk(actor, dossier_id)
    dossier = bundle.dossier
    parcel = _current(bundle)
    if parcel is None or dossier.state is not State.IN_POST or not parcel.is_open:
        return perform(dossier, Action.PARCEL_RETURNED, actor, now, key=key)
    _, after = post.told(parcel, Report.RETURNED, now, reason=reason)
    detail = {"parcel": parcel.number, "tracking": parcel.tracking, "reason": reason}
    return perform(dossier, Action.PARCEL_RETURNED, actor, now, key=key, detail=detail, also=[parcels.put(after)])


def _of_clerk(actor: Actor, dossier_id: str) -> Bundle:
    bundle = desk.detail(actor, dossier_id)
    require_at(actor, bundle.dossier.agency, Role.CLERK)
    return bundle


def _current(bundle: Bundle) -> Parcel | None:
    return next((one for one in bundle.parcels if one.number == bundle.dossier.parcel and one.way is Way.OUT), None)


def take(word: Word, at: parcels.Key, actor: Actor, now: datetime) -> Outcome:
    """Do what a word of the post asks for; the same word again changes nothing."""
    for _ in range(_TRIES):
        bundle = kept.load(at[0])
        parcel = next(one for one in bundle.parcels if one.number == at[1])
        facts = {"recipient": word.recipient, "signature": word.signature, "reason": word.reason}
        outcome, after = post.told(parcel, word.report, word.at, **facts)
        if outcome is Outcome.MOVED:
            try:
                _move(bundle, after, word, actor, now)
            except Conflict:
                continue  # the dossier or the parcel moved meanwhile: decide again
        elif outcome is Outcome.CONTRADICTED:
            logger.warning("the post contradicts itself", dossier=at[0], parcel=parcel.number, report=word.report.value)
        count("PostReports", outcome=outcome.value, report=word.report.value)
        return outcome
    raise StaleWrite("StaleWrite")


def _move(bundle: Bundle, after: Parcel, word: Word, actor: Actor, now: datetime) -> None:
    dossier = bundle.dossier
    decides = dossier.state is State.IN_POST and dossier.parcel == after.number
    action = _ENDS.get(word.report, Action.TRACK) if decides else Action.TRACK
    said = {"report": word.report.value, "at": iso(word.at), "reason": word.reason}
    if word.report is Report.DELIVERED:
        said |= {"recipient": word.recipient, "signature": word.signature}
    detail: dict[str, Any] = {"parcel": after.number, "tracking": after.tracking}
    detail |= {name: value for name, value in said.items() if value}
    if action is Action.DELIVER:
        detail |= {"signed": True, "by": "post"}
    # Each state of a parcel is reached once, so this names the step whoever brings the word.
    key = f"post-{after.number}-{after.state}"
    perform(dossier, action, actor, now, key=key, detail=detail, also=[parcels.put(after)])


# By call.


def called(carrier: str, headers: Mapping[str, str], body: bytes, request_id: str, now: datetime) -> tuple[int, str]:
    """A postal service calls: keep what it sent, do it, and say what came of it: the HTTP status and one word.

    Never raises for what the call says. Raises NotFound for a carrier that does not report to this stage.
    """
    result = _heard(carrier, headers, body, request_id, now)
    count("PostCalls", carrier=carrier, result=result)
    return hook.STATUS[result], result


def _heard(carrier: str, headers: Mapping[str, str], body: bytes, request_id: str, now: datetime) -> str:
    secrets = hook.secrets_of(carrier)
    said = {"method": "POST", "query": {}, "headers": {}, "body": body[: inbox.LONGEST].decode("utf-8", "replace")}
    try:
        word = hook.read(carrier, secrets, headers, body, now)
    except hook.BadCall as bad:
        logger.warning("call of the post refused", carrier=carrier, result=bad.result, why=bad.why)
        _kept(carrier, request_id, said, now, bad.result)
        return bad.result
    try:
        received = inbox.keep(f"post-{carrier}", request_id, said, now)
        at = parcels.numbered(carrier, [word.tracking]).get(word.tracking)
        result = "unknown" if at is None else take(word, at, SYSTEM, now).value
        result = "duplicate" if result == Outcome.KNOWN else result
        inbox.judge(received, result, word.tracking)
    except Exception:  # ours, whatever it is: the post must call again, and only a clear answer makes it do so
        logger.exception("call of the post failed", carrier=carrier)
        result = "fault"
    return result


def _kept(carrier: str, request_id: str, said: dict[str, Any], now: datetime, result: str) -> None:
    try:
        inbox.keep(f"post-{carrier}", request_id, said, now, result)
    except Exception:  # a call that is refused anyhow is refused, kept or not
        logger.exception("a refused call was not kept", carrier=carrier)


# By file.


@dataclass(frozen=True)
class Row:
    """What became of a row of a file: moved, known, contradicted or refused with its reason."""

    number: int
    tracking: str
    outcome: str
    code: str = ""
    fields: tuple[FieldError, ...] = ()


def read(
    actor: Actor, agency: str, carrier: str, header: str, offset: int, texts: Sequence[str], now: datetime
) -> list[Row]:
    """Read some rows of a carrier's file, of which `offset` came before, for a clerk of the agency.

    Each row is a word by itself, so rows sent again change nothing and a bad row stops nothing. Raises Invalid for a
    first line that lacks a column.
    """
    require_at(actor, agency, Role.CLERK)
    names = spreadsheet.columns(header, words.FIELDS, words.COLUMNS_CODE)
    if carrier not in CARRIERS:
        raise Invalid("BadRequest", [FieldError.of("carrier", "NotOneOf", expected=", ".join(CARRIERS))])
    found: list[Row] = []
    good: list[tuple[int, Word]] = []
    for cells in spreadsheet.rows(names, texts, first=offset + 2):
        try:
            if cells.defects:
                raise Invalid("BadRequest", cells.defects)
            good.append((cells.number, words.read(carrier, cells.values, now)))
        except Invalid as refused:
            tracking = cells.values.get("tracking", "")[:30]
            found.append(Row(cells.number, tracking, "refused", "RowRefused", refused.fields))
    numbers = parcels.numbered(carrier, (word.tracking for _, word in good))
    there = parcels.many(numbers.values())
    for number, word in good:
        at = numbers.get(word.tracking)
        parcel = there.get(at) if at else None
        if at is None or parcel is None or parcel.agency != agency:
            found.append(Row(number, word.tracking, "refused", "ParcelUnknown"))
            continue
        found.append(_row(number, word, at, parcel, actor, now))
    count_of = Counter(row.outcome for row in found)
    logger.info("file of the post read", agency=agency, rows=len(texts), counts=dict(count_of))
    return sorted(found, key=lambda row: row.number)


def _row(number: int, word: Word, at: parcels.Key, parcel: Parcel, actor: Actor, now: datetime) -> Row:
    outcome, _ = post.told(parcel, word.report, word.at)
    if outcome is Outcome.MOVED:  # by what was there when the piece was begun; rows before it may have changed that
        try:
            outcome = take(word, at, actor, now)
        except (Conflict, NotFound) as refused:
            return Row(number, word.tracking, "refused", _code(refused))
    code = "ReportContradicts" if outcome is Outcome.CONTRADICTED else ""
    return Row(number, word.tracking, outcome.value, code)


def _code(refused: ServiceError) -> str:
    return "RowBusy" if isinstance(refused, Conflict) else "ParcelUnknown"

"""Notices of a dossier: planned in one transaction, and what became of each on its ways.

A notice is one row of the dossier; each way out of the portal has an attribute of its own in it, so that the two never
wait for each other. What is still to be sent lies in the outbox, with its text, until it was sent or given up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.domain.event import iso
from chalicelib.domain.notice import Channel, Delivery
from chalicelib.errors import StaleWrite
from chalicelib.storage import cursors
from chalicelib.storage.dossiers import outbox_row
from chalicelib.storage.outbox import Effect
from chalicelib.storage.tables import NoticeRow, OutboxRow, Row, dossier_key
from chalicelib.storage.transactions import transact
from chalicelib.values import dataclass

NOTICE = "NOTICE#"


@dataclass(frozen=True)
class Logged:
    """A notice of a dossier as its log has it: `ways` by channel, each {state, to, at, tries, error}."""

    id: str
    subject: str
    kind: str
    at: str
    ways: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Outgoing:
    """What goes out on one channel at `due`: `to` an address, `subject` "" for an SMS."""

    channel: Channel
    to: str
    subject: str
    text: str
    due: datetime


def plan(
    dossier_id: str,
    number: int,
    what: str,
    said: Mapping[str, str],
    ways: Mapping[Channel, Mapping[str, Any]],
    outgoing: Sequence[Outgoing],
    inbox: Model,
    now: datetime,
) -> bool:
    """Keep a notice of event `number`: its row, the row of the person's inbox, and what is to go out; one transaction.

    False when it was planned before: then nothing is written.
    """
    row = NoticeRow(
        dossier_key(dossier_id),
        f"{NOTICE}{number:06d}#{what}",
        id=dossier_id,
        body=dict(said),
        created_at=iso(now),
        mail=dict(ways[Channel.MAIL]),
        sms=dict(ways[Channel.SMS]),
    )

    def write(transaction: TransactWrite) -> None:
        transaction.save(row, NoticeRow.pk.does_not_exist())
        transaction.save(inbox)
        for one in outgoing:
            body = {
                "step": f"{what}-{one.channel.value}",
                "what": what,
                "channel": one.channel.value,
                "to": one.to,
                "subject": one.subject,
                "text": one.text,
            }
            transaction.save(outbox_row(dossier_id, number, "send", now, body, due=one.due))

    return transact(write) is None


def settled(effect: Effect, entry: Mapping[str, Any]) -> None:
    """What became of a notice on a way, and nothing is left to be done there."""

    def write(transaction: TransactWrite) -> None:
        transaction.delete(OutboxRow(dossier_key(effect.dossier), effect.sk))
        transaction.update(_row(effect), [_way(effect).set(dict(entry))])

    if transact(write) is not None:
        raise StaleWrite("StaleWrite")


def noted(effect: Effect, entry: Mapping[str, Any]) -> None:
    """A try that failed, to be made again."""
    _row(effect).update([_way(effect).set(dict(entry))])


def page(dossier_id: str, limit: int, cursor: str) -> tuple[list[Logged], str | None]:
    """The notices of a dossier, newest first; one query."""
    pk = dossier_key(dossier_id)
    start = {"pk": {"S": pk}, "sk": {"S": NOTICE + cursors.read(cursor, 1)[0]}} if cursor else None
    rows = NoticeRow.query(
        pk,
        Row.sk.startswith(NOTICE),
        limit=limit,
        page_size=limit,
        last_evaluated_key=start,
        scan_index_forward=False,
        consistent_read=True,
    )
    # Of one event they lie by name: what the agency wrote comes after the step before it.
    found = sorted((_logged(row) for row in rows), key=lambda one: one.at, reverse=True)
    last = rows.last_evaluated_key
    return found, cursors.write(last["sk"]["S"].removeprefix(NOTICE)) if last else None


def _logged(row: NoticeRow) -> Logged:
    ways = {c.value: dict(getattr(row, c.value)) for c in Channel if getattr(row, c.value)}
    return Logged(row.sk.removeprefix(NOTICE), row.body["subject"], row.body["kind"], row.created_at, ways)


def entry(state: Delivery, to: str, at: datetime, tries: int = 0, error: str | None = None) -> dict[str, Any]:
    """What a way's attribute holds; `to` is masked, `at` when it was sent, is to be sent, or was given up."""
    written = {"state": state.value, "to": to, "at": iso(at), "tries": tries or None, "error": error}
    return {name: value for name, value in written.items() if value is not None}


def _row(effect: Effect) -> NoticeRow:
    return NoticeRow(dossier_key(effect.dossier), f"{NOTICE}{effect.event_number:06d}#{effect.body['what']}")


def _way(effect: Effect) -> Any:
    return getattr(NoticeRow, Channel(effect.body["channel"]).value)

"""The officers of an agency in the registry, one partition per agency, read in one query.

    TEAM#<agency>   OFFICER#<sub>   who they are there: name, roles, fields, absences (`body`); `number` is the version
                    LOAD#<sub>      `number` open dossiers that lie with them, `created_at` when one was given last
                    RULE            `flag` whether dossiers are assigned by rule, `body` who decided it and when

A load is counted in the transaction that moves a dossier, one row per officer, so that it can be neither lost nor
counted twice; `motcua officers recount` compares it with the queue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.domain.access import Role
from chalicelib.domain.event import iso
from chalicelib.domain.team import Absence, Member, Team
from chalicelib.errors import StaleWrite
from chalicelib.storage.tables import RegistryRow
from chalicelib.storage.transactions import transact
from chalicelib.values import dataclass

_OFFICER, _LOAD, _RULE = "OFFICER#", "LOAD#", "RULE"


@dataclass(frozen=True)
class Load:
    """One dossier more (`by` 1) or less (-1) with an officer; `least` only while they hold that many."""

    agency: str
    officer: str
    by: int
    at: datetime
    least: int | None = None


def of(agency: str) -> Team:
    """Everybody at the agency; one query. An agency that has no officers yet is an empty team."""
    rows = list(RegistryRow.query(_key(agency), consistent_read=True))
    loads = {row.sk.removeprefix(_LOAD): row for row in rows if row.sk.startswith(_LOAD)}
    members = [_member(row, loads.get(row.sk.removeprefix(_OFFICER))) for row in rows if row.sk.startswith(_OFFICER)]
    rule = next((row for row in rows if row.sk == _RULE), None)
    return Team(
        agency,
        {one.id: one for one in members},
        by_rule=bool(rule and rule.flag),
        version=int(rule.number) if rule else 0,
    )


def members(agency: str, officers: Iterable[str]) -> dict[str, Member]:
    """The named officers as far as they are at the agency, without their loads; one read."""
    keys = [(_key(agency), f"{_OFFICER}{one}") for one in dict.fromkeys(officers)]
    found = list(RegistryRow.batch_get(keys, consistent_read=True))
    return {one.id: one for one in map(_member, found)}


def save(agency: str, member: Member, *, touched: Sequence[Member] = ()) -> None:
    """Write a member over the version before; `touched` must be as they were read, and count as changed, too.

    Raises StaleWrite when somebody else wrote first.
    """

    def write(transaction: TransactWrite) -> None:
        condition = RegistryRow.number == member.version - 1 if member.version > 1 else RegistryRow.pk.does_not_exist()
        transaction.save(_row(agency, member), condition)
        for one in touched:
            transaction.update(
                RegistryRow(_key(agency), f"{_OFFICER}{one.id}"),
                actions=[RegistryRow.number.add(1)],
                condition=RegistryRow.number == one.version,
            )

    if transact(write) is not None and members(agency, [member.id]).get(member.id) != _bare(member):
        raise StaleWrite("StaleWrite")


def remove(agency: str, officer: str) -> None:
    """Strike an officer off; what lies with them stays counted."""
    RegistryRow(_key(agency), f"{_OFFICER}{officer}").delete()


def decide_rule(agency: str, on: bool, version: int, by: str, now: datetime) -> None:
    """Assign by rule, or not. Raises StaleWrite when the rule was decided since `version`."""
    body = {"by": by, "at": iso(now)}
    row = RegistryRow(_key(agency), _RULE, flag=on, number=version + 1, body=body)
    condition = RegistryRow.number == version if version else RegistryRow.pk.does_not_exist()
    if transact(lambda transaction: transaction.save(row, condition)) is not None:
        kept = RegistryRow.get(_key(agency), _RULE, consistent_read=True)
        if (kept.number, kept.flag, kept.body) != (row.number, row.flag, row.body):
            raise StaleWrite("StaleWrite")


def count(transaction: TransactWrite, loads: Iterable[Load]) -> None:
    """Let the transaction count dossiers."""
    for load in loads:
        actions: list[Any] = [RegistryRow.number.add(load.by)]
        if load.by > 0:
            actions.append(RegistryRow.created_at.set(iso(load.at)))
        condition = None if load.least is None else RegistryRow.number == load.least
        if load.least == 0:
            condition = RegistryRow.number.does_not_exist() | (RegistryRow.number == 0)
        transaction.update(_load_row(load.agency, load.officer), actions=actions, condition=condition)


def loads(agency: str) -> dict[str, int]:
    """What is counted for each officer, whoever is at the agency now; one query."""
    rows = RegistryRow.query(_key(agency), RegistryRow.sk.startswith(_LOAD), consistent_read=True)
    return {row.sk.removeprefix(_LOAD): int(row.number or 0) for row in rows}


def correct(agency: str, officer: str, counted: int, right: int) -> bool:
    """Set a load that was found wrong; False when it has changed since it was read as `counted`."""

    def write(transaction: TransactWrite) -> None:
        condition = RegistryRow.number == counted
        if not counted:
            condition = RegistryRow.number.does_not_exist() | condition
        actions: list[Any] = [RegistryRow.number.set(right)]
        transaction.update(_load_row(agency, officer), actions=actions, condition=condition)

    return transact(write) is None


def _key(agency: str) -> str:
    return f"TEAM#{agency}"


def _load_row(agency: str, officer: str) -> RegistryRow:
    return RegistryRow(_key(agency), f"{_LOAD}{officer}")


def _bare(member: Member) -> Member:
    return Member(member.id, member.name, member.roles, member.fields, member.absences, member.version)


def _row(agency: str, member: Member) -> RegistryRow:
    body = {
        "name": member.name,
        "roles": sorted(member.roles),
        "fields": list(member.fields),
        "absences": [
            {**vars(one), "since": one.since.isoformat(), "until": one.until.isoformat()} for one in member.absences
        ],
    }
    return RegistryRow(_key(agency), f"{_OFFICER}{member.id}", number=member.version, body=body)


def _member(row: RegistryRow, load: RegistryRow | None = None) -> Member:
    body = row.body or {}
    return Member(
        id=row.sk.removeprefix(_OFFICER),
        name=body["name"],
        roles=frozenset(Role(one) for one in body["roles"]),
        fields=tuple(body["fields"]),
        absences=tuple(_absence(one) for one in body["absences"]),
        version=int(row.number or 0),
        open=int(load.number or 0) if load else 0,
        last=(load.created_at or "") if load else "",
    )


def _absence(kept: dict[str, Any]) -> Absence:
    days = {name: date.fromisoformat(kept[name]) for name in ("since", "until")}
    return Absence(**{**kept, **days})

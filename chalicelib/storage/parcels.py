"""Parcel rows, the lists of those under way, and the post's numbers: which parcel of which dossier one stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.domain.bundle import Listed
from chalicelib.domain.event import iso
from chalicelib.domain.post import Parcel, Way
from chalicelib.errors import Conflict, NotFound, StaleWrite
from chalicelib.storage import heads, lists
from chalicelib.storage.tables import HEAD, HeadRow, ParcelRow, RegistryRow, Row, dossier_key
from chalicelib.storage.transactions import Also

_LISTS = {Way.IN: "parcels-in", Way.OUT: "parcels-out", Way.STRAY: "parcels-stray"}
Key = tuple[str, int]
"""A dossier's id and the number of its parcel."""


def put(parcel: Parcel) -> Also:
    """The parcel over the version before it; one of version 1 is new."""
    way = parcel.way
    row = ParcelRow(
        *_key(parcel),
        id=parcel.id,
        version=parcel.version,
        body=parcel.to_json(),
        queue=f"{parcel.agency}#{_LISTS[way]}" if parcel.is_open else None,
        queue_due=iso(parcel.since) if parcel.is_open else None,
    )
    new = ParcelRow.pk.does_not_exist()
    return Also(row, new if parcel.version == 1 else ParcelRow.version == parcel.version - 1, stale)


def stale() -> StaleWrite:
    return StaleWrite("StaleWrite")


def _key(parcel: Parcel) -> tuple[str, str]:
    if parcel.way is Way.STRAY:
        return f"STRAY#{parcel.id}", _sk(0)
    return dossier_key(parcel.id), _sk(parcel.number)


def _sk(number: int) -> str:
    return f"PARCEL#{number:04d}"


def get(dossier_id: str, number: int) -> Parcel:
    """A parcel of a dossier; one read. Raises NotFound("ParcelNotFound")."""
    return _get(dossier_key(dossier_id), _sk(number))


def stray(stray_id: str) -> Parcel:
    """A stray by its id; one read. Raises NotFound("ParcelNotFound")."""
    return _get(f"STRAY#{stray_id}", _sk(0))


def _get(pk: str, sk: str) -> Parcel:
    try:
        return Parcel.from_json(ParcelRow.get(pk, sk, consistent_read=True).body)
    except ParcelRow.DoesNotExist as error:
        raise NotFound("ParcelNotFound") from error


def listed(agency: str, way: Way, limit: int, cursor: str) -> tuple[list[Listed], str | None]:
    """A page of an agency's parcels under way, the oldest first; two reads."""
    keys, after = lists.keys_of_queue(agency, _LISTS[way], limit, cursor)
    if not keys:
        return [], after
    tops = {(pk, HEAD) for pk, _ in keys} if way is not Way.STRAY else set()
    found = {(row.pk, row.sk): row for row in Row.batch_get([*keys, *tops])}
    items = []
    for pk, sk in keys:
        row, top = found.get((pk, sk)), found.get((pk, HEAD))
        if isinstance(row, ParcelRow):
            head = heads.dossier_of(top) if isinstance(top, HeadRow) else None
            items.append(Listed(Parcel.from_json(row.body), head))
    return items, after


# The post's numbers.


def number(parcel: Parcel) -> Also:
    """The post's number of a parcel from now on stands for it; Conflict("TrackingTaken") when it has another one."""
    row = RegistryRow(
        f"TRACKING#{parcel.carrier}", parcel.tracking, body={"dossier": parcel.id, "parcel": parcel.number}
    )
    return Also(row, RegistryRow.pk.does_not_exist(), lambda: Conflict("TrackingTaken"))


def numbered(carrier: str, tracking: Iterable[str]) -> Mapping[str, Key]:
    """By the post's number, of those that are known; one read of up to a hundred."""
    keys = [(f"TRACKING#{carrier}", one) for one in dict.fromkeys(tracking)]
    rows = RegistryRow.batch_get(keys) if keys else ()
    return {row.sk: (row.body["dossier"], int(row.body["parcel"])) for row in rows}


def many(keys: Iterable[Key]) -> Mapping[Key, Parcel]:
    """Parcels of dossiers; one read of up to a hundred."""
    wanted = {(dossier_key(one), _sk(n)): (one, n) for one, n in keys}
    rows = ParcelRow.batch_get(list(wanted)) if wanted else ()
    return {wanted[row.pk, row.sk]: Parcel.from_json(row.body) for row in rows}

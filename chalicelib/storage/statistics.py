"""What the public statistics count, in the registry; and the files they are published in.

    RATING#<id> / KEY                    a rating that was counted: the same request again finds it; kept a day
    RATINGS#<shard> / <page>#<level>     ratings of a page; a rating goes to one of four shards by its id
    LOG#<object> / <part>                a part of an access log that was counted; kept longer than the log itself
    VISITS / <day>                       views of all public pages on a day
    VISITS#<month> / <page>              views of a page in a month
    DOSSIERS#<year>#<shard> / <agency>#<figure>     dossiers received, decided on time, decided late

Each is added to in the transaction that also writes what makes it once: the key, the part of the log, the outbox row
that is gone then. Readers add up a few partitions; there is nothing to scan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from datetime import date, datetime, timedelta

from pynamodb.pagination import ResultIterator
from pynamodb.transactions import TransactWrite

from chalicelib import aws, settings
from chalicelib.domain.event import iso
from chalicelib.domain.rating import Level
from chalicelib.domain.statistics import Figure
from chalicelib.errors import Conflict
from chalicelib.storage.outbox import Effect
from chalicelib.storage.tables import OutboxRow, RegistryRow, Row, dossier_key, shard
from chalicelib.storage.transactions import transact

SHARDS = range(4)
KEYS_ARE_KEPT = timedelta(days=1)
LOGS_ARE_REMEMBERED = timedelta(days=60)
PART = 99  # counters that a transaction can add to beside its marker
_CACHE = "public, max-age=300"


def rate(rating_id: str, page: str, level: Level, now: datetime) -> None:
    """Count a rating once; Conflict("KeyReused") when its id stands for another one."""
    key = RegistryRow(
        f"RATING#{rating_id}",
        "KEY",
        body={"page": page, "level": level.value},
        created_at=iso(now),
        expires_at=int((now + KEYS_ARE_KEPT).timestamp()),
    )

    def write(transaction: TransactWrite) -> None:
        transaction.save(key, RegistryRow.pk.does_not_exist())
        _add(transaction, f"RATINGS#{shard(rating_id)}", f"{page}#{level}", 1)

    if transact(write) is None:
        return
    kept = RegistryRow.get(key.pk, key.sk, consistent_read=True)
    if kept.body != key.body:
        raise Conflict("KeyReused")


def count_views(log: str, views: Mapping[tuple[date, str], int], known: Container[str], now: datetime) -> int:
    """Add the views (day, page) of `known` pages in an access log, once; how many of its parts were new.

    The parts are cut from all that the log has, whatever is known of it: so a log that is read again is cut the same.
    """
    totals: Counter[tuple[str, str]] = Counter()
    for (day, page), number in views.items():
        counts = number if page in known else 0
        totals["VISITS", day.isoformat()] += counts
        totals[f"VISITS#{day:%Y-%m}", page] += counts
    counters = sorted(totals.items())
    expires = int((now + LOGS_ARE_REMEMBERED).timestamp())

    def one(start: int) -> bool:
        marker = RegistryRow(f"LOG#{log}", f"{start // PART:04d}", created_at=iso(now), expires_at=expires)

        def write(transaction: TransactWrite) -> None:
            transaction.save(marker, RegistryRow.pk.does_not_exist())
            for (pk, sk), number in counters[start : start + PART]:
                if number:
                    _add(transaction, pk, sk, number)

        return transact(write) is None

    return sum(one(start) for start in range(0, len(counters), PART))


def count_dossier(effect: Effect, agency: str, figure: Figure, year: int) -> None:
    """Count a dossier and forget the effect that asked for it, both or neither; nothing when it is gone already."""

    def write(transaction: TransactWrite) -> None:
        transaction.delete(OutboxRow(dossier_key(effect.dossier), effect.sk), OutboxRow.pk.exists())
        _add(transaction, f"DOSSIERS#{year}#{shard(effect.dossier)}", f"{agency}#{figure}", 1)

    transact(write)


def _add(transaction: TransactWrite, pk: str, sk: str, number: int) -> None:
    transaction.update(RegistryRow(pk, sk), [RegistryRow.number.add(number)])


# What the publisher reads.


def ratings() -> dict[str, Counter[Level]]:
    """Ratings by page and level."""
    found: dict[str, Counter[Level]] = {}
    for number in SHARDS:
        for sk, count in _counters(f"RATINGS#{number}"):
            page, _, level = sk.rpartition("#")
            found.setdefault(page, Counter())[Level(level)] += count
    return found


def days() -> dict[date, int]:
    """Views by day, of every day that had any."""
    return {date.fromisoformat(sk): count for sk, count in _counters("VISITS")}


def views_of_month(month: date) -> dict[str, int]:
    """Views by page in the month of that day."""
    return dict(_counters(f"VISITS#{month:%Y-%m}"))


def dossiers(year: int) -> dict[Figure, Counter[str]]:
    """Dossiers of a year by figure and agency."""
    found: dict[Figure, Counter[str]] = {figure: Counter() for figure in Figure}
    for number in SHARDS:
        for sk, count in _counters(f"DOSSIERS#{year}#{number}"):
            agency, _, figure = sk.rpartition("#")
            found[Figure(figure)][agency] += count
    return found


def overdue(agency: str, queues: tuple[str, ...], now: datetime) -> int:
    """Dossiers of the agency that lie in these queues after their date; reads those rows of the index and no others."""
    return sum(Row.by_queue.count(f"{agency}#{queue}", Row.queue_due < iso(now)) for queue in queues)


def _counters(pk: str) -> Iterator[tuple[str, int]]:
    rows: ResultIterator[RegistryRow] = RegistryRow.query(pk)
    return ((row.sk, int(row.number or 0)) for row in rows)


def publish(name: str, body: str, media_type: str) -> None:
    """Write a file of the public statistics, whatever was there."""
    aws.client("s3").put_object(
        Bucket=settings.site_bucket(),
        Key=f"statistics/{name}",
        Body=body.encode(),
        ContentType=f"{media_type}; charset=utf-8",
        CacheControl=_CACHE,
    )

"""The public statistics: pages rated, their views, dossiers by agency. Counted as things happen, published hourly.

Nothing here knows a person: a rating has no author, a view no visitor, and a table tells no cell that few dossiers
stand behind.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib import messages
from chalicelib.domain import access_log, page
from chalicelib.domain.clock import ZONE
from chalicelib.domain.event import iso
from chalicelib.domain.life import STATES, State
from chalicelib.domain.rating import LEAST_ANSWERS, Level, score
from chalicelib.domain.statistics import LEAST_DOSSIERS, Column, Figure, figure_of, withheld, year_of
from chalicelib.errors import FieldError, Invalid
from chalicelib.services import catalogue
from chalicelib.storage import catalogue as published
from chalicelib.storage import dossiers, objects
from chalicelib.storage import statistics as kept
from chalicelib.storage.outbox import Effect
from chalicelib.telemetry import count, logger

DAYS = 30  # shown one by one
MOST_PAGES = 20  # in the list of the pages seen most
MOST_RATED = 100  # pages with a rating that are listed, those with the most answers first
# Where a dossier that was received waits for the agency; its row in the queue has the date of the result.
_DECIDING = (State.RECEIVED, State.APPRAISAL, State.CONSULTATION, State.APPROVAL, State.ISSUING, State.SEALING)
REVIEW_QUEUES = tuple(dict.fromkeys(STATES[state].queue or "" for state in _DECIDING))
_OVERDUE = "overdue"

Json = dict[str, Any]


def rate(rating_id: str, address: str, level: Level, now: datetime) -> None:
    """Count a rating; the same request again is the same rating.

    Raises Invalid for what is no public page, Conflict("KeyReused") when the id stands for another rating.
    """
    name = page.page_of(address)
    if name is None or not _there([name]):
        raise Invalid("BadRequest", [FieldError.of("page", "PageUnknown")])
    kept.rate(rating_id, name, level, now)


def _there(names: Iterable[str]) -> set[str]:
    """Those of the pages that there are: whoever makes up a code shall not make a row of a table."""
    codes = {name: page.procedure_of(name) for name in names}
    asked = [code for code in codes.values() if code is not None]
    procedures = published.published(asked) if asked else frozenset()
    agencies = {name: page.agency_of(name) for name, code in codes.items() if code is None}
    tree = catalogue.agencies() if any(agencies.values()) else {}
    there = {name for name, code in codes.items() if code in procedures}
    return there | {name for name, agency in agencies.items() if agency is None or agency in tree}


def count_visits(bucket: str, key: str, now: datetime) -> None:
    """Count the views in an access log, once however often it is told of."""
    tally = access_log.read(objects.unpacked_lines(bucket, key))
    parts = kept.count_views(key, tally.views, _there({name for _, name in tally.views}), now)
    logger.info("log counted", lines=tally.lines, malformed=tally.malformed, beyond=tally.beyond, new_parts=parts)
    for outcome, lines in (("malformed", tally.malformed), ("beyond", tally.beyond)):
        if lines:
            count("LogLinesNotCounted", lines, outcome=outcome)


def count_dossier(effect: Effect) -> None:
    """Count the event that the effect follows, and forget the effect; safe to repeat."""
    bundle = dossiers.load(effect.dossier)
    events = bundle.events[: effect.event_number]
    kept.count_dossier(effect, bundle.dossier.agency, figure_of(events), year_of(events[-1]))


def publish(now: datetime) -> None:
    """Write `statistics/index.json` and the tables for spreadsheets beside it (<table>.csv, <table>.en.csv)."""
    names = _Names()
    document: Json = {
        "updated_at": iso(now),
        "visits": _visits(now.astimezone(ZONE).date(), names),
        "ratings": _ratings(names),
        "dossiers": _dossiers(now, names),
    }
    for language in messages.LANGUAGES:
        suffix = "" if language == "vi" else f".{language}"
        for name, rows in _tables(document, language).items():
            kept.publish(f"{name}{suffix}.csv", _csv(name, rows, language), "text/csv")
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    kept.publish("index.json", text, "application/json")
    logger.info("statistics published", views=document["visits"]["total"])


class _Names:
    """What the catalogue calls the things that pages and rows are about, looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, Json | None] = {}

    def page(self, name: str) -> Json | None:
        """None for the pages that the site itself has names for."""
        if name not in self._known:
            code, agency = page.procedure_of(name), page.agency_of(name)
            document = published.read(published.latest_key(code)) if code else None
            named: Json | None = dict(document["name"]) if document else None
            self._known[name] = self.agency(agency) if agency else named
        return self._known[name]

    def agency(self, code: str) -> Json | None:
        found = catalogue.agencies().get(code)
        return found.name.to_json() if found else None


def _visits(today: date, names: _Names) -> Json:
    days = kept.days()
    last_month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    pages = Counter(kept.views_of_month(today)) + Counter(kept.views_of_month(last_month))
    shown = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    most = sorted(pages.items(), key=lambda one: (-one[1], one[0]))[:MOST_PAGES]
    return {
        "total": sum(days.values()),
        "since": min(days).isoformat() if days else None,
        "days": [{"day": day.isoformat(), "views": days.get(day, 0)} for day in shown],
        "pages_since": last_month.isoformat(),
        "pages": [{"page": name, "name": names.page(name), "views": views} for name, views in most],
    }


def _ratings(names: _Names) -> Json:
    given = kept.ratings()
    overall: Counter[Level] = sum(given.values(), Counter())
    most = sorted(given, key=lambda name: (-given[name].total(), name))[:MOST_RATED]
    return {
        "least": LEAST_ANSWERS,
        "overall": score(overall).to_json(),
        "pages": [{"page": name, "name": names.page(name), **score(given[name]).to_json()} for name in most],
        "pages_rated": len(given),
    }


def _dossiers(now: datetime, names: _Names) -> Json:
    """The tables of this year and, where it had any dossier, the last; who is overdue now stands with this year."""
    year = now.astimezone(ZONE).year
    late_now = {code: kept.overdue(code, REVIEW_QUEUES, now) for code in catalogue.agencies()}
    this_year = _year(year, {_OVERDUE: late_now}, names)
    last_year = _year(year - 1, {}, names)
    years = [this_year, last_year] if last_year["agencies"] else [this_year]
    return {"least": LEAST_DOSSIERS, "years": years}


def _year(year: int, more: Mapping[str, Mapping[str, int]], names: _Names) -> Json:
    """What was counted in the year and `more` (column -> agency -> dossiers). Agencies that had none are left out."""
    counted = {**{str(figure): cells for figure, cells in kept.dossiers(year).items()}, **more}
    agencies = sorted({code for cells in counted.values() for code, number in cells.items() if number})
    columns = {name: withheld({a: cells.get(a, 0) for a in agencies}) for name, cells in counted.items()}
    return {
        "year": year,
        "total": {name: _span(column) for name, column in columns.items()},
        "agencies": [
            {"agency": code, "name": names.agency(code), **{name: c.cells[code] for name, c in columns.items()}}
            for code in agencies
        ],
    }


def _span(column: Column) -> Json:
    return {"least": column.least, "most": column.most}


# The same as tables, for spreadsheets.


def _tables(document: Json, language: str) -> dict[str, list[list[Any]]]:
    few = messages.text(language, "statistics", "few", least=document["dossiers"]["least"])

    def named(row: Mapping[str, Any]) -> str:
        name: Mapping[str, str] = row["name"] or {}
        return name.get(language) or name.get("vi", "")

    def cell(row: Mapping[str, Any], figure: str) -> Any:
        return few if figure in row and row[figure] is None else row.get(figure, "")

    levels, figures = [str(level) for level in Level], [*(str(figure) for figure in Figure), _OVERDUE]
    return {
        "visits": [[row["day"], row["views"]] for row in document["visits"]["days"]],
        "ratings": [
            [row["page"], named(row), row["count"], *((row["levels"] or {}).get(level, "") for level in levels)]
            for row in document["ratings"]["pages"]
        ],
        "dossiers": [
            [year["year"], row["agency"], named(row), *(cell(row, figure) for figure in figures)]
            for year in document["dossiers"]["years"]
            for row in year["agencies"]
        ],
    }


_HEADS: Mapping[str, Sequence[str]] = {
    "visits": ("day", "views"),
    "ratings": ("page", "name", "count", *Level),
    "dossiers": ("year", "agency", "name", *Figure, _OVERDUE),
}


def _csv(table: str, rows: Iterable[Sequence[Any]], language: str) -> str:
    """With the mark by which spreadsheets know UTF-8. No cell begins as a formula does: names are typed by others."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([messages.text(language, "statistics", str(head)) for head in _HEADS[table]])
    writer.writerows([[f"'{v}" if str(v)[:1] in ("=", "+", "-", "@") else v for v in row] for row in rows])
    return "\ufeff" + out.getvalue()

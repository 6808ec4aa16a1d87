"""Views of public pages, read from an access log: tab-separated lines under `#Fields:` (W3C extended log format, as
CloudFront's standard logs have it; moments are UTC, paths are percent-encoded).

A view is a GET of a public page that was answered with the page (200) or that the visitor had it already (304), by
something that does not call itself a machine. Files, the API and unknown addresses are no pages. Nothing else is kept
of a line: no address, no browser, no referrer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import date, datetime
from urllib.parse import unquote

from chalicelib.domain.clock import ZONE
from chalicelib.domain.page import page_of
from chalicelib.values import dataclass

# Crude, and on purpose: who hides is counted, who says what it is is not. People's in-app browsers must not match.
_MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|scrap|curl/|wget|python|java/|okhttp|go-http|libwww|http-?client|node-fetch|axios"
    r"|headless|lighthouse|monitor|uptime|externalhit|^-$|^$",
    re.IGNORECASE,
)
_NEEDED = ("date", "time", "cs-method", "cs-uri-stem", "sc-status", "cs(User-Agent)")
_KIND = "sc-content-type"
MOST = 20_000
"""Days times pages of one log; ten times as many as there are pages. Only made-up addresses come to more."""


@dataclass
class Tally:
    """Views by (day in the province, page); lines read, those among them that could not be understood, and views of
    ever more pages, which are not counted."""

    views: Counter[tuple[date, str]] = field(default_factory=Counter)
    lines: int = 0
    malformed: int = 0
    beyond: int = 0


def read(lines: Iterable[str], most: int = MOST) -> Tally:
    """Count a log, line by line, for at most so many days times pages.

    ValueError when its header lacks a field without which nothing can be counted.
    """
    tally = Tally()
    columns: dict[str, int] = {}
    width = 0
    for line in lines:
        if line.startswith("#"):
            if line.startswith("#Fields:"):
                names = line.removeprefix("#Fields:").split()
                columns, width = {name: at for at, name in enumerate(names)}, len(names)
                if missing := [name for name in _NEEDED if name not in columns]:
                    raise ValueError(f"the log has no field {', '.join(missing)}")
            continue
        tally.lines += 1
        values = line.rstrip("\r\n").split("\t")
        if not columns or len(values) != width:
            tally.malformed += 1
            continue
        try:
            viewed = _view(values, columns)
        except ValueError:
            tally.malformed += 1
            continue
        if viewed is not None and (viewed in tally.views or len(tally.views) < most):
            tally.views[viewed] += 1
        elif viewed is not None:
            tally.beyond += 1
    return tally


def _view(values: Sequence[str], columns: dict[str, int]) -> tuple[date, str] | None:
    """(day, page) when the line is a view. ValueError when status or moment cannot be read."""
    status = int(values[columns["sc-status"]])
    if values[columns["cs-method"]] != "GET" or status not in (200, 304):
        return None
    kind = values[columns[_KIND]] if _KIND in columns else "-"
    if kind != "-" and not kind.startswith("text/html"):
        return None
    page = page_of(unquote(values[columns["cs-uri-stem"]]))
    if page is None or _MACHINES.search(values[columns["cs(User-Agent)"]]):
        return None
    moment = datetime.fromisoformat(f"{values[columns['date']]}T{values[columns['time']]}+00:00")
    return moment.astimezone(ZONE).date(), page

"""An agency's own part of the calendar: weekly hours and days on which it is closed besides the province's.

It stands in the province's document (calendar.py) beside "hours" and "years":

    "agencies": {"H34.05": {"hours": null | {"mon": [["07:00", "11:30"], …], …},
                            "off": [{"date": "2026-12-22", "name": {vi, en}}], "version": n, "change": text}}

`hours` null are those of the next agency above that has its own, at last the province's. Days off hold for the agency
and those below it. `version` counts the changes, `change` is the key of the request that made the last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Any

from chalicelib.domain.calendar import FIRST_YEAR, LAST_YEAR, Calendar, Name
from chalicelib.errors import FieldError, Invalid
from chalicelib.values import dataclass

MOST_OFF = 100


@dataclass(frozen=True)
class Own:
    hours: Mapping[str, Any] | None = None
    off: Mapping[date, Name] = field(default_factory=dict)
    version: int = 0
    change: str = ""

    @classmethod
    def read(cls, hours: Any, off: Any, version: int = 0, change: str = "") -> Own:
        """Invalid names every defect: `hours…`, `off[n].date`, `off[n].name`."""
        defects: list[FieldError] = []
        if hours is not None:
            try:
                Calendar().with_hours(hours)
            except Invalid as refused:
                defects += refused.fields
        days = _off(off, defects)
        if defects:
            raise Invalid("BadRequest", defects)
        return cls(hours, days, version, change)

    def to_json(self) -> dict[str, Any]:
        off = [{"date": str(on), "name": name.to_json()} for on, name in sorted(self.off.items(), key=lambda o: o[0])]
        return {"hours": self.hours, "off": off, "version": self.version, "change": self.change}


def owns(document: Mapping[str, Any] | None) -> dict[str, Own]:
    """By agency, of the province's document."""
    found = (document or {}).get("agencies") or {}
    return {
        code: Own.read(one.get("hours"), one.get("off", []), int(one.get("version", 0)), str(one.get("change", "")))
        for code, one in found.items()
    }


def _off(value: Any, defects: list[FieldError]) -> dict[date, Name]:
    found: dict[date, Name] = {}
    if not isinstance(value, list) or len(value) > MOST_OFF:
        defects.append(FieldError.of("off", "WrongType"))
        return found
    for index, one in enumerate(value):
        on, name = _date(one.get("date")), one.get("name") or {}
        vi, en = str(name.get("vi") or "").strip(), str(name.get("en") or "").strip()
        if on is None:
            defects.append(FieldError.of(f"off[{index}].date", "BadDate"))
        elif on in found:
            defects.append(FieldError.of(f"off[{index}].date", "NotUnique"))
        elif not vi:
            defects.append(FieldError.of(f"off[{index}].name", "Required"))
        else:
            found[on] = Name(vi, en or vi)
    return found


def _date(value: Any) -> date | None:
    try:
        on = date.fromisoformat(str(value))
    except ValueError:
        return None
    return on if FIRST_YEAR < on.year < LAST_YEAR else None

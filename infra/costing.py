"""What a dossier costs: units as AWS counts them, times prices. Pure; tests/bench/cost.py counts the units.

The price file says for each unit its price in US dollars, what the unit is, and where the price was read.
"""

from __future__ import annotations

import base64
import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.template import Template

PRICES = Path(__file__).with_name("prices.json")
ROW_OVERHEAD = 100  # bytes that DynamoDB adds to each row's storage
Json = dict[str, Any]
Image = Mapping[str, Any]  # a row as DynamoDB writes it: {"pk": {"S": "D#1"}, …}


def row_bytes(image: Image) -> int:
    """The size of a row as DynamoDB counts it: names and values, no overhead."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in image.items())


def _value_bytes(typed: Any) -> int:
    ((kind, value),) = typed.items()
    match kind:
        case "S":
            return len(str(value).encode())
        case "N":
            return math.ceil(len(str(value).lstrip("-").replace(".", "").strip("0")) / 2) + 1
        case "B":
            return len(base64.b64decode(value))
        case "BOOL" | "NULL":
            return 1
        case "M":
            return 3 + sum(len(name.encode()) + _value_bytes(inner) + 1 for name, inner in value.items())
        case "L":
            return 3 + sum(_value_bytes(inner) + 1 for inner in value)
        case _:  # sets
            return sum(_value_bytes({kind[0]: inner}) for inner in value)


@dataclass(frozen=True)
class Index:
    """A secondary index: its keys, and what is projected besides keys."""

    name: str
    keys: tuple[str, ...]
    projected: frozenset[str]

    def image(self, row: Image | None, table_keys: tuple[str, ...]) -> Json | None:
        """The row as it stands in the index; None when it has no business there."""
        if row is None or not all(key in row for key in self.keys):
            return None
        kept = {*self.keys, *table_keys, *self.projected}
        return {name: value for name, value in row.items() if name in kept}


def write_units(
    before: Image | None, after: Image | None, indexes: tuple[Index, ...], table_keys: tuple[str, ...], transacted: bool
) -> int:
    """Write units of one row's change: the larger image's kB, twice in a transaction, and those of each index.

    An index whose keys change is written twice (the old row goes, a new one comes); one of which nothing changes, not.
    """
    size = max(row_bytes(image) for image in (before or {}, after or {}))
    units = _kilobytes(size) * (2 if transacted else 1)
    for index in indexes:
        old, new = index.image(before, table_keys), index.image(after, table_keys)
        if old == new:
            continue
        moved = old is not None and new is not None and any(old[key] != new[key] for key in index.keys)
        if moved:
            units += _kilobytes(row_bytes(old or {})) + _kilobytes(row_bytes(new or {}))
        else:
            units += max(_kilobytes(row_bytes(image)) for image in (old, new) if image is not None)
    return units


def _kilobytes(size: int) -> int:
    return max(1, math.ceil(size / 1024))


def read_units(size: int, consistent: bool) -> float:
    """Read units of one row got, or of all that a query read: a half for 4 kB, twice that when consistent."""
    return max(1, math.ceil(size / 4096)) * (1.0 if consistent else 0.5)


@dataclass(frozen=True)
class Prices:
    units: Mapping[str, float]
    fixed: Mapping[str, float]
    peers: Mapping[str, float]
    date: str
    region: str

    @classmethod
    def read(cls, path: Path = PRICES) -> Prices:
        told: Json = json.loads(path.read_text(encoding="utf-8"))
        only = {
            part: {name: each["price"] for name, each in told[part].items()} for part in ("units", "fixed", "peers")
        }
        return cls(only["units"], only["fixed"], only["peers"], told["date"], told["region"])

    def cost(self, used: Mapping[str, float]) -> dict[str, float]:
        """Dollars of each unit used. Raises KeyError for a unit without a price."""
        return {unit: amount * self.units[unit] for unit, amount in used.items()}

    def monthly(self, template: Template) -> float:
        """Dollars a month of what the template has, however few dossiers there are."""
        kinds = Counter(resource["Type"] for resource in template.body["Resources"].values())
        return sum(price * kinds[kind] for kind, price in self.fixed.items())

"""What CloudWatch would know of this process: our own metrics, read from what is printed, and a few of AWS's.

The functions print metrics as JSON lines (EMF); in the cloud CloudWatch takes them out of the log. Here `Tap` does, in
front of the terminal. Kept by the minute, for three hours.
"""

from __future__ import annotations

import io
import json
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TextIO

MINUTES = 180
MOST_SAMPLES = 500
MOST_SERIES = 1000

Series = tuple[str, str, frozenset[tuple[str, str]]]


@dataclass
class Bucket:
    """A minute of a series. `samples` are for percentiles; of many, the first five hundred."""

    samples: list[float] = field(default_factory=list)
    total: float = 0.0
    number: int = 0

    def add(self, value: float) -> None:
        self.total += value
        self.number += 1
        if len(self.samples) < MOST_SAMPLES:
            self.samples.append(value)

    def value(self, stat: str) -> float:
        """By CloudWatch's names: Sum, Average, Minimum, Maximum, SampleCount, p50 …"""
        if stat.startswith("p"):
            ordered = sorted(self.samples)
            return ordered[min(len(ordered) - 1, int(len(ordered) * float(stat[1:]) / 100))]
        found = {
            "Sum": self.total,
            "Average": self.total / self.number,
            "Minimum": min(self.samples),
            "Maximum": max(self.samples),
            "SampleCount": float(self.number),
        }
        return found[stat]


class Store:
    """Series by namespace, name and dimensions; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._series: OrderedDict[Series, dict[int, Bucket]] = OrderedDict()

    def note(self, namespace: str, name: str, value: float, **dimensions: str) -> None:
        key = (namespace, name, frozenset(dimensions.items()))
        minute = int(time.time()) // 60
        with self._lock:
            buckets = self._series.setdefault(key, {})
            buckets.setdefault(minute, Bucket()).add(value)
            for old in [each for each in buckets if each <= minute - MINUTES]:
                del buckets[old]
            while len(self._series) > MOST_SERIES:
                self._series.popitem(last=False)

    def read(self, line: Mapping[str, Any]) -> None:
        """Take in one line in the embedded metric format."""
        for told in line["_aws"]["CloudWatchMetrics"]:
            for names in told["Dimensions"]:
                for metric in told["Metrics"]:
                    given = line[metric["Name"]]
                    for value in given if isinstance(given, list) else [given]:
                        self.note(told["Namespace"], metric["Name"], value, **{name: str(line[name]) for name in names})

    def points(self, namespace: str, name: str, stat: str, dimensions: Mapping[str, str]) -> list[tuple[int, float]]:
        """(minute since 1970, value) of a series, the oldest first; [] for one that nothing was told of."""
        with self._lock:
            buckets = self._series.get((namespace, name, frozenset(dimensions.items())), {})
            return [(minute, bucket.value(stat)) for minute, bucket in sorted(buckets.items())]

    def clear(self) -> None:
        with self._lock:
            self._series.clear()


metrics = Store()


class Tap(io.TextIOBase):
    """A stream that keeps metrics for the store and lets everything else through."""

    def __init__(self, beyond: TextIO) -> None:
        self._beyond = beyond
        self._lock = Lock()
        self._kept = False  # the end of a line that was kept is still to come

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        with self._lock:
            if text == "\n" and self._kept:
                self._kept = False
            elif text.startswith("{") and '"_aws"' in text:
                metrics.read(json.loads(text))
                self._kept = not text.endswith("\n")
            else:
                self._beyond.write(text)
        return len(text)

    def flush(self) -> None:
        self._beyond.flush()

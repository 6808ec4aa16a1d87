"""The published table of due dates (deadline_cases.md), played; and that the parts of a date sum to its time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import due_date
from chalicelib.domain.calendar import ZONE, Calendar, Name
from chalicelib.domain.clock import Duration, Unit, working_minutes_between
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.life import State
from chalicelib.domain.procedure import Procedure, Supplement

HERE = Path(__file__).resolve()
SEED = HERE.parents[2] / "infra" / "seed"
PROVINCE = Calendar.from_json(json.loads((SEED / "calendar.json").read_text("utf-8")))
SEEDED = Procedure.from_json(json.loads((SEED / "procedures" / "2.000635.json").read_text("utf-8")))
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass
class Life:
    """A dossier as far as its date goes."""

    procedure: Procedure
    calendar: Calendar = PROVINCE
    channel: str = "online"
    first: datetime | None = None
    asked: datetime | None = None
    dossier: Dossier | None = None
    detail: dict[str, Any] | None = None

    def play(self, step: str, value: str) -> None:
        if step == "via":
            self.channel = value
        elif step == "received":
            self.first = at(value)
            fresh = Dossier(
                id="d", owner="o", agency="H34.05", procedure_code="2.000635", procedure_version=1, procedure_name="n",
                level=3, state=State.APPRAISAL, created_at=self.first, applicant={}, channel=self.channel,
            )  # fmt: skip
            self._set(fresh, due_date.started(fresh, self.procedure, self.calendar, self.first))
        elif step == "asked":
            self.asked = at(value)
        elif step in ("off", "open", "hours"):
            self._change(step, value)
        else:
            self._go_on(step, value)

    def _go_on(self, step: str, value: str) -> None:
        assert self.dossier and self.first
        if step == "supplied":
            assert self.asked
            made = due_date.resumed(self.dossier, self.procedure, self.calendar, self.asked, at(value), self.first)
            self._set(self.dossier, made)
        else:
            assert step == "appointed"
            day = due_date.closing(at(f"{value} 12:00"), self.calendar)
            assert day is not None
            made = due_date.reappointed(self.dossier, self.procedure, self.calendar, day, self.first)
            self._set(replace(self.dossier, reappointed=True), made)

    def _change(self, step: str, value: str) -> None:
        assert self.dossier and self.first
        if step == "hours":
            self.calendar = self.calendar.with_hours(
                dict.fromkeys(WEEKDAYS, [ends.split("-") for ends in value.split()])
            )
        else:
            days = dict(self.calendar.closed)
            days.pop(date.fromisoformat(value), None)
            if step == "off":
                days[date.fromisoformat(value)] = Name("Nghỉ", "Closed")
            self.calendar = replace(self.calendar, closed=days)
        made = due_date.recalculated(self.dossier, self.procedure, self.calendar, self.first)
        if made is not None:
            self._set(self.dossier, made)

    def _set(self, dossier: Dossier, made: due_date.Set) -> None:
        changes, self.detail = made
        self.dossier = replace(dossier, **changes)

    @property
    def due(self) -> datetime:
        assert self.dossier and self.dossier.due_at
        return self.dossier.due_at

    def check_parts(self) -> None:
        """They sum to the time from the first receipt to the date, and each is some time."""
        assert self.detail and self.first
        parts = self.detail["due_parts"]
        assert sum(part["seconds"] for part in parts) == (self.due - self.first).total_seconds()
        assert all(part["seconds"] > 0 for part in parts)
        assert [part["kind"] for part in parts] == [k for k in due_date.PARTS if k in {p["kind"] for p in parts}]


def procedure_of(period: str) -> Procedure:
    durations, clock, until = {}, "pause", None
    for part in period.split(", "):
        if part == "restart":
            clock = part
        elif found := re.fullmatch(r"same day (\d\d):(\d\d)", part):
            until = time(int(found[1]), int(found[2]))
        elif found := re.fullmatch(r"(online|post|counter) (.+)", part):
            durations[found[1]] = Duration.parse(found[2])
        else:
            durations["online"] = Duration.parse(part)
    within = Supplement(Duration(30, Unit.CALENDAR_DAYS), clock)
    return replace(SEEDED, durations=durations, same_day_until=until, supplement=within)


def _cases() -> Iterator[tuple[str, ...]]:
    for line in (HERE.parent / "deadline_cases.md").read_text("utf-8").splitlines():
        if re.match(r"\| \d+ \|", line):
            yield tuple(cell.strip() for cell in line.strip("|").split("|"))


CASES = list(_cases())


def test_the_table_is_numbered_and_long_enough() -> None:
    assert [int(case[0]) for case in CASES] == list(range(1, len(CASES) + 1)) and len(CASES) >= 60
    assert len({case[1:3] for case in CASES}) == len(CASES), "no case stands twice"


@pytest.mark.clause("A5")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_the_date_is_the_one_that_was_worked_out_by_hand(case: tuple[str, ...]) -> None:
    _, period, steps, due, why = case
    life = Life(procedure_of(period))
    for step in steps.split(", "):
        life.play(*step.split(" ", 1))
    assert life.due == at(due), why
    life.check_parts()


@pytest.mark.parametrize(
    ("due", "now", "warned", "why"),
    [
        ("2026-11-27 09:00", "2026-11-23 09:00", "2026-11-26 09:00", "eight hours before: Th 6, Fr 2"),
        ("2026-11-25 09:00", "2026-11-23 09:00", "2026-11-23 15:00", "eight hours in all: half way"),
        ("2026-11-30 17:00", "2026-11-25 07:00", "2026-11-27 17:00", "the day before the weekend"),
        ("2026-02-23 17:00", "2026-02-10 09:00", "2026-02-13 17:00", "before Tết"),
        ("2026-11-25 09:00", "2026-11-25 08:59", "2026-11-25 08:59", "a minute is left: at once"),
    ],
)
def test_the_warning_comes_one_working_day_before(due: str, now: str, warned: str, why: str) -> None:
    assert due_date.warning_at(at(due), PROVINCE, at(now)) == at(warned), why
    assert due_date.warning_at(at(due), PROVINCE, at(due)) is None


PERIODS = ("1 working day", "5 working days", "8 working hours", "10 calendar days", "1 month")
MOMENTS = st.integers(0, 400 * 24 * 60).map(lambda minutes: at("2026-01-01 00:00") + timedelta(minutes=minutes))
GAPS = st.lists(st.integers(1, 12 * 24 * 60), min_size=0, max_size=6)
CHANGES = st.sampled_from(("supplied", "appointed", "off", "open"))


@given(
    st.sampled_from(PERIODS),
    st.sampled_from(("pause", "restart")),
    MOMENTS,
    st.lists(st.tuples(CHANGES, st.integers(0, 20_000), st.integers(0, 20_000)), max_size=6),
)
def test_whatever_happens_the_parts_sum_and_no_date_comes_earlier(
    period: str, clock: str, received: datetime, steps: list[tuple[str, int, int]]
) -> None:
    life = Life(procedure_of(f"{period}, restart" if clock == "restart" else period))
    life.play("received", f"{received:%Y-%m-%d %H:%M}")
    now, dates = received, [life.due]
    for step, wait, held in steps:
        now += timedelta(minutes=wait)
        if step == "supplied":
            life.play("asked", f"{now:%Y-%m-%d %H:%M}")
            now += timedelta(minutes=held)
            life.play(step, f"{now:%Y-%m-%d %H:%M}")
        elif step == "appointed":
            assert life.dossier is not None
            later = max(life.due, now) + timedelta(minutes=held + 1)
            day = life.calendar.open_day(later.astimezone(ZONE).date() + timedelta(days=1)).on
            if not life.dossier.reappointed:
                life.play(step, str(day))
        else:
            life.play(step, f"{(life.due + timedelta(minutes=held - 10_000)).astimezone(ZONE):%Y-%m-%d}")
        dates.append(life.due)
        life.check_parts()
    assert all(a <= b for a, b in pairwise(dates))


@given(st.sampled_from(("1 working day", "5 working days", "8 working hours")), MOMENTS, GAPS)
def test_what_counts_is_the_period_and_not_what_the_applicant_held(
    period: str, received: datetime, gaps: list[int]
) -> None:
    life = Life(procedure_of(period))
    life.play("received", f"{received:%Y-%m-%d %H:%M}")
    now = received
    for wait, held in pairwise(gaps):
        asked = now + timedelta(minutes=wait)
        now = asked + timedelta(minutes=held)
        if asked > life.due:
            break
        life.play("asked", f"{asked:%Y-%m-%d %H:%M}")
        life.play("supplied", f"{now:%Y-%m-%d %H:%M}")
    assert life.dossier and life.detail
    amount = life.procedure.duration("online")
    hours = amount.amount * (8 if amount.unit is Unit.WORKING_DAYS else 1)
    parts = {part["kind"]: part["seconds"] for part in life.detail["due_parts"]}
    assert parts["counted"] == hours * 3600
    open_ = working_minutes_between(received, life.due, PROVINCE)
    held_open = sum(
        working_minutes_between(max(a, received), min(b, life.due), PROVINCE)
        for a, b in life.dossier.pauses
        if a < life.due
    )
    assert open_ - held_open == hours * 60

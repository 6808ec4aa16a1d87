"""Every call of a use case broken in every way: dry run, then one scenario per call and fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.faults.cases import Case
from tests.faults.invariants import violations
from tests.faults.wire import Call, Fault, Plan
from tests.faults.world import Course, World, plant_seed
from tests.thorough import few

SEED = 20261123
GONE = "caller gone"


@dataclass(frozen=True)
class Broken:
    """A scenario that ended badly."""

    call: str
    fault: str
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.fault} at {self.call}: {'; '.join(self.wrong)}"


@dataclass
class Census:
    """What was done of one use case on one course."""

    case: str
    course: str
    calls: list[Call] = field(default_factory=list)
    scenarios: Counter[tuple[int, str]] = field(default_factory=Counter)  # by call and fault
    sites_hit: set[tuple[str, str]] = field(default_factory=set)
    missed: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)  # right only after {"all": true} or a deadline
    broken: list[Broken] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The census as a table: a line for every call, then the sum."""
        found = []
        for call in self.calls:
            at = {fault: n for (number, fault), n in self.scenarios.items() if number == call.number}
            broken = sum(b.call == str(call) for b in self.broken)
            where = f"{call.activity:<8} {call.operation:<28} {call.site:<34}"
            found.append(f"{self._title} {call.number:>3} {where} {sum(at.values()):>3} {broken:>3}  {', '.join(at)}")
        hit, all_of_them = len(self.sites_hit), len(self.sites)
        total = sum(self.scenarios.values())
        sums = f"{total} scenarios, {len(self.broken)} broken, {len(self.late)} late"
        return [*found, f"{self._title} sum {sums}, {hit} of {all_of_them} call sites hit"]

    @property
    def _title(self) -> str:
        return f"{self.case:<24} {self.course:<7}"

    @property
    def sites(self) -> set[tuple[str, str]]:
        return {(call.activity, call.site) for call in self.calls}


class Harness:
    """A use case on a course, ready to be run from its start any number of times."""

    def __init__(self, here: World, case: Case, course: Course) -> None:
        self.world, self.case = here, case
        here.course = Course.LATE
        plant_seed(SEED)
        self.dossier = case.prepare(here)
        if not case.backlog:
            here.stream()
        here.course = course
        self.request = case.request(self.dossier)
        if case.backlog:
            here.cloud.streams["Relay"].position = 0
        self.kept = here.keep()

    def dry_run(self) -> tuple[list[Call], list[str]]:
        """The calls of an undisturbed run, and what is wrong after it."""
        self._start(None)
        told = self._play(True)
        calls = list(self.world.wire.calls)
        self._rest()
        wrong = self._wrong(told)
        return calls, wrong if told else [*wrong, "I9: refused"]

    def run(self, plan: Plan, insists: bool = True) -> tuple[Call | None, list[str], bool]:
        """One scenario: the call that was struck (None: it never came), what is wrong, whether it took long."""
        self._start(plan)
        told = self._play(insists)
        acknowledged = told or any(a.status == 200 for a in self.world.answers)
        slow = not self.world.settle(lambda: not self._wrong(acknowledged, again=False))
        self._rest()
        wrong = self._wrong(acknowledged)
        if insists and not told:
            seen = [f"{a.status} {a.body.get('Code')}" for a in self.world.answers]
            wrong.append(f"I9: asked again and again, never told of success: {seen}")
        return self.world.wire.struck, wrong, slow and not wrong

    def _start(self, plan: Plan | None) -> None:
        self.world.restore(self.kept, SEED)
        self.world.wire.reset(plan)

    def _play(self, insists: bool) -> bool:
        here = self.world
        answer = here.insist(self.request) if insists else here.send(self.request)
        if here.course is Course.SWEPT:
            here.cloud.records()  # lost
            here.wait(120)
            here.sweep()
        here.stream()
        return answer is not None and answer.status == 200

    def _rest(self) -> None:
        here = self.world
        here.sweep(everything=True)

    def _wrong(self, acknowledged: bool, again: bool = True) -> list[str]:
        return violations(self.world, self.case, self.request, self.dossier, acknowledged, again)


# A cold and prompt cloud makes every call there is and is broken in every way; the others differ in order only.
FAULTS = {
    Course.PROMPT: tuple(Fault),
    Course.LATE: (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST, Fault.TWICE),
    Course.SWEPT: (Fault.CRASH_AFTER, Fault.TIMEOUT),
}


def survey(harness: Harness, faults: Iterable[Fault] = ()) -> Census:
    """Every call of the undisturbed run, broken in ways that the course has (or that are given): all, or a few."""
    case = harness.case
    calls, wrong = harness.dry_run()
    census = Census(case.name, harness.world.course.value, calls)
    if wrong:
        census.broken.append(Broken("no call", "no fault", tuple(wrong)))
    chosen = tuple(faults) or FAULTS[harness.world.course]
    for call in census.calls:
        for fault in few([fault for fault in chosen if applies(fault, call, case)], call.number):
            _one(harness, census, call, fault, insists=True)
            if call.activity == "request" and fault in {Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST}:
                _one(harness, census, call, fault, insists=False)
    return census


def applies(fault: Fault, call: Call, case: Case) -> bool:
    """A conflict happens to transactions only; an execution dies only where one runs from the start."""
    if fault is Fault.CONFLICT:
        return call.operation == "DynamoDB.TransactWriteItems"
    return fault is not Fault.DEATH or not (case.before == "draft" or case.backlog)


def _one(harness: Harness, census: Census, call: Call, fault: Fault, insists: bool) -> None:
    name = fault.value if insists else f"{fault.value}, {GONE}"
    struck, wrong, slow = harness.run(Plan(call.number, fault), insists)
    census.scenarios[call.number, name] += 1
    if struck is None or (struck.activity, struck.operation, struck.site) != (call.activity, call.operation, call.site):
        census.missed.append(f"{name} at {call}")
    else:
        census.sites_hit.add((call.activity, call.site))
    if slow:
        census.late.append(f"{name} at {call}")
    if wrong:
        census.broken.append(Broken(str(call), name, tuple(wrong)))


def hunt(harness: Harness, faults: Iterable[Fault]) -> tuple[str, ...]:
    """What is wrong in the first scenario that ends badly; nothing if none does."""
    calls, wrong = harness.dry_run()
    for fault in faults:
        for call in calls:
            if wrong:
                return tuple(wrong)
            _, wrong, slow = harness.run(Plan(call.number, fault))
            if slow and fault is not Fault.DEATH:
                wrong = [*wrong, "I2: right again only after everything was looked at"]
    return tuple(wrong)

"""What every test stands on: the embedded cloud's environment before chalicelib is imported, and the clause report.

`pytest -m clause` prints at its end, for each clause of the requirements, how many tests prove it and how they went,
and names the clauses that no test proves yet.
"""

from __future__ import annotations

import gc
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import hypothesis
import pytest

from infra.local.calls import calls
from infra.local.testing import Embedded, embedded, prepare

prepare()

from chalicelib.services import present  # noqa: E402  after the environment that it needs

# No deadline: the machine that runs the tests may be busy. The same examples in every run, so that red means changed.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")

# The embedded cloud is a million objects that stay. To go through them again and again costs an eighth of all the time.
gc.set_threshold(100_000, 50, 50)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave what the functions of local clouds asked of AWS for `make privileges`; the slow tests beside the others."""
    if calls.seen():
        folder = Path(__file__).resolve().parents[1] / "build" / "calls"
        folder.mkdir(parents=True, exist_ok=True)
        name = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        kind = "slow" if session.config.getoption("markexpr") == "slow" else "tests"
        (folder / f"{kind}-{name}.json").write_text(json.dumps(calls.noted()), "utf-8")


CLAUSES = {
    "A1": "agencies as data",
    "A2": "portal and stable links",
    "A3": "guidance before use",
    "A4": "accounts from level 3 on",
    "A5": "following a dossier",
    "A6": "supplements",
    "A7": "messages both ways, notices",
    "A8": "level 3: form, papers from the original",
    "A9": "level 3: originals compared at the counter",
    "A10": "level 3: fees at the agency",
    "A11": "level 4: digital signatures",
    "A12": "level 4 unsigned: papers by post",
    "A13": "level 4: fees online, post office, transfer",
    "A14": "delivery of results",
    "A15": "refunds",
    "A16": "uncollected results are not refunded",
    "A17": "text size, contrast, rating, statistics",
    "B1": "the stack of the design card",
    "B2": "the layout of the design card",
    "B3": "stateless handlers",
    "B4": "one table decides, a workflow waits",
    "B5": "static web frontend",
    "B6": "payment callbacks",
    "B7": "operators",
    "C1": "dossier codes, ten national statuses",
    "C2": "names of the levels",
    "C3": "the legal clock",
    "C4": "the paper forms",
    "C5": "national synchronisation",
    "C6": "electronic receipts, reconciliation",
    "C7": "personal data",
    "C8": "satisfaction and index",
    "C9": "accessibility",
}


@pytest.fixture(autouse=True)
def time_runs_on() -> Iterator[None]:
    """Whoever moved the portal's time leaves it as it was: the next test in this process has its own."""
    yield
    present.shift(0)


@pytest.fixture
def cloud() -> Iterator[Embedded]:
    """The embedded cloud, empty."""
    with embedded() as embedded_cloud:
        yield embedded_cloud


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each report carry the clauses of its test, also from a worker process to the one that prints."""
    for item in items:
        for clause in _clauses(item):
            if clause not in CLAUSES:
                raise pytest.UsageError(f"{item.nodeid} names clause {clause!r}, which the requirements do not have")
            item.user_properties.append(("clause", clause))


def _clauses(item: pytest.Item) -> list[str]:
    return sorted({str(clause) for mark in item.iter_markers("clause") for clause in mark.args})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table clause → tests, when the clauses were asked for."""
    if "clause" not in str(config.getoption("markexpr", "")) or config.getoption("collectonly"):
        return
    counted = {
        outcome: Counter(
            clause
            for report in terminalreporter.getreports(outcome)
            for name, clause in report.user_properties
            if name == "clause"
        )
        for outcome in ("passed", "failed", "error", "skipped")
    }
    terminalreporter.section("clauses proven")
    for line in _table(counted):
        terminalreporter.write_line(line)


def _table(counted: dict[str, Counter[str]]) -> Iterable[str]:
    yield f"{'clause':<7}{'passed':>7}{'failed':>7}{'skipped':>8}  what"
    proven, untested = 0, []
    for clause, what in CLAUSES.items():
        passed, failed = counted["passed"][clause], counted["failed"][clause] + counted["error"][clause]
        proven += bool(passed and not failed)
        if not passed and not failed:
            untested.append(clause)
        yield f"{clause:<7}{passed:>7}{failed:>7}{counted['skipped'][clause]:>8}  {what}"
    yield f"proven: {proven} of {len(CLAUSES)}; no test run: {', '.join(untested) or 'none'}"

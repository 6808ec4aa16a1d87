"""The census of the crashes, printed at the end when this folder is run by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.testing import embedded
from tests.faults.world import World
from tests.faults.world import world as open_world


@pytest.fixture
def world() -> Iterator[World]:
    with embedded() as cloud, open_world(cloud) as opened:
        yield opened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = [
        str(line)
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for name, line in report.user_properties
        if name == "census"
    ]
    if lines:
        terminalreporter.section("crashes")
        for line in sorted(lines):
            terminalreporter.write_line(line)

"""A settlement file of ten thousand rows read by the command `motcua`, in a process of its own, on the local cloud.

The ledger is in another process, so that what is measured is the reader alone: rows in a second, AWS calls, and the
memory that reading takes over what the process has anyway, for a file of a thousand rows and one ten times as long.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.domain.entry import Entry, EntryState, Kind
from chalicelib.services import present
from chalicelib.storage import entries
from chalicelib.storage.ledger_table import LedgerRow
from infra.local import start
from tests.app.bookkeeping import SETTLEMENT, moved
from tests.app.portal import AGENCY

FEW, MANY = 1_000, 10_000
ROOT = Path(__file__).resolve().parents[2]

_RUN = """
import io, json, sys, tracemalloc
from collections import Counter
from contextlib import redirect_stdout
from infra.cli import main
from chalicelib import aws

warm, file = sys.argv[1:]
calls = Counter()
client = aws.dynamodb().client
client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.update([model.name]))

def read(path):
    said = io.StringIO()
    with redirect_stdout(said):
        main(["money", "import", "settlement", path, "--gateway", "vnpay", "--json"], standalone_mode=False)
    return json.loads(said.getvalue())

read(warm)
calls.clear()
tracemalloc.start()
before = tracemalloc.get_traced_memory()[0]
tracemalloc.reset_peak()
said = read(file)
peak = tracemalloc.get_traced_memory()[1] - before
tracemalloc.stop()
print(json.dumps({"counts": said["counts"], "peak": peak, "calls": calls}))
"""
_TIME = """
import io, sys, time
from contextlib import redirect_stdout
from infra.cli import main
times = []
for path in sys.argv[1:]:
    began = time.perf_counter()
    with redirect_stdout(io.StringIO()):
        main(["money", "import", "settlement", path, "--gateway", "vnpay", "--json"], standalone_mode=False)
    times.append(time.perf_counter() - began)
print(times[-1])
"""


@dataclass(frozen=True)
class Reading:
    """How a file was read: `seconds` without, `peak` bytes with the memory being watched."""

    rows: int
    seconds: float
    peak: int
    calls: dict[str, int]


def measured() -> list[Reading]:
    found = []
    with start(port=0, aws_port=0, schedules=False) as cloud, TemporaryDirectory() as folder:
        env = {**os.environ, **cloud.environment, "AWS_ENDPOINT_URL": cloud.aws_url}
        write = _Files(Path(folder))
        for rows in (FEW, MANY):
            timed = _run(_TIME, env, write(99), write(rows))
            watched = json.loads(_run(_RUN, env, write(99), write(rows)))
            assert watched["counts"] == {"matched": rows}, watched
            found.append(Reading(rows, float(timed), watched["peak"], watched["calls"]))
    return found


class _Files:
    """Files whose movements are all in the ledger, and in no other file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = 0

    def __call__(self, rows: int) -> str:
        numbers = range(self.made, self.made + rows)
        self.made += rows
        with LedgerRow.batch_write() as batch:
            for number in numbers:
                batch.save(entries.new(_entry(str(number))).row)
        path = self.folder / f"{self.made}.csv"
        with path.open("w") as file:
            file.write(f"{SETTLEMENT}\n")
            file.writelines(f"{moved(str(number), 'MC222222222222', fee=100)}\n" for number in numbers)
        return str(path)


def _entry(number: str) -> Entry:
    at, state = present.now(), EntryState.BOOKED
    return Entry(
        "vnpay", number, Kind.PAYMENT, AGENCY, 200_000, "clearing:vnpay", at, state, document=number, dossier="d"
    )


def _run(code: str, env: dict[str, str], *words: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.splitlines()[-1]


def table() -> Iterator[str]:
    """For people to read."""
    readings = measured()
    yield f"{'settlement file of':<22}{'rows/s':>8}{'peak kB':>9}  AWS calls"
    for one in readings:
        calls = ", ".join(f"{number} {name}" for name, number in sorted(one.calls.items()))
        speed, peak = one.rows / one.seconds, one.peak / 1024
        yield f"{f'{one.rows} rows':<22}{speed:>8.0f}{peak:>9.0f}  {calls}"
    few, many = readings
    yield f"memory of {many.rows} rows over that of {few.rows}: {many.peak / few.peak:.2f}"

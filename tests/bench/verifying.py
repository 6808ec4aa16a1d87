"""What verifying costs: seconds in a child that runs already, and the peak memory of the fork that looks."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

MB = 1024 * 1024
SIZES, COUNTS, RUNS = (1, 10, 20), (1, 2, 10), 5


def table() -> Iterator[str]:
    from chalicelib.services.verification.running import Verifier
    from tests.signing import make
    from tests.signing.pki import World

    world = World()
    yield f"{'size':>6} {'signatures':>11} {'seconds':>9} {'peak MB':>8}   verdict"
    with tempfile.TemporaryDirectory() as name, Verifier() as verifier:
        folder, path = world.folder(Path(name) / "trust"), Path(name) / "file.pdf"
        path.write_bytes(make.plain())
        began = time.perf_counter()
        verifier.verify(path, folder, datetime.now(UTC))
        started = time.perf_counter() - began
        for size in SIZES:
            content, done = make.scan(size * MB), 0
            for count in COUNTS:
                for number in range(done + 1, count + 1):
                    content = make.signed(world.an if number % 2 else world.firm, content, f"Ky{number}")
                done = count
                path.write_bytes(content)
                looks = [verifier.verify(path, folder, datetime.now(UTC)) for _ in range(RUNS)]
                seconds = statistics.median(look.seconds for look in looks)
                peak = max(look.rss for look in looks) / 1024
                yield f"{size:>3} MB {count:>11} {seconds:>9.3f} {peak:>8.0f}   {looks[0].report.verdict}"
    yield f"starting the child (libraries and trust folder): {started:.2f} s"

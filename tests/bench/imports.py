"""What `import app` costs a process that begins, and what of it nobody ran."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.local.environment import credentials
from infra.local.testing import environment

ROOT = Path(__file__).resolve().parents[2]
_LOADED = "import sys, json, app; print(json.dumps(sorted(sys.modules)))"
_TIMED = "import time; t = time.perf_counter(); import app; print((time.perf_counter() - t) * 1000)"
# Everything of which a line ran in the first requests, by the file it stands in; the imports themselves do not count.
_RUN = """
import json, sys
from infra.local.testing import embedded, prepare
prepare()
with embedded() as cloud:
    from tests.app.portal import open_portal
    portal = open_portal(cloud)
    files = set()
    def seen(frame, event, arg):
        if frame.f_code.co_name != "<module>":
            files.add(frame.f_code.co_filename)
    sys.setprofile(seen)
    portal.nobody.get("/health")
    dossier = portal.draft()
    portal.citizen.get("/dossiers")
    portal.citizen.get(f"/dossiers/{dossier}")
    portal.citizen.post(f"/dossiers/{dossier}/submission", {"declaration": True})
    sys.setprofile(None)
ran = [n for n, m in list(sys.modules.items()) if getattr(m, "__file__", None) in files]
json.dump(ran, sys.stderr)
"""


@dataclass(frozen=True)
class Import:
    """Milliseconds of one module: its own, and with all that it was the first to import."""

    name: str
    own: float
    cumulative: float


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **credentials(), **environment()}
    return subprocess.run([sys.executable, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, check=True)


def loaded_by_app() -> set[str]:
    """The modules in a fresh interpreter after `import app`."""
    return set(json.loads(_python("-c", _LOADED).stdout))


def milliseconds(times: int = 5) -> list[float]:
    return sorted(float(_python("-c", _TIMED).stdout) for _ in range(times))


def imported() -> list[Import]:
    """By `-X importtime`, the costliest with all that comes along first. Measuring makes it all a little slower."""
    found = []
    for line in _python("-X", "importtime", "-c", "import app").stderr.splitlines():
        head, _, row = line.partition(":")
        own, _, rest = row.partition("|")
        if head == "import time" and own.strip().isdecimal():
            cumulative, _, name = rest.partition("|")
            found.append(Import(name.strip(), int(own) / 1000, int(cumulative) / 1000))
    return sorted(found, key=lambda each: -each.cumulative)


def idle(found: list[Import]) -> list[tuple[str, int, float]]:
    """Packages imported of which nothing ran in the first requests: name, modules, their own milliseconds.

    moto stands in for the network here: what only a real connection runs (urllib3) is left out, as is app.py itself.
    """
    ran = {_package(name) for name in json.loads(_python("-W", "ignore", "-c", _RUN).stderr.splitlines()[-1])}
    spent: dict[str, list[float]] = defaultdict(list)
    for each in found:
        spent[_package(each.name)].append(each.own)
    counted = {name: own for name, own in spent.items() if name != "app" and not name.startswith("urllib3")}
    unused = [(name, len(own), sum(own)) for name, own in counted.items() if name not in ran]
    return sorted(unused, key=lambda each: -each[2])


def _package(name: str) -> str:
    return ".".join(name.split(".")[:2])


def table() -> Iterator[str]:
    """For people to read."""
    times = milliseconds()
    spread = f"{times[0]:.0f} to {times[-1]:.0f}"
    yield f"import app: median {statistics.median(times):.0f} ms of {len(times)} fresh processes ({spread})"
    found = imported()
    yield f"{'module':<44}{'own ms':>8}{'cumulative ms':>15}"
    for each in found[:15]:
        yield f"{each.name:<44}{each.own:>8.1f}{each.cumulative:>15.1f}"
    unused = idle(found)
    total = sum(own for _, _, own in unused)
    yield f"imported, and nothing ran of it in the first five requests: {len(unused)} packages, {total:.0f} ms"
    for name, modules, own in unused[:15]:
        yield f"{name:<44}{own:>8.1f}{modules:>9} modules"

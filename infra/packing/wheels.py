"""The libraries of a package: wheels as pinned, for a machine, unpacked, cut to what is used and compiled.

Kept in build/wheels until the pins or the rules change: downloading takes a minute, cutting and compiling ten seconds.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from infra.packing import bytecode, lean
from infra.packing.elf import undebugged
from infra.packing.reach import ROOT
from infra.packing.recipes import Machine, Recipe

KEPT = ROOT / "build" / "wheels"


def unpacked(recipe: Recipe, machine: Machine) -> Path:
    """The folder with all that the pinned wheels hold."""
    folder = KEPT / f"{recipe.name}-{machine.name}-{_stamp(recipe.python, recipe.requirements.read_bytes())}"
    if not folder.exists():
        fresh = _fresh(folder)
        platforms = [word for tag in machine.platforms(recipe.python) for word in ("--platform", tag)]
        options = ["--only-binary=:all:", "--implementation", "cp", "--python-version", recipe.python, *platforms]
        words = ["install", "--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes"]
        pins = ["--target", str(fresh), "-r", str(recipe.requirements)]
        subprocess.run([sys.executable, "-m", "pip", *words, *options, *pins], check=True)
        _placed(fresh, folder)
    return folder


def libraries(recipe: Recipe, machine: Machine, services: Collection[str]) -> Path:
    """The folder with what of them goes into the package, compiled where a Python of the version is at hand."""
    source = unpacked(recipe, machine)
    rules = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    has = bytecode.interpreter(recipe.python) is not None
    folder = source.with_name(f"{source.name}-{_stamp(rules, *sorted(services), has)}")
    if not folder.exists():
        fresh = _fresh(folder)
        for path in sorted(source.rglob("*")):
            name = path.relative_to(source).as_posix()
            if path.is_file() and lean.keeps(name, services) and not recipe.leaves_out(name):
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).write_bytes(undebugged(path.read_bytes()))
        lean.lean(fresh / "botocore" / "data", services)
        bytecode.compiled(fresh, recipe.python)
        _placed(fresh, folder)
    return folder


def _fresh(folder: Path) -> Path:
    """An empty folder beside it, for this process alone: what is interrupted is not taken for whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))


def _placed(fresh: Path, folder: Path) -> None:
    """Let `fresh` be the folder, unless another process was quicker: theirs is the same."""
    try:
        fresh.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(fresh)


def _stamp(*given: object) -> str:
    return hashlib.sha256(repr(given).encode()).hexdigest()[:12]

"""The archive of a package: the application, the libraries, and their bytecode. The same sources, the same bytes."""

from __future__ import annotations

import inspect
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import chalice
import chalice.app

from infra.packing import bytecode, wheels
from infra.packing.reach import ROOT, reached, services
from infra.packing.recipes import LAMBDA, Machine, Recipe


def application(recipe: Recipe) -> dict[str, Path]:
    """Name in the package -> file: what the handlers can reach, texts, and the two files of Chalice that run."""
    files = {path.relative_to(ROOT).as_posix(): path for path in reached(recipe.entries)}
    texts = (ROOT / "chalicelib").rglob("*.json")
    files |= {path.relative_to(ROOT).as_posix(): path for path in texts}
    if recipe.chalice:
        files |= {f"chalice/{Path(inspect.getfile(one)).name}": Path(inspect.getfile(one)) for one in _CHALICE}
    return dict(sorted(files.items()))


_CHALICE = (chalice, chalice.app)


@contextmanager
def laid_out(recipe: Recipe, machine: Machine = LAMBDA) -> Iterator[dict[str, Path]]:
    """Name in the package -> file of everything in it, sorted by name; the files are there inside the block."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder)
        application_files = application(recipe)
        for name, path in application_files.items():
            (own / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, own / name)
        bytecode.compiled(own, recipe.python)
        asked = services(path for path in application_files.values() if path.suffix == ".py")
        shelf = wheels.libraries(recipe, machine, asked)
        found = {path.relative_to(place): path for place in (shelf, own) for path in place.rglob("*")}
        yield {name.as_posix(): path for name, path in sorted(found.items()) if path.is_file()}


def pack(recipe: Recipe, target: Path, machine: Machine = LAMBDA) -> list[str]:
    """Write the archive; answers with the names in it."""
    with laid_out(recipe, machine) as files, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as to:
        for name, path in files.items():
            entry = zipfile.ZipInfo(name)  # of 1980: a date would make other bytes every day
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            to.writestr(entry, path.read_bytes(), compresslevel=9)
    return list(files)

"""`python -m infra.packaging FOLDER`: the package of the function `verify`, and how large each function's package is.

Chalice packs the application; `verify` is none of its functions and carries other libraries, for another runtime
(infra/template.yaml). Wheels are fetched as pinned, unpacked once and kept in build/wheels until the pins change.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from infra.local.template import Template

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "requirements-verify.txt"
PLATFORMS = ("manylinux_2_28_aarch64", "manylinux2014_aarch64")  # the runtime's glibc is 2.34
MOST_ZIPPED, MOST_UNPACKED = 50_000_000, 262_144_000  # bytes, Lambda's limits
_LEFT_OUT = {"tests", "test"}
# Nothing that this function asks of AWS is described in these; they are nine tenths of botocore.
_SERVICES = {"dynamodb", "s3", "ssm", "sts"}


def libraries(python: str) -> Path:
    """The folder with the function's libraries for a Python version ("3.12"), as pinned."""
    stamp = hashlib.sha256(PINS.read_bytes() + python.encode()).hexdigest()[:16]
    folder = ROOT / "build" / "wheels" / f"verify-{stamp}"
    if not folder.exists():
        fresh = folder.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        platforms = [word for platform in PLATFORMS for word in ("--platform", platform)]
        options = ["--only-binary=:all:", "--implementation", "cp", "--python-version", python, *platforms]
        words = ["install", "--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes"]
        command = [sys.executable, "-m", "pip", *words, *options, "--target", str(fresh), "-r", str(PINS)]
        subprocess.run(command, check=True)
        if not _compiled(fresh, python):
            sys.stdout.write(
                f"  Without python{python} the libraries are not compiled: a cold start takes a second more.\n"
            )
        fresh.rename(folder)
    return folder


def _compiled(folder: Path, python: str) -> bool:
    """Compile the libraries for the runtime, whose folder cannot be written to; False without a Python of its version.

    Bytecode says the hash of its source, and nobody compares: files in an archive have no times worth comparing.
    """
    found = shutil.which(f"python{python}")
    if found is None:
        return False
    command = [found, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def contents(python: str) -> Iterator[tuple[str, Path]]:
    """(name in the package, file) of everything that the function is deployed with."""
    place = libraries(python)
    for path in sorted(place.rglob("*")):
        parts = path.relative_to(place).parts
        described = parts[:2] == ("botocore", "data") and len(parts) > 3 and parts[2] not in _SERVICES
        if path.is_file() and _LEFT_OUT.isdisjoint(parts) and not described and parts[0] != "bin":
            yield "/".join(parts), path
    for path in sorted((ROOT / "chalicelib").rglob("*")):
        if path.suffix in {".py", ".json"}:
            yield str(path.relative_to(ROOT)), path


def pack(folder: Path, template: Template) -> None:
    """Write verify.zip into the folder; the same sources make the same bytes."""
    python = str(template.body["Resources"]["Verify"]["Properties"]["Runtime"]).removeprefix("python")
    with zipfile.ZipFile(folder / "verify.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, path in contents(python):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def sizes(folder: Path, template: Template) -> Iterator[tuple[str, int, int]]:
    """(functions, bytes zipped, bytes unpacked) of each package."""
    of: dict[str, list[str]] = {}
    for logical_id, properties in template.resources("AWS::Serverless::Function"):
        of.setdefault(Path(properties.get("CodeUri", "deployment.zip")).name, []).append(logical_id)
    for name, functions in sorted(of.items()):
        with zipfile.ZipFile(folder / name) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        yield ", ".join(functions), (folder / name).stat().st_size, unpacked


def main() -> int:
    folder = Path(sys.argv[1])
    template = Template({})
    pack(folder, template)
    found = list(sizes(folder, template))
    for functions, zipped, unpacked in found:
        sys.stdout.write(f"  {zipped / 1e6:6.1f} MB zipped {unpacked / 1e6:6.1f} MB unpacked  {functions}\n")
    return int(any(zipped > MOST_ZIPPED or unpacked > MOST_UNPACKED for _, zipped, unpacked in found))


if __name__ == "__main__":
    sys.exit(main())

"""Compiled once, by the Python that will run it: a function cannot write beside its code, and compiles it anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

PLACE = "/var/task"  # where Lambda unpacks a package; compiled code names its file
_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


@cache
def interpreter(python: str) -> str | None:
    """A Python of this version ("3.12"): the one that runs, one on the PATH, or one that uv knows."""
    candidates = [sys.executable, f"python{python}"]
    if shutil.which("uv"):
        asked = ["uv", "python", "find", "--no-python-downloads", python]
        found = subprocess.run(asked, capture_output=True, text=True, check=False)
        candidates.append(found.stdout.strip())
    return next((each for each in candidates if each and _version(each, python) == python), None)


def _version(command: str, python: str) -> str:
    found = shutil.which(command)
    if found is None:
        return ""
    # pyenv's commands stand for any version that it has, and ask this variable for which.
    env = {**os.environ, "PYENV_VERSION": python}
    return subprocess.run([found, "-c", _VERSION], env=env, capture_output=True, text=True, check=False).stdout.strip()


def compiled(folder: Path, python: str) -> bool:
    """Compile everything in the folder; False without a Python of the version, whose bytecode is like no other's.

    Tracebacks then name files and lines without showing them: the sources are where they were written.
    """
    found = interpreter(python)
    if found is None:
        return False
    program = Path(__file__).with_name("compiling.py")
    env = {**os.environ, "PYENV_VERSION": python, "PYTHONHASHSEED": "0"}
    subprocess.run([found, str(program), str(folder), PLACE], env=env, check=True)
    return True

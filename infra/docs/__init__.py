"""Documents that are made from the code: the diagram of states, the OpenAPI document, the tables of the glossary.

Each is committed, and a test compares it with what the code says now; `--check` does the same at the command line.
"""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def write_or_check(name: str, text: str, arguments: list[str]) -> int:
    """Write `docs/<name>`, or with --check only compare; the exit code."""
    path = DOCS / name
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: [--check]\n")
        return 2
    same = path.exists() and path.read_text("utf-8") == text
    if arguments and not same:
        sys.stderr.write(f"docs/{name} is not what the code says; make it again\n")
        return 1
    if not same:
        path.write_text(text, "utf-8")
    return 0

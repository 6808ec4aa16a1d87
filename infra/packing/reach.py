"""What of the application a function can reach from its handler, and which AWS services that asks. Read, not run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_OURS = re.compile(r"chalicelib(\.\w+)+")
TABLES = "dynamodb"  # asked through pynamodb, not by name


class Unreadable(Exception):
    """A client is made whose service does not stand in the source."""


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def reached(modules: Iterable[str], root: Path = ROOT) -> frozenset[Path]:
    """The files of these modules and of all of ours that they import, anywhere in a function, too; or run by name."""
    found: set[Path] = set()
    waiting = [path for module in modules for path in _files(module, root)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [file for module in _named(_tree(path)) for file in _files(module, root)]
    return frozenset(found)


def _named(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _OURS.fullmatch(node.value):
            yield node.value  # what a child process runs: python -m chalicelib.…


def _files(module: str, root: Path) -> Iterator[Path]:
    """The file of a module and those of the packages that it lies in; nothing when it is none of ours."""
    parts = module.split(".")
    if parts[0] != "chalicelib" and module != "app":
        return
    for depth in range(1, len(parts) + 1):
        place = root.joinpath(*parts[:depth])
        for file in (place / "__init__.py", place.with_suffix(".py")):
            if file.is_file():
                yield file


def services(files: Iterable[Path]) -> frozenset[str]:
    """The AWS services, by their botocore names, that clients are made of in these files."""
    found = {TABLES}
    for path in files:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "aws.client":
                (name,) = node.args
                if not isinstance(name, ast.Constant):
                    raise Unreadable(f"{path.name}:{node.lineno}: the service is not written out")
                found.add(str(name.value))
    return frozenset(found)

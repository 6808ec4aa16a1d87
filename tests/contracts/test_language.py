"""Texts for people stand in the message catalogues (and, as data of the trade, in the domain), never in the code.

Vietnamese is told by its letters. English cannot be told from code by its letters, so the rule is about places: what
an answer says under a key for people, and the code of an error, are no sentences.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import errors

ROOT = Path(__file__).resolve().parents[2]
DEPLOYED = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py"))]
# The domain's own names of things, and the tables that fold letters.
DATA = {
    "access.py": "the name of the portal itself on a timeline",
    "calendar.py": "names of holidays",
    "clock_words.py": "the reckoning of a due date, in words",
    "codes.py": "đ is d in a code",
    "filename.py": "đ is d in a name",
    "life.py": "names of states",
    "post.py": "names of postal services",
    "result_sheet.py": "the words of a result, which the law wants in Vietnamese",
    "clerk_papers.py": "the names of the papers that a clerk sends",
    "form_paper.py": "the name of the form as a paper",
    **dict.fromkeys(
        [f"sheet{part}.py" for part in ("", "_answers", "_endings", "_facts", "_forms", "_register", "_steps")],
        "the words of forms that the law wants in Vietnamese",
    ),
    "receipt.py": "the words of a form that the law wants in Vietnamese, and of amounts",
}
WIRE = {"national.py": "the answers that the national platform logs"}
FOR_PEOPLE = {"message", "Message", "text", "reason", "title", "label", "hint"}
CODE = re.compile(r"[A-Z][A-Za-z]+")
CLASSES = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.ServiceError)
}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of literals that are no docstrings."""
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def _is_sentence(node: ast.AST) -> bool:
    """A literal with a space in it; single words are keys and codes."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return any(isinstance(p, ast.Constant) and isinstance(p.value, str) and " " in p.value for p in parts)


def _is_vietnamese(text: str) -> bool:
    return "đ" in text.lower() or any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_vietnamese_outside_messages_and_the_domains_data(path: Path) -> None:
    found = [f"line {line}: {text!r}" for line, text in _literals(_tree(path)) if _is_vietnamese(text)]
    if (path.parent.name == "domain" and path.name in DATA) or path.name in WIRE:
        assert found, f"{path.name} needs no exception any more"
    else:
        assert not found


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_sentence_where_people_would_read_it(path: Path) -> None:
    tree = _tree(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and path.parent.name in {"api", "services"}:
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in FOR_PEOPLE:
                    assert not _is_sentence(value), f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in CLASSES and node.args and isinstance(node.args[0], ast.Constant):
                assert CODE.fullmatch(str(node.args[0].value)), f"line {node.lineno}: a sentence for a code"

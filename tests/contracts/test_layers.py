"""Who may import whom, who may ask for what, and how files are named and sized. Read from the sources themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOYED = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py"))]
OURS = [*DEPLOYED, *sorted((ROOT / "infra").rglob("*.py")), *sorted((ROOT / "tests").rglob("*.py"))]

# Leaves: anybody above the domain may use them. They know nothing but each other's errand.
LEAVES = {"aws", "telemetry", "messages", "values"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": {"values"},
    "values": set(),
    "settings": set(),
    "aws": {"settings"},
    "telemetry": {"settings"},
    "messages": set(),
    "domain": {"errors", "values"},
    "storage": {"domain", "errors", "settings", *LEAVES},
    "gateways": {"domain", "errors", "settings", *LEAVES},
    "services": {"domain", "storage", "gateways", "errors", "settings", *LEAVES},
    "api": {"services", "domain", "errors", "settings", *LEAVES},
    "steps": {"services", "domain", "errors", "settings", *LEAVES},
    "events": {"services", "domain", "errors", "settings", *LEAVES},
    "signing": {"services", "domain", "errors", "settings", *LEAVES},
    "verifying": {"services", "domain", "errors", "settings", *LEAVES},
    "signing_remotely": {"services", "domain", "errors", "settings", *LEAVES},
    "app": {"api", "steps", "events", "settings", *LEAVES},
}
HTTP = {"api", "steps", "events", "app"}
THIRD_PARTIES_OF_DOMAIN = {"chalicelib/domain/codes.py": {"stdnum"}}
AWS = {"boto3", "botocore", "pynamodb"}


def layer(path: Path) -> str:
    if path == ROOT / "app.py":
        return "app"
    return path.relative_to(ROOT / "chalicelib").parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Full names of what a file imports, also inside functions; whether only for the type checker."""
    for_types = {
        inner
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.If) and getattr(node.test, "id", getattr(node.test, "attr", "")) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node in for_types
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node in for_types


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.clause("B2")
@pytest.mark.parametrize("path", DEPLOYED, ids=name)
def test_each_layer_imports_only_what_lies_under_it(path: Path) -> None:
    here = layer(path)
    if path == ROOT / "chalicelib" / "__init__.py":
        assert not list(imports(path))
        return
    for imported, for_types in imports(path):
        top, *rest = imported.split(".")
        assert top not in {"infra", "tests"}, f"{imported}: not deployed"
        if top == "chalicelib":
            there = rest[0]
            assert there == here or there in MAY_IMPORT[here], f"{here} may not import {imported}"
        elif here == "domain":
            allowed = THIRD_PARTIES_OF_DOMAIN.get(name(path), set())
            assert top in sys.stdlib_module_names or top in allowed, f"the domain may not import {imported}"
            assert top not in {"os", "socket", "http", "subprocess"}, f"the domain does no I/O: {imported}"
            assert not imported.startswith("urllib.request"), f"the domain does no I/O: {imported}"
        elif here in {"errors", "settings", "values"}:
            assert top in sys.stdlib_module_names, imported
        if top == "chalice" and not for_types:
            assert here in HTTP, f"{imported}: only entries know chalice"
        if top in AWS:
            assert here in {"storage", "gateways", "aws"}, f"{imported}: only storage and gateways talk to AWS"


def test_storage_and_gateways_never_import_each_other() -> None:
    assert "gateways" not in MAY_IMPORT["storage"] and "storage" not in MAY_IMPORT["gateways"]


def test_every_file_has_a_layer() -> None:
    assert {layer(p) for p in DEPLOYED} - {"__init__"} <= set(MAY_IMPORT)


@pytest.mark.clause("B2")
def test_the_layout_of_the_design_card() -> None:
    wanted = ["app.py", "chalicelib", "infra", "tests", "requirements.txt", ".chalice/config.json"]
    assert not [w for w in wanted if not (ROOT / w).exists()]


@pytest.mark.parametrize("path", DEPLOYED, ids=name)
def test_only_settings_reads_the_environment_and_only_present_the_clock(path: Path) -> None:
    for node in ast.walk(_tree(path)):
        said = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Call) else ""
        if said in {"os.environ", "os.getenv", "os.environb"} or said.startswith("os.getenv("):
            assert name(path) == "chalicelib/settings.py", said
        if said.startswith(("datetime.now(", "datetime.utcnow(", "date.today(", "time.time(")):
            assert name(path) == "chalicelib/services/present.py", f"{said}: services are given `now`"


VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?|handlers?|common|misc|base|stuff)($|_)", re.IGNORECASE)


@pytest.mark.parametrize("path", OURS, ids=name)
def test_names_say_what_things_are(path: Path) -> None:
    assert not VAGUE.search(path.stem) and not VAGUE.search(path.parent.name), name(path)
    vague = re.compile(r"(Manager|Helper|Util|Utils|Handler|Impl)$")
    classes = [n.name for n in ast.walk(_tree(path)) if isinstance(n, ast.ClassDef)]
    assert not [c for c in classes if vague.search(c)]


@pytest.mark.parametrize("path", OURS, ids=name)
def test_files_are_short_finished_and_do_not_patch(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < 400
    assert not re.search(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b", text)
    assert "unittest" + ".mock" not in text and not re.search(r"monkeypatch\.setattr\(\s*[\"']", text)
    lines = text.splitlines()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.ExceptHandler) and all(isinstance(n, ast.Pass) for n in node.body):
            broad = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
            explained = "#" in "".join(lines[node.lineno - 1 : node.body[-1].end_lineno])
            assert not broad, f"line {node.lineno}: an exception is swallowed"
            assert explained or path.is_relative_to(ROOT / "tests"), f"line {node.lineno}: why is it passed over?"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            stub = len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError()" in ast.unparse(body[0])
            assert not stub, f"{node.name} is a stub"


@pytest.mark.parametrize("path", [p for p in DEPLOYED if p.stem != "__init__"], ids=name)
def test_every_module_says_what_it_owns(path: Path) -> None:
    assert ast.get_docstring(_tree(path))


FORBIDDEN = {
    "a path of somebody's machine": r"/(?:work|home|root|Users|tmp)/[a-z]",
    "an internal host": r"\b[a-z0-9-]+\.(?:internal|corp|lan)\b",
    "a package index": r"(?:(?<![\w-])--?(?:extra-)?index-url|https?://[^\s\"']*/simple\b)",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a key of AWS": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a token": r"\b(?:ghp|gho|github_pat|xox[abp])[_-][A-Za-z0-9_-]{16,}",
}
# Words that look like one of these and are not: what a container mounts, what this test says itself.
KNOWN = {"tests/contracts/test_layers.py"}


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and name not in KNOWN and (ROOT / name).is_file()]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone")
@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_tracked_gives_away_secrets_or_the_machine_it_was_written_on(what: str) -> None:
    found = []
    for path in _tracked():
        content = path.read_bytes()
        if b"\0" in content[:1000]:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), 1):
            if re.search(FORBIDDEN[what], line):
                found.append(f"{name(path)}:{number}: {line.strip()[:120]}")
    assert not found


STACK = {
    "chalice": ("app.py", "chalicelib/api", "chalicelib/steps.py", "chalicelib/events.py"),
    "pynamodb": ("chalicelib/storage",),
    "botocore": ("chalicelib/aws.py",),
    "aws_lambda_powertools": ("chalicelib/telemetry.py", "chalicelib/events.py"),
    "moto": ("infra/local",),
}


@pytest.mark.clause("B1")
@pytest.mark.parametrize("library", STACK)
def test_the_stack_of_the_design_card_is_used_where_it_fits(library: str) -> None:
    for place in STACK[library]:
        files = [p for p in OURS if p.is_relative_to(ROOT / place)]
        used = {imported.split(".")[0] for path in files for imported, _ in imports(path)}
        assert library in used, place


@pytest.mark.clause("B3")
@pytest.mark.parametrize("path", DEPLOYED, ids=name)
def test_no_state_between_calls(path: Path) -> None:
    """No function rebinds a name of its module; only the portal's time can be moved, by tests and the local cloud."""
    rebinding = [node.lineno for node in ast.walk(_tree(path)) if isinstance(node, ast.Global)]
    assert not rebinding or name(path) == "chalicelib/services/present.py"

"""README.md and README.vi.md only show what there is: targets, commands with their options, routes, files, accounts."""

from __future__ import annotations

import glob
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from infra.cli import main as motcua

ROOT = Path(__file__).resolve().parents[2]
READMES = ["README.md", "README.vi.md"]
RUNBOOK = "docs/runbook.md"
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))


def _text(name: str) -> str:
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"{name} is not written yet")
    return path.read_text("utf-8")


def _code(text: str) -> Iterator[str]:
    """Lines of code blocks, continued ones joined, without comments; then what stands in running text as code."""
    for block in re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            yield re.sub(r"(^|\s)#.*$", "", line.removeprefix("$ ")).strip()
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"`([^`\n]+)`", prose)


def _commands(text: str, program: str) -> Iterator[list[str]]:
    """The words after `program`, for each line that calls it."""
    for line in _code(text):
        if re.match(rf"(?:\S*/bin/)?{program}(\s|$)", line):
            yield shlex.split(line)[1:]


def _goals(text: str) -> set[str]:
    return {words[0] for words in _commands(text, "make") if words}


@pytest.mark.parametrize("name", [*READMES, RUNBOOK])
def test_every_make_target_exists_and_takes_what_it_is_given(name: str) -> None:
    text = _text(name)
    assert name == RUNBOOK or {"run", "test"} <= _goals(text)
    for words in _commands(text, "make"):
        for word in words:
            variable, equals, _ = word.partition("=")
            if equals:
                assert f"$({variable})" in MAKEFILE or re.search(rf"^{variable} \?=", MAKEFILE, re.MULTILINE), word
            else:
                assert word in TARGETS, f"make {word}"


def _command(words: list[str]) -> tuple[click.Command, list[str], list[str]]:
    """The click command that the words name, its path, and the words after it."""
    command: click.Command = motcua
    path: list[str] = []
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        inner = command.get_command(click.Context(command), words[0])
        assert inner is not None, f"motcua has no {' '.join([*path, words[0]])}"
        command, path, words = inner, [*path, words[0]], words[1:]
    return command, path, words


@pytest.mark.parametrize("name", [*READMES, RUNBOOK])
def test_every_motcua_command_exists_with_its_options(name: str) -> None:
    for words in _commands(_text(name), "motcua"):
        command, path, rest = _command(words)
        known = {option for p in command.params for option in (*p.opts, *p.secondary_opts)} | {"-h", "--help"}
        for option in (word.partition("=")[0] for word in rest if word.startswith("--")):
            assert option in known, f"motcua {' '.join(path)} has no {option}"


@pytest.mark.parametrize("name", [*READMES, RUNBOOK])
def test_every_motcua_line_to_be_copied_would_be_understood(name: str) -> None:
    """Only parsed, not run; lines with a placeholder in capitals (FILE) cannot be."""
    for block in re.findall(r"^```sh\n(.*?)^```", _text(name), re.MULTILINE | re.DOTALL):
        for words in _commands(f"```sh\n{block}```", "motcua"):
            command, path, rest = _command(words)
            if isinstance(command, click.Group) or any(re.fullmatch(r"[A-Z_]+", word) for word in rest):
                continue
            spread = [found for word in rest for found in (sorted(glob.glob(word, root_dir=ROOT)) or [word])]
            assert not [word for word in spread if "*" in word], f"{words}: no such file"
            command.make_context(" ".join(path), spread)


@pytest.mark.parametrize("name", READMES)
def test_every_module_and_test_folder_that_is_called_exists(name: str) -> None:
    for words in _commands(_text(name), "python3?"):
        if words[:1] == ["-m"]:
            module = ROOT / words[1].replace(".", "/")
            assert module.is_dir() or module.with_suffix(".py").exists() or words[1] in {"json.tool", "venv"}, words[1]
    for words in _commands(_text(name), "pytest"):
        for word in words:
            assert not word.startswith("tests") or (ROOT / word.partition("::")[0]).exists(), word


@pytest.mark.parametrize("name", READMES)
def test_every_file_that_is_linked_exists(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", _text(name)):
        if not re.match(r"[a-z]+:|#", target):
            assert (ROOT / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("name", READMES)
def test_every_route_that_is_called_exists(name: str) -> None:
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))["paths"]
    known = [re.compile(re.sub(r"{\w+}", "[^/]+", path)) for path in paths]
    for path in re.findall(r"\$P/api(/[\w$/.-]+)", _text(name)):
        assert any(pattern.fullmatch(path) for pattern in known), path


@pytest.mark.parametrize("name", READMES)
def test_every_demo_account_is_in_the_seed(name: str) -> None:
    seed = "".join(p.read_text("utf-8") for p in sorted((ROOT / "infra" / "seed").glob("*.json")))
    for account in re.findall(r"^\| `([\w.@-]+)` \|", _text(name), re.MULTILINE):
        assert f'"{account}"' in seed, f"{account} is nobody"


def test_both_languages_show_the_same_commands() -> None:
    one, other = (_text(name) for name in READMES)
    assert _goals(one) == _goals(other)
    paths = [{" ".join(_command(words)[1]) for words in _commands(text, "motcua")} for text in (one, other)]
    assert paths[0] == paths[1]


def test_make_help_names_every_target() -> None:
    explained = set(re.findall(r"^([a-z][a-z-]*):.*## \S", MAKEFILE, re.MULTILINE))
    assert explained >= {"run", "test", "check", "story", "package", "bench"}
    assert explained == TARGETS

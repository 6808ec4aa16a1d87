"""The command `motcua`: one module of this package per group, imported only when the group is used.

    motcua clock …       the legal clock and the table of holidays; needs no cloud
    motcua audit …       whether the events of a dossier are what was written
    motcua catalogue …   procedures: publish, import, list
    motcua agencies …    the agency tree
    motcua money …       files of the post office, of banks and gateways, read into the ledger
    motcua officers …    officers and their posts
    motcua ops …         dossiers that are stuck: show, find, set going again
    motcua receipts …    the receipts of an agency
    motcua signing …     keys with which agencies sign their results
    motcua sync …        what the national portal was told of dossiers
    motcua trust …       authorities trusted for digital signatures
    motcua verify …      the digital signatures of a file, the proof of a dossier; needs no cloud

A group's module has a click group named like the module. Answers go to stdout, refusals to stderr: as a sentence, or
with --json as {"Code", "Message", "Fields": [{"Field", "Code", "Message"}]}. Exit codes: 0 done, 1 failed, 2 refused
(wrong input or a state that does not allow it), 130 interrupted.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from typing import Any

import click

from chalicelib import messages
from chalicelib.errors import FieldError, ServiceError, UpstreamFailed

GROUPS = {
    "agencies": "The agency tree: publish, list.",
    "audit": "Check the chain of events of a dossier.",
    "catalogue": "Procedures: publish, import the national ones, list.",
    "clock": "Due dates and holidays; needs no cloud.",
    "money": "Files of the post office, of banks and gateways, read into the ledger.",
    "officers": "Officers and their posts.",
    "ops": "Dossiers that are stuck: show, find, set going again; every use is recorded.",
    "receipts": "Receipts for fees: verify their numbering.",
    "signing": "Keys with which agencies sign results: connect, show.",
    "sync": "What the national portal was told: status, show, retry, replay.",
    "trust": "Authorities trusted for digital signatures: publish, show, export.",
    "verify": "Verify the signatures of a file, or the proof of a dossier; needs no cloud.",
}
_TITLE = {"vi": "Không thực hiện được", "en": "Refused"}


class Motcua(click.Group):
    """The group of groups. Their help lines stand above so that `motcua --help` imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in GROUPS:
            return None
        command = getattr(importlib.import_module(f"{__name__}.{cmd_name}"), cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{cmd_name}.py has no click group named {cmd_name}")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(GROUPS.items()))

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, and turn every refusal into its sentence (or JSON) and exit code."""
        words = list(sys.argv[1:] if args is None else args)
        run: Callable[[], Any] = partial(super().main, words, prog_name, complete_var, standalone_mode=False, **extra)
        if not standalone_mode:
            return run()
        try:
            status = run()
        except ServiceError as error:
            _refuse(error, words)
            status = 1 if isinstance(error, UpstreamFailed) else 2
        except click.ClickException as error:
            _misused(error, words)
            status = error.exit_code
        except click.Abort:
            click.echo("Aborted.", err=True)
            status = 130
        sys.exit(status if isinstance(status, int) else 0)


def sentence(language: str, group: str, key: str, **params: Any) -> str:
    """The text of an error or field code; the bare code and its values when the catalogue does not have it."""
    try:
        return messages.text(language, group, key, **params)
    except KeyError:
        values = ", ".join(f"{name}: {value}" for name, value in params.items())
        return f"{key} ({values})" if values else key


def described(error: ServiceError, language: str) -> dict[str, Any]:
    """The error in the shape that the API answers with."""

    def field(defect: FieldError) -> dict[str, str]:
        message = sentence(language, "fields", defect.code, **defect.params)
        return {"Field": defect.field, "Code": defect.code, "Message": message}

    message = sentence(language, "errors", error.text, **error.params)
    return {"Code": error.code, "Message": message, "Fields": [field(defect) for defect in error.fields]}


def _refuse(error: ServiceError, words: Sequence[str]) -> None:
    language = _language(words)
    shape = described(error, language)
    if "--json" in words:
        click.echo(json.dumps(shape, ensure_ascii=False), err=True)
        return
    click.echo(f"{_TITLE[language]}: {shape['Message']}", err=True)
    for defect in shape["Fields"]:
        click.echo(f"  {defect['Field']}: {defect['Message']}", err=True)


def _misused(error: click.ClickException, words: Sequence[str]) -> None:
    """click's own refusals (an unknown option, a missing one) speak English; their JSON has the same shape as ours."""
    if "--json" not in words:
        error.show()
        return
    parameter = error.param if isinstance(error, click.BadParameter) else None
    named = max(parameter.opts, key=len) if parameter is not None and parameter.opts else None
    fields = [{"Field": named, "Code": "Usage", "Message": error.format_message()}] if named else []
    shape = {"Code": "Usage", "Message": error.format_message(), "Fields": fields}
    click.echo(json.dumps(shape, ensure_ascii=False), err=True)


def _language(words: Sequence[str]) -> str:
    """The value of --lang, read from the words themselves because a refusal may come before they are parsed."""
    for index, word in enumerate(words):
        value = word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if word == "--lang" and index + 1 < len(words):
            value = words[index + 1]
        if value in messages.LANGUAGES:
            return value
    return messages.LANGUAGES[0]


@click.group(cls=Motcua, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("motcua"), prog_name="motcua")
def main() -> None:
    """Operate the online public services of the province: publish procedures, keep officers, reckon due dates."""

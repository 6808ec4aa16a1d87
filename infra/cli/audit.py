"""`motcua audit`: whether the events of a dossier are what was written, all of them and in their order."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from infra.cli.cloud import cloud
from infra.cli.verify import named

_SAYS = {
    "vi": {
        "whole": "{code}: {events} diễn biến nối liền từ đầu đến cuối, đúng như đã ghi.",
        "broken": "{code}: {events} diễn biến, chuỗi bị đứt:",
    },
    "en": {
        "whole": "{code}: {events} events, linked from the first to the last, as they were written.",
        "broken": "{code}: {events} events, the chain is broken:",
    },
}


@click.command()
@click.argument("code")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def audit(code: str, lang: str, as_json: bool) -> None:
    """Check the chain of events of the dossier CODE; exit code 1 when it is broken. Two reads."""
    with cloud():
        from chalicelib.services import proofs

        found = proofs.audit(code)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        says = _SAYS[lang]["broken" if found.findings else "whole"]
        click.echo(says.format(code=found.code, events=found.events))
        for one in found.findings:
            click.echo(f"  - {named(one, lang)}")
    if found.findings:
        raise click.exceptions.Exit(1)

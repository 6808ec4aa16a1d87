"""`motcua receipts`: whether an agency's receipts are numbered without gaps, each payment once, each with its PDF."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import click

from chalicelib.errors import NotFound
from infra.cli.cloud import cloud

if TYPE_CHECKING:
    from chalicelib.services.receipts import Audit

_language = click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
_json = click.option("--json", "as_json", is_flag=True, help="For machines.")
_SAYS = {
    "vi": {
        "none": "{agency} chưa lập biên lai nào.",
        "sound": "{series}: {count} biên lai, {amount} đồng, số 1 đến {last}, liên tục, không trùng.",
        "unsound": "{series}: {count} biên lai, {amount} đồng, bộ đếm {last}, có sai sót:",
        "gap": "thiếu số {first} đến {last}",
        "beyond": "số {serial} lớn hơn bộ đếm",
        "twice": "khoản nộp {payment} có hơn một biên lai",
        "unfiled": "{number} chưa có tệp PDF (có thể đang lập)",
    },
    "en": {
        "none": "{agency} has issued no receipt.",
        "sound": "{series}: {count} receipts, {amount} VND, serials 1 to {last}, no gap, none twice.",
        "unsound": "{series}: {count} receipts, {amount} VND, counter {last}, with defects:",
        "gap": "serials {first} to {last} are missing",
        "beyond": "serial {serial} is above the counter",
        "twice": "payment {payment} has more than one receipt",
        "unfiled": "{number} has no PDF (it may be in the making)",
    },
}


@click.group()
def receipts() -> None:
    """Receipts for fees: verify their numbering."""


@receipts.command("verify")
@click.option("--agency", required=True, help="Code of the agency.")
@click.option("--series", default="", help="Only this series, such as BL-26E; all of them when left out.")
@_language
@_json
def verify_command(agency: str, series: str, lang: str, as_json: bool) -> None:
    """Walk through the receipts of an agency; exit code 1 when anything is wrong."""
    with cloud():
        from chalicelib.services import catalogue
        from chalicelib.services import receipts as service

        catalogue.agency(agency)  # a slip of the pen is no clean bill
        found = service.audit(agency, series)
        if series and not found:
            raise NotFound("NotFound")
    sound = all(one.sound for one in found)
    if as_json:
        click.echo(json.dumps({"agency": agency, "sound": sound, "series": [dataclasses.asdict(a) for a in found]}))
    else:
        for line in _lines(agency, found, lang):
            click.echo(line)
    if not sound:
        raise click.exceptions.Exit(1)


def _lines(agency: str, found: list[Audit], lang: str) -> list[str]:
    says = _SAYS[lang]
    lines = [] if found else [says["none"].format(agency=agency)]
    for one in found:
        text = says["sound" if one.sound else "unsound"]
        lines.append(text.format(series=one.series, count=one.count, amount=one.amount, last=one.last))
        lines += [f"  {says['gap'].format(first=first, last=last)}" for first, last in one.gaps]
        lines += [f"  {says['beyond'].format(serial=serial)}" for serial in one.beyond]
        lines += [f"  {says['twice'].format(payment=payment)}" for payment in one.twice]
        lines += [f"  {says['unfiled'].format(number=number)}" for number in one.unfiled]
    return lines

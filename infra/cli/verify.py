"""`motcua verify`: the digital signatures of one file, with the same verifier as the portal. Needs no cloud."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from chalicelib import messages
from chalicelib.domain.clock import ZONE
from chalicelib.domain.signature import Kind, Report, Signature, Verdict
from chalicelib.errors import FieldError, Invalid
from chalicelib.services.verification.running import Verifier

_SAYS = {
    "vi": {
        "signature": "Chữ ký",
        "timestamp": "Dấu thời gian",
        "signer": "Người ký",
        "organisation": "Tổ chức",
        "identity": "Số định danh",
        "tax_code": "Mã số thuế",
        "issuer": "Tổ chức chứng thực",
        "serial": "Số hiệu chứng thư",
        "algorithm": "Thuật toán",
        "claimed": "Thời điểm ký (người ký khai)",
        "proven": "Thời điểm ký (dấu thời gian chứng minh)",
        "at": "Kiểm tra tại thời điểm",
    },
    "en": {
        "signature": "Signature",
        "timestamp": "Timestamp",
        "signer": "Signer",
        "organisation": "Organisation",
        "identity": "Identity number",
        "tax_code": "Tax code",
        "issuer": "Issuer",
        "serial": "Serial number",
        "algorithm": "Algorithm",
        "claimed": "Signed at (as the signer says)",
        "proven": "Signed at (proven by a timestamp)",
        "at": "Verified for",
    },
}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--trust", required=True, type=click.Path(path_type=Path), help="Folder: roots, intermediates, crls.")
@click.option("--at", "at", help="The moment to verify for, ISO 8601; without an offset in Vietnam. Now when left out.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def verify(file: Path, trust: Path, at: str | None, lang: str, as_json: bool) -> None:
    """Verify the digital signatures of FILE (PDF or XML); exit code 0 only when it is VALID.

    The folder of --trust holds roots/*.crt, intermediates/*.crt and crls/*.crl, each PEM or DER. Every certificate
    below a root needs a list that says it is not revoked, from the folder or from the document; nothing is fetched.
    """
    moment = _moment(at) if at else None
    with Verifier() as verifier:
        report = verifier.verify(file, trust, datetime.now(UTC), moment).report
    if as_json:
        click.echo(json.dumps(_told(report), ensure_ascii=False))
    else:
        for line in _lines(report, lang):
            click.echo(line)
    if report.verdict is not Verdict.VALID:
        raise click.exceptions.Exit(1)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid("BadRequest", [FieldError.of("--at", "NotMoment")]) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)


def _told(report: Report) -> dict[str, object]:
    """The report, its reasons also as texts in both languages."""
    told = report.to_json()
    told["texts"] = {lang: messages.text(lang, "verdicts", report.verdict) for lang in messages.LANGUAGES}
    for kept, one in zip(told["signatures"], report.signatures, strict=True):
        kept["texts"] = {
            lang: [messages.text(lang, "signatures", reason) for reason in one.reasons] for lang in messages.LANGUAGES
        }
    return told


def _lines(report: Report, lang: str) -> list[str]:
    lines = [f"{report.verdict}: {messages.text(lang, 'verdicts', report.verdict)}"]
    for number, one in enumerate(report.signatures, 1):
        says = _SAYS[lang]
        title = says["timestamp" if one.kind is Kind.TIMESTAMP else "signature"]
        lines += ["", f"{title} {number}: {one.verdict}"]
        lines += [f"  - {messages.text(lang, 'signatures', reason)}" for reason in one.reasons]
        rows = [(says[key], value) for key, value in _facts(one) if value]
        wide = max((len(name) for name, _ in rows), default=0)
        lines += [f"  {name:<{wide}}  {value}" for name, value in rows]
    return [*lines, "", f"{_SAYS[lang]['at']}: {report.at}", f"SHA-256: {report.sha256}"]


def _facts(one: Signature) -> list[tuple[str, str | None]]:
    signer = one.signer
    return [
        ("signer", signer.name if signer else ""),
        ("organisation", signer.organisation if signer else ""),
        ("identity", signer.identity if signer else ""),
        ("tax_code", signer.tax_code if signer else ""),
        ("issuer", one.issuer),
        ("serial", one.serial),
        ("algorithm", one.algorithm),
        ("claimed", one.claimed_at),
        ("proven", one.proven_at),
    ]

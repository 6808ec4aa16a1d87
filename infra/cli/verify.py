"""`motcua verify`: the digital signatures of one file, with the same verifier as the portal; of the proof of a dossier
also each of its records. Needs no cloud."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from chalicelib import messages
from chalicelib.domain import proof
from chalicelib.domain.clock import ZONE
from chalicelib.domain.signature import MAX_BYTES, Kind, Report, Signature, Verdict
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
        "dossier": "Bằng chứng của hồ sơ",
        "made": "Lập lúc",
        "counts": "Gồm",
        "whole": "Mọi bản ghi đúng như lúc lập, không thiếu, không thừa, không đổi thứ tự.",
        "broken": "Tệp đã bị thay đổi:",
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
        "dossier": "Proof of the dossier",
        "made": "Made at",
        "counts": "Holds",
        "whole": "Every record is as it was made: none missing, none added, none moved.",
        "broken": "The file was changed:",
    },
}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--trust", required=True, type=click.Path(path_type=Path), help="Folder: roots, intermediates, crls.")
@click.option("--at", "at", help="The moment to verify for, ISO 8601; without an offset in Vietnam. Now when left out.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def verify(file: Path, trust: Path, at: str | None, lang: str, as_json: bool) -> None:
    """Verify the digital signatures of FILE (PDF or XML, or the proof of a dossier); exit code 0 only when it is VALID.

    Of a proof, what was altered, dropped, added, moved or cut off is named; it is VALID only if nothing was.

    The folder of --trust holds roots/*.crt, intermediates/*.crt and crls/*.crl, each PEM or DER. Every certificate
    below a root needs a list that says it is not revoked, from the folder or from the document; nothing is fetched.
    """
    moment = _moment(at) if at else None
    with Verifier() as verifier:
        report = verifier.verify(file, trust, datetime.now(UTC), moment).report
    content = _proof(file)
    findings = proof.examine(content) if content is not None else ()
    if content is not None and not findings and report.verdict is Verdict.TAMPERED:
        findings = (proof.Finding("Unsigned"),)
    if findings and report.verdict is Verdict.VALID:
        report = replace(report, verdict=Verdict.TAMPERED)
    if as_json:
        of_records = {"findings": [asdict(one) for one in findings]} if content is not None else {}
        click.echo(json.dumps({**_told(report), **of_records}, ensure_ascii=False))
    else:
        for line in [*_lines(report, lang), *(_of_records(content, findings, lang) if content is not None else ())]:
            click.echo(line)
    if report.verdict is not Verdict.VALID:
        raise click.exceptions.Exit(1)


def _proof(file: Path) -> bytes | None:
    """The content of a file that is to be read as the proof of a dossier."""
    if file.stat().st_size > MAX_BYTES:
        return None
    content = file.read_bytes()
    return content if proof.looks_like(content[:1024]) else None


def _of_records(content: bytes, findings: Sequence[proof.Finding], lang: str) -> list[str]:
    """What the proof is of, and what is wrong with it."""
    says = _SAYS[lang]
    try:
        found = proof.read(content)
    except ValueError:
        return ["", messages.text(lang, "proof", "Unreadable")]
    code, made_at = found["closing"]["dossier"].get("code"), found["closing"].get("made_at")
    counts = ", ".join(f"{messages.text(lang, 'proof_sections', name)} {len(found[name])}" for name in proof.SECTIONS)
    lines = ["", f"{says['dossier']}: {code}", f"{says['made']}: {made_at}", f"{says['counts']}: {counts}"]
    if not findings:
        return [*lines, says["whole"]]
    return [*lines, says["broken"], *(f"  - {named(one, lang)}" for one in findings)]


def named(one: proof.Finding, lang: str) -> str:
    """A finding in words."""
    section, _, number = one.record.partition(" ")
    record = f"{messages.text(lang, 'proof_sections', section).capitalize()} {number}" if section else ""
    return messages.text(lang, "proof", one.code, record=f"{record} ({one.name})" if one.name else record)


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

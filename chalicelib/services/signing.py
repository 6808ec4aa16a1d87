"""Signs results with the key of their agency, or verifies what the agency signed elsewhere; then locks and seals them.

For the function `sign` alone, which has the package that knows signatures. What is locked was verified first, with the
roots for agencies, and is what the result is from then on: the hash that the public check knows is that of these bytes.
Under the lock is room for one file of a result. Whatever happens before or after that is written, the next try finds
it, signs nothing again, and verifies what is there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib import settings
from chalicelib.domain import result as rules
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.check import Side
from chalicelib.domain.result import File, Result, Way
from chalicelib.domain.signature import MAX_BYTES, Report, Verdict
from chalicelib.domain.upload import PDF
from chalicelib.gateways import signing_keys
from chalicelib.gateways.signing_keys import KeyUnusable, NoKey
from chalicelib.services import catalogue, proving, sealing, verifier
from chalicelib.services.verification.running import Unsignable
from chalicelib.storage import dossiers, objects, outbox
from chalicelib.telemetry import count

FIELD = "KetQua"
"""The name of the signature's field in the file."""


class NotIssuable(Exception):
    """The file of a result cannot be issued: a key of "result_problems", and the report when a signature is why."""

    def __init__(self, problem: str, report: Report | None = None) -> None:
        super().__init__(problem)
        self.problem, self.report = problem, report


def perform(dossier_id: str, sk: str, now: datetime) -> None:
    """Issue the result that an effect "seal" asks for, or refuse it; make the proof that "proof" asks for. An effect
    that is gone was performed. Safe to repeat."""
    effect = outbox.get(dossier_id, sk)
    if effect is None:
        return
    if effect.kind == "proof":
        proving.perform(effect, now)
        return
    bundle = dossiers.load(dossier_id)
    result = sealing.waiting(bundle)
    if result is not None:
        try:
            file, report = _issued(bundle, result, now)
        except NotIssuable as refused:
            sealing.refuse(bundle, result, refused.problem, refused.report, now)
        else:
            sealing.seal(bundle, result, file, report, now)
    outbox.performed(effect)


def _issued(bundle: Bundle, result: Result, now: datetime) -> tuple[File, Report]:
    key, bucket = rules.key_of(result), settings.results_bucket()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "result.pdf"
        there = objects.written(bucket, key)
        report = None
        if there is None:
            made = _made(bundle, result, Path(folder), now)
            report = _good(bundle, result, made, now)
            there = objects.write_once(bucket, key, made.read_bytes(), PDF, {"result": result.code})
        if report is None or report.sha256 != there.about["sha256"]:  # of an earlier try, or another's a moment ago
            _fetch(bucket, key, there.version, path)
            report = _good(bundle, result, path, now)
    return File(key, there.version, report.sha256, there.size), report


def _made(bundle: Bundle, result: Result, folder: Path, now: datetime) -> Path:
    """The file that is to be issued: signed here, or as it was uploaded."""
    source, bucket = folder / "source.pdf", settings.papers_bucket()
    if result.draft is not None:
        _fetch(bucket, result.draft.key, result.draft.version, source)
    else:
        paper = next(p for p in bundle.papers if p.id == result.paper)
        if paper.stored is None:
            raise LookupError("a result was entered with a paper that is not kept")
        _fetch(bucket, paper.stored.key, paper.stored.version, source)
    return source if result.way is Way.SIGNED else _signed(bundle, source, folder / "signed.pdf", now)


def _fetch(bucket: str, key: str, version: str, path: Path) -> None:
    content = objects.read(bucket, key, MAX_BYTES, version)
    if content is None:
        raise LookupError("the file of a result is gone")
    path.write_bytes(content)


def _signed(bundle: Bundle, source: Path, out: Path, now: datetime) -> Path:
    agency = catalogue.agency(bundle.dossier.agency)
    try:
        key = signing_keys.of(agency.code)
        prepared = verifier.child.prepare(source, out, key.chain, now, field=FIELD, final=True, name=agency.name.vi)
        verifier.child.complete(prepared, signing_keys.sign(key, prepared.attributes))
        _tell_age(key.chain[0], agency.code, now)
    except NoKey as error:
        raise NotIssuable("NoSigningKey") from error
    except KeyUnusable as error:
        raise NotIssuable("KeyUnusable") from error
    except Unsignable as error:
        raise NotIssuable(error.reason) from error
    return out


def _tell_age(certificate: bytes, agency: str, now: datetime) -> None:
    from cryptography import x509

    left = x509.load_der_x509_certificate(certificate).not_valid_after_utc - now
    count("CertificateDaysLeft", left // timedelta(days=1), agency=agency)


def _good(bundle: Bundle, result: Result, path: Path, now: datetime) -> Report:
    """The report on a file that may be issued; NotIssuable for any other, also one that was signed here."""
    report = verifier.report(path, Side.AGENCY, now)
    if result.way is not Way.SIGNED:
        problem = "" if report.verdict is Verdict.VALID else "CertificateRefused"
    else:
        problem = rules.objection(report, catalogue.agency(bundle.dossier.agency).tax_code)
    if problem:
        raise NotIssuable(problem, report)
    return report

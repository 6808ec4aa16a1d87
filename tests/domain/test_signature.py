"""Verdicts of several signatures, and whose a signature is."""

from __future__ import annotations

import itertools

import pytest

from chalicelib import messages
from chalicelib.domain.signature import Belongs, Kind, Report, Signature, Signer, Verdict, overall

pytestmark = pytest.mark.clause("A11")

V = Verdict


def signature(verdict: Verdict, kind: Kind = Kind.SIGNATURE) -> Signature:
    return Signature(verdict, kind=kind)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([V.VALID, V.VALID], V.VALID),
        ([V.VALID, V.UNTRUSTED], V.INVALID),
        ([V.UNTRUSTED, V.UNTRUSTED], V.UNTRUSTED),
        ([V.VALID, V.REVOKED], V.REVOKED),
        ([V.MODIFIED, V.VALID], V.MODIFIED),
        ([V.UNTRUSTED, V.TAMPERED], V.TAMPERED),
        ([], V.UNSIGNED),
    ],
)
def test_the_worst_counts(verdicts: list[Verdict], expected: Verdict) -> None:
    assert {overall([signature(v) for v in order]) for order in itertools.permutations(verdicts)} == {expected}


def test_a_timestamp_signs_for_nobody() -> None:
    assert overall([signature(V.VALID, Kind.TIMESTAMP)]) is V.UNSIGNED
    assert overall([signature(V.UNTRUSTED), signature(V.VALID, Kind.TIMESTAMP)]) is V.UNTRUSTED
    assert overall([signature(V.VALID), signature(V.UNTRUSTED, Kind.TIMESTAMP)]) is V.INVALID


@pytest.mark.parametrize(
    ("uids", "identity", "tax_code"),
    [
        (["CCCD:062120000017"], "062120000017", ""),
        (["cccd: 062120000017 "], "062120000017", ""),
        (["CMND:123456789"], "123456789", ""),
        (["MST:9900000016"], "", "9900000016"),
        (["MST:9900000016-001"], "", "9900000016001"),
        (["CCCD:062120000017", "MST:9900000016"], "062120000017", "9900000016"),
        (["CCCD:062120000017", "CCCD:051018000033"], "", ""),
        (["CCCD:06212000001"], "", ""),
        (["062120000017"], "", ""),
        (["CCCD:062120000017x"], "", ""),
        (["CCCD:٠٦٢١٢٠٠٠٠٠١٧"], "", ""),
        ([], "", ""),
    ],
)
def test_numbers_of_a_certificate(uids: list[str], identity: str, tax_code: str) -> None:
    signer = Signer.of("Trần Thị Thử", "", uids)
    assert (signer.identity, signer.tax_code) == (identity, tax_code)


def test_a_name_is_no_identity() -> None:
    signer = Signer("062120000017")
    assert signer.belongs_to("062120000017") is Belongs.UNKNOWN
    assert Signer("x", identity="062120000017").belongs_to("062120000017") is Belongs.OURS
    assert Signer("x", identity="062120000017").belongs_to("051018000033") is Belongs.ANOTHERS
    assert Signer("x", identity="062120000017").belongs_to("") is Belongs.UNKNOWN


def test_a_report_survives_json() -> None:
    one = Signature(V.UNTRUSTED, ("NoChain",), signer=Signer("An", identity="1"), serial="a", proven_at=None)
    report = Report(V.UNTRUSTED, (one,), ("TooCostly",), "00", 3, "2026-11-28T00:00:00Z")
    assert Report.from_json(report.to_json()) == report


def test_every_verdict_has_its_text() -> None:
    for verdict, language in itertools.product(Verdict, messages.LANGUAGES):
        assert messages.text(language, "verdicts", verdict)

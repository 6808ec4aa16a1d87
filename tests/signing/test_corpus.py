"""Every file of the corpus gets its verdict; nothing is wrongly accepted, nothing crashes, the memory cap holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from chalicelib import messages
from chalicelib.domain.signature import Belongs, Kind, Verdict
from tests.signing import corpus
from tests.signing.conftest import Look
from tests.signing.corpus import Case
from tests.signing.pki import NOW, World

pytestmark = pytest.mark.clause("A11")

CAP = 768 * 1024  # kB
USUAL = 120 * 1024  # kB, for files that are not made to exhaust it


def named(world: World, cases: Callable[[World], Iterator[Case]], name: str) -> Case:
    return next(case for case in cases(world) if case.name == name)


@pytest.mark.parametrize(
    "cases",
    [
        corpus.good,
        corpus.tampered,
        corpus.gaps,
        pytest.param(corpus.untrusted, marks=pytest.mark.slow),
        corpus.revoked,
    ],
    ids=lambda f: f.__name__,
)
def test_verdicts(cases: Callable[[World], Iterator[Case]], world: World, look: Look) -> None:
    wrong, most = [], 0
    for case in cases(world):
        looked = look(case)
        found = looked.report.verdict
        most = max(most, looked.rss)
        if found is not case.verdict:
            wrong.append((case.name, found.value, case.verdict.value, [s.reasons for s in looked.report.signatures]))
        for one in looked.report.signatures:
            assert (one.verdict is Verdict.VALID) == (not one.reasons), case.name
            for reason in one.reasons:
                assert all(messages.text(lang, "signatures", reason) for lang in messages.LANGUAGES)
    assert not wrong
    assert most < USUAL


@pytest.mark.slow
def test_verdicts_of_broken_and_hostile_files(world: World, look: Look) -> None:
    wrong = []
    for case in corpus.malformed(world):
        looked = look(case)
        assert looked.rss < CAP, case.name
        if looked.report.verdict is not case.verdict:
            wrong.append((case.name, looked.report.verdict.value, case.verdict.value))
    assert not wrong


def test_the_report_says_who_signed_and_when(world: World, look: Look) -> None:
    case = named(world, corpus.good, "B-T")
    report = look(case).report
    (one,) = report.signatures
    assert one.signer is not None and one.signer.name == "Trần Thị Thử" and one.signer.identity == "062120000017"
    assert one.issuer == "Thử Nghiệm Sub CA" and one.algorithm == "RSA-2048 SHA256"
    assert one.proven_at == NOW.strftime("%Y-%m-%dT%H:%M:%SZ") and one.claimed_at
    assert report.belongs_to("062120000017") is Belongs.OURS
    assert report.belongs_to("051018000033") is Belongs.ANOTHERS


def test_a_firm_is_known_by_its_tax_code(world: World, look: Look) -> None:
    case = named(world, corpus.good, "ECDSA")
    report = look(case).report
    assert report.belongs_to("9900000016") is Belongs.OURS and report.signatures[0].algorithm == "ECDSA-256 SHA256"


def test_a_signature_that_is_not_believed_is_nobodys(world: World, look: Look) -> None:
    case = named(world, corpus.revoked, "revoked")
    report = look(case).report
    assert report.signatures[0].signer is not None
    assert report.belongs_to("000000000001") is Belongs.UNKNOWN


def test_a_documents_timestamp_is_told_apart(world: World, look: Look) -> None:
    case = named(world, corpus.good, "B-LTA")
    kinds = [one.kind for one in look(case).report.signatures]
    assert kinds == [Kind.SIGNATURE, Kind.TIMESTAMP]

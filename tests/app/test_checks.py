"""Signatures of papers that came in: verified once, whatever is told twice, late, in any order or never."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib import verifying
from chalicelib.domain.check import CATCH_UP_AFTER, GIVEN_UP_AFTER
from chalicelib.domain.signature import Verdict
from chalicelib.services import answering, checks, present, relay
from chalicelib.storage import checks as kept
from infra.local.testing import context
from tests.app.bench import Crash, calls
from tests.app.portal import Portal
from tests.app.signing import Signing, signed
from tests.files import make

pytestmark = pytest.mark.clause("A11")


@pytest.fixture
def bench(portal: Portal) -> Signing:
    return Signing(portal)


FILES: dict[str, tuple[Callable[[], bytes], Verdict, list[str]]] = {
    "own": (signed, Verdict.VALID, []),
    "another's": (lambda: signed("CCCD:001190000009", "Lê Văn Ví Dụ"), Verdict.SIGNER_MISMATCH, ["SignerAnother"]),
    "nobody's": (lambda: signed("", "Nguyễn Thị Thử"), Verdict.SIGNER_MISMATCH, ["SignerUnnamed"]),
    "agency's": (lambda: signed(side="agency"), Verdict.UNTRUSTED, []),
    "tampered": (lambda: make.tampered(signed()), Verdict.TAMPERED, []),
    "unsigned": (make.pdf, Verdict.UNSIGNED, []),
}


@pytest.mark.parametrize("which", FILES)
def test_each_file_gets_its_verdict(bench: Signing, which: str) -> None:
    content, verdict, reasons = FILES[which]
    paper_id = bench.send_pdf(content())
    assert bench.check(paper_id).pending
    bench.verify()
    check, stored = bench.check(paper_id), bench.paper(paper_id).stored
    assert stored is not None
    assert (check.verdict, list(check.reasons)) == (verdict, reasons)
    assert (check.version, check.sha256) == (stored.version, stored.sha256)
    assert check.report is not None and check.report.sha256 == stored.sha256
    assert len(check.signatures) == (which != "unsigned")


def test_the_report_says_who_signed(bench: Signing) -> None:
    paper_id = bench.send_pdf(signed())
    bench.verify()
    (one,) = bench.check(paper_id).signatures
    assert one.signer is not None and (one.signer.name, one.signer.identity) == ("Nguyễn Thị Thử", "062190000123")
    assert "Motcua Public CA" in one.issuer


def test_pictures_are_not_asked_about(bench: Signing) -> None:
    bench.send([make.jpeg()])
    assert bench.bundle().checks == () and bench.portal.cloud.records("Verify") == []


def test_told_twice_is_answered_once_and_the_answer_stands(bench: Signing) -> None:
    paper_id = bench.send_pdf(signed())
    records = bench.portal.cloud.records("Verify")
    told = {"Records": records}
    verifying.verify(told, context("verify"))
    first = bench.check(paper_id)
    # Nothing is trusted any more: whoever looked again would find another verdict.
    bench.portal.later(hours=1)
    for key in bench.s3.list_objects_v2(Bucket=os.environ["TRUST_BUCKET"])["Contents"]:
        bench.s3.delete_object(Bucket=os.environ["TRUST_BUCKET"], Key=key["Key"])
    verifying.verify(told, context("verify"))
    bench.clock()
    assert bench.check(paper_id) == first and first.verdict is Verdict.VALID


def test_what_was_never_told_is_found_by_the_clock(bench: Signing) -> None:
    paper_id = bench.send_pdf(signed())
    assert bench.clock() == {"answered": 0, "failed": 0}  # the stream has its time first
    present.freeze(present.now() + CATCH_UP_AFTER)
    assert bench.clock() == {"answered": 1, "failed": 0}
    assert bench.check(paper_id).verdict is Verdict.VALID
    assert bench.clock() == {"answered": 0, "failed": 0}


def test_what_nobody_answers_is_given_up_by_the_sweeper(bench: Signing) -> None:
    paper_id = bench.send_pdf(signed())
    present.freeze(present.now() + GIVEN_UP_AFTER / 2)
    assert relay.sweep(present.now())["checks"] == 0 and bench.check(paper_id).pending
    present.freeze(present.now() + GIVEN_UP_AFTER / 2)
    assert relay.sweep(present.now())["checks"] == 1
    assert bench.check(paper_id).verdict is Verdict.UNCHECKED
    assert checks.give_up(present.now()) == 0 and bench.clock() == {"answered": 0, "failed": 0}


def test_an_answer_that_comes_while_it_is_given_up_counts(bench: Signing) -> None:
    paper_id = bench.send_pdf(signed())
    open_one = bench.check(paper_id)
    present.freeze(present.now() + GIVEN_UP_AFTER)
    checks.give_up(present.now())
    bench.portal.cloud.records("Verify")
    again = bench.send_pdf(signed())
    bench.verify()
    answer = bench.check(again)
    late = replace(answer, paper=open_one.paper, version=open_one.version)
    assert kept.answer(late) and bench.check(paper_id).verdict is Verdict.VALID
    assert not kept.answer(replace(late, verdict=Verdict.TAMPERED))
    assert bench.check(paper_id).verdict is Verdict.VALID


@pytest.mark.parametrize("after", [False, True], ids=["before", "reply lost"])
def test_a_crash_at_any_call_is_made_good_by_the_next_try(portal: Portal, after: bool) -> None:
    bench = Signing(portal)
    paper_id = bench.send_pdf(signed())
    (record,) = bench.portal.cloud.records("Verify")
    sk = record["dynamodb"]["Keys"]["sk"]["S"]
    number = 0
    while True:
        number += 1
        try:
            with calls(number, after) as made:
                answering.answer(bench.dossier, sk, present.now())
        except Crash:
            continue
        break
    assert bench.check(paper_id).verdict is Verdict.VALID and len(made) <= 4


def test_the_check_of_an_erased_paper_goes_with_it(bench: Signing) -> None:
    paper_id = bench.send_pdf(signed())
    assert bench.portal.citizen.delete(f"/dossiers/{bench.dossier}/papers/{paper_id}").status == 204
    bench.sweep(hours=1)
    assert (bench.rows(), bench.bundle().checks) == ({}, ())
    bench.verify()  # the stream comes late


@pytest.mark.parametrize("what", ["no manifest", "no certificate", "another certificate"])
def test_trust_that_is_not_what_was_pinned_is_refused_aloud(portal: Portal, what: str) -> None:
    bench = Signing(portal)
    bucket = os.environ["TRUST_BUCKET"]
    if what == "no manifest":
        portal.cloud.client("ssm").delete_parameter(Name="/motcua/local/trust")
    else:
        for found in bench.s3.list_objects_v2(Bucket=bucket, Prefix="certificates/")["Contents"]:
            bench.s3.delete_object(Bucket=bucket, Key=found["Key"])
            if what == "another certificate":
                bench.s3.put_object(Bucket=bucket, Key=found["Key"], Body=b"\x30\x03abc")
    paper_id = bench.send_pdf(signed())
    answer = portal.cloud.deliver(verifying.verify, "Verify")
    assert len(answer["batchItemFailures"]) == 1
    assert bench.check(paper_id).pending

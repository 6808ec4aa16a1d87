"""Checks of signatures on papers that came in, answered; the errand of the function `verify`.

The table's stream tells of a check when its paper is kept. What was told twice, late or in any order meets the row,
which takes one answer; what was never told is found by the function's own clock.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from chalicelib import settings
from chalicelib.domain import check as rules
from chalicelib.domain import sheet
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.check import Check
from chalicelib.domain.form_paper import FORM
from chalicelib.domain.signature import MAX_BYTES, Report
from chalicelib.errors import NotFound
from chalicelib.services import verifier
from chalicelib.storage import checks as kept
from chalicelib.storage import dossiers, objects
from chalicelib.telemetry import count, logger

LOOKED_FOR = 25  # checks of one shard, each time the clock comes


def answer(dossier_id: str, sk: str, now: datetime) -> None:
    """Answer one check; one that has its answer, or is gone, is left alone. Safe to repeat.

    Raises Invalid when the trust configuration is not as it must be, and what storage raises: to be delivered again.
    """
    check = kept.get(dossier_id, sk)
    if check is None or not check.pending:
        return
    content = objects.read(settings.papers_bucket(), check.key, MAX_BYTES, check.version)
    if content is None:
        logger.warning("a file to be verified is gone", dossier=dossier_id, paper=check.paper)
        return  # its paper is being erased, and the check with it
    try:
        bundle = dossiers.load(dossier_id)
    except NotFound:
        return  # a draft that expired
    report = _report(check, content, now)
    done = rules.answered(check, report, _number(bundle), _issued_form(check, bundle, content), now)
    if kept.answer(done):
        logger.info("verified", dossier=dossier_id, paper=check.paper, verdict=done.verdict)
        count("PapersVerified", verdict=str(done.verdict))


def _report(check: Check, content: bytes, now: datetime) -> Report:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        report = verifier.report(Path(file.name), check.side, now)
    if report.sha256 != check.sha256:  # versions of objects do not change
        raise RuntimeError("the file is not the one that was asked about")
    return report


def _number(bundle: Bundle) -> str:
    return str(bundle.dossier.applicant.get("identity", ""))


def _issued_form(check: Check, bundle: Bundle, content: bytes) -> str:
    """SHA-256 of the form that was issued last, when the file is one and begins with it."""
    issued = bundle.issued_form
    if check.component != FORM or issued is None:
        return ""
    return issued.sha256 if sheet.begins_with(content, issued.size, issued.sha256) else ""


def catch_up(now: datetime, goes_on: Callable[[], bool]) -> dict[str, int]:
    """Answer what nobody answered in time, while there is time left. One that fails stops none of the others."""
    done = {"answered": 0, "failed": 0}
    for shard in kept.SHARDS:
        for dossier_id, sk in kept.pending(shard, now - rules.CATCH_UP_AFTER, LOOKED_FOR):
            if not goes_on():
                return done
            try:
                answer(dossier_id, sk, now)
                done["answered"] += 1
            except Exception:
                logger.exception("not verified", dossier=dossier_id)
                done["failed"] += 1
    return done

"""Results on their way to the lock: the function that signs is asked, asked again, and not waited for without end.

Whoever asks (relay, sweeper) knows nothing of how a file is signed or verified: services/signing.py does, in a package
of its own. Both end here: a result is sealed, or refused with what is wrong.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from chalicelib import settings
from chalicelib.domain import result as rules
from chalicelib.domain.access import SYSTEM
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.event import iso
from chalicelib.domain.life import Action, State
from chalicelib.domain.result import File, Result, Standing, Way
from chalicelib.domain.signature import Report
from chalicelib.gateways import functions
from chalicelib.services.transitions import perform
from chalicelib.storage import outbox
from chalicelib.storage import results as kept
from chalicelib.storage.outbox import Effect
from chalicelib.telemetry import count, logger

ASKED_AGAIN = timedelta(minutes=2)
GIVEN_UP_AFTER = timedelta(minutes=30)


def waiting(bundle: Bundle) -> Result | None:
    """The result whose file is still to be signed and locked."""
    result = rules.current(bundle.results)
    sealing = result is not None and result.state is Standing.SEALING
    return result if sealing and bundle.dossier.state is State.SEALING else None


def ask(bundle: Bundle, effect: Effect, now: datetime) -> None:
    """Have the result signed; the effect is performed by the function that does it. Safe to repeat.

    After half an hour the clerk is told that it did not come to be, and may enter the result in another way.
    """
    result = waiting(bundle)
    if result is None:
        outbox.performed(effect)
    elif now - result.issued_at > GIVEN_UP_AFTER:
        refuse(bundle, result, "SigningUnavailable", None, now)
        outbox.performed(effect)
    else:
        outbox.postpone(effect.dossier, effect.sk, now + ASKED_AGAIN)
        functions.call_later(settings.sign_function(), {"dossier": effect.dossier, "effect": effect.sk})


def seal(bundle: Bundle, result: Result, file: File, report: Report, now: datetime) -> None:
    """The file is signed and locked: the result is there."""
    after = rules.sealed(result, file, report)
    said: dict[str, Any] = {
        "number": after.reference,
        "title": after.title,
        "issued_at": iso(after.issued_at),
        "way": after.way.value,
        "paper": after.paper,
        "sha256": file.sha256,
    }
    detail: dict[str, Any] = {"result": after.number, "sha256": file.sha256, "version": file.version}
    if names := "; ".join(signer.name for signer in report.signers):
        detail["signed_by"] = names
    perform(
        bundle.dossier,
        Action.SEAL,
        SYSTEM,
        now,
        key=f"seal-{result.number:02d}",
        detail=detail,
        changes={"result": said},
        also=[kept.changed(after)],
    )
    count("ResultsSealed", agency=bundle.dossier.agency, way=Way(after.way).value)
    logger.info("result sealed", dossier=bundle.dossier.id, result=result.code)


def refuse(bundle: Bundle, result: Result, problem: str, report: Report | None, now: datetime) -> None:
    """The file cannot be issued; the clerk is told why, and enters the result again."""
    perform(
        bundle.dossier,
        Action.REFUSE_RESULT,
        SYSTEM,
        now,
        key=f"refuse-{result.number:02d}",
        detail={"result": result.number, "problem": problem},
        changes={"result": None},
        also=[kept.changed(rules.refused(result, problem, report))],
    )
    count("ResultsRefused", agency=bundle.dossier.agency, problem=problem)
    logger.warning("result refused", dossier=bundle.dossier.id, result=result.code, problem=problem)

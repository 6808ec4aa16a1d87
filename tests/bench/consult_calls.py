"""The requests about questions to other agencies whose AWS calls are counted."""

from __future__ import annotations

from collections.abc import Callable

from tests.app.consulting import HEALTH, POLICE, Consulting, publish
from tests.app.portal import ELSEWHERE, Answer, Portal

Send = Callable[[], Answer]


def _asked(portal: Portal) -> tuple[Consulting, str]:
    publish()
    office = Consulting(portal)
    return office, office.asked(POLICE, HEALTH)


def _asking(portal: Portal) -> Send:
    publish()
    office = Consulting(portal)
    dossier = office.claimed()
    return lambda: office.ask(dossier, POLICE, HEALTH)


def _answering(portal: Portal) -> Send:
    office, dossier = _asked(portal)
    return lambda: office.answer(office.police, POLICE, dossier)


def _last_answer(portal: Portal) -> Send:
    office, dossier = _asked(portal)
    office.answer(office.health, HEALTH, dossier)
    return lambda: office.answer(office.police, POLICE, dossier)


def _taking_back(portal: Portal) -> Send:
    office, dossier = _asked(portal)
    return lambda: office.take_back(dossier)


def _withdrawing(portal: Portal) -> Send:
    _, dossier = _asked(portal)
    return lambda: portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Thôi."})


def _choices(portal: Portal) -> Send:
    publish()
    dossier = Consulting(portal).claimed()
    return lambda: portal.appraiser.get(f"/desk/dossiers/{dossier}/consultation")


def _waiting(portal: Portal) -> Send:
    office, _ = _asked(portal)
    return lambda: office.police.get(f"/desk/consultations/{POLICE}")


def _shown(portal: Portal) -> Send:
    office, dossier = _asked(portal)
    return lambda: office.police.get(f"/desk/consultations/{POLICE}/{dossier}")


def _transfer(portal: Portal) -> Send:
    dossier, _ = portal.filed()
    body = {"agency": ELSEWHERE, "reason": "Không thuộc thẩm quyền."}
    return lambda: portal.reception.post(f"/desk/dossiers/{dossier}/transfer", body)


CONSULT_REQUESTS: tuple[tuple[str, int, Callable[[Portal], Send]], ...] = (
    ("agencies that can be asked", 1, _choices),
    ("officer: ask two agencies", 2, _asking),
    ("agency: first answer of two", 2, _answering),
    ("agency: last answer", 2, _last_answer),
    ("officer: take questions back", 2, _taking_back),
    # The head, the questions that nobody needs answered any more, the transaction.
    ("withdraw while agencies are asked", 3, _withdrawing),
    ("agency: what it is asked", 2, _waiting),
    ("agency: a dossier it is asked about", 1, _shown),
    ("officer: transfer", 2, _transfer),
)

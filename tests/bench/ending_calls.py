"""The requests about withdrawals and complaints whose AWS calls are counted."""

from __future__ import annotations

from collections.abc import Callable

from tests.app.portal import AGENCY, Answer, Portal

Send = Callable[[], Answer]
TEXT = {"text": "Đề nghị xem xét lại."}


def _refused(portal: Portal) -> str:
    dossier, _ = portal.filed()
    portal.step(portal.reception, dossier, "refusal", {"reason": "Sai."})
    return dossier


def _consequence(portal: Portal) -> Send:
    dossier, _ = portal.filed()
    return lambda: portal.citizen.get(f"/dossiers/{dossier}/withdrawal")


def _withdrawal(portal: Portal) -> Send:
    dossier, _ = portal.filed()
    return lambda: portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Không cần nữa.", "back": 0})


def _complaint(portal: Portal) -> Send:
    dossier = _refused(portal)
    return lambda: portal.citizen.post(f"/dossiers/{dossier}/complaint", TEXT)


def _complained(portal: Portal) -> str:
    dossier = _refused(portal)
    portal.citizen.post(f"/dossiers/{dossier}/complaint", TEXT)
    return dossier


def _answer(outcome: str) -> Callable[[Portal], Send]:
    def prepare(portal: Portal) -> Send:
        dossier, body = _complained(portal), {"outcome": outcome, "answer": "Đã xem xét."}
        return lambda: portal.administrator.post(f"/desk/dossiers/{dossier}/complaint-answer", body)

    return prepare


def _standing(portal: Portal) -> Send:
    dossier = _complained(portal)
    return lambda: portal.citizen.get(f"/dossiers/{dossier}/complaint")


def _list(portal: Portal) -> Send:
    _complained(portal)
    return lambda: portal.administrator.get(f"/desk/complaints?agency={AGENCY}")


ENDING_REQUESTS: tuple[tuple[str, int, Callable[[Portal], Send]], ...] = (
    ("withdraw: what it would mean", 1, _consequence),
    ("withdraw", 3, _withdrawal),
    ("complain", 3, _complaint),
    ("complaint: reject", 3, _answer("rejected")),
    ("complaint: reopen the dossier", 3, _answer("reopened")),
    ("complaints of a dossier", 1, _standing),
    ("complaints of an agency", 2, _list),
)

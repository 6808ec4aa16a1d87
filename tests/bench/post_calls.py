"""The requests about parcels whose AWS calls are counted."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from chalicelib.errors import NotFound
from chalicelib.gateways.post import hook
from chalicelib.services import catalogue
from tests.app.mail_room import ADDRESS, LIST, POSTAL, MailRoom, certified
from tests.app.portal import Answer, Portal

Send = Callable[[], Answer]
_numbers = itertools.count(1)  # the post's numbers are never used twice


def _tracking() -> str:
    return f"EB{next(_numbers):09d}VN"


def remember() -> None:
    """Let this process know the post's secret, and the procedure if it is published."""
    hook.secrets_of("vnpost")
    try:
        catalogue.procedure(POSTAL, 1)
    except NotFound:
        pass


def _announcement(portal: Portal) -> Send:
    room = MailRoom(portal)
    dossier = room.waiting()
    return lambda: room.announce(dossier)


def _step(step: str, before: str, body: dict[str, Any], who: str = "reception") -> Callable[[Portal], Send]:
    def prepare(portal: Portal) -> Send:
        room = MailRoom(portal)
        dossier = getattr(room, before)()
        sent = {**body, "tracking": _tracking()} if step == "posting" else body
        return lambda: getattr(portal, who).post(f"/desk/dossiers/{dossier}/{step}", sent)

    return prepare


def _came_back(portal: Portal) -> Send:
    dossier = MailRoom(portal).posted(_tracking())
    return lambda: portal.clerk.post(f"/desk/dossiers/{dossier}/posting/return", {"reason": "Không có người nhận."})


def _list(way: str, who: str) -> Callable[[Portal], Send]:
    def prepare(portal: Portal) -> Send:
        MailRoom(portal).arrived()
        return lambda: getattr(portal, who).get(f"{LIST}?way={way}")

    return prepare


def _stray(portal: Portal) -> Send:
    body = {"code": "", "tracking": "EB000000009VN", "sender": "", "reason": "Không ghi mã hồ sơ."}
    return lambda: portal.reception.post(f"{LIST}/strays", body)


def _call(status: str) -> Callable[[Portal], Send]:
    def prepare(portal: Portal) -> Send:
        room, tracking = MailRoom(portal), _tracking()
        room.posted(tracking)
        return lambda: room.call(room.office._word(tracking, status))

    return prepare


def _file(rows: int) -> Callable[[Portal], Send]:
    """Rows that were read before: a file sent again."""

    def prepare(portal: Portal) -> Send:
        room, tracking = MailRoom(portal), _tracking()
        room.posted(tracking)
        row = f"{tracking},accepted,2026-11-23T09:00:00+07:00,,,"
        room.rows(row)
        return lambda: room.rows(*[row] * rows)

    return prepare


_LACKING = {"checks": {"identity": {"finding": "missing", "note": "Thiếu bản chứng thực."}}}

POST_REQUESTS: tuple[tuple[str, int, Callable[[Portal], Send]], ...] = (
    ("announce a parcel", 3, _announcement),
    ("officer: register a parcel", 3, _step("parcel", "waiting", {})),
    ("officer: open a parcel", 3, _step("parcel/opening", "arrived", {})),
    ("officer: papers complete", 3, _step("parcel/checks", "opened", {"checks": {"identity": certified()}})),
    ("officer: papers lacking", 3, _step("parcel/checks", "opened", _LACKING)),
    ("officer: parcel back", 3, _step("parcel/return", "arrived", {"reason": "Gửi nhầm."})),
    ("officer: post the result", 3, _step("posting", "ready", {"address": ADDRESS}, "clerk")),
    ("officer: result came back", 3, _came_back),
    ("parcels under way", 2, _list("incoming", "reception")),
    ("strays", 2, _list("strays", "reception")),
    ("register a stray", 1, _stray),
    # The inbox before and after, the number, the dossier, the transaction; the secret is read once in five minutes.
    ("post: call, moved", 5, _call("accepted")),
    ("post: call, delivered", 5, _call("delivered")),
    ("post: 50 rows known", 2, _file(50)),
)

"""Notices, inboxes and messages with files: what each request asks of AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.app.correspondence import JPEG, letter, upload, write
from tests.app.portal import AGENCY, Answer, Portal
from tests.files import make

Send = Callable[[], Answer]
_WAYS: dict[str, list[str]] = {"action": ["mail"], "status": ["mail"], "message": [], "reminder": []}
_WANTED: dict[str, Any] = {"version": 0, "language": "vi", "ways": _WAYS, "quiet": None}
_UNTIL = {"until": "2026-11-23T02:00:00.000Z"}


def _told(portal: Portal) -> str:
    dossier, _ = portal.filed()
    portal.relay()
    return dossier


def _choose(portal: Portal) -> Send:
    return lambda: portal.citizen.put("/me/notices", _WANTED)


def _inbox(path: str) -> Callable[[Portal], Send]:
    def prepare(portal: Portal) -> Send:
        _told(portal)
        return lambda: portal.citizen.get(path)

    return prepare


def _shared(portal: Portal) -> Send:
    return lambda: portal.reception.get(f"/me/inbox?box={AGENCY}")


def _seen(portal: Portal) -> Send:
    return lambda: portal.citizen.put("/me/inbox/seen", {"box": "mine", **_UNTIL})


def _log(portal: Portal) -> Send:
    dossier = _told(portal)
    return lambda: portal.citizen.get(f"/dossiers/{dossier}/notices")


def _files() -> list[tuple[str, bytes, str]]:
    return [("anh.jpg", make.jpeg(), JPEG)] * 3


def _with_files(portal: Portal) -> Send:
    dossier, _ = portal.filed()
    return lambda: write(portal.citizen, dossier, letter("Ba ảnh.", _files()))


def _file(portal: Portal) -> Send:
    dossier, _ = portal.filed()
    answer = write(portal.citizen, dossier, letter("Ba ảnh.", _files()))
    upload(portal, answer, _files())
    return lambda: portal.reception.get(f"/dossiers/{dossier}/messages/{answer.body['id']}/files/1")


def _page(portal: Portal) -> Send:
    dossier, _ = portal.filed()
    return lambda: portal.citizen.get(f"/dossiers/{dossier}/messages")


def _read(portal: Portal) -> Send:
    dossier, _ = portal.filed()
    return lambda: portal.citizen.put(f"/dossiers/{dossier}/messages/read", _UNTIL)


NOTICE_REQUESTS: tuple[tuple[str, int, Callable[[Portal], Send]], ...] = (
    ("notice preferences", 1, lambda portal: lambda: portal.citizen.get("/me/notices")),
    ("choose preferences", 2, _choose),
    ("inbox", 2, _inbox("/me/inbox")),
    ("unread notices", 2, _inbox("/me/inbox/unread")),
    ("inbox of an agency", 2, _shared),
    ("mark as read", 1, _seen),
    ("notices of a dossier", 2, _log),
    ("message with three files", 3, _with_files),
    ("file of a message", 2, _file),
    ("messages, a page", 1, _page),
    ("messages read", 2, _read),
)

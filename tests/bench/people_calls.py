"""The requests among an agency's officers whose AWS calls are counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.domain.access import Post
from chalicelib.services import teams
from tests.app.correspondence import PDF, letter, upload
from tests.app.portal import AGENCY, Answer, Person, Portal, new_id
from tests.files import make

Send = Callable[[], Answer]
TEAM = f"/desk/teams/{AGENCY}"


def _team(portal: Portal) -> tuple[Person, Person]:
    """Two appraisers on the roster, the first one of the portal's; nobody is away."""
    pair = (portal.appraiser, portal.officer(f"dong-nghiep-{new_id()}", "appraiser"))
    for one in pair:
        teams.enrol(one.sub, one.name, [Post.parse(f"{AGENCY}:appraiser")])
    return pair


def _held(portal: Portal, by: Person) -> str:
    dossier = portal.received()
    portal.step(by, dossier, "claim", {})
    return dossier


def _hand_over(portal: Portal) -> Send:
    appraiser, colleague = _team(portal)
    dossier = _held(portal, appraiser)
    body = {"to": colleague.sub, "reason": "Để kịp thời hạn."}
    return lambda: appraiser.post(f"/desk/dossiers/{dossier}/passing", body)


def _reassign(portal: Portal) -> Send:
    appraiser, colleague = _team(portal)
    dossier = _held(portal, appraiser)
    body = {"to": colleague.sub, "reason": "Cân đối công việc."}
    return lambda: portal.administrator.post(f"/desk/dossiers/{dossier}/assignment", body)


def _absence(portal: Portal) -> Send:
    _, colleague = _team(portal)
    body = {"since": "2026-12-01", "until": "2026-12-02", "substitute": portal.appraiser.sub}
    return lambda: colleague.post(f"{TEAM}/officers/{colleague.sub}/absences", body)


def _substitute(portal: Portal) -> tuple[Person, str]:
    """Somebody who stands in for the holder of a dossier."""
    appraiser, away = _team(portal)
    dossier = _held(portal, away)
    body = {"since": "2026-11-23", "until": "2026-11-23", "substitute": appraiser.sub}
    answer = away.post(f"{TEAM}/officers/{away.sub}/absences", body)
    if answer.status != 201:
        raise RuntimeError(f"no substitute: {answer.body}")
    return appraiser, dossier


def _instead(portal: Portal) -> Send:
    who, dossier = _substitute(portal)
    return lambda: who.post(f"/desk/dossiers/{dossier}/proposal", {"opinion": "Đủ."})


def _look_instead(portal: Portal) -> Send:
    who, dossier = _substitute(portal)
    return lambda: who.get(f"/desk/dossiers/{dossier}")


def _pass_on_instead(portal: Portal) -> Send:
    who, dossier = _substitute(portal)
    return lambda: who.post(f"/desk/dossiers/{dossier}/passing", {"to": who.sub, "reason": "Nhận luôn."})


def _note(portal: Portal) -> Send:
    dossier, _ = portal.filed()
    note = {"id": new_id(), "text": "Hỏi lại phường."}
    return lambda: portal.reception.post(f"/desk/dossiers/{dossier}/notes", note)


def _annexed(portal: Portal) -> tuple[str, dict[str, Any]]:
    """A dossier with a note of two files."""
    dossier, _ = portal.filed()
    files = [("a.pdf", make.pdf(1), PDF), ("b.pdf", make.pdf(2), PDF)]
    note = letter("Hỏi lại phường.", files)
    upload(portal, portal.reception.post(f"/desk/dossiers/{dossier}/notes", note), files)
    return dossier, note


def _note_with_files(portal: Portal) -> Send:
    dossier, note = _annexed(portal)
    more = {**note, "id": new_id()}
    return lambda: portal.reception.post(f"/desk/dossiers/{dossier}/notes", more)


def _note_file(portal: Portal) -> Send:
    dossier, note = _annexed(portal)
    return lambda: portal.reception.get(f"/desk/dossiers/{dossier}/notes/{note['id']}/files/1")


def _notes(portal: Portal) -> Send:
    dossier, _ = _annexed(portal)
    return lambda: portal.reception.get(f"/desk/dossiers/{dossier}/notes")


def _fields(portal: Portal) -> Send:
    _, colleague = _team(portal)
    body: dict[str, Any] = {"fields": ["ho-tich"], "version": 1}
    return lambda: portal.administrator.put(f"{TEAM}/officers/{colleague.sub}/fields", body)


def _rule(portal: Portal) -> Send:
    version = portal.administrator.get(TEAM).body["rule_version"]
    return lambda: portal.administrator.put(f"{TEAM}/rule", {"by_rule": False, "version": version})


def _read(path: str) -> Callable[[Portal], Send]:
    return lambda portal: lambda: portal.reception.get(path)


PEOPLE_REQUESTS: tuple[tuple[str, int, Callable[[Portal], Send]], ...] = (
    ("hand over to a colleague", 3, _hand_over),
    ("reassign", 3, _reassign),
    ("hand over as a substitute", 3, _pass_on_instead),
    ("propose as a substitute", 3, _instead),
    ("dossier detail, substitute", 2, _look_instead),
    ("record an absence", 3, _absence),
    ("fields of an officer", 3, _fields),
    ("assign by rule, or not", 3, _rule),
    ("team", 1, _read(TEAM)),
    ("team board", 2, _read(f"{TEAM}/board")),
    ("write a note", 3, _note),
    ("write a note with files", 3, _note_with_files),
    ("notes with files", 3, _notes),
    ("note's file", 2, _note_file),
    ("usual words", 1, _read(f"/desk/reasons/{AGENCY}")),
)

"""AWS calls of the requests about signing a form from afar; what a provider is asked goes to no part of AWS."""

from __future__ import annotations

from collections.abc import Callable

from tests.app.portal import Answer, Portal, new_id
from tests.app.treasury import LEVEL_4, Treasury

Send = Callable[[], Answer]


def _formed(portal: Portal) -> str:
    Treasury(portal)
    dossier = portal.draft(procedure=LEVEL_4)
    answer = portal.citizen.put(f"/dossiers/{dossier}/form", {})
    assert answer.status == 200, answer.body
    return dossier


def _start(portal: Portal) -> Send:
    dossier = _formed(portal)
    return lambda: portal.citizen.post(f"/dossiers/{dossier}/signing", {"id": new_id(), "provider": "vnpt"})


def _started(portal: Portal) -> tuple[str, str]:
    dossier, id = _formed(portal), new_id()
    answer = portal.citizen.post(f"/dossiers/{dossier}/signing", {"id": id, "provider": "vnpt"})
    assert answer.status == 201, answer.body
    return f"/dossiers/{dossier}/signing", id


def _look(portal: Portal) -> Send:
    path, _ = _started(portal)
    return lambda: portal.citizen.get(path)


def _check(portal: Portal) -> Send:
    path, _ = _started(portal)
    return lambda: portal.citizen.put(f"{path}/check", {})


def _cancel(portal: Portal) -> Send:
    path, id = _started(portal)
    return lambda: portal.citizen.delete(f"{path}/{id}")


SIGNING_REQUESTS: tuple[tuple[str, int, Callable[[Portal], Send]], ...] = (
    ("sign a form from afar", 2, _start),
    ("how a signature stands", 1, _look),
    ("ask about a signature", 2, _check),
    ("take a request to sign back", 2, _cancel),
)

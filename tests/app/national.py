"""The portal told to a national portal over real HTTP, on a line that may be cut; and who looks at what came there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import pytest

from chalicelib import events
from chalicelib.domain.event import Event
from chalicelib.domain.sync import is_told, status_of
from chalicelib.storage import dossiers
from infra.local.payments import Town
from infra.local.sandboxes.national_portal import NationalPortal, Told
from infra.local.testing import run
from tests.app.counterparts import served
from tests.app.portal import Portal


class Line:
    """What lies between: `clear`; `cut`: told and taken, the answer never comes; `dead`: nobody is reached. `on` may
    decide before each request (by its number) what the line is."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.state = "clear"
        self.on: Callable[[int], str] | None = None
        self.requests = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.requests += 1
        state = self.on(self.requests) if self.on else self.state
        if state == "dead":
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        path = environ["PATH_INFO"].removeprefix("/sandbox/national-portal")
        status, headers, body = self.town.national_portal.answer(path, environ)
        if state == "cut":
            start_response("502 Bad Gateway", [("Content-Length", "0")])
            return [b""]
        headers = {**headers, "Content-Length": str(len(body)), "Connection": "close"}
        start_response(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
        return [body]


class National:
    """Both portals, and the function between them."""

    def __init__(self, portal: Portal, line: Line) -> None:
        self.portal, self.line = portal, line
        self.there: NationalPortal = line.town.national_portal

    def relay(self) -> None:
        """The stream, and what it asks the function `sync` for."""
        self.portal.relay()
        self.asked()

    def asked(self) -> list[dict[str, int]]:
        """Call `sync` as often as it was asked; what it answered."""
        name, invoked = os.environ["SYNC_FUNCTION"], self.portal.cloud.invoked
        mine = [event for asked, event in invoked if asked == name]
        invoked[:] = [one for one in invoked if one[0] != name]
        return [run(events.tell, event, "sync") for event in mine]

    def schedule(self, **later: float) -> dict[str, int]:
        """Let time pass, then the schedule comes."""
        self.portal.later(**later)
        return dict(run(events.tell, {"source": "schedule"}, "sync", 240))

    def recover(self) -> None:
        """The line is whole again, and the schedule has come often enough for every wait to be over."""
        self.line.state, self.line.on = "clear", None
        self.there.down_until = None
        for _ in range(4):
            self.schedule(hours=1, minutes=1)

    def told(self, dossier_id: str) -> Told:
        return self.there.dossiers[dossiers.head(dossier_id).code or ""]

    def early(self, code: str, happened: Iterable[Event]) -> list[str]:
        """How what the national portal has so far is not what happened first, in order and each once."""
        numbers = [event.number for event in happened if is_told(event)]
        known = self.there.dossiers.get(code)
        steps = [step["SoThuTu"] for step in known.steps] if known else []
        return [] if steps == numbers[: len(steps)] else [f"steps {steps} of {numbers} were told"]

    def wrong(self, dossier_id: str) -> list[str]:
        """How what the national portal has differs from the dossier's own events; nothing when it does not."""
        log = [event for event in dossiers.load(dossier_id).events if is_told(event)]
        told = self.told(dossier_id)
        found = [f"refused: {why}" for why in self.there.refusals]
        if [step["SoThuTu"] for step in told.steps] != [event.number for event in log]:
            found.append(f"steps {[s['SoThuTu'] for s in told.steps]} of {[e.number for e in log]}")
        if told.statuses != statuses(log):
            found.append(f"statuses {told.statuses} of {statuses(log)}")
        if told.record["TrangThaiHoSo"] != str(status_of(log[-1])):
            found.append(f"the dossier is {told.record['TrangThaiHoSo']} there")
        return found


def statuses(log: Iterable[Event]) -> list[int]:
    """The national statuses of events, each once when it changed."""
    found: list[int] = []
    for event in log:
        status = status_of(event)
        if status is not None and (not found or found[-1] != status):
            found.append(status)
    return found


@contextmanager
def national_portal(portal: Portal) -> Iterator[National]:
    """The portal with the synchronisation switched on."""
    with pytest.MonkeyPatch.context() as patch, served(portal, Line) as line:
        patch.setenv("NATIONAL_PORTAL", "on")
        yield National(portal, line)

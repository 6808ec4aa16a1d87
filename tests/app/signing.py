"""Signed papers on the embedded cloud: sent as a browser would, verified as the stream would ask."""

from __future__ import annotations

from functools import cache
from typing import Any

from chalicelib import verifying
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.check import Check
from chalicelib.domain.upload import PDF
from chalicelib.storage import dossiers
from infra.local import authorities
from infra.local.testing import run
from tests.app.bench import Bench
from tests.app.portal import IDENTITY, Portal
from tests.files import make

OWN = f"CCCD:{IDENTITY}"


@cache
def signed(uid: str = OWN, name: str = "Nguyễn Thị Thử", side: str = "citizen") -> bytes:
    return authorities.sign(make.pdf(), name, uid, side)


class Signing(Bench):
    """A bench whose cloud trusts the development authorities."""

    def __init__(self, portal: Portal, dossier_id: str = "") -> None:
        super().__init__(portal, dossier_id)
        portal.cloud.trust()

    def send_pdf(self, content: bytes, **changes: Any) -> str:
        return self.send([content], PDF, **{"provenance": "scan", **changes})

    def verify(self) -> None:
        """Let the stream tell the function `verify` of what is new."""
        answer = self.portal.cloud.deliver(verifying.verify, "Verify")
        assert not answer or not answer["batchItemFailures"], answer

    def clock(self) -> Any:
        """Let the function's own clock come."""
        return run(verifying.verify, {"source": "schedule"}, "verify")

    def bundle(self) -> Bundle:
        return dossiers.load(self.dossier)

    def check(self, paper_id: str) -> Check:
        (found,) = (one for one in self.bundle().checks if one.paper == paper_id)
        return found

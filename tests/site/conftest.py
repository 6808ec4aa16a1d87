"""The seed's procedures and agencies, as documents and as published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.services import publishing
from infra.local.testing import Embedded

SEED = Path(__file__).resolve().parents[2] / "infra" / "seed"
PROCEDURES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((SEED / "procedures").glob("*.json"))}


def seed(name: str) -> Any:
    return json.loads((SEED / name).read_text("utf-8"))


@pytest.fixture
def published(cloud: Embedded) -> Embedded:
    """Agencies, calendar and the seed's procedures; no page yet."""
    publishing.publish_calendar(seed("calendar.json"))
    publishing.publish_agencies(seed("agencies.json"))
    publishing.publish([publishing.Sourced(code, document) for code, document in PROCEDURES.items()])
    return cloud

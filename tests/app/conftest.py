"""Handlers on the embedded cloud."""

from __future__ import annotations

import pytest

from infra.local.testing import Embedded
from tests.app.portal import Portal, open_portal


@pytest.fixture
def portal(cloud: Embedded) -> Portal:
    return open_portal(cloud)

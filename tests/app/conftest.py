"""Handlers on the embedded cloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.testing import Embedded
from tests.app.counterparts import Counterparts, counterparts
from tests.app.portal import Portal, open_portal


@pytest.fixture
def portal(cloud: Embedded) -> Portal:
    return open_portal(cloud)


@pytest.fixture
def there(portal: Portal) -> Iterator[Counterparts]:
    """The portal with its gateways' other side served over HTTP."""
    with counterparts(portal) as opened:
        yield opened

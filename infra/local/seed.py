"""What a fresh local cloud is filled with: agencies, procedures, and people to try it with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.local.cloud import Cloud


def plant(cloud: Cloud) -> list[dict[str, str]]:
    """Fill the cloud; the demo accounts: who, username, password."""
    return []

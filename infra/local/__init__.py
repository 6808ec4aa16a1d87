"""The cloud in one process, for development and tests. Never deployed; docs/local-cloud.md tells how it differs.

from infra.local import start
with start(seed=False) as cloud:
    cloud.url        "http://127.0.0.1:8000", site and API
    cloud.aws_url    "http://127.0.0.1:5055", what AWS_ENDPOINT_URL is set to
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.local.cloud import Cloud


def start(**options: Any) -> Cloud:
    """Start a local cloud in this process; see `infra.local.cloud.start` for the options."""
    from infra.local import cloud  # here, so that importing this package does not import moto

    return cloud.start(**options)

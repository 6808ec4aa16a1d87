"""Settings with secrets in them: one JSON per connection in Parameter Store, read through Powertools and cached.

`/motcua/<stage>/<group>/<name>` (SecureString). Values are never logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from chalicelib import aws, settings

KEPT_SECONDS = 300


@cache
def _parameters() -> Any:
    # Imported when a connection is first spoken of: the package brings boto3 along, which nothing else needs.
    from aws_lambda_powertools.utilities.parameters.base import BaseProvider

    class Parameters(BaseProvider):
        """Powertools' cache over the process's own client."""

        def _get(self, name: str, **options: Any) -> str:
            answer = aws.client("ssm").get_parameter(Name=name, WithDecryption=True)
            return str(answer["Parameter"]["Value"])

        def _get_multiple(self, path: str, **options: Any) -> dict[str, str]:
            raise NotImplementedError("connections are read one by one")  # Powertools wants both methods; none asks

    return Parameters()  # type: ignore[no-untyped-call]  # Powertools leaves its constructor without types


def read(group: str, name: str) -> Mapping[str, Any]:
    """The JSON object of a connection."""
    path = f"/motcua/{settings.stage()}/{group}/{name}"
    found = _parameters().get(path, max_age=KEPT_SECONDS, transform="json")
    if not isinstance(found, Mapping):
        raise TypeError(f"{path} is no JSON object")
    return found


def forget() -> None:
    """Drop cached settings; for a process that moves to another cloud, and after a rotation in tests."""
    _parameters.cache_clear()

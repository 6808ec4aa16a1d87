"""Entry of the function `sign`: results that are to be signed with the key of their agency, and locked.

Its package is that of `verify`; its role alone may use the agencies' keys.
"""

from __future__ import annotations

from typing import Any

from chalicelib.services import present, signing
from chalicelib.telemetry import logger, traced


@logger.inject_lambda_context(clear_state=True)
@traced
def sign(event: dict[str, Any], context: Any) -> None:
    """Issue the result that an effect asks for. Event: {"dossier", "effect": the key of its row}."""
    logger.append_keys(dossier=event["dossier"])
    signing.perform(event["dossier"], event["effect"], present.now())

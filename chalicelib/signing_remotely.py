"""Entry of the function `sign-remotely`: the next step of a request to sign a form from afar.

It is deployed with the package of `verify` (requirements-verify.txt), whose library makes room for signatures and puts
them in; and apart from `verify`, which reads what strangers send and shall know no secret and reach no provider.
"""

from __future__ import annotations

from typing import Any

from chalicelib.services import present, signing_work
from chalicelib.telemetry import logger, traced


@logger.inject_lambda_context(clear_state=True)
@traced
def sign(event: dict[str, Any], context: Any) -> None:
    """Event: {"dossier"}, of a dossier whose request the portal has to go on with. Safe to repeat."""
    signing_work.work(event["dossier"], present.now())

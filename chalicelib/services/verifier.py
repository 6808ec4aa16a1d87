"""The verifier of this process and whom it trusts: one child and one set of folders, made when they are first asked.

For the functions with the package that knows signatures; no other may import it.
"""

from __future__ import annotations

import atexit
from datetime import datetime
from functools import cache
from pathlib import Path

from chalicelib.domain.check import Side
from chalicelib.domain.signature import Report
from chalicelib.services import trusted
from chalicelib.services.verification.running import Verifier

child = Verifier()
atexit.register(child.close)


@cache
def _folders() -> trusted.Folders:
    return trusted.fresh()


def report(path: Path, side: Side, now: datetime) -> Report:
    """What is found about the signatures of a file, by the authorities of a side as they are pinned now.

    Raises Invalid when the trust configuration is not as it must be.
    """
    folder, pinned = _folders().of(side, now)
    return child.verify(path, folder, now, pinned=pinned).report

"""Checks of signatures that nobody answered: given up after a while, so that no filing waits for ever.

Apart from `answering`, which the sweeper must not need: it knows nothing of files and of what verifies them.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain import check as rules
from chalicelib.storage import checks as kept
from chalicelib.telemetry import count, logger

LOOKED_FOR = 25  # checks of one shard, each time the sweeper comes


def give_up(now: datetime) -> int:
    """Mark as UNCHECKED what has waited too long; gives how many were."""
    done = 0
    for shard in kept.SHARDS:
        for dossier_id, sk in kept.pending(shard, now - rules.GIVEN_UP_AFTER, LOOKED_FOR):
            check = kept.get(dossier_id, sk)
            if check is not None and check.pending and kept.answer(rules.given_up(check, now)):
                logger.warning("given up verifying", dossier=dossier_id, paper=check.paper)
                count("PapersVerified", verdict="UNCHECKED")
                done += 1
    return done

"""What waits longer than it should, by kind. Reads the sweeper's partitions of the index and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from chalicelib.domain.event import iso
from chalicelib.errors import NotFound
from chalicelib.storage import dossiers, lists
from infra.operations import letters, seen

Json = dict[str, Any]
KINDS = ("outbox", "watch", "upload", "check", "signing")
SHARDS = range(4)


def by_kind(now: datetime, older: timedelta, most: int) -> dict[str, Json]:
    """Per kind {"found": [{dossier, row, due}], "more": whether there are others}, each due more than `older` ago.

    At most `most` of a kind; the run of the workflow is looked at for every dossier under `watch`, which are the open
    ones whose deadline has passed and that nobody acted on.
    """
    until = iso(now - older)
    found = {kind: _of(kind, until, most) for kind in KINDS}
    for one in found["watch"]["found"]:
        one["review"] = _review(one["dossier"])
    found["letters"] = {"found": [vars(queue) for queue in letters.queues() if queue.count], "more": False}
    return found


def _of(kind: str, until: str, most: int) -> Json:
    rows = [row for shard in SHARDS for row in islice(lists.pending(kind, until, shard, most + 1), most + 1)]
    rows.sort(key=lambda row: row.due)
    shown = [{"dossier": row.dossier, "row": row.sk, "due": row.due} for row in rows[:most]]
    return {"found": shown, "more": len(rows) > most}


def _review(dossier_id: str) -> str:
    try:
        task = dossiers.head(dossier_id) and dossiers.task(dossier_id)
    except NotFound:
        return "no dossier"
    return seen.look(task.execution).status if task and task.execution else "never started"

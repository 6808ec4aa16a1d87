"""The links by which a dossier's status was shared: one row per dossier, so that their number can be held to exactly.

It goes with the dossier's item collection, and by its time to live once the last link has expired.
"""

from __future__ import annotations

import math
from typing import Any

from pynamodb.exceptions import PutError

from chalicelib.domain.event import iso, moment
from chalicelib.domain.share import Share, Shares
from chalicelib.storage.tables import SHARES, SharesRow, dossier_key


def of(dossier_id: str) -> Shares:
    """The links of a dossier; one read, none when there is no such dossier."""
    try:
        return of_row(SharesRow.get(dossier_key(dossier_id), SHARES, consistent_read=True))
    except SharesRow.DoesNotExist:
        return Shares()


def of_row(row: SharesRow) -> Shares:
    return Shares(int(row.version), tuple(_share(one) for one in row.body["shares"]))


def save(dossier_id: str, after: Shares) -> bool:
    """Write the links over the version before; False when another write came first."""
    row = SharesRow(
        dossier_key(dossier_id),
        SHARES,
        version=after.version,
        body={"shares": [_plain(share) for share in after.kept]},
        expires_at=math.ceil(max(share.expires_at for share in after.kept).timestamp()),
    )
    try:
        if after.version == 1:
            row.save(SharesRow.pk.does_not_exist())
        else:
            row.save(SharesRow.version == after.version - 1)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _plain(share: Share) -> dict[str, Any]:
    plain = {**vars(share), "created_at": iso(share.created_at), "expires_at": iso(share.expires_at)}
    return {name: value for name, value in plain.items() if value not in ("", False)}


def _share(kept: dict[str, Any]) -> Share:
    return Share(
        id=kept["id"],
        label=kept.get("label", ""),
        days=int(kept["days"]),
        created_at=moment(kept["created_at"]),
        expires_at=moment(kept["expires_at"]),
        revoked=bool(kept.get("revoked")),
    )

"""Links that show the status of one dossier to whoever holds them: given away by the applicant, for some days.

The applicant's browser makes the secret, 128 random bits, and tells nobody but the link itself; a share is known here
by the SHA-256 of its secret, which is its id. So a request that is repeated after a lost reply is about the same share,
and neither table nor backup nor log holds what opens it. A fast hash will do: nobody guesses 128 bits.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.errors import Conflict, TooMany
from chalicelib.values import dataclass

DAYS = (1, 7, 30)
MOST = 10
"""Live links of a dossier."""
MOST_KEPT = 50
"""With those revoked, which are remembered until they would have expired: a late repetition does not revive them."""

_SECRET = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True)
class Share:
    """One link: `id` is the SHA-256 of its secret in hexadecimal, `label` the applicant's own words, for them alone."""

    id: str
    label: str
    days: int
    created_at: datetime
    expires_at: datetime
    revoked: bool = False

    def is_live(self, now: datetime) -> bool:
        return not self.revoked and now < self.expires_at


@dataclass(frozen=True)
class Shares:
    """All links of a dossier, in the order in which they were made. `version` counts the writes, 0 is none yet."""

    version: int = 0
    kept: tuple[Share, ...] = ()

    def live(self, now: datetime) -> tuple[Share, ...]:
        return tuple(share for share in self.kept if share.is_live(now))

    def opened_by(self, secret: str, now: datetime) -> Share | None:
        """The live link that this secret opens."""
        wanted = id_of(secret)
        return next((share for share in self.live(now) if share.id == wanted), None)

    def with_new(self, share_id: str, days: int, label: str, now: datetime) -> Shares:
        """With one more link, from `now` on; these very links when it was made before.

        Raises Conflict when the id stands for another link (KeyReused), for a revoked one (ShareRevoked) or when
        there are as many as there may be (TooManyShares), TooMany after much making and revoking.
        """
        there = next((share for share in self._known(now) if share.id == share_id), None)
        if there is not None:
            if there.revoked:
                raise Conflict("ShareRevoked")
            if (there.days, there.label) != (days, label):
                raise Conflict("KeyReused")
            return self
        if len(self.live(now)) >= MOST:
            raise Conflict("TooManyShares", most=MOST)
        if len(self._known(now)) >= MOST_KEPT:
            raise TooMany("TooManySharesMade")
        made = Share(share_id, label, days, now, now + timedelta(days=days))
        return Shares(self.version + 1, (*self._known(now), made))

    def without(self, share_id: str, now: datetime) -> Shares:
        """With that link revoked; these very links when it is not live, or never was one."""
        if not any(share.id == share_id for share in self.live(now)):
            return self
        kept = tuple(replace(one, revoked=True) if one.id == share_id else one for one in self._known(now))
        return Shares(self.version + 1, kept)

    def _known(self, now: datetime) -> tuple[Share, ...]:
        return tuple(share for share in self.kept if now < share.expires_at)


def id_of(secret: str) -> str | None:
    """The id of the share that a secret opens; None for what cannot be a secret."""
    text = secret.strip().lower()
    return hashlib.sha256(text.encode()).hexdigest() if _SECRET.fullmatch(text) else None

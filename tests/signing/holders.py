"""Holders of certificates for the providers' sandbox, out of the tests' authorities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from infra.local.sandboxes.phones import Holder, Issue
from tests.signing.pki import World


def issuer(world: World) -> Issue:
    """Certificates by the world's second authority; those that have expired did so yesterday."""

    def issue(number: str, name: str, expired: bool) -> Holder:
        now = datetime.now(UTC)
        valid = (now - timedelta(days=30), now + timedelta(days=-1 if expired else 365))
        kind = "CCCD" if len(number) == 12 else "MST"
        party = world.other.issue(name, [f"{kind}:{number}"], valid=valid)
        return Holder(party.key, [party.der, world.other.der])

    return issue

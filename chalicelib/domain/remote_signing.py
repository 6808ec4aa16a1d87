"""Signing the form of a draft from afar: the portal sends a hash, the applicant agrees on a phone. One table decides.

The portal makes the file ready and keeps it, asks a provider to sign its hash, waits, and puts the signature in. Each
of these steps may be repeated, come late, or never: what happened is an event, what it means stands in the table. A
signature that was given is never lost: it counts also after the time that we gave it. What ended otherwise stays ended,
and a new request is made, for which the applicant agrees anew.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.errors import Conflict
from chalicelib.values import dataclass

BEFORE_ASKED = timedelta(minutes=10)
"""How long the file may take to be made ready and the provider to take the request."""
PHONE_WINDOW = timedelta(minutes=5)
"""How long providers wait for the phone, when they do not say."""
GRACE = timedelta(minutes=2)
"""We wait longer than the provider, so that what was agreed to in the last second still finds its request open."""
LONGEST_WINDOW = timedelta(minutes=30)
LOOK_AGAIN = timedelta(minutes=2)
"""When the sweeper looks after a request that nobody asked about."""
GIVE_UP = timedelta(days=1)
"""How long a signature that was given may take to be put in, before the applicant is told to sign anew."""


class SigningState(StrEnum):
    PREPARING = "preparing"  # certificate and file are being made ready
    ASKING = "asking"  # the file and its hash are kept; the provider is asked, or perhaps has been
    WAITING = "waiting"  # the provider has it; the phone decides
    SIGNED = "signed"  # the signature is kept; it is being put into the file
    DONE = "done"  # the signed file went the way of every upload
    EXPIRED = "expired"  # nobody agreed in time
    FAILED = "failed"  # for the reason in `why`
    CANCELLED = "cancelled"  # taken back by the applicant


class Why(StrEnum):
    """Why a request failed; each has its text in the messages' "signings"."""

    REFUSED = "Refused"  # on the phone
    NO_CERTIFICATE = "NoCertificate"  # the provider has none for this number that is valid and can be used
    WRONG_PERSON = "WrongPerson"  # the certificate names another number than the account's
    BAD_SIGNATURE = "BadSignature"  # what came back is no signature of this hash by this certificate
    TURNED_DOWN = "TurnedDown"  # the provider will not do it
    OUTDATED = "Outdated"  # the draft is not what was signed any more
    PORTAL_FAILED = "PortalFailed"  # it was signed, and for a day we could not put the signature in


class SigningEvent(StrEnum):
    PREPARED = "prepared"
    TAKEN = "taken"  # by the provider
    PENDING = "pending"  # the provider: not decided yet; or no word that could be trusted
    SIGNED = "signed"
    EXPIRED = "expired"  # the provider: nobody agreed in time
    FAILED = "failed"
    TIME_UP = "time_up"  # ours, when the provider has nothing better to say
    EMBEDDED = "embedded"
    CANCEL = "cancel"


S, E = SigningState, SigningEvent
SIGNINGS: dict[tuple[SigningState, SigningEvent], SigningState | None] = {
    (S.PREPARING, E.PREPARED): S.ASKING,
    (S.PREPARING, E.TAKEN): S.PREPARING,  # of an earlier try; there is no hash to wait for
    (S.PREPARING, E.PENDING): S.PREPARING,
    (S.PREPARING, E.SIGNED): S.PREPARING,
    (S.PREPARING, E.EXPIRED): S.PREPARING,
    (S.PREPARING, E.FAILED): S.FAILED,
    (S.PREPARING, E.TIME_UP): S.EXPIRED,
    (S.PREPARING, E.EMBEDDED): S.PREPARING,
    (S.PREPARING, E.CANCEL): S.CANCELLED,
    (S.ASKING, E.PREPARED): S.ASKING,
    (S.ASKING, E.TAKEN): S.WAITING,
    (S.ASKING, E.PENDING): S.ASKING,
    (S.ASKING, E.SIGNED): S.SIGNED,  # our note that it was taken is late
    (S.ASKING, E.EXPIRED): S.EXPIRED,
    (S.ASKING, E.FAILED): S.FAILED,
    (S.ASKING, E.TIME_UP): S.EXPIRED,
    (S.ASKING, E.EMBEDDED): S.ASKING,
    (S.ASKING, E.CANCEL): S.CANCELLED,
    (S.WAITING, E.PREPARED): S.WAITING,
    (S.WAITING, E.TAKEN): S.WAITING,
    (S.WAITING, E.PENDING): S.WAITING,
    (S.WAITING, E.SIGNED): S.SIGNED,
    (S.WAITING, E.EXPIRED): S.EXPIRED,
    (S.WAITING, E.FAILED): S.FAILED,
    (S.WAITING, E.TIME_UP): S.EXPIRED,
    (S.WAITING, E.EMBEDDED): S.WAITING,
    (S.WAITING, E.CANCEL): S.CANCELLED,
    (S.SIGNED, E.PREPARED): S.SIGNED,
    (S.SIGNED, E.TAKEN): S.SIGNED,
    (S.SIGNED, E.PENDING): S.SIGNED,
    (S.SIGNED, E.SIGNED): S.SIGNED,
    (S.SIGNED, E.EXPIRED): S.SIGNED,
    (S.SIGNED, E.FAILED): S.FAILED,
    (S.SIGNED, E.TIME_UP): S.SIGNED,  # what was given is kept
    (S.SIGNED, E.EMBEDDED): S.DONE,
    (S.SIGNED, E.CANCEL): None,
    (S.DONE, E.PREPARED): S.DONE,
    (S.DONE, E.TAKEN): S.DONE,
    (S.DONE, E.PENDING): S.DONE,
    (S.DONE, E.SIGNED): S.DONE,
    (S.DONE, E.EXPIRED): S.DONE,
    (S.DONE, E.FAILED): S.DONE,
    (S.DONE, E.TIME_UP): S.DONE,
    (S.DONE, E.EMBEDDED): S.DONE,
    (S.DONE, E.CANCEL): None,
    (S.EXPIRED, E.PREPARED): S.EXPIRED,
    (S.EXPIRED, E.TAKEN): S.EXPIRED,
    (S.EXPIRED, E.PENDING): S.EXPIRED,
    (S.EXPIRED, E.SIGNED): S.SIGNED,  # late, and given all the same
    (S.EXPIRED, E.EXPIRED): S.EXPIRED,
    (S.EXPIRED, E.FAILED): S.EXPIRED,
    (S.EXPIRED, E.TIME_UP): S.EXPIRED,
    (S.EXPIRED, E.EMBEDDED): S.EXPIRED,
    (S.EXPIRED, E.CANCEL): S.CANCELLED,
    (S.FAILED, E.PREPARED): S.FAILED,
    (S.FAILED, E.TAKEN): S.FAILED,
    (S.FAILED, E.PENDING): S.FAILED,
    (S.FAILED, E.SIGNED): S.FAILED,  # a provider that says both is believed in neither
    (S.FAILED, E.EXPIRED): S.FAILED,
    (S.FAILED, E.FAILED): S.FAILED,
    (S.FAILED, E.TIME_UP): S.FAILED,
    (S.FAILED, E.EMBEDDED): S.FAILED,
    (S.FAILED, E.CANCEL): S.FAILED,
    (S.CANCELLED, E.PREPARED): S.CANCELLED,
    (S.CANCELLED, E.TAKEN): S.CANCELLED,
    (S.CANCELLED, E.PENDING): S.CANCELLED,
    (S.CANCELLED, E.SIGNED): S.CANCELLED,
    (S.CANCELLED, E.EXPIRED): S.CANCELLED,
    (S.CANCELLED, E.FAILED): S.CANCELLED,
    (S.CANCELLED, E.TIME_UP): S.CANCELLED,
    (S.CANCELLED, E.EMBEDDED): S.CANCELLED,
    (S.CANCELLED, E.CANCEL): S.CANCELLED,
}
WORK = frozenset({S.PREPARING, S.ASKING, S.SIGNED})
"""States in which the portal itself has something to do."""
OPEN = WORK | {S.WAITING}
ASKABLE = frozenset({S.ASKING, S.WAITING, S.EXPIRED})
"""States in which the provider's word can still change something."""


@dataclass(frozen=True)
class Prepared:
    """A file with room for a signature, and what is to be signed.

    `key` and `version` are where it is kept, `sha256` and `size` what it is, `start` and `end` the room in it; `attrs`
    the attributes that are signed (DER), `certificates` the signer's first and those above it (DER); `credential` the
    provider's name of the key. Bytes are base64.
    """

    key: str
    version: str
    sha256: str
    size: int
    start: int
    end: int
    attrs: str
    certificates: tuple[str, ...]
    credential: str

    @property
    def digest(self) -> str:
        """What the provider signs: SHA-256 of the attributes, hexadecimal."""
        return hashlib.sha256(base64.b64decode(self.attrs)).hexdigest()


@dataclass(frozen=True)
class Signing:
    """A request of an applicant to sign the form of a draft through `provider`; a dossier has at most one.

    `id` is the client's, `identity` the account's number, `issued` the SHA-256 of the form that is signed, `revision`
    the version of the draft that it was made of. `transaction` is the provider's number, `signature` the value that it
    gave (base64), `paper` the paper that the signed form became, `code` the provider's last word.
    """

    id: str
    dossier: str
    owner: str
    provider: str
    identity: str
    issued: str
    revision: int
    state: SigningState
    created_at: datetime
    expires_at: datetime
    version: int = 1
    look_at: datetime | None = None  # when the sweeper looks after it; None: it is over
    prepared: Prepared | None = None
    transaction: str | None = None
    signature: str | None = None
    paper: str | None = None
    why: Why | None = None
    code: str | None = None

    @property
    def reference(self) -> str:
        """Our number of it at the provider: the same request always has the same one. 32 letters and digits."""
        return hashlib.sha256(f"{self.dossier}/{self.id}".encode()).hexdigest()[:32]

    @property
    def check_code(self) -> str:
        """What the applicant compares on the phone, of the hash: 1A2B-3C4D; "" before there is one."""
        digest = self.prepared.digest.upper() if self.prepared else ""
        return f"{digest[:4]}-{digest[4:8]}" if digest else ""

    def to_json(self) -> dict[str, Any]:
        kept = asdict(self)
        for name in ("created_at", "expires_at", "look_at"):
            moment = kept[name]
            kept[name] = moment.astimezone(UTC).isoformat() if moment else None
        return {name: value for name, value in kept.items() if value is not None}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Signing:
        prepared, look_at, why = kept.get("prepared"), kept.get("look_at"), kept.get("why")
        return cls(
            **{
                **kept,
                "state": SigningState(kept["state"]),
                "created_at": datetime.fromisoformat(kept["created_at"]),
                "expires_at": datetime.fromisoformat(kept["expires_at"]),
                "look_at": datetime.fromisoformat(look_at) if look_at else None,
                "prepared": Prepared(**{**prepared, "certificates": tuple(prepared["certificates"])})
                if prepared
                else None,
                "why": Why(why) if why else None,
            }
        )


def opened(
    *, id: str, dossier: str, owner: str, provider: str, identity: str, issued: str, revision: int, now: datetime
) -> Signing:
    """A request that was just made."""
    return Signing(
        id=id,
        dossier=dossier,
        owner=owner,
        provider=provider,
        identity=identity,
        issued=issued,
        revision=revision,
        state=SigningState.PREPARING,
        created_at=now,
        expires_at=now + BEFORE_ASKED,
        look_at=now + LOOK_AGAIN,
    )


def step(signing: Signing, event: SigningEvent, now: datetime, **learnt: Any) -> Signing:
    """The request after `event`; `learnt` are fields that the event brings, kept only when it moves the request.

    Raises Conflict("SigningDone") for what can no longer be taken back. An event that changes nothing gives the very
    same request.
    """
    after = SIGNINGS[signing.state, event]
    if after is None:
        raise Conflict("SigningDone")
    if after is signing.state:
        return signing
    return replace(
        signing, **learnt, state=after, version=signing.version + 1, look_at=now + LOOK_AGAIN if after in OPEN else None
    )


def taken(signing: Signing, transaction: str, seconds: int | None, now: datetime) -> Signing:
    """The provider has it, under its number, and waits `seconds` for the phone."""
    window = timedelta(seconds=seconds) if seconds and seconds > 0 else PHONE_WINDOW
    ends = now + min(window, LONGEST_WINDOW) + GRACE
    return step(signing, SigningEvent.TAKEN, now, transaction=transaction, expires_at=ends)


def looked_at(signing: Signing, now: datetime) -> Signing:
    """The same, put off: work is tried again, a phone waited for."""
    return replace(signing, version=signing.version + 1, look_at=now + LOOK_AGAIN)

"""Viettel MySign (remotesigning.viettel.vn): the customer agrees in the MySign app, by finger or face.

POST ras/v1/login gives a token for one customer; under it csc/v1/credentials/list and /info give certificates, as the
Cloud Signature Consortium has them, signHash takes a hash in base64 (async 1: it answers at once, with a number), and
requests/status says how that stands: "1" signed, "0" not decided. It signs with RSA and SHA-256, by their object
identifiers. What a callback says is not believed.

From public integrations of others; not tried against the real service. It has no number of ours, so a request whose
answer was lost is asked anew; the first one expires on the phone by itself. An unknown status is waited out.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from chalicelib.gateways.remote_signing.contract import (
    MOST_CERTIFICATES,
    Certificate,
    Order,
    Outcome,
    Word,
    failed,
    hinted,
    part,
    post,
    said,
    unpacked,
    whole,
)
from chalicelib.values import dataclass

SHA256, RSA = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1"
_STATUSES = {
    "1": Outcome.SIGNED,
    "0": Outcome.PENDING,
    "4000": Outcome.PENDING,
    "4001": Outcome.EXPIRED,
    "4002": Outcome.REFUSED,
    "4003": Outcome.TURNED_DOWN,
    "4004": Outcome.TURNED_DOWN,
}


@dataclass
class MySign:
    """`client_id` and `profile_id` name us, `secrets` are the live ones, new first, `address` has no last slash."""

    client_id: str
    profile_id: str
    secrets: Sequence[str] = field(repr=False)
    address: str
    name: str = "viettel"
    seconds: float = 8

    def __post_init__(self) -> None:
        if not self.secrets or not all(self.secrets):
            raise ValueError("no secret opens every door")

    def certificates(self, identity: str, reference: str) -> Sequence[Certificate]:
        session, word = self._login(identity)
        if session is None:
            if word.outcome is Outcome.TURNED_DOWN:
                return []  # nobody of that number
            raise failed(word.code or "")
        listed, why = session.post("ras/csc/v1/credentials/list", {"userID": _user(identity)})
        names = listed.get("credentialIDs")
        if why or not isinstance(names, list):
            raise failed(why or "no list")
        found = []
        for name in names[:MOST_CERTIFICATES]:
            told, why = session.post(
                "ras/csc/v1/credentials/info", {"credentialID": said(name), "certificates": "chain"}
            )
            if why:
                raise failed(why)
            ders = part(told, "cert").get("certificates")
            chain = [unpacked(one) for one in ders[:4]] if isinstance(ders, list) else []
            if said(name) and chain and chain[0]:
                found.append(Certificate(said(name), [der for der in chain if der]))
        return found

    def sign(self, order: Order) -> Word:
        session, word = self._login(order.identity)
        if session is None:
            return word
        told, why = session.post(
            "signHash",
            {
                "client_id": self.client_id,
                "client_secret": session.secret,
                "credentialID": order.credential,
                "numSignatures": 1,
                "documents": [{"document_id": order.reference, "document_name": order.title}],
                "hash": [base64.b64encode(bytes.fromhex(order.digest)).decode()],
                "hashAlgo": SHA256,
                "signAlgo": RSA,
                "description": order.description,
                "async": 1,
            },
        )
        transaction, error = said(told.get("transactionId")), said(told.get("error"))
        if transaction:
            return Word(Outcome.PENDING, transaction, whole(told.get("expiresIn")))
        return Word(Outcome.TURNED_DOWN if error else Outcome.UNKNOWN, code=why or error)

    def ask(self, order: Order, transaction: str) -> Word:
        session, word = self._login(order.identity)
        if session is None:
            return Word(Outcome.UNKNOWN, transaction, code=word.code)  # not being let in says nothing of the request
        told, why = session.post("requests/status", {"transactionId": transaction})
        status = said(told.get("status"))
        outcome = _STATUSES.get(status, Outcome.UNKNOWN)
        if outcome is not Outcome.SIGNED:
            return Word(outcome, transaction, code=why or status)
        values = told.get("signatures")
        value = unpacked(values[0]) if isinstance(values, list) and len(values) == 1 else None
        return Word(outcome if value else Outcome.UNKNOWN, transaction, signature=value, code=status)

    def read_hint(self, body: bytes) -> str | None:
        return hinted(body, "transactionId")

    def _login(self, identity: str) -> tuple[_Session | None, Word]:
        """Let in for one customer under the newest secret, or the one before; otherwise why not."""
        why = ""
        for secret in self.secrets:
            asked = {"client_id": self.client_id, "client_secret": secret, "profile_id": self.profile_id}
            asked["user_id"] = _user(identity)
            told, why = post(f"{self.address}/vtss/service/ras/v1/login", asked, self.seconds)
            token, error = said(told.get("access_token"), 4096), said(told.get("error"))
            if token:
                return _Session(self, secret, token), Word(Outcome.PENDING)
            if error and error != "invalid_client":
                return None, Word(Outcome.TURNED_DOWN, code=error)
            why = why or error
        return None, Word(Outcome.UNKNOWN, code=why)


@dataclass
class _Session:
    """What one customer's token opens."""

    provider: MySign
    secret: str = field(repr=False)
    token: str = field(repr=False)

    def post(self, verb: str, sent: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
        headers = {"Authorization": f"Bearer {self.token}"}
        return post(f"{self.provider.address}/vtss/service/{verb}", sent, self.provider.seconds, headers)


def _user(identity: str) -> str:
    """People are named by their identity number, organisations by their tax code behind MST_."""
    return identity if len(identity) == 12 and identity.isdecimal() else f"MST_{identity}"

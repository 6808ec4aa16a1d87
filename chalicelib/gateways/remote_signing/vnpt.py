"""VNPT SmartCA (API v1 for service providers): the customer agrees in the SmartCA app, up to five minutes.

POST credentials/get_certificate, signatures/sign and signatures/sign/<transaction>/status, JSON, each with sp_id and
sp_password; status needs none. Hashes go as hexadecimal, values come in base64. Statuses are words or, in other
versions of its guide, numbers from 4000 on; both are known here. Its webhook carries no signature at all.

From public integrations of others; not tried against the real service. Unknown: whether a second request under the
same transaction_id is taken for the first. If not, the phone shows two, and what is agreed to is the last one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any
from urllib.parse import quote

from chalicelib.gateways.remote_signing.contract import (
    Certificate,
    Order,
    Outcome,
    Word,
    failed,
    hinted,
    part,
    parts,
    post,
    said,
    unpacked,
    whole,
)
from chalicelib.values import dataclass

TAKEN, UNAUTHORIZED, ABSENT = "200", frozenset({"401", "403"}), "404"
_WORDS = {
    "SUCCESS": Outcome.SIGNED,
    "1": Outcome.SIGNED,
    "PENDING": Outcome.PENDING,
    "WAITING_FOR_SIGNER_CONFIRM": Outcome.PENDING,
    "4000": Outcome.PENDING,
    "EXPIRED": Outcome.EXPIRED,
    "4001": Outcome.EXPIRED,
    "REJECTED": Outcome.REFUSED,
    "SIGNER_REJECTED": Outcome.REFUSED,
    "4002": Outcome.REFUSED,
    "AUTHORIZE_KEY_FAILED": Outcome.TURNED_DOWN,
    "4003": Outcome.TURNED_DOWN,
    "SIGN_FAILED": Outcome.TURNED_DOWN,
    "4004": Outcome.TURNED_DOWN,
}


@dataclass
class SmartCA:
    """`sp_id` names us, `secrets` are the live passwords, new first, `address` ends in …/sca/sp769 without a slash."""

    sp_id: str
    secrets: Sequence[str] = field(repr=False)
    address: str
    name: str = "vnpt"
    seconds: float = 8

    def __post_init__(self) -> None:
        if not self.secrets or not all(self.secrets):
            raise ValueError("no password opens every door")

    def certificates(self, identity: str, reference: str) -> Sequence[Certificate]:
        asked = {"user_id": identity, "serial_number": "", "transaction_id": reference}
        answer, why = self._ask("credentials/get_certificate", asked)
        code = said(answer.get("status_code"))
        if code == ABSENT:
            return []
        if code != TAKEN:
            raise failed(why or f"status_code {code}")
        found = []
        for one in parts(part(answer, "data"), "user_certificates"):
            above = part(one, "chain_data")
            ders = [unpacked(one.get("cert_data")), unpacked(above.get("ca_cert")), unpacked(above.get("root_cert"))]
            serial = said(one.get("serial_number"))
            if serial and ders[0]:
                found.append(Certificate(serial, [der for der in ders if der]))
        return found

    def sign(self, order: Order) -> Word:
        asked = {
            "user_id": order.identity,
            "transaction_id": order.reference,
            "transaction_desc": order.description,
            "serial_number": order.credential,
            "sign_files": [
                {
                    "data_to_be_signed": order.digest,
                    "doc_id": order.reference,
                    "file_type": "pdf",
                    "sign_type": "hash",
                }
            ],
        }
        answer, why = self._ask("signatures/sign", asked)
        code, data = said(answer.get("status_code")), part(answer, "data")
        transaction = said(data.get("transaction_id"))
        if code == TAKEN and transaction:
            return Word(Outcome.PENDING, transaction, whole(data.get("expired_in")), code=said(data.get("tran_code")))
        refused = code.startswith("4") and code not in UNAUTHORIZED
        return Word(Outcome.TURNED_DOWN if refused else Outcome.UNKNOWN, code=why or code)

    def ask(self, order: Order, transaction: str) -> Word:
        answer, why = self._post(f"signatures/sign/{quote(transaction, safe='')}/status", {})
        word, number = said(answer.get("message")).upper(), said(answer.get("status_code"))
        outcome = _WORDS.get(word) or _WORDS.get(number) or Outcome.UNKNOWN
        if outcome is not Outcome.SIGNED:
            return Word(outcome, transaction, code=why or word or number)
        # A value of another document of the same request would be none of ours.
        mine = [one for one in parts(part(answer, "data"), "signatures") if one.get("doc_id") == order.reference]
        value = unpacked(mine[0].get("signature_value")) if len(mine) == 1 else None
        return Word(outcome if value else Outcome.UNKNOWN, transaction, signature=value, code=word or number)

    def read_hint(self, body: bytes) -> str | None:
        return hinted(body, "transaction_id")

    def _ask(self, verb: str, asked: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
        """Under the newest password, and under the one before when that is refused."""
        answer: Mapping[str, Any] = {}
        why = ""
        for secret in self.secrets:
            answer, why = self._post(verb, {"sp_id": self.sp_id, "sp_password": secret, **asked})
            if why or said(answer.get("status_code")) not in UNAUTHORIZED:
                break
        return answer, why

    def _post(self, verb: str, sent: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
        return post(f"{self.address}/v1/{verb}", sent, self.seconds)

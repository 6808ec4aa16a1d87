"""The other side of every payment gateway, under /sandbox/pay/<gateway>, of the post office's counter, under
/sandbox/pay/post, of the post, under /sandbox/post, of the providers of remote signing, under /sandbox/sign, and of the
national portal, under /sandbox/national-portal; and who we are there, in Parameter Store.

Secrets are made anew at every start: nothing of them is worth keeping, and none stands in a file.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.services import present
from infra.local import authorities
from infra.local.environment import STAGE
from infra.local.sandboxes.bank import Answer, Bank, as_json
from infra.local.sandboxes.counter import Counter
from infra.local.sandboxes.momo import MoMo
from infra.local.sandboxes.national import NationalBank
from infra.local.sandboxes.national_portal import NationalPortal
from infra.local.sandboxes.orders import Terms
from infra.local.sandboxes.phones import Holder, Phones
from infra.local.sandboxes.post import PostOffice
from infra.local.sandboxes.transfers import Account, Transfers
from infra.local.sandboxes.vnpay import VNPayBank
from infra.local.sandboxes.zalopay import ZaloPay

Json = dict[str, Any]
GATEWAYS = "national vnpay momo zalopay vietqr"
"""What the local cloud offers, as the template's parameter PaymentGateways."""
CARRIERS = "vnpost"
"""Whose calls it takes, as the template's parameter PostCarriers."""
PROVIDERS = "vnpt viettel"
"""Through whom forms are signed from afar, as the template's parameter SigningProviders."""


@cache
def _key() -> rsa.RSAPrivateKey:
    """All phones' key: making one for each takes longer than everything else about them."""
    return rsa.generate_private_key(65537, 2048)


def _holder(number: str, name: str, expired: bool) -> Holder:
    """A certificate under the development authority for citizens."""
    now = present.now()
    valid = (now - timedelta(days=365), now - timedelta(days=1)) if expired else None
    kind = "CCCD" if len(number) == 12 else "MST"
    own = [f"{kind}:{number}"]
    made = authorities.authorities()["citizen"].issue(name, own, public_key=_key().public_key(), valid=valid)
    der = serialization.Encoding.DER
    return Holder(_key(), [made.der, *(one.public_bytes(der) for one in made.chain)])


class Town:
    """All gateways of one local cloud, whose origin is `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.banks: dict[str, Bank] = {}
        self.settings: dict[str, Json] = {}
        self._vnpay()
        self._national()
        self._momo()
        self._zalopay()
        self._transfers()
        self.phones = self._phones()
        self.counter = Counter(self.address("post"))
        self.national_portal = NationalPortal("motcua", secrets.token_hex(16), "H34", secrets.token_hex(16))
        self.post = PostOffice(CARRIERS, f"{url}/api/post/{CARRIERS}", secrets.token_hex(16))

    def _open(self, bank: Bank, settings: Json) -> None:
        self.banks[bank.name] = bank
        self.settings[bank.name] = settings

    def address(self, name: str) -> str:
        return f"{self.url}/sandbox/pay/{name}"

    def _callback(self, name: str) -> str:
        return f"{self.url}/api/payments/{name}"

    def _vnpay(self) -> None:
        secret, merchant, here = secrets.token_hex(16), "MOTCUA01", self.address("vnpay")
        bank = VNPayBank(Terms(here), merchant, secret, self._callback("vnpay"), pace_seconds=290)
        said = {"merchant": merchant, "secrets": [secret], "pay_url": f"{here}/paymentv2/vpcpay.html"}
        self._open(bank, {**said, "api_url": f"{here}/merchant_webapi/api/transaction"})

    def _national(self) -> None:
        secret, merchant, here = secrets.token_hex(16), "MOTCUA", self.address("national")
        bank = NationalBank(Terms(here), merchant, secret, self._callback("national"), f"{self.url}/thanh-toan")
        account = {"bank": "KBNN", "number": "0000000001", "holder": "UBND TINH KON TUM"}
        said = {"merchant": merchant, "secrets": [secret], "accounts": {"": account}}
        self._open(bank, {**said, "init_url": f"{here}/init", "query_url": f"{here}/query"})

    def _momo(self) -> None:
        key, partner, here = {"access": secrets.token_hex(8), "secret": secrets.token_hex(16)}, "MOTCUA", "momo"
        bank = MoMo(Terms(self.address(here)), partner, key["access"], key["secret"])
        self._open(bank, {"merchant": partner, "keys": [key], "address": self.address(here)})

    def _zalopay(self) -> None:
        keys, app_id, here = {"key1": secrets.token_hex(16), "key2": secrets.token_hex(16)}, 2025, "zalopay"
        bank = ZaloPay(Terms(self.address(here)), app_id, keys["key1"], keys["key2"])
        self._open(bank, {"merchant": str(app_id), "keys": [keys], "address": self.address(here)})

    def _transfers(self) -> None:
        secret, number, holder = secrets.token_hex(16), "0000000001", "UBND TINH KON TUM"
        bank = Transfers(
            Terms(self.address("bank")), [Account("970436", number, holder)], self._callback("vietqr"), [secret]
        )
        account = {"bank": "970436", "merchant": number, "holder": holder, "city": "KON TUM"}
        self.banks[bank.name] = bank
        self.settings["vietqr"] = {"accounts": {"": account}, "secrets": [secret]}

    def _phones(self) -> Phones:
        passwords = {name: secrets.token_hex(16) for name in PROVIDERS.split()}
        phones = Phones(f"{self.url}/api/signing-hints", _holder, passwords)
        here = f"{self.url}/sandbox/sign"
        said: dict[str, Json] = {
            "vnpt": {"sp_id": phones.CLIENT, "address": f"{here}/vnpt"},
            "viettel": {"client_id": phones.CLIENT, "profile_id": "adss:ras:profile:001", "address": f"{here}/viettel"},
        }
        self.signing = {name: {**one, "secrets": [passwords[name]]} for name, one in said.items()}
        return phones

    def register(self, ssm: Any) -> None:
        """Tell Parameter Store who we are at each gateway, carrier and provider."""
        for name, said in self.signing.items():
            path = f"/motcua/{STAGE}/remote-signing/{name}"
            ssm.put_parameter(Name=path, Value=json.dumps(said), Type="SecureString", Overwrite=True)
        for name, said in self.settings.items():
            path = f"/motcua/{STAGE}/payments/{name}"
            ssm.put_parameter(Name=path, Value=json.dumps(said), Type="SecureString", Overwrite=True)
        path = f"/motcua/{STAGE}/post/{self.post.carrier}"
        said = {"secrets": [self.post.secret]}
        ssm.put_parameter(Name=path, Value=json.dumps(said), Type="SecureString", Overwrite=True)

        portal = self.national_portal
        told: Json = {"username": portal.username, "password": portal.password, "madonvi": portal.unit}
        told |= {"address": f"{self.url}/sandbox/national-portal/mapi", "secrets": [portal.secret]}
        path = f"/motcua/{STAGE}/national-portal/connection"
        ssm.put_parameter(Name=path, Value=json.dumps(told), Type="SecureString", Overwrite=True)

    def answer(self, path: str, environ: Mapping[str, Any]) -> Answer:
        """Answer one request at `<gateway>/…` below /sandbox/pay."""
        name, _, rest = path.strip("/").partition("/")
        if name == "post":
            return self.counter.answer(rest, environ)
        if name not in self.banks:
            known: Iterable[str] = [*self.banks, "post"]
            return as_json({"Code": "NotFound", "Message": f"gateways: {', '.join(known)}", "Fields": []}, 404)
        return self.banks[name].answer(rest, environ)

    def close(self) -> None:
        for bank in self.banks.values():
            bank.close()

"""Who we are at each gateway: one JSON per connection in Parameter Store, read through Powertools and cached.

Parameter `/motcua/<stage>/payments/<gateway>` (SecureString). What stands in it is said by the gateway's module: the
merchant's number, `secrets` (the present one, and during a rotation the one before), addresses. Secrets are never
logged and leave this module only inside a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from chalicelib import aws, settings
from chalicelib.domain.payment import BY_TRANSFER
from chalicelib.errors import NotFound
from chalicelib.gateways.payments.contract import Bank, Channel, Gateway

KEPT_SECONDS = 300


@cache
def _parameters() -> Any:
    # Imported when money is first spoken of: the package brings boto3 along, which nothing else needs.
    from aws_lambda_powertools.utilities.parameters.base import BaseProvider

    class Parameters(BaseProvider):
        """Powertools' cache over the process's own client."""

        def _get(self, name: str, **options: Any) -> str:
            answer = aws.client("ssm").get_parameter(Name=name, WithDecryption=True)
            return str(answer["Parameter"]["Value"])

        def _get_multiple(self, path: str, **options: Any) -> dict[str, str]:
            raise NotImplementedError("connections are read one by one")

    return Parameters()  # type: ignore[no-untyped-call]


def _settings_of(name: str) -> Mapping[str, Any]:
    path = f"/motcua/{settings.stage()}/payments/{name}"
    found = _parameters().get(path, max_age=KEPT_SECONDS, transform="json")
    if not isinstance(found, Mapping):
        raise TypeError(f"{path} is no JSON object")
    return found


def _vnpay(said: Mapping[str, Any]) -> Gateway:
    from chalicelib.gateways.payments.vnpay import VNPay

    return VNPay(**said)


def _momo(said: Mapping[str, Any]) -> Gateway:
    from chalicelib.gateways.payments.momo import Key, MoMo

    return MoMo(**{**said, "keys": [Key(**key) for key in said["keys"]]})


def _zalopay(said: Mapping[str, Any]) -> Gateway:
    from chalicelib.gateways.payments.zalopay import Keys, ZaloPay

    return ZaloPay(**{**said, "keys": [Keys(**keys) for keys in said["keys"]]})


def _national(said: Mapping[str, Any]) -> Gateway:
    from chalicelib.gateways.payments.national import Account, National

    accounts = {agency: Account(**account) for agency, account in said["accounts"].items()}
    return National(**{**said, "accounts": accounts})


def _vietqr(said: Mapping[str, Any], agency: str) -> Bank:
    from chalicelib.gateways.payments.vietqr import VietQR

    accounts = said["accounts"]
    return VietQR(**accounts.get(agency, accounts[""]), secrets=said["secrets"])


# Each is imported when it is first needed: most requests pay nothing.
_GATEWAYS: Mapping[str, Callable[[Mapping[str, Any]], Gateway]] = {
    "national": _national,
    "vnpay": _vnpay,
    "momo": _momo,
    "zalopay": _zalopay,
}


def names() -> tuple[str, ...]:
    """The gateways that this stage offers, in the order in which they are shown."""
    return tuple(name for name in (*_GATEWAYS, BY_TRANSFER) if name in settings.payment_gateways())


def channel(name: str, agency: str = "") -> Channel:
    """The connection to any way of paying an agency; raises NotFound when this stage has none of that name."""
    return bank(agency) if name == BY_TRANSFER else gateway(name)


def gateway(name: str) -> Gateway:
    """The connection to a gateway; raises NotFound when this stage has none of that name."""
    if name not in names() or name not in _GATEWAYS:
        raise NotFound("GatewayNotOffered")
    return _GATEWAYS[name](_settings_of(name))


def bank(agency: str = "") -> Bank:
    """The account that transfers to an agency go to (its own, or that of all others: ""), or NotFound.

    The setting is {"accounts": {agency or "": {bank, merchant, holder, city}}, "secrets": [...]}.
    """
    if BY_TRANSFER not in names():
        raise NotFound("GatewayNotOffered")
    return _vietqr(_settings_of(BY_TRANSFER), agency)


def accounts() -> Mapping[str, str]:
    """The agencies with a bank account of their own for transfers, by its number; none where transfers are not
    offered."""
    if BY_TRANSFER not in names():
        return {}
    said: Mapping[str, Mapping[str, str]] = _settings_of(BY_TRANSFER)["accounts"]
    return {account["merchant"]: agency for agency, account in said.items() if agency}


def forget() -> None:
    """Drop cached settings; for a process that moves to another cloud, and after a rotation in tests."""
    _parameters.cache_clear()

"""Who we are at each gateway: one JSON per connection in Parameter Store.

Parameter `/motcua/<stage>/payments/<gateway>` (SecureString). What stands in it is said by the gateway's module: the
merchant's number, `secrets` (the present one, and during a rotation the one before), addresses. Secrets are never
logged and leave this module only inside a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib import settings
from chalicelib.domain.payment import BY_TRANSFER
from chalicelib.errors import NotFound
from chalicelib.gateways import parameters
from chalicelib.gateways.payments.contract import Bank, Channel, Gateway


def _settings_of(name: str) -> Mapping[str, Any]:
    return parameters.read("payments", name)


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

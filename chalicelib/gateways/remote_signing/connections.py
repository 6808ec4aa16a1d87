"""Who we are at each provider of remote signing: one JSON per connection in Parameter Store.

Parameter `/motcua/<stage>/remote-signing/<provider>` (SecureString): the fields of the provider's class,
`secrets` the present one and during a rotation the one before. Apart from the keys of agencies (signing_keys.py), whose
function shall not read what is said here.
"""

from __future__ import annotations

from chalicelib import settings
from chalicelib.errors import NotFound
from chalicelib.gateways import parameters
from chalicelib.gateways.remote_signing.contract import Provider
from chalicelib.gateways.remote_signing.viettel import MySign
from chalicelib.gateways.remote_signing.vnpt import SmartCA

_PROVIDERS = {"vnpt": SmartCA, "viettel": MySign}


def names() -> tuple[str, ...]:
    """The providers that this stage offers, in the order in which they are shown."""
    return tuple(name for name in _PROVIDERS if name in settings.signing_providers())


def provider(name: str) -> Provider:
    """The connection to a provider; raises NotFound when this stage has none of that name."""
    if name not in names():
        raise NotFound("ProviderNotOffered")
    found: Provider = _PROVIDERS[name](**parameters.read("remote-signing", name))
    return found

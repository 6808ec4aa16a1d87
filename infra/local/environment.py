"""The environment of a process that talks to the local cloud, and never to the real one.

Dummy credentials replace whatever the developer has, before any client is made: a forgotten endpoint then ends in
a refusal by AWS and not in somebody's production tables.
"""

from __future__ import annotations

import os

ACCOUNT = "123456789012"
REGION = "ap-southeast-1"
STAGE = "local"
REHEARSAL = "rehearsal"  # no stage of developers: the rules that protect real people hold

_OFFERED_BY_THE_DEVELOPER = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_SERVICE_ENDPOINTS = "AWS_ENDPOINT_URL_"


def credentials() -> dict[str, str]:
    """What every client of the local cloud is configured with."""
    return {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "MOTO_COGNITO_IDP_USER_POOL_ENABLE_TOTP": "true",  # moto takes any code of an authenticator app otherwise
    }


def force(extra: dict[str, str] | None = None) -> dict[str, str | None]:
    """Set the dummy credentials and `extra`; the answer restores what was there when given to `restore`."""
    wanted: dict[str, str | None] = {**credentials(), **(extra or {})}
    for name in _OFFERED_BY_THE_DEVELOPER:
        wanted[name] = None
    for name in list(os.environ):
        if name.startswith(_SERVICE_ENDPOINTS):
            wanted[name] = None
    before = {name: os.environ.get(name) for name in wanted}
    restore(wanted)
    return before


def restore(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value

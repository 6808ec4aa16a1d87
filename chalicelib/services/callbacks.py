"""Gateways call: what they send is kept, settled, and answered in their own words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.payment import BY_TRANSFER, Evidence
from chalicelib.gateways.payments import connections
from chalicelib.gateways.payments.contract import BadCallback, Message, Reply, Verdict
from chalicelib.services.settlement import settle
from chalicelib.storage import inbox
from chalicelib.telemetry import count, logger


def callback(
    name: str,
    method: str,
    query: Mapping[str, Sequence[str]],
    body: bytes,
    headers: Mapping[str, str],
    request_id: str,
    now: datetime,
) -> Reply:
    """A gateway calls: keep what it sent, settle it, answer in its own words. Never raises for what the message says.

    `query` has every value of every parameter, `body` is untouched, `headers` have their names in small letters.
    Raises NotFound for a gateway that this stage does not have.
    """
    channel = connections.channel(name)
    message = Message(method, query, body, headers)
    try:
        said = _read(name, message, now)
    except BadCallback as bad:
        inbox.keep(name, request_id, _redacted(message), now, bad.verdict.value)
        logger.warning("callback refused", gateway=name, verdict=bad.verdict.value, why=bad.why)
        count("CallbacksRefused", gateway=name, verdict=bad.verdict.value)
        return channel.reply(bad.verdict, message, now)
    try:
        received = inbox.keep(name, request_id, _redacted(message), now)
        if name != BY_TRANSFER:
            verdict = settle(said[0], now, received=received)
        else:  # a bank's notice: each transaction by itself
            verdicts = {settle(evidence, now) for evidence in said}
            verdict = Verdict.DUPLICATE if verdicts == {Verdict.DUPLICATE} else Verdict.SETTLED
            inbox.judge(received, verdict.value, None)
    except Exception:  # ours, whatever it is: the gateway must call again, and only a clear answer makes it do so
        logger.exception("callback failed", gateway=name)
        verdict = Verdict.FAULT
    count("Callbacks", gateway=name, verdict=verdict.value)
    return channel.reply(verdict, message, now)


def _read(name: str, message: Message, now: datetime) -> Sequence[Evidence]:
    if name == BY_TRANSFER:
        return connections.bank().read_notices(message, now)
    return [connections.gateway(name).read_callback(message)]


_SECRET = ("hash", "signature", "mac", "maxacthuc", "checksum", "authorization", "cookie", "secret", "token")


def _redacted(message: Message) -> dict[str, Any]:
    """The message without what proves or grants anything; a body is cut to what an inbox keeps."""
    query = {k: ["…"] if _is_secret(k) else list(v) for k, v in message.query.items()}
    headers = {k: v for k, v in message.headers.items() if k in {"content-type", "user-agent", "x-forwarded-for"}}
    body = message.body[: inbox.LONGEST].decode("utf-8", "replace")
    return {"method": message.method, "query": query, "headers": headers, "body": _blanked(body)}


def _is_secret(name: str) -> bool:
    return any(part in name.lower() for part in _SECRET)


def _blanked(body: str) -> str:
    """JSON text with the values of secret members blanked, whether or not it is whole JSON."""
    names = "|".join(_SECRET)
    return re.sub(rf'("[^"]*(?:{names})[^"]*"\s*:\s*")[^"]*(")', r"\1…\2", body, flags=re.IGNORECASE)

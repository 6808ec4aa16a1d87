"""The way of a notice out of the portal: tried, tried again later, given up; one channel never waits for another.

Before it is sent the effect is claimed: its next try is written down first, so that of two workers one sends, and one
that dies is followed by the next try. Sent twice is therefore only what was handed over by a worker that died before
it could say so.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.event import iso
from chalicelib.domain.notice import BACKOFF, MOST_TRIES, Channel, Delivery, masked
from chalicelib.errors import Undeliverable, UpstreamFailed
from chalicelib.services import inboxes, notices
from chalicelib.storage import dossiers as kept
from chalicelib.storage import notices as log
from chalicelib.storage import outbox
from chalicelib.storage.outbox import Effect
from chalicelib.telemetry import count, logger


def send(effect: Effect, now: datetime) -> None:
    """Send what is due, unless somebody else does. Never raises for the channel's sake: others stand behind it."""
    if effect.due > iso(now):
        return
    tries = effect.tries + 1
    again = now + BACKOFF[min(tries, len(BACKOFF)) - 1]
    if not outbox.claim(effect, again):
        return
    body = effect.body
    channel, to = Channel(body["channel"]), body["to"]
    try:
        notices.out(channel, to, body["subject"], body["text"])
    except UpstreamFailed as error:
        logger.warning("a notice was not sent", dossier=effect.dossier, channel=channel.value, code=error.code)
        if tries < MOST_TRIES and not isinstance(error, Undeliverable):
            log.noted(effect, log.entry(Delivery.WAITING, masked(to), again, tries, error.code))
            return
        inboxes.of_failure(kept.head(effect.dossier), effect.event_number, channel, body["what"], now)
        log.settled(effect, log.entry(Delivery.FAILED, masked(to), now, tries, error.code))
        count("Notices", channel=channel.value, outcome=Delivery.FAILED.value)
        return
    log.settled(effect, log.entry(Delivery.SENT, masked(to), now, tries))
    count("Notices", channel=channel.value, outcome=Delivery.SENT.value)

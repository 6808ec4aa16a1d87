"""What MoMo and ZaloPay may answer beside the truth: none of it is believed, and nothing is asked again by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.payment import Outcome
from chalicelib.domain.refund import RefundOutcome
from chalicelib.errors import UpstreamFailed
from chalicelib.gateways.payments import momo, zalopay
from chalicelib.gateways.payments.contract import Gateway
from infra.local import serving
from tests.gateways import orders
from tests.gateways.orders import NOW, REFERENCE
from tests.gateways.puppet import NO_ANSWERS, Json, Said, puppet

pytestmark = pytest.mark.clause("A13", "A15", "B6")

KEY = momo.Key("access", "secret")
SECONDS = 0.4


def momo_at(url: str, **changes: Any) -> momo.MoMo:
    return momo.MoMo("MOTCUA", [KEY], url, **({"start_seconds": SECONDS, "ask_seconds": SECONDS} | changes))


def zalopay_at(url: str) -> zalopay.ZaloPay:
    return zalopay.ZaloPay("2553", [zalopay.Keys("key1", "key2")], url, start_seconds=SECONDS, ask_seconds=SECONDS)


BOTH = pytest.mark.parametrize("make", [momo_at, zalopay_at], ids=["momo", "zalopay"])
Make = Callable[[str], Gateway]


def nothing_is_known(gateway: Gateway) -> list[str | None]:
    """Every verb, none of which may know anything; the reasons that the questions give."""
    with pytest.raises(UpstreamFailed):
        gateway.start(orders.ORDER)
    asked = gateway.ask(REFERENCE, NOW, NOW, "")
    assert (asked.outcome, asked.reference, asked.amount, asked.transaction) == (Outcome.UNKNOWN, REFERENCE, None, None)
    words = [asked.code]
    for verb in (gateway.refund, gateway.ask_refund):
        found = verb(orders.REFUND)
        assert (found.outcome, found.transaction) == (RefundOutcome.UNKNOWN, None)
        words.append(found.code)
    assert all(words)
    return words


@BOTH
@pytest.mark.parametrize("said", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_no_answer(make: Make, said: Said) -> None:
    with puppet(lambda path, told: said) as other:
        nothing_is_known(make(other.url))
    assert len(other.asked) == 4  # each verb once


@BOTH
def test_silence(make: Make) -> None:
    def silent(path: str, told: Json) -> Said:
        time.sleep(2 * SECONDS)
        return Said(b'{"resultCode":0,"return_code":1}')

    with puppet(silent) as other:
        assert set(nothing_is_known(make(other.url))) == {"silence"}


@BOTH
def test_nobody_there(make: Make) -> None:
    bound = serving.reserve(0)
    url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    bound.close()
    assert set(nothing_is_known(make(url))) == {"unreachable"}


@BOTH
def test_an_address_that_is_not_https_is_a_mistake_of_ours(make: Make) -> None:
    with pytest.raises(ValueError, match="https"):
        make("http://pay.example").ask(REFERENCE, NOW, NOW, "")

"""The payment vectors: what other people's code and the gateways themselves have signed. Read where they lie."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

PLACE = Path(
    os.environ.get("PAYMENT_VECTORS", Path(__file__).resolve().parents[3] / "shared/data/payment-vectors.json")
)


def of(gateway: str, *operations: str) -> list[Any]:
    """One parameter per vector of the gateway and operations (all without any); one that skips when there are none."""
    if not PLACE.is_file():
        reason = f"no payment vectors at {PLACE}; PAYMENT_VECTORS names another place"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="absent")]
    found = [
        each
        for each in json.loads(PLACE.read_text("utf-8"))
        if each["gateway"] == gateway and (not operations or each["operation"] in operations)
    ]
    assert found, f"{PLACE} has no vectors of {gateway} {operations}"
    return [pytest.param(each, id=f"{each['operation']}-{at}") for at, each in enumerate(found)]

"""docs/glossary.md has every word of the code's that people of the trade would ask about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from chalicelib.domain.access import Role
from chalicelib.domain.clock import Unit
from chalicelib.domain.entry_life import EntryEvent, EntryState
from chalicelib.domain.life import STATES, Action, State
from chalicelib.domain.money import Means
from chalicelib.domain.paper import Provenance, Status
from chalicelib.domain.post import Finding, Inbound, Shipment
from chalicelib.domain.search import Kind, Purpose
from chalicelib.domain.urgency import Urgency
from chalicelib.services.desk import COMPARISONS
from chalicelib.services.queues import QUEUES
from infra.docs import glossary
from infra.docs.words import NATIONAL

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "glossary.md").read_text("utf-8")


def test_the_tables_are_what_the_code_says() -> None:
    assert glossary.text() == TEXT, "run python -m infra.docs.glossary"


WORDS: dict[str, Iterable[str]] = {
    "states": State,
    "actions": Action,
    "roles": Role,
    "units": Unit,
    "means": Means,
    "provenances": Provenance,
    "papers": Status,
    "queues": QUEUES,
    "comparisons": COMPARISONS,
    "urgencies": Urgency,
    "searches": Kind,
    "purposes": Purpose,
    "parcels": (*Inbound, *Shipment, *Finding),
    "entries": EntryState,
    "events of entries": EntryEvent,
}


@pytest.mark.parametrize("kind", WORDS)
def test_every_word_is_explained(kind: str) -> None:
    assert not [str(word) for word in WORDS[kind] if f"`{word}`" not in TEXT]


@pytest.mark.clause("C1")
def test_the_ten_national_statuses_stand_with_our_states() -> None:
    assert set(NATIONAL) == set(range(1, 11)) == {a.status for a in STATES.values()} - {None}


@pytest.mark.clause("C2")
def test_both_names_of_the_levels_are_there() -> None:
    assert "một phần" in TEXT and "toàn trình" in TEXT


def test_what_is_named_as_code_is_in_the_code() -> None:
    """Words in the column "in code" that look like names stand somewhere in what is deployed."""
    code = "".join(p.read_text("utf-8") for p in sorted((ROOT / "chalicelib").rglob("*.py")))
    by_hand = TEXT.partition(glossary.BEGIN)[0]
    for line in by_hand.splitlines():
        if line.startswith("| ") and not line.startswith("| Tiếng Việt"):
            for name in re.findall(r"`([A-Za-z_ ]+)`", line.rpartition(" | ")[2]):
                assert re.search(rf"\b{name}\b", code), name

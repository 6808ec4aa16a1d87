"""docs/review.svg is drawn from infra/review.asl.json and holds all of it."""

from __future__ import annotations

import copy
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from infra.docs import review

ROOT = Path(__file__).resolve().parents[2]
MACHINE: dict[str, Any] = json.loads((ROOT / "infra" / "review.asl.json").read_text("utf-8"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.clause("B4")
def test_the_committed_figure_is_what_the_file_says() -> None:
    assert (ROOT / "docs" / "review.svg").read_text("utf-8") == review.svg(), "run python -m infra.docs.review"


def test_every_state_is_a_box_with_what_it_is_for_and_within_the_page() -> None:
    tree = ET.fromstring(review.svg())
    groups = {g.get("id"): g for g in tree.iter(f"{SVG}g")}
    assert set(groups) == set(MACHINE["States"])
    wide, high = float(str(tree.get("width"))), float(str(tree.get("height")))
    for name, group in groups.items():
        words = " ".join("".join(text.itertext()) for text in group.iter(f"{SVG}text"))
        assert MACHINE["States"][name]["Comment"] in words
        x, y, w, h = (float(str(group[0].get(k))) for k in ("x", "y", "width", "height"))
        assert 0 < x and x + w < wide and 0 < y and y + h < high, name
    said = " ".join("".join(text.itertext()) for text in tree.iter(f"{SVG}text"))
    assert all(state in said for states in review.routes(MACHINE).values() for state in states)
    description = tree.find(f"{SVG}desc")
    assert description is not None and all(name in str(description.text) for name in MACHINE["States"])


@pytest.mark.parametrize("change", ["catch", "retry", "new state"])
def test_what_the_figure_does_not_draw_is_an_error(change: str) -> None:
    machine = copy.deepcopy(MACHINE)
    if change == "catch":
        machine["States"]["Approve"]["Catch"].pop()
    elif change == "retry":
        machine["States"]["Approve"]["Retry"][0]["MaxAttempts"] = 1
    else:
        machine["States"]["Another"] = {"Type": "Pass", "Comment": "Khác", "Next": "Route"}
    with pytest.raises(ValueError, match=r"alike|not drawn"):
        review.svg(machine)

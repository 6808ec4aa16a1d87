"""How many state transitions a dossier's review costs, path by path, and what a thousand dossiers come to.

A path is the states that the dossier goes through and how often a wait ran out. It is walked through
infra/review.asl.json, counting every state entered, as Step Functions bills it; tests/local/test_transitions.py
compares the plain path with the history of a real execution.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.gateways.workflow import ELSEWHERE
from infra.costing import PRICES

DEFINITION = Path(__file__).resolve().parents[2] / "infra" / "review.asl.json"
UNIT = "stepfunctions.transition"
"""Its price, source and date stand in infra/prices.json."""
MOST = 15
"""For a plain dossier of level 3."""
LATE = "late"
"""In a path: the wait of the state before it ran out once."""

PLAIN = "submitted received appraisal approval issuing sealing result_fee_due ready delivered"


@dataclass(frozen=True)
class Path_:
    name: str
    states: str
    most: int | None = None


PATHS: tuple[Path_, ...] = (
    Path_("level 3, plain: signed result, fee at the result", PLAIN, MOST),
    Path_("level 3, no file, no fee", "submitted received appraisal approval issuing ready delivered", MOST),
    Path_("level 3, fee at acceptance", PLAIN.replace("received", "acceptance_fee_due received", 1), MOST),
    Path_("level 4 by post", PLAIN.replace("ready", "ready in_post")),
    Path_("level 4, papers by post", f"parcel_expected parcel_received {PLAIN}"),
    Path_("supplement before acceptance", f"submitted intake_supplement {PLAIN}"),
    Path_("supplement in the review", PLAIN.replace("appraisal", "appraisal review_supplement appraisal")),
    Path_("agencies consulted", PLAIN.replace("appraisal", "appraisal consultation appraisal")),
    Path_("sent back once", PLAIN.replace("approval", "approval appraisal approval")),
    Path_("overdue five days, then decided", PLAIN.replace("approval", f"approval{f' {LATE}' * 5}")),
    Path_("re-appointed: the old wait runs out once", PLAIN.replace("approval", f"approval {LATE}")),
    Path_("refused", "submitted not_received"),
    Path_("withdrawn while it is appraised", "submitted received appraisal withdrawn"),
    Path_("supplement never came", f"submitted intake_supplement {LATE} not_received"),
)


def entered(path: Sequence[str]) -> list[str]:
    """The states of the machine that the path enters, in order."""
    states: dict[str, Any] = json.loads(DEFINITION.read_text("utf-8"))["States"]
    found = ["Route"]
    at = ""
    for number, state in enumerate(path):
        if state == LATE:
            continue
        goal = _chosen(states["Route"], state)
        if at and states[at]["Next"] != goal and found[-1] != "Route":
            (turn,) = [c["Next"] for c in states[at]["Catch"] if c["ErrorEquals"] == [ELSEWHERE]]
            found += [turn, states[turn]["Next"]]
        found.append(goal)
        at = goal
        for _ in range(_late(path, number)):
            (catch,) = [c["Next"] for c in states[at]["Catch"] if c["ErrorEquals"] == ["States.Timeout"]]
            found += [catch, states[catch]["Next"], at]
        if _late(path, number) and states[_chosen(states["Route"], _after(path, number))]["Type"] == "Succeed":
            del found[-1]  # the escalation itself ended the dossier: it is routed to the end
    return found


def _after(path: Sequence[str], number: int) -> str:
    return next(state for state in path[number + 1 :] if state != LATE)


def _late(path: Sequence[str], number: int) -> int:
    rest = path[number + 1 :]
    return next((n for n, state in enumerate(rest) if state != LATE), len(rest))


def _chosen(route: dict[str, Any], state: str) -> str:
    for choice in route["Choices"]:
        if any(test["StringEquals"] == state for test in choice.get("Or", [choice])):
            return str(choice["Next"])
    return str(route["Default"])


def table() -> Iterable[str]:
    prices = json.loads(PRICES.read_text("utf-8"))
    price = float(prices["units"][UNIT]["price"])
    yield f"{'path':<50} {'transitions':>11} {'at most':>8} {'$ per 1,000':>12}"
    for path in PATHS:
        count = len(entered(path.states.split()))
        yield f"{path.name:<50} {count:>11} {path.most or '':>8} {count * 1000 * price:>12.2f}"
    yield f"at {price * 1e6:.0f} $ for a million ({prices['date']}); another 5 for each attempt more of a long life"

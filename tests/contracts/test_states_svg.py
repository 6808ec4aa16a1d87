"""docs/states.svg is drawn from the table, holds all of it, and nothing in it lies on anything else."""

from __future__ import annotations

import itertools
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from chalicelib.domain import life
from chalicelib.domain.access import Role
from chalicelib.domain.life import TRANSITIONS, Action, Guard, Rule, State
from infra.docs import states
from infra.docs.words import (
    ACTIONS,
    CONDITIONS,
    DATES,
    DATES_READING,
    MONEY,
    MONEY_READING,
    PEOPLE,
    PEOPLE_READING,
    REVOCATION,
    REVOCATION_READING,
    ROLES,
    SAID_ONCE,
)

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
# Edges that the table does not have (yet): far over the page, both ways.
FAR = (
    Rule(State.WITHDRAWN, Action.CLOSE, State.CLOSED, Role.CLERK),
    Rule(State.NOT_RECEIVED, Action.CLOSE, State.CLOSED, Role.CLERK),
    Rule(State.IN_POST, Action.REOPEN, State.APPRAISAL, Role.ADMINISTRATOR),
    Rule(State.CLOSED, Action.REOPEN, State.SUBMITTED, Role.ADMINISTRATOR),
)
ISSUED = {State.RESULT_FEE_DUE, State.READY, State.HANDOVER_STOPPED, State.DELIVERED, State.CLOSED}
DRAWN = tuple(rule for rule in TRANSITIONS if rule.action not in SAID_ONCE)
TABLES = {"the table": DRAWN, "with far edges": (*DRAWN, *FAR)}


@pytest.mark.clause("B4")
def test_the_committed_figure_is_what_the_table_says() -> None:
    committed = (ROOT / "docs" / "states.svg").read_text("utf-8")
    assert committed == states.svg(), "run python -m infra.docs.states"


def test_check_at_the_command_line() -> None:
    done = subprocess.run([sys.executable, "-m", "infra.docs.states", "--check"], cwd=ROOT, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_words_are_complete() -> None:
    assert set(ACTIONS) == set(Action) and set(ROLES) == set(Role)
    assert set(CONDITIONS) >= {states.guard_name(r.guard) for r in TRANSITIONS if r.guard}
    assert all(isinstance(getattr(life, name), Guard) for name in CONDITIONS)
    for names in (ACTIONS.values(), CONDITIONS.values()):
        for language in (0, 1):
            said = [both[language] for both in names]
            assert all(said) and len(set(said)) == len(said)


def test_the_revocation_of_a_result_is_said_once_and_leads_where_the_table_leads() -> None:
    assert f"→ {states.boxes(DRAWN)[State.ISSUING].ref} " in REVOCATION_READING
    for action in REVOCATION:
        rules = [rule for rule in TRANSITIONS if rule.action is action]
        assert {rule.before for rule in rules} == ISSUED
        assert {rule.after for rule in rules} == ({State.ISSUING} if action is Action.REVOKE_RESULT else ISSUED)


def test_what_is_not_drawn_is_said_below_and_leads_nowhere() -> None:
    for action in MONEY:
        rules = [rule for rule in TRANSITIONS if rule.action is action]
        posted = {State.IN_POST, State.POST_RETURNED, State.DELIVERED, State.CLOSED}
        over = {State.NOT_RECEIVED, State.STOPPED, State.DELIVERED, State.CLOSED}
        where = {Action.TRACK: posted, Action.COMPLAIN: over}
        assert {r.before for r in rules} == where.get(action, set(State) - {State.DRAFT})
        assert all(r.after is r.before for r in rules)
        assert all(name in MONEY_READING for name in ACTIONS[action])


def test_what_the_portal_does_about_dates_is_said_once_and_leads_nowhere() -> None:
    for action in DATES:
        assert all(r.after is r.before for r in TRANSITIONS if r.action is action)
        assert all(name in DATES_READING for name in ACTIONS[action])


def test_whom_a_dossier_lies_with_is_said_once_and_leads_nowhere_but_to_appraisal() -> None:
    refs = {state: box.ref for state, box in states.boxes(DRAWN).items()}
    held = (State.APPRAISAL, State.CONSULTATION, State.REVIEW_SUPPLEMENT)
    assert f"→ {refs[State.APPRAISAL]};" in PEOPLE_READING and [refs[one] for one in held] == ["C2", "C3", "C4"]
    assert "bàn giao (C2, C3)" in PEOPLE_READING and "điều chuyển (C2–C4)" in PEOPLE_READING
    for action in PEOPLE:
        steps = {(rule.before, rule.after) for rule in TRANSITIONS if rule.action is action}
        new = set() if action is Action.HAND_OVER else {(State.RECEIVED, State.APPRAISAL)}
        stays = {Action.ASSIGN: (), Action.REASSIGN: held, Action.HAND_OVER: held[:2]}[action]
        assert steps == new | {(one, one) for one in stays}
        assert ACTIONS[action][0] in PEOPLE_READING


@pytest.mark.parametrize("table", TABLES)
def test_every_rule_is_in_the_figure(table: str) -> None:
    rules = TABLES[table]
    tree = ET.fromstring(states.svg(rules))
    groups = {g.get("id"): ["".join(t.itertext()) for t in g.iter(f"{SVG}text")] for g in tree.iter(f"{SVG}g")}
    assert set(groups) == {s.value for s in State}
    marks, refs = states.shared_marks(rules), {s: b.ref for s, b in states.boxes(rules).items()}
    for rule in rules:
        goal = "↺" if rule.after is rule.before else f"→ {refs[rule.after]}"
        said = groups[rule.before.value]
        if rule.action in marks:
            assert f"{marks[rule.action]} {goal}" in said
        else:
            assert goal in said
            who = ROLES[rule.role][0]
            assert any(line.startswith(f"{ACTIONS[rule.action][0]} · ") and who[0] in line for line in said)
            assert any(line.startswith(f"{ACTIONS[rule.action][1]} · ") and who[1] in line for line in said)
            if rule.guard:
                assert any(" / ".join(CONDITIONS[states.guard_name(rule.guard)]) in line for line in said)
    for state in State:
        number = "–" if state.about.status is None else str(state.about.status)
        assert {number, state.about.en} <= set(groups[state.value])


def test_the_figure_speaks_to_those_who_cannot_see_it() -> None:
    tree = ET.fromstring(states.svg())
    title, description = tree.find(f"{SVG}title"), tree.find(f"{SVG}desc")
    assert tree.get("role") == "img" and tree.get("aria-labelledby") == "title desc"
    assert title is not None and title.text and description is not None and description.text
    for state in State:
        assert state.about.vi in description.text and state.about.en in description.text


Rectangle = tuple[float, float, float, float]


def _texts(tree: ET.Element) -> list[tuple[str, Rectangle]]:
    """Each text with the room it takes in a wide font."""
    found = []
    for element in tree.iter(f"{SVG}text"):
        words = "".join(element.itertext())
        size, x, y = (float(str(element.get(k))) for k in ("font-size", "x", "y"))
        bold = element.get("font-weight") == "700"
        wide = states.width_of(words, size, bold)
        left = x - {"end": wide, "middle": wide / 2}.get(str(element.get("text-anchor")), 0)
        found.append((words, (left, y - 0.74 * size, left + wide, y + 0.16 * size)))
    return found


def _overlap(a: Rectangle, b: Rectangle) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("table", TABLES)
def test_no_label_lies_on_another_or_leaves_its_box_or_the_page(table: str) -> None:
    tree = ET.fromstring(states.svg(TABLES[table]))
    texts = _texts(tree)
    for (one, a), (other, b) in itertools.combinations(texts, 2):
        assert not _overlap(a, b), f"{one!r} lies on {other!r}"
    assert all(a[0] > 0 and a[2] < states.WIDTH and a[1] > 0 and a[3] < states.HEIGHT for _, a in texts)
    for group in tree.iter(f"{SVG}g"):
        frame = group[0]
        x, y, wide, high = (float(str(frame.get(k))) for k in ("x", "y", "width", "height"))
        for words, (left, top, right, bottom) in _texts(group):
            assert x < left and right < x + wide and y < top and bottom < y + high, f"{words!r} leaves its box"


@pytest.mark.parametrize("table", TABLES)
def test_no_box_lies_on_another_and_no_line_runs_through_a_box(table: str) -> None:
    placed = states.boxes(TABLES[table])
    frames = [(b.x, b.y, b.x + states.BOX, b.y + b.height) for b in placed.values()]
    assert not any(_overlap(a, b) for a, b in itertools.combinations(frames, 2))
    for one in states.trunks(placed):
        lines = [(one.x, min(one.heights), one.x + 0.1, max(one.heights))]
        for x, y in [*one.joins, one.end]:
            lines.append((min(x, one.x) + 0.1, y, max(x, one.x) - 0.1, y + 0.1))
        assert not any(_overlap(line, frame) for line in lines for frame in frames), one.goal


@pytest.mark.parametrize("table", TABLES)
def test_lines_to_different_states_never_run_on_one_another(table: str) -> None:
    """They may cross; along a stretch only lines to the same state share ink."""
    placed = states.boxes(TABLES[table])
    stretches = []
    for one in states.trunks(placed):
        stretches.append((one.goal, "v", one.x, min(one.heights), max(one.heights)))
        for x, y in [*one.joins, one.end]:
            stretches.append((one.goal, "h", y, min(x, one.x), max(x, one.x)))
    for (goal, way, at, low, high), (other, its_way, its_at, its_low, its_high) in itertools.combinations(stretches, 2):
        if goal is not other and way == its_way and abs(at - its_at) < 1.5:
            assert high <= its_low or its_high <= low, (goal, other, way, at)

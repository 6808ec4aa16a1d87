"""docs/review.svg, drawn from the state machine's file: `python -m infra.docs.review [--check]`.

Every wait is alike, so they stand in one frame, each with the dossier's state that leads to it and the wait that
usually follows; the lines from and to the frame are theirs in common. A wait that differs from the others in how it is
tried again or caught cannot be drawn so, and is an error here: the figure says nothing that the file does not.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from chalicelib.gateways.workflow import ELSEWHERE
from infra.docs import write_or_check

Json = dict[str, Any]
DEFINITION = Path(__file__).resolve().parents[1] / "review.asl.json"
WIDTH, MARGIN = 1340, 24
BOX, HIGH, GAP = 262, 72, 12
COLUMNS, LEFT, TOP = 3, 470, 100
FONT = "'Noto Sans', 'Segoe UI', Roboto, 'DejaVu Sans', Arial, sans-serif"
INK, SOFT, BLUE, RED, BROWN = "#16202c", "#44525f", "#1d4f86", "#9a3412", "#8a5a00"
WAITS = ".waitForTaskToken"
HEADING = "Chờ, mỗi trạng thái một việc; → việc thường theo sau / one wait for each state; → what usually follows"


def waits(machine: Json) -> dict[str, Json]:
    """The tasks that wait for people, in the order of the file."""
    found = {name: one for name, one in machine["States"].items() if str(one.get("Resource", "")).endswith(WAITS)}
    alike = {json.dumps([one["Retry"], one["Catch"], one["TimeoutSecondsPath"]]) for one in found.values()}
    if len(alike) != 1:
        raise ValueError("the waits are not alike any more; draw those that differ by themselves")
    return found


def routes(machine: Json) -> dict[str, list[str]]:
    """By state of the machine, the dossier's states that lead there."""
    found: dict[str, list[str]] = {}
    for choice in machine["States"][machine["StartAt"]]["Choices"]:
        for test in choice.get("Or", [choice]):
            found.setdefault(choice["Next"], []).append(test["StringEquals"])
    return found


def text(x: float, y: float, words: str, size: float, *, fill: str = INK, bold: bool = False, anchor: str = "") -> str:
    extra = (' font-weight="700"' if bold else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{fill}"{extra}>{escape(words)}</text>'


def lines(words: str, room: int) -> list[str]:
    found = [""]
    for word in words.split():
        longer = f"{found[-1]} {word}".strip()
        if found[-1] and len(longer) > room:
            found.append(word)
        else:
            found[-1] = longer
    return found


def box(x: float, y: float, wide: float, high: float, name: str, one: Json, below: str = "", edge: str = BLUE) -> str:
    out = [f'<g id="{name}">', f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" rx="7" fill="#fff" ']
    out[-1] += f'stroke="{edge}" stroke-width="1.5"/>'
    out.append(text(x + 10, y + 18, name, 13, bold=True))
    comment = lines(one["Comment"], int((wide - 20) / 6.1))
    for number, line in enumerate(comment):
        out.append(text(x + 10, y + 34 + 14 * number, line, 11, fill=SOFT))
    if below:
        out.append(text(x + wide - 10, y + high - 7, below, 10.5, fill=edge, anchor="end"))
    return "\n".join([*out, "</g>"])


def arrow(points: list[tuple[float, float]], label: str, at: tuple[float, float], colour: str, anchor: str = "") -> str:
    path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    (x0, y0), (x, y) = points[-2:]
    way = (1, 0) if x > x0 else (-1, 0) if x < x0 else (0, 1) if y > y0 else (0, -1)
    head = f"M{x:g} {y:g}l{-8 * way[0] + 4 * way[1]:g} {-8 * way[1] + 4 * way[0]:g}"
    head += f"l{-8 * way[1]:g} {-8 * way[0]:g}z"
    out = [
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.7"/>',
        f'<path d="{head}" fill="{colour}"/>',
    ]
    return "\n".join(
        [*out, *(text(*place, line, 11, fill=colour, anchor=anchor) for place, line in _stacked(at, label))]
    )


def _stacked(at: tuple[float, float], label: str) -> list[tuple[tuple[float, float], str]]:
    return [((at[0], at[1] + 14 * n), line) for n, line in enumerate(label.split("\n"))]


def svg(machine: Json | None = None) -> str:
    machine = machine or json.loads(DEFINITION.read_text("utf-8"))
    states, start, waiting, to = machine["States"], machine["StartAt"], waits(machine), routes(machine)
    one = next(iter(waiting.values()))
    retry = one["Retry"][-1]
    caught = {error: catch["Next"] for catch in one["Catch"] for error in catch["ErrorEquals"]}
    late, rest, turn = caught["States.Timeout"], caught["States.ALL"], caught[ELSEWHERE]
    rows = -(-len(waiting) // COLUMNS)
    wide, high = COLUMNS * (BOX + GAP) + GAP, rows * (HIGH + GAP) + GAP + 26
    bottom = TOP + high
    right, middle = LEFT + wide, TOP + high / 2
    floor, height = bottom + 90, bottom + 90 + 130 + 2 * 70
    ends = [name for name, s in states.items() if s["Type"] in {"Succeed", "Fail"}]
    drawn = {start, late, rest, turn, *waiting, *ends}
    back = {states[turn]["Next"], states[late]["Next"]}
    if set(states) != drawn or back != {start} or states[rest]["Next"] != late:
        raise ValueError(f"not drawn yet: {sorted(set(states) - drawn) or 'where states lead'}")
    again = states[late]["Retry"][0]["MaxAttempts"]
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" '
        f'height="{height:g}" role="img" aria-labelledby="title desc" font-family="{FONT}">',
        '<title id="title">Quy trình giải quyết hồ sơ / The review of a dossier</title>',
        f'<desc id="desc">{escape(described(machine))}</desc>',
        f'<rect width="{WIDTH}" height="{height:g}" fill="#fff"/>',
        text(MARGIN, 40, "Quy trình giải quyết hồ sơ", 22, bold=True),
        text(MARGIN + 370, 40, "The review of a dossier (Step Functions)", 15, fill=SOFT),
        text(WIDTH - MARGIN, 40, "infra/review.asl.json", 11, fill=SOFT, anchor="end"),
        *(text(MARGIN, 62 + 16 * n, line, 12, fill=SOFT) for n, line in enumerate(lines(machine["Comment"], 160))),
        box(MARGIN, middle - 40, 150, 80, start, states[start]),
        f'<rect x="{LEFT}" y="{TOP}" width="{wide}" height="{high}" rx="10" fill="#f3f7fc" stroke="{BLUE}" '
        'stroke-dasharray="6 4"/>',
        text(
            LEFT + GAP,
            TOP + 18,
            "Chờ, mỗi trạng thái một việc; → việc thường theo sau / one wait for each state; → what usually follows",
            12,
            bold=True,
        ),
    ]
    for number, (name, state) in enumerate(waiting.items()):
        x = LEFT + GAP + number % COLUMNS * (BOX + GAP)
        y = TOP + 26 + number // COLUMNS * (HIGH + GAP)
        out.append(box(x, y, BOX, HIGH, name, state, ", ".join(to[name])))
        out.append(text(x + 10, y + HIGH - 7, f"→ {state['Next']}", 10.5, fill=SOFT))
    left = MARGIN + 75
    out += [
        arrow([(left + 75, middle - 14), (LEFT, middle - 14)], "$.state", (left + 80, middle - 20), BLUE),
        box(MARGIN + 190, middle, 180, 78, turn, states[turn]),
        arrow([(LEFT, middle + 24), (MARGIN + 370, middle + 24)], f"{ELSEWHERE}\nrẽ", (MARGIN + 378, middle + 40),
              BLUE),
        arrow([(MARGIN + 190, middle + 24), (left + 75, middle + 24)], "", (0, 0), BLUE),
        box(LEFT, floor, 300, 92, late, states[late], edge=RED),
        box(right - 300, floor, 300, 80, rest, states[rest], f"{states[rest]['Seconds']} s", edge=BROWN),
        arrow([(LEFT + 150, bottom), (LEFT + 150, floor)], "States.Timeout: hết hạn chờ\n($.seconds) the wait is over",
              (LEFT + 160, bottom + 44), RED),
        arrow([(right - 150, bottom), (right - 150, floor)],
              f"States.ALL, sau {retry['MaxAttempts']} lần thử lại\nfailed, after {retry['MaxAttempts']} retries",
              (right - 160, bottom + 44), BROWN, "end"),
        arrow([(right - 300, floor + 40), (LEFT + 300, floor + 40)], "", (0, 0), BROWN),
        arrow([(LEFT, floor + 40), (left, floor + 40), (left, middle + 40)],
              f"chờ tiếp / waits again\n(thử lại {again} lần / {again} retries)", (left + 8, floor + 58), RED),
    ]  # fmt: skip
    edge = LEFT + GAP
    for number, name in enumerate(ends):
        y = floor + 130 + number * 70
        out.append(box(edge, y, 300, 52, name, states[name], edge=SOFT))
        why = "còn lại / anything else" if name == states[start]["Default"] else ", ".join(to[name])
        out.append(text(edge + 312, y + 30, why, 11, fill=SOFT))
        out.append(arrow([(MARGIN + 30, middle + 40), (MARGIN + 30, y + 26), (edge, y + 26)], "", (0, 0), SOFT))
    return "\n".join([*out, "</svg>", ""])


def described(machine: Json) -> str:
    """The whole machine in words, for whoever cannot see the figure."""
    said = []
    for name, state in machine["States"].items():
        goals = [f"{', '.join(catch['ErrorEquals'])} leads to {catch['Next']}" for catch in state.get("Catch", [])]
        after = [f"then {state['Next']}"] if "Next" in state else []
        said.append(f"{name} ({state['Comment']}): {'; '.join([*after, *goals]) or 'end'}.")
    chosen = [f"{', '.join(states)} to {name}" for name, states in routes(machine).items()]
    return " ".join([*said, f"{machine['StartAt']} leads from {'; '.join(chosen)}."])


if __name__ == "__main__":
    sys.exit(write_or_check("review.svg", svg(), sys.argv[1:]))

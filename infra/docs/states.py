"""docs/states.svg, drawn from the table of transitions: `python -m infra.docs.states [--check]`.

Each state is a box in the column of its phase; the box lists its steps with who may take them and when. Lines lead
from a step to the state after it, through tracks between the columns: one track per column and goal, so that lines
meet only where they go to the same state. Steps that many states share and that all end alike (withdraw, stop,
re-appoint, overdue) are marks in the box, explained once below. The figure is the same for the same table.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from chalicelib.domain import life
from chalicelib.domain.access import Role
from chalicelib.domain.life import STATES, TRANSITIONS, Action, Guard, Rule, State
from infra.docs import words, write_or_check
from infra.docs.words import ACTIONS, CONDITIONS, HELD_BY, ROLES

S = State
Rules = tuple[Rule, ...]
PHASES: tuple[tuple[str, str, tuple[State, ...]], ...] = (
    ("Nộp hồ sơ", "Filing", (S.DRAFT, S.FILING_FEE_DUE, S.PARCEL_EXPECTED, S.PARCEL_RECEIVED)),
    ("Tiếp nhận", "Reception", (S.SUBMITTED, S.INTAKE_SUPPLEMENT, S.ACCEPTANCE_FEE_DUE, S.NOT_RECEIVED, S.STOPPED)),
    ("Giải quyết", "Review", (S.RECEIVED, S.APPRAISAL, S.CONSULTATION, S.REVIEW_SUPPLEMENT, S.APPROVAL)),
    ("Phát hành", "Issuing, comparison", (S.ISSUING, S.SEALING, S.RESULT_FEE_DUE, S.HANDOVER_STOPPED, S.WITHDRAWN)),
    ("Trả kết quả, kết thúc", "Delivery, end", (S.READY, S.IN_POST, S.POST_RETURNED, S.DELIVERED, S.CLOSED)),
)  # fmt: skip

WIDTH, HEIGHT = 1654, 1170  # A4 landscape
MARGIN, CHANNEL, BOX = 11, 38, 250
TOP, BOTTOM, SPACE = 106, 1044, 7
PAD, ROW, LINE = 9, 31, 16
FONT = "'Noto Sans', 'Segoe UI', Roboto, 'DejaVu Sans', Arial, sans-serif"
INK, SOFT = "#16202c", "#44525f"
FILLS = {"agency": ("#e8f1fb", "#1d4f86"), "applicant": ("#fdf1da", "#8a5a00"), "nobody": ("#eceef0", "#4a545e")}
HOLDERS = {"agency": "CQ", "applicant": "NN", "nobody": "KT"}  # cơ quan, người nộp, kết thúc
READING = (
    "→ B3: sang ô B3 / leads to box B3.   ↺ hồ sơ ở nguyên trạng thái / the state stays.   "
    "Dòng nâu: chỉ khi / brown line: only if; xét từ trên xuống / tried from the top."
)
BROWN = "#7a2e0b"
LINES = ("#1d4f86", "#9a3412", "#166534", "#6b21a8", "#7a5c00", "#a3195b", "#0f6b6f")

_COLUMN = {state: column for column, (_, _, states) in enumerate(PHASES) for state in states}
_NARROW, _WIDE = set("iljtfrI.,:;'!|()[]/ ·"), set("mwMWĐOQGCDHNU→↺")


def width_of(text: str, size: float, bold: bool = False) -> float:
    """About how wide a text is drawn, in a wide font; letters with diacritics are as wide as without."""
    ems = sum(0.37 if c in _NARROW else 0.8 if c in _WIDE else 0.61 for c in text)
    return ems * size * (1.14 if bold else 1.0)


def wrapped(text: str, size: float, room: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size, True) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@dataclass
class Step:
    """One line of a box: an action, who may take it when, and where it leads. `y` is where its line begins."""

    action: Action
    after: State
    who: list[tuple[str, str]]  # (role, guard's name or "")
    y: float = 0.0


@dataclass
class Box:
    state: State
    ref: str  # like a map's: column letter, row number
    steps: list[Step]
    marks: list[Rule]
    x: float
    y: float = 0.0
    lines: list[str] = field(default_factory=list)

    @property
    def head(self) -> float:
        return 15 + LINE * len(self.lines) + 10

    @property
    def height(self) -> float:
        return self.head + sum(step_height(s) for s in self.steps) + (24 if self.marks else 4) + 4

    @property
    def door(self) -> float:
        """Where lines arrive."""
        return self.y + 17


def step_height(step: Step) -> float:
    return ROW + 13 * len(conditions(step))


def conditions(step: Step) -> list[str]:
    """A line for each condition; it names whose it is when not everybody's is the same."""
    guards = dict.fromkeys(guard for _, guard in step.who)
    if len(guards) == 1:
        return [" / ".join(CONDITIONS[guard]) for guard in guards if guard]
    who = {role: ROLES[Role(role)][0] for role, _ in step.who}
    return [f"{who[role][0]}: {' / '.join(CONDITIONS[guard])}" for role, guard in step.who if guard]


def guard_name(guard: Guard | None) -> str:
    if guard is None:
        return ""
    return next(name for name, value in vars(life).items() if value is guard)


def shared_marks(rules: Rules) -> dict[Action, str]:
    """The actions that at least five states share and that all end alike, each with its letter."""
    ways: dict[Action, set[State | None]] = defaultdict(set)
    before: dict[Action, set[State]] = defaultdict(set)
    for rule in rules:
        ways[rule.action].add(None if rule.after is rule.before else rule.after)
        before[rule.action].add(rule.before)
    found = [a for a in Action if len(ways[a]) == 1 and len(before[a]) >= 5]
    letters = {a: ACTIONS[a][0][0].upper() for a in found}
    if len(set(letters.values())) != len(letters):
        raise ValueError("two marks have one letter; rename an action in infra/docs/words.py")
    return letters


def boxes(rules: Rules) -> dict[State, Box]:
    """Every state with its steps, placed."""
    if missing := set(State) - set(_COLUMN):
        raise ValueError(f"no phase in infra/docs/states.py for {sorted(missing)}")
    marks, placed = shared_marks(rules), {}
    for column, (_, _, states) in enumerate(PHASES):
        x = MARGIN + CHANNEL + column * (BOX + CHANNEL)
        for row, state in enumerate(states):
            steps: list[Step] = []
            for rule in (r for r in rules if r.before is state and r.action not in marks):
                who = (rule.role.value, guard_name(rule.guard))
                same = [s for s in steps if (s.action, s.after) == (rule.action, rule.after)]
                if same:
                    same[0].who.append(who)
                else:
                    steps.append(Step(rule.action, rule.after, [who]))
            shared = [r for r in rules if r.before is state and r.action in marks]
            name = wrapped(state.about.vi, 13.5, BOX - 66)
            placed[state] = Box(state, f"{'ABCDEFGH'[column]}{row + 1}", steps, shared, x, lines=name)
    for column, phase in enumerate(PHASES):
        _place([placed[s] for s in phase[2]], _doors(placed, column - 1))
    return placed


def _doors(placed: dict[State, Box], column: int) -> list[float]:
    """Heights at which lines leave or reach the boxes of a column."""
    there = [box for state, box in placed.items() if _COLUMN[state] == column]
    return [box.door for box in there] + [step.y for box in there for step in box.steps]


def _place(column: list[Box], taken: list[float]) -> None:
    """Spread a column over the page, a little lower where a line would lie on one of the column before."""
    spare = BOTTOM - TOP - sum(box.height for box in column)
    if spare < SPACE * len(column):
        raise ValueError(f"the column of {column[0].state} is too high for the page")
    between = min(spare / len(column), 3 * SPACE)
    y: float = TOP
    for box in column:
        for shift in range(24):
            box.y = y + shift / 2
            down = box.y + box.head
            for step in box.steps:
                step.y = down + 14
                down += step_height(step)
            mine = [box.door, *(s.y for s in box.steps)]
            if all(abs(a - b) >= 3 for a in mine for b in taken):
                break
        y = box.y + box.height + between


@dataclass
class Trunk:
    """The line to one state in one channel: sources join it, and it ends at a door. Channel k is left of column k."""

    channel: int
    goal: State
    joins: list[tuple[float, float]] = field(default_factory=list)  # (x, y) of each source
    end: tuple[float, float] = (0.0, 0.0)
    x: float = 0.0
    arrives: bool = True  # not when it only passes under a column

    @property
    def heights(self) -> list[float]:
        return [y for _, y in self.joins] + [self.end[1]]


def trunks(placed: dict[State, Box]) -> list[Trunk]:
    found: dict[tuple[int, State, bool], Trunk] = {}
    passages: dict[tuple[int, State], float] = {}

    def trunk(channel: int, goal: State, end: tuple[float, float]) -> Trunk:
        return found.setdefault((channel, goal, end[0] > placed[goal].x), Trunk(channel, goal, end=end))

    def passage(column: int, goal: State) -> float:
        """Below the last box of a column that a line must pass."""
        used = [y for (c, _), y in passages.items() if c == column]
        lowest = max(b.y + b.height for s, b in placed.items() if _COLUMN[s] == column)
        return passages.setdefault((column, goal), max([lowest, *used]) + 9)

    for state, box in placed.items():
        for step in box.steps:
            if step.after is state:
                continue
            goal, here, there = placed[step.after], _COLUMN[state], _COLUMN[step.after]
            upward = goal.y < box.y
            if here == there:
                side = 0 if upward else BOX
                channel = here if upward else here + 1
                trunk(channel, step.after, (goal.x + side, goal.door)).joins.append((box.x + side, step.y))
                continue
            right = there > here
            start, column = (box.x + (BOX if right else 0), step.y), here
            while abs(there - column) > 1:  # past the columns between
                past = column + (1 if right else -1)
                y = passage(past, step.after)
                leave = MARGIN + CHANNEL + past * (BOX + CHANNEL) + (BOX if right else 0)
                channel = past if right else past + 1
                under = Trunk(channel, step.after, end=(leave, y), arrives=False)
                one = found.setdefault((channel, step.after, not right), under)
                if start not in one.joins:
                    one.joins.append(start)
                start, column = (leave, y), past
            door = (goal.x + (0 if right else BOX), goal.door)
            one = trunk(there if right else there + 1, step.after, door)
            if start not in one.joins:
                one.joins.append(start)
    _tracks(list(found.values()), placed)
    return list(found.values())


def _tracks(all_trunks: list[Trunk], placed: dict[State, Box]) -> None:
    """Give each trunk an x of its own in its channel: short ones of one column close to it, crossing ones between."""
    for channel in sorted({t.channel for t in all_trunks}):
        mine = [t for t in all_trunks if t.channel == channel]
        middle = MARGIN + channel * (BOX + CHANNEL) + CHANNEL / 2

        def order(t: Trunk, middle: float = middle) -> tuple[int, float]:
            xs = {x < middle for x, _ in t.joins} | {t.end[0] < middle}
            length = max(t.heights) - min(t.heights)
            return (0, length) if xs == {True} else (2, -length) if xs == {False} else (1, -t.end[1])

        mine.sort(key=order)
        for number, one in enumerate(mine, 1):
            one.x = middle - CHANNEL / 2 + CHANNEL * number / (len(mine) + 1)


def text(x: float, y: float, words: str, size: float, *, fill: str = INK, bold: bool = False, anchor: str = "") -> str:
    extra = (' font-weight="700"' if bold else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{fill}"{extra}>{escape(words)}</text>'


def draw_box(box: Box, marks: dict[Action, str], refs: dict[State, str]) -> list[str]:
    about = box.state.about
    fill, edge = FILLS[about.held_by]
    x, y, right = box.x, box.y, box.x + BOX - PAD
    out = [f'<g id="{box.state.value}">']
    over = ' stroke-dasharray="5 3"' if box.state is State.DRAFT else ""
    out.append(
        f'<rect x="{x:g}" y="{y:g}" width="{BOX}" height="{box.height:g}" rx="7" fill="#fff" '
        f'stroke="{edge}" stroke-width="{2.6 if box.state.is_over else 1.4}"{over}/>'
    )
    round_top = f"v{8 - box.head:g}q0-6.7 6.7-6.7h{BOX - 16:g}q6.7 0 6.7 6.7v{box.head - 8:g}z"
    out.append(f'<path d="M{x + 1.3:g} {y + box.head:g}{round_top}" fill="{fill}"/>')
    number = "–" if about.status is None else str(about.status)
    out.append(f'<rect x="{x + 8:g}" y="{y + 7:g}" width="25" height="20" rx="4" fill="{edge}"/>')
    out.append(text(x + 20.5, y + 22, number, 13.5, fill="#fff", bold=True, anchor="middle"))
    for number_of_line, line in enumerate(box.lines):
        out.append(text(x + 40, y + 19 + LINE * number_of_line, line, 13.5, bold=True))
    out.append(text(x + 40, y + 18 + LINE * len(box.lines), about.en, 10, fill=SOFT))
    out.append(text(x + 20.5, y + 39, HOLDERS[about.held_by], 9.5, fill=edge, bold=True, anchor="middle"))
    out.append(text(right, y + 19, box.ref, 11, fill=edge, bold=True, anchor="end"))
    for step in box.steps:
        out.extend(draw_step(step, x + PAD, right, "↺" if step.after is box.state else f"→ {refs[step.after]}"))
    at = x + PAD
    for rule in box.marks:
        label = f"{marks[rule.action]} " + ("↺" if rule.after is rule.before else f"→ {refs[rule.after]}")
        wide = width_of(label, 10.5, True) + 10
        down = y + box.height - 22
        out.append(f'<rect x="{at:g}" y="{down:g}" width="{wide:.1f}" height="16" rx="8" fill="#fff" stroke="{SOFT}"/>')
        out.append(text(at + wide / 2, down + 12, label, 10.5, bold=True, fill=SOFT, anchor="middle"))
        at += wide + 5
    return [*out, "</g>"]


def draw_step(step: Step, x: float, right: float, goal: str) -> list[str]:
    vi, en = ACTIONS[step.action]
    short = [ROLES[Role(role)][0] for role, _ in step.who]
    who_vi, who_en = (" / ".join(dict.fromkeys(names[n] for names in short)) for n in (0, 1))
    return [
        f'<text x="{x:g}" y="{step.y + 3:g}" font-size="11.2" fill="{INK}">'
        f'<tspan font-weight="700">{escape(vi)}</tspan> · {escape(who_vi)}</text>',
        text(x, step.y + 15, f"{en} · {who_en}", 10, fill=SOFT),
        text(right, step.y + 3, goal, 11, bold=True, anchor="end", fill=SOFT),
        *(
            text(x + 6, step.y + 28 + 13 * number, line, 9.8, fill=BROWN)
            for number, line in enumerate(conditions(step))
        ),
    ]


def draw_trunk(one: Trunk, colour: str) -> list[str]:
    low, high = min(one.heights), max(one.heights)
    paths = [f"M{one.x:.1f} {low:g}V{high:g}"] if high > low else []
    paths += [f"M{x:g} {y:g}H{one.x:.1f}" for x, y in one.joins]
    paths.append(f"M{one.x:.1f} {one.end[1]:g}H{one.end[0]:g}")
    out = [f'<path d="{"".join(paths)}" fill="none" stroke="{colour}" stroke-width="1.5"/>']
    for _, y in one.joins:
        if low < y < high:
            out.append(f'<circle cx="{one.x:.1f}" cy="{y:g}" r="2.4" fill="{colour}"/>')
    if one.arrives:
        x, y = one.end
        out.append(f'<path d="M{x:g} {y:g}l{-7 if x > one.x else 7} -4v8z" fill="{colour}"/>')
    return out


def described(placed: dict[State, Box], table: Rules) -> str:
    """The whole table in words, for whoever cannot see the figure."""
    lines = []
    for state, box in placed.items():
        about = state.about
        rules = [r for r in table if r.before is state]
        steps = "; ".join(f"{ACTIONS[r.action][1]} by {r.role} leads to {STATES[r.after].en}" for r in rules)
        lines.append(f"{box.ref} {about.en} ({about.vi}), national status {about.status or 'none'}: {steps or 'end'}.")
    return " ".join(lines)


def legend(marks: dict[Action, str], refs: dict[State, str], table: Rules) -> list[str]:
    y, out = BOTTOM + 18, []
    x: float = MARGIN + CHANNEL
    for action, letter in marks.items():
        rules = [r for r in table if r.action is action]
        who, goal = ROLES[rules[0].role][0], rules[0].after
        where = "↺" if goal is rules[0].before else f"→ {refs[goal]}"
        once = CONDITIONS[guard_name(rules[0].guard)] if rules[0].guard else None
        vi, en = ACTIONS[action]
        out.append(text(x, y, f"{letter} {where}  {vi} · {who[0]}" + (f" ({once[0]})" if once else ""), 12, bold=True))
        out.append(text(x, y + 14, f"{en} · {who[1]}" + (f" ({once[1]})" if once else ""), 10.5, fill=SOFT))
        x += 300
    y += 34
    x = MARGIN + CHANNEL
    for held, (vi, en) in HELD_BY.items():
        fill, edge = FILLS[held]
        thick = 2.6 if held == "nobody" else 1.4
        paint = f'fill="{fill}" stroke="{edge}" stroke-width="{thick}"'
        out.append(f'<rect x="{x:g}" y="{y - 13}" width="30" height="18" rx="4" {paint}/>')
        out.append(text(x + 15, y, HOLDERS[held], 9.5, fill=edge, bold=True, anchor="middle"))
        out.append(text(x + 38, y, f"{vi} / {en}", 11.5))
        x += 70 + width_of(f"{vi} / {en}", 11.5)
    out.append(f'<rect x="{x:g}" y="{y - 15}" width="25" height="20" rx="4" fill="{SOFT}"/>')
    out.append(text(x + 12.5, y, "4", 13.5, fill="#fff", bold=True, anchor="middle"))
    out.append(text(x + 34, y, "mã trạng thái quốc gia 1–10 / national status", 11.5))
    for line, reading in enumerate((READING, *words.READINGS)):
        out.append(text(MARGIN + CHANNEL, y + 20 + 12 * line, reading, 11))
    return out


def svg(rules: Rules = TRANSITIONS) -> str:
    rules = tuple(rule for rule in rules if rule.action not in words.SAID_ONCE)
    placed, marks = boxes(rules), shared_marks(rules)
    refs = {state: box.ref for state, box in placed.items()}
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="297mm" height="210mm" '
        f'role="img" aria-labelledby="title desc" font-family="{FONT}">',
        '<title id="title">Vòng đời hồ sơ / The life of a dossier</title>',
        f'<desc id="desc">{escape(described(placed, rules))}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        text(MARGIN + CHANNEL, 40, "Vòng đời hồ sơ", 24, bold=True),
        text(MARGIN + CHANNEL + 240, 40, "The life of a dossier", 17, fill=SOFT),
        text(WIDTH - MARGIN - CHANNEL, 40, "chalicelib/domain/life.py", 11, fill=SOFT, anchor="end"),
    ]
    for column, (vi, en, _) in enumerate(PHASES):
        x = MARGIN + CHANNEL + column * (BOX + CHANNEL)
        out.append(text(x, 74, f"{'ABCDEFGH'[column]}  {vi}", 15, bold=True))
        out.append(text(x, 89, en, 11.5, fill=SOFT))
        out.append(f'<path d="M{x:g} 96h{BOX}" stroke="{INK}" stroke-width="1.5"/>')
    colours = {state: LINES[number % len(LINES)] for number, state in enumerate(placed)}
    for one in trunks(placed):
        out.extend(draw_trunk(one, colours[one.goal]))
    for box in placed.values():
        out.extend(draw_box(box, marks, refs))
    return "\n".join([*out, *legend(marks, refs, rules), "</svg>", ""])


if __name__ == "__main__":
    sys.exit(write_or_check("states.svg", svg(), sys.argv[1:]))

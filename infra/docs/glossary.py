"""The tables of docs/glossary.md that come from the code: `python -m infra.docs.glossary [--check]`.

What stands outside the two marks is written by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from chalicelib import messages
from chalicelib.domain.access import Role
from chalicelib.domain.entry_life import EntryEvent, EntryState
from chalicelib.domain.life import STATES, TRANSITIONS, Action, State
from chalicelib.domain.money import ACCOUNTS
from chalicelib.domain.refund import RefundEvent, RefundState
from infra.docs import DOCS, write_or_check
from infra.docs.words import (
    ACTIONS,
    ENTRY_EVENTS,
    FINDINGS,
    HELD_BY,
    NATIONAL,
    PARCELS,
    REFUND_EVENTS,
    REFUND_STATES,
    ROLES,
)

BEGIN, END = "<!-- made by infra/docs/glossary.py: begin -->", "<!-- end -->"


def _table(head: str, rows: Iterable[Iterable[str]]) -> list[str]:
    names = head.split("|")
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [f"| {' | '.join(names)} |", "|" + "---|" * len(names), *lines, ""]


def _code(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _who(action: Action) -> list[Role]:
    acting = {rule.role for rule in TRANSITIONS if rule.action is action}
    return [role for role in Role if role in acting]


def _said(group: str, key: str) -> tuple[str, str]:
    return messages.text("vi", group, key), messages.text("en", group, key)


def tables() -> str:
    out = ["### Trạng thái hồ sơ / States of a dossier", ""]
    out += _table(
        "Tiếng Việt|English|in code|national|waits with",
        (
            (a.vi, a.en, f"`{s}`", str(a.status or "–"), " / ".join(HELD_BY[a.held_by]))
            for s, a in ((s, STATES[s]) for s in State)
        ),
    )
    out += ["### Trạng thái quốc gia / National statuses", ""]
    out += _table(
        "code|Tiếng Việt|English|our states",
        (
            (str(number), vi, en, _code(s for s in State if STATES[s].status == number))
            for number, (vi, en) in NATIONAL.items()
        ),
    )
    out += ["### Thao tác / Actions", ""]
    out += _table(
        "Tiếng Việt|English|in code|who",
        ((vi, en, f"`{action}`", _code(_who(action))) for action, (vi, en) in ((a, ACTIONS[a]) for a in Action)),
    )
    out += ["### Bưu gửi / Parcels", ""]
    parcels = [(*names, f"`{state}`") for state, names in PARCELS.items()]
    findings = [(*names, f"`{finding}`") for finding, names in FINDINGS.items()]
    out += _table("Tiếng Việt|English|in code", [*parcels, *findings])
    out += ["### Vai trò / Roles", ""]
    out += _table("Tiếng Việt|English|in code", ((ROLES[r][1][0], ROLES[r][1][1], f"`{r}`") for r in Role))
    out += ["### Hoàn phí / Refunds", ""]
    states = [(*REFUND_STATES[state], f"`{state}`") for state in RefundState]
    events = [(*REFUND_EVENTS[event], f"`{event}`") for event in RefundEvent]
    out += _table("Tiếng Việt|English|in code", [*states, *events])
    out += ["### Giao dịch khi đối soát / Movements in reconciliation", ""]
    moves = [(*_said("entry_states", state), f"`{state}`") for state in EntryState]
    moves += [(*ENTRY_EVENTS[event], f"`{event}`") for event in EntryEvent]
    out += _table("Tiếng Việt|English|in code", moves)
    out += ["### Tài khoản trong sổ / Accounts of the ledger", ""]
    out += _table("Tiếng Việt|English|in code", ((*_said("accounts", name), f"`{name}`") for name in ACCOUNTS))
    return "\n".join(out)


def text() -> str:
    before, mark, rest = (DOCS / "glossary.md").read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError("docs/glossary.md has lost its marks")
    return f"{before}{BEGIN}\n\n{tables()}\n{END}{after}"


if __name__ == "__main__":
    sys.exit(write_or_check("glossary.md", text(), sys.argv[1:]))

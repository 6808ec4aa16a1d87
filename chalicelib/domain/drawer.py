"""A cashier's drawer: one shift of one officer at one agency, opened, counted, handed in. Amounts in đồng.

The drawer knows what must be in it; whoever counts writes down what is. A difference is booked and stays visible; the
accountant, who is somebody else, confirms what was handed in.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.money import Means
from chalicelib.errors import Conflict
from chalicelib.values import dataclass


class DrawerState(StrEnum):
    OPEN = "open"
    COUNTED = "counted"  # closed by the cashier, who counted it
    HANDED_IN = "handed_in"  # confirmed by another officer


@dataclass(frozen=True)
class Drawer:
    """`day` is that of Vietnam (YYYY-MM-DD), `number` counts the shifts of the officer on it.

    `change` was in it at the beginning; `cash` is what payers gave less what was paid back; `card` and `transfer`
    went elsewhere and are only told with it. `counted` is what the cashier found.
    """

    agency: str
    officer: str
    officer_name: str
    day: str
    number: int
    opened_at: datetime
    change: int = 0
    cash: int = 0
    card: int = 0
    transfer: int = 0
    payments: int = 0
    state: DrawerState = DrawerState.OPEN
    version: int = 0
    counted: int | None = None
    counted_at: datetime | None = None
    note: str | None = None
    handed_in_at: datetime | None = None
    confirmed_by: str | None = None
    confirmed_by_name: str | None = None

    @property
    def id(self) -> str:
        return f"{self.officer}.{self.day}.{self.number}"

    @property
    def expected(self) -> int:
        """What must be in it."""
        return self.change + self.cash

    @property
    def difference(self) -> int:
        """What is more (or, below nought, less) in it than must be."""
        return 0 if self.counted is None else self.counted - self.expected


def taken(drawer: Drawer, means: Means, amount: int) -> Drawer:
    """After a payment of `amount`; with a negative one, after cash was paid back. Raises Conflict when it is closed."""
    _must_be(drawer, DrawerState.OPEN)
    column = {Means.CASH: "cash", Means.CARD: "card", Means.TRANSFER: "transfer"}[means]
    more = {column: getattr(drawer, column) + amount}
    after = replace(drawer, **more, payments=drawer.payments + (amount > 0), version=drawer.version + 1)
    if after.expected < 0:
        raise Conflict("DrawerTooLow")
    return after


def count(drawer: Drawer, counted: int, note: str, now: datetime) -> Drawer:
    """Closed with `counted` đồng in it; a difference needs a note. Raises Conflict when it is not open."""
    _must_be(drawer, DrawerState.OPEN)
    after = replace(
        drawer,
        state=DrawerState.COUNTED,
        counted=counted,
        counted_at=now,
        note=note or None,
        version=drawer.version + 1,
    )
    if after.difference and not note:
        raise Conflict("DifferenceNeedsNote", amount=f"{abs(after.difference):,}".replace(",", "."))
    return after


def hand_in(drawer: Drawer, by: str, name: str, now: datetime) -> Drawer:
    """Confirmed by another officer, who received what was counted; Conflict("FourEyes") for its own cashier."""
    _must_be(drawer, DrawerState.COUNTED)
    if by == drawer.officer:
        raise Conflict("FourEyes")
    return replace(
        drawer,
        state=DrawerState.HANDED_IN,
        handed_in_at=now,
        confirmed_by=by,
        confirmed_by_name=name,
        version=drawer.version + 1,
    )


def _must_be(drawer: Drawer, state: DrawerState) -> None:
    if drawer.state is not state:
        raise Conflict("DrawerStep", state=drawer.state.value)

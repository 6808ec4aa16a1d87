"""The shapes of answers about money: amounts integer đồng, moments ISO 8601 UTC, names in the caller's language."""

from __future__ import annotations

from typing_extensions import TypedDict


class WayShape(TypedDict):
    """A way to pay, or the channel that money came through."""

    code: str
    name: str


class FeeLineShape(TypedDict):
    """`kept_anyway`: not given back, also when the procedure is not performed; `source`: the rule that sets the fee."""

    code: str
    name: str
    amount: int
    moment: str
    kept_anyway: bool
    paid: bool
    via: WayShape | None
    source: str


class DueShape(TypedDict):
    """What is due now: `amount` still to come, after `held` that has arrived already."""

    moment: str
    amount: int
    held: int


class BankAccountShape(TypedDict):
    bank: str
    number: str
    holder: str


class AttemptShape(TypedDict):
    """`state`: open, paid, failed, expired, suspect. `qr` is the payload of a VietQR picture."""

    dossier: str
    reference: str
    way: WayShape
    amount: int
    state: str
    created_at: str
    expires_at: str
    pay_url: str | None
    qr: str | None


class PaymentShape(TypedDict):
    """`use`: paid, held (not enough yet), surplus (goes back). `receipt` is its number once issued."""

    id: str
    amount: int
    via: WayShape
    at: str
    use: str
    receipt: str | None


class RefundShape(TypedDict):
    """`state`: open, prepared, approved, sent, done. `rule` is said in `because`."""

    id: str
    amount: int
    rule: str
    because: str
    via: WayShape
    channel: str | None
    state: str
    opened_at: str
    due_at: str
    done_at: str | None
    proof: str | None
    needs_account: bool


class MoneyShape(TypedDict):
    dossier: str
    code: str | None
    level: int
    fees: list[FeeLineShape]
    due: DueShape | None
    ways: list[WayShape]
    accounts: list[BankAccountShape]
    attempts: list[AttemptShape]
    payments: list[PaymentShape]
    refunds: list[RefundShape]


class DrawerShape(TypedDict):
    """`state`: open, counted, handed_in. `expected` is what must be in it, `difference` what more (or less) was."""

    id: str
    agency: str
    officer_name: str
    day: str
    number: int
    state: str
    opened_at: str
    change: int
    cash: int
    card: int
    transfer: int
    payments: int
    expected: int
    counted: int | None
    difference: int
    note: str | None
    confirmed_by_name: str | None


class MyDrawerShape(TypedDict):
    drawer: DrawerShape | None


class DrawersShape(TypedDict):
    items: list[DrawerShape]
    cursor: str | None

"""The shapes of answers about money: amounts integer đồng, moments ISO 8601 UTC, names in the caller's language."""

from __future__ import annotations

from chalicelib.api.typed import TypedDict


class WayShape(TypedDict):
    """A way to pay, or the channel that money came through."""

    code: str
    name: str


class WaiverShape(TypedDict):
    """`percent` of a fee that is not owed; `source` is the rule that says so."""

    code: str
    name: str
    percent: int
    source: str


class FeeLineShape(TypedDict):
    """One fee and how it comes about: `count` times `each`, but no more than `most`, less `waiver`, is `amount`.

    `per` is what is counted. `source` is the rule that sets the fee. `kept_anyway`: not given back, also when the
    procedure is not performed; `refund_uncollected`: given back also when its result is not collected.
    """

    code: str
    name: str
    amount: int
    each: int
    count: int
    per: str | None
    most: int | None
    waiver: WaiverShape | None
    moment: str
    kept_anyway: bool
    refund_uncollected: bool
    paid: bool
    via: WayShape | None
    source: str


class DueShape(TypedDict):
    """What is due now: `amount` still to come, besides `held` that has arrived; after `until` the dossier ends."""

    moment: str
    amount: int
    held: int
    until: str | None


class BankAccountShape(TypedDict):
    bank: str
    number: str
    holder: str


class TransferShape(TypedDict):
    """Where to transfer to by hand what the picture would fill in: `text` is what the transfer must carry."""

    bank: str
    number: str
    holder: str
    text: str


class AttemptShape(TypedDict):
    """`state`: open, paid, failed, expired, suspect. `qr` is the payload of a VietQR picture; `transfer` says the same
    in words."""

    dossier: str
    reference: str
    way: WayShape
    amount: int
    state: str
    created_at: str
    expires_at: str
    pay_url: str | None
    qr: str | None
    transfer: TransferShape | None


class PaymentShape(TypedDict):
    """`use`: paid, held (not enough yet), surplus (goes back). `receipt` is its number once issued."""

    id: str
    amount: int
    via: WayShape
    at: str
    use: str
    receipt: str | None


class PayeeShape(TypedDict):
    """The account of a transfer; all but the last digits of it are dots for those who neither own nor pay it."""

    bank: str
    bank_name: str
    number: str
    holder: str


class RefundLineShape(TypedDict):
    """Who did what to a refund: `event` is name_account, prepare, approve, return, send, pay_out, confirmed, waiting or
    turned_down, `state` what it led to."""

    at: str
    name: str
    event: str
    state: str
    note: str


class RefundShape(TypedDict):
    """`state`: open, prepared, approved, sent, done. `rule` is said in `because`.

    `channel`: original, transfer, cash; `original_possible`: the channel that the money came by can carry it back;
    `reason`: why another one. `second_person`: whoever prepares it cannot approve it. `version` goes with every act.
    `code` is the gateway's word; it and `log` are for officers.
    """

    id: str
    dossier: str
    dossier_code: str
    version: int
    amount: int
    rule: str
    because: str
    via: WayShape
    channel: str | None
    original_possible: bool
    reason: str | None
    state: str
    opened_at: str
    due_at: str
    overdue: bool
    done_at: str | None
    proof: str | None
    needs_account: bool
    payee: PayeeShape | None
    second_person: bool
    code: str | None
    log: list[RefundLineShape]


class RefundsShape(TypedDict):
    """`threshold`: refunds of more đồng need a second person."""

    items: list[RefundShape]
    threshold: int
    cursor: str | None


class BankShape(TypedDict):
    code: str
    name: str


class MoneyShape(TypedDict):
    """Of a draft, `fees` are what it would owe if it were filed now. `banks` to choose from, when an account can be
    named for a refund."""

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
    banks: list[BankShape]


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

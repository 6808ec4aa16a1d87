"""The shapes of answers about the books: amounts integer đồng, moments ISO 8601 UTC, days of Vietnam YYYY-MM-DD."""

from __future__ import annotations

from chalicelib.api.money_shapes import BankShape, DrawerShape, PayeeShape, WayShape
from chalicelib.api.typed import TypedDict


class MovementsShape(TypedDict):
    """What moved on the day by provider, kind (payment, refund) and state; `fee` of it was kept by the provider."""

    via: WayShape
    kind: str
    state: str
    count: int
    amount: int
    fee: int


class UsesShape(TypedDict):
    """What payments did: paid, held (not enough yet), surplus (goes back)."""

    via: WayShape
    use: str
    count: int
    amount: int


class AgeShape(TypedDict):
    """Unmatched for `least` to `most` days, both included (null: or longer)."""

    least: int
    most: int | None
    count: int
    amount: int


class AccountShape(TypedDict):
    """An account in the ledger before the day, what moved, and after it; negative is owed."""

    account: str
    name: str
    before: int
    moved: int
    after: int


class DayShape(TypedDict):
    """`unmatched` đồng of the day and of those before it keep it open, and `drawers` that were not handed in.

    `waiting` is what is unmatched now, of any day; `missing` what of it the providers' files have passed. `proof` is
    the sum over all accounts: 0.
    """

    agency: str
    day: str
    closed: bool
    unmatched: int
    drawers: list[DrawerShape]
    movements: list[MovementsShape]
    payments: list[UsesShape]
    waiting: list[AgeShape]
    oldest: str | None
    missing_count: int
    missing: int
    accounts: list[AccountShape]
    journals: int
    proof: int


class KeptDayShape(TypedDict):
    """A day as it was reckoned in the morning after it, and again until it was closed."""

    agency: str
    name: str
    day: str
    reckoned_at: str | None
    movements: int
    amount: int
    unmatched: int
    open_drawers: int
    closed: bool


class KeptDaysShape(TypedDict):
    items: list[KeptDayShape]
    cursor: str | None


class ProposalShape(TypedDict):
    """What waits for approval: `owe` (to be sent back) or `dismiss` (not ours, or never had). `second_person`: by
    somebody else than who proposed it."""

    act: str
    by_name: str
    at: str
    reason: str
    payee: PayeeShape | None
    second_person: bool


class EntryShape(TypedDict):
    """A movement at another side. `unmatched` is what of it is not accounted for; `missing`: its side's files have
    passed its day. `can` lists the acts that its state allows."""

    id: str
    version: int
    agency: str
    via: WayShape
    number: str
    kind: str
    amount: int
    unmatched: int
    state: str
    missing: bool
    booked: bool
    at: str
    age: int
    paid_at: str | None
    dossier: str | None
    reference: str | None
    why: str | None
    text: str | None
    file: str | None
    row: int | None
    found: int | None
    fee: int
    proposal: ProposalShape | None
    payee: PayeeShape | None
    proof: str | None
    can: list[str]


class EntriesShape(TypedDict):
    items: list[EntryShape]
    cursor: str | None


class ActShape(TypedDict):
    event: str
    state: str
    by_name: str
    at: str
    reason: str


class EntryHistoryShape(TypedDict):
    """`banks` to choose from, while the money can be sent back."""

    entry: EntryShape
    acts: list[ActShape]
    banks: list[BankShape]


class DefectShape(TypedDict):
    field: str
    code: str
    message: str


class ToldShape(TypedDict):
    """What is to be said about a row: `row` as spreadsheets count, `fields` the defects of one that was refused."""

    row: int
    code: str
    message: str
    fields: list[DefectShape]


class FileShape(TypedDict):
    """`rows` were read (blank ones included): the next piece begins there. `counts` says how many ended how, `net` is
    what was booked as come to the bank, `told` the first 100 rows that something is to be said about."""

    id: str
    agency: str
    kind: str
    provider: WayShape | None
    name: str
    by_name: str
    began_at: str
    ended_at: str | None
    rows: int
    counts: dict[str, int]
    net: int
    first_day: str | None
    last_day: str | None
    told: list[ToldShape]


class FilesShape(TypedDict):
    items: list[FileShape]
    cursor: str | None


class ReadShape(TypedDict):
    """`told` is about the rows that were read just now; `known`: the whole file was read before, nothing changed."""

    file: FileShape
    told: list[ToldShape]
    known: bool


class SlipShape(TypedDict):
    """What a slip did: paid, held, surplus, or known (it was entered before). `due` is still to be paid now, `over`
    goes back."""

    entry: EntryShape
    dossier: str
    code: str | None
    use: str
    due: int
    over: int

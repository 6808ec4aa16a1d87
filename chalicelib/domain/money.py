"""Money in integer đồng: a double-entry journal whose postings sum to zero, step by step.

Accounts are written `<agency>:<name>[:<detail>]`. A positive posting is received there, a negative one is owed from
there:

    drawer:<officer>    cash at the counter               clearing:<gateway>    with a gateway, not in the bank yet
    terminal            card payments                     post                  with the post office
    bank                on the agency's account           charges               what gateways kept
    held                received, not yet enough to pay   differences           counted more or less than booked
    due                 fees: the agency's own            refunds               owed back to payers
    strays              received, and nobody knows for whom
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from chalicelib.values import dataclass

ACCOUNTS = (
    "drawer", "terminal", "post", "clearing", "bank", "held", "strays", "due", "refunds", "charges", "differences",
)  # fmt: skip


class Means(StrEnum):
    """How money came in when no gateway brought it."""

    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"
    POST = "post"  # a commune's post office, or the postal service (Decision 08/2018, level 4)


@dataclass(frozen=True)
class Posting:
    """`amount` đồng on `account`, with its sign."""

    account: str
    amount: int


@dataclass(frozen=True)
class Journal:
    """One movement, kept for ever: `id` says what it belongs to, so that it cannot be written twice."""

    id: str
    agency: str
    dossier: str
    cause: str  # payment | surplus | refund_opened | refund_paid | settled | drawer | entry
    at: datetime
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        if any(type(p.amount) is not int or p.amount == 0 for p in self.postings):
            raise ValueError("postings are whole numbers of VND and never nought")
        if sum(p.amount for p in self.postings) != 0 or len(self.postings) < 2:
            raise ValueError("postings must sum to zero")


@dataclass(frozen=True)
class Payment:
    """Money that arrived for a dossier. `via` is a gateway's name or a Means, `transaction` their number of it.

    `use` says what it did: paid (fees), held (not enough yet), surplus (nothing was owed: it goes back).
    `book` is where it lies: the account without its agency. `paid_at` is when it was paid there, where the other side
    says so, `payer` by whom, and `origin` the file and row that it was read from.
    """

    id: str
    dossier: str
    agency: str
    amount: int
    via: str
    transaction: str
    use: str
    at: datetime
    book: str
    source: str
    reference: str | None = None
    received_by: str | None = None
    receipt: str | None = None  # "<series>/<serial>" once issued
    paid_at: datetime | None = None
    payer: str | None = None
    origin: str | None = None


PAID, HELD, SURPLUS = "paid", "held", "surplus"


def place_of(via: str, officer: str | None = None) -> str:
    """The account, without its agency, on which money lies that came in by `via`."""
    match via:
        case Means.CASH:
            if not officer:
                raise ValueError("cash lies in somebody's drawer")
            return f"drawer:{officer}"
        case Means.CARD:
            return "terminal"
        case Means.POST:
            return "post"
        case Means.TRANSFER | "vietqr":
            return "bank"
        case _:
            return f"clearing:{via}"


def received(payment: Payment, released: int = 0) -> Journal:
    """The journal of a payment: into its place, against fees, against what is held, or against what is owed back.

    `released` is what was held before and pays together with this payment.
    """
    into = Posting(f"{payment.agency}:{payment.book}", payment.amount)
    account = {PAID: "due", HELD: "held", SURPLUS: "refunds"}[payment.use]
    against = [Posting(f"{payment.agency}:{account}", -(payment.amount + released))]
    if released:
        against.append(Posting(f"{payment.agency}:held", released))
    return _journal(payment.id, payment.agency, payment.dossier, "payment", payment.at, [into, *against])


def excess(payment: Payment, amount: int) -> Journal:
    """Part of a payment that was more than was due: from the fees to what is owed back."""
    postings = [Posting(f"{payment.agency}:due", amount), Posting(f"{payment.agency}:refunds", -amount)]
    return _journal(f"{payment.id}-excess", payment.agency, payment.dossier, "surplus", payment.at, postings)


def refund_opened(refund: str, agency: str, dossier: str, amount: int, source: str, at: datetime) -> Journal:
    """Fees (`source` due) or what was held (`held`) become owed to the payer."""
    postings = [Posting(f"{agency}:{source}", amount), Posting(f"{agency}:refunds", -amount)]
    return _journal(f"{refund}-open", agency, dossier, "refund_opened", at, postings)


def refund_paid(refund: str, agency: str, dossier: str, amount: int, place: str, at: datetime) -> Journal:
    """What was owed back has left from `place`: a gateway's clearing, the bank, a drawer."""
    postings = [Posting(f"{agency}:refunds", amount), Posting(f"{agency}:{place}", -amount)]
    return _journal(f"{refund}-paid", agency, dossier, "refund_paid", at, postings)


def moved(id: str, agency: str, cause: str, source: str, target: str, amount: int, at: datetime) -> Journal:
    """`amount` from one account of the agency to another (below nought: the other way); of no single dossier."""
    postings = [Posting(f"{agency}:{target}", amount), Posting(f"{agency}:{source}", -amount)]
    return _journal(id, agency, "", cause, at, postings)


def _journal(id: str, agency: str, dossier: str, cause: str, at: datetime, postings: Sequence[Posting]) -> Journal:
    return Journal(id, agency, dossier, cause, at, tuple(postings))


def balances(journals: Iterable[Journal]) -> dict[str, int]:
    """Đồng on every account after these journals; all together they are nought."""
    totals: dict[str, int] = {}
    for journal in journals:
        for posting in journal.postings:
            totals[posting.account] = totals.get(posting.account, 0) + posting.amount
    return totals

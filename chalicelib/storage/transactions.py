"""One transaction: committed, refused by a condition, or tried again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib import aws
from chalicelib.errors import ServiceError, StaleWrite, UpstreamFailed
from chalicelib.values import dataclass

_CONFLICT_TRIES = 4


@dataclass(frozen=True)
class Also:
    """A row that a transaction puts besides its own, and what it means when its condition (if any) does not hold."""

    row: Model
    condition: Condition | None
    refusal: Callable[[], ServiceError]


def write_all(rows: Sequence[Also]) -> None:
    """Put rows in one transaction, in this order; raises the refusal of the first whose condition does not hold."""

    def write(transaction: TransactWrite) -> None:
        for one in rows:
            transaction.save(one.row, one.condition)

    reasons = transact(write)
    if reasons is None:
        return
    for one, failed in zip(rows, reasons, strict=True):
        if failed:
            raise one.refusal()
    raise StaleWrite("StaleWrite")


def transact(write: Callable[[TransactWrite], None]) -> list[bool] | None:
    """Run one transaction; None when it committed, else per item whether its condition failed.

    Conflicts with another transaction are tried again a few times, with jitter. pynamodb orders the items: condition
    checks, deletes, puts, updates.
    """
    for attempt in range(_CONFLICT_TRIES):
        transaction = TransactWrite(connection=aws.dynamodb())
        write(transaction)
        try:
            transaction._commit()
            return None
        except TransactWriteError as error:
            codes = [r.code if r else "None" for r in error.cancellation_reasons]
            if "ConditionalCheckFailed" in codes:
                return [code == "ConditionalCheckFailed" for code in codes]
            if "TransactionConflict" not in codes:
                raise UpstreamFailed("UpstreamFailed") from error
            time.sleep(random.uniform(0, 0.05) * 2**attempt)
    raise UpstreamFailed("UpstreamFailed")

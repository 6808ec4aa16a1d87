"""Receipts and the series they are numbered in: rows of the ledger, RECEIPT#<agency> and SERIES#<agency>."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from pynamodb.exceptions import UpdateError
from pynamodb.transactions import TransactGet

from chalicelib import aws
from chalicelib.domain.document import Text
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso, moment
from chalicelib.domain.money import Payment
from chalicelib.domain.receipt import File, Issuer, Line, Part, Payer, Receipt
from chalicelib.domain.refund import Refund
from chalicelib.errors import NotFound, StaleWrite
from chalicelib.storage import heads, ledger
from chalicelib.storage.ledger_table import LedgerRow
from chalicelib.storage.tables import HEAD, HeadRow, dossier_key
from chalicelib.storage.transactions import Also, write_all

_PAGE = 200


def payment_and_last(dossier_id: str, payment_id: str, agency: str, series: str) -> tuple[Payment, int]:
    """A payment and the last serial given in a series (0: none yet), at one moment; one call. Raises NotFound."""
    with TransactGet(connection=aws.dynamodb()) as reading:
        payment = reading.get(LedgerRow, dossier_key(dossier_id), f"PAYMENT#{payment_id}")
        last = reading.get(LedgerRow, _series_key(agency), series)
    try:
        row = payment.get()
    except LedgerRow.DoesNotExist as error:
        raise NotFound("ReceiptNotFound") from error
    try:
        return ledger.payment_of(row), int(last.get().version)
    except LedgerRow.DoesNotExist:
        return ledger.payment_of(row), 0


def head_and_payment(dossier_id: str, payment_id: str) -> tuple[Dossier, Payment | None]:
    """A dossier's head and its payment, None when there is none; one call. Raises NotFound("DossierNotFound")."""
    pk = dossier_key(dossier_id)
    with TransactGet(connection=aws.dynamodb()) as reading:
        head = reading.get(HeadRow, pk, HEAD)
        payment = reading.get(LedgerRow, pk, f"PAYMENT#{payment_id}")
    try:
        dossier = heads.dossier_of(head.get())
    except HeadRow.DoesNotExist as error:
        raise NotFound("DossierNotFound") from error
    try:
        return dossier, ledger.payment_of(payment.get())
    except LedgerRow.DoesNotExist:
        return dossier, None


def give(receipt: Receipt, payment: Payment) -> None:
    """Number `payment` with the receipt, which must be the next of its series; one transaction of three rows.

    Raises StaleWrite when the payment has a receipt by now, or somebody else took the serial.
    """
    agency = receipt.issuer.code
    counted = LedgerRow(
        _series_key(agency),
        receipt.series,
        kind="series",
        version=receipt.serial,
        body={"last": receipt.serial},
        created_at=iso(receipt.issued_at),
    )
    first = receipt.serial == 1
    next_one = LedgerRow.pk.does_not_exist() if first else LedgerRow.version == receipt.serial - 1
    kept = LedgerRow(
        _receipt_key(agency),
        _sort(receipt.series, receipt.serial),
        kind="receipt",
        amount=receipt.amount,
        body=_write(receipt),
        created_at=iso(receipt.issued_at),
    )
    write_all(
        [
            ledger.receipted(payment, receipt.number),
            Also(counted, next_one, _stale),
            Also(kept, LedgerRow.pk.does_not_exist(), _stale),
        ]
    )


def get(agency: str, series: str, serial: int) -> Receipt | None:
    """The receipt of that number; None when there is none. One call."""
    try:
        row = LedgerRow.get(_receipt_key(agency), _sort(series, serial), consistent_read=True)
    except LedgerRow.DoesNotExist:
        return None
    return _read(row)


def filed(receipt: Receipt, file: File) -> Receipt:
    """The receipt with its file recorded; the one recorded first stays."""
    row = LedgerRow(_receipt_key(receipt.issuer.code), _sort(receipt.series, receipt.serial))
    body = _write(replace(receipt, file=file))
    try:
        row.update([LedgerRow.body.set(body), LedgerRow.version.set(1)], LedgerRow.version == 0)
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return get(receipt.issuer.code, receipt.series, receipt.serial) or receipt
    return replace(receipt, file=file)


def page(agency: str, series: str, limit: int, before: int) -> list[Receipt]:
    """Up to `limit` receipts of a series with serials under `before`, the latest first; one query."""
    if before <= 1:
        return []
    within = LedgerRow.sk.between(_sort(series, 1), _sort(series, before - 1))
    rows = LedgerRow.query(_receipt_key(agency), within, scan_index_forward=False, limit=limit, page_size=limit)
    return [_read(row) for row in rows]


def every(agency: str, series: str) -> Iterator[Receipt]:
    """All of a series in order, page by page; for an operator's check."""
    rows = LedgerRow.query(_receipt_key(agency), LedgerRow.sk.startswith(f"{series}#"), page_size=_PAGE)
    yield from (_read(row) for row in rows)


def series(agency: str) -> dict[str, int]:
    """Every series of an agency with the last serial given; one row a year."""
    return {row.sk: int(row.version) for row in LedgerRow.query(_series_key(agency), consistent_read=True)}


def refunds(dossier_id: str) -> list[Refund]:
    """The refunds of a dossier; one query."""
    rows = LedgerRow.query(dossier_key(dossier_id), LedgerRow.sk.startswith("REFUND#"), consistent_read=True)
    return [ledger.refund_of(row) for row in rows]


def _stale() -> StaleWrite:
    return StaleWrite("StaleWrite")


def _series_key(agency: str) -> str:
    return f"SERIES#{agency}"


def _receipt_key(agency: str) -> str:
    return f"RECEIPT#{agency}"


def _sort(series: str, serial: int) -> str:
    return f"{series}#{serial:07d}"


def _write(receipt: Receipt) -> dict[str, Any]:
    written = asdict(receipt)
    written["issued_at"] = iso(receipt.issued_at)
    for part in written["parts"]:
        part["at"] = iso(part["at"])
    return written


def _read(row: LedgerRow) -> Receipt:
    body = dict(row.body)
    return Receipt(
        **{
            **body,
            "issuer": Issuer(**body["issuer"]),
            "procedure": Text(**body["procedure"]),
            "payer": Payer(**body["payer"]),
            "lines": tuple(Line(**{**line, "name": Text(**line["name"])}) for line in body["lines"]),
            "parts": tuple(Part(**{**part, "at": moment(part["at"])}) for part in body["parts"]),
            "issued_at": moment(body["issued_at"]),
            "file": File(**body["file"]) if body["file"] else None,
        }
    )

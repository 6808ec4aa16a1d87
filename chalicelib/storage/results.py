"""Result rows: written in the transaction of the dossier's step, whose head guards them; read by the public check."""

from __future__ import annotations

from chalicelib.domain.dossier import Dossier
from chalicelib.domain.result import Result
from chalicelib.errors import NotFound, StaleWrite
from chalicelib.storage import lists
from chalicelib.storage.tables import ResultRow, dossier_key
from chalicelib.storage.transactions import Also


def new(result: Result) -> Also:
    """For a transaction: the result's first row."""
    return Also(_row(result), ResultRow.pk.does_not_exist(), _stale)


def changed(result: Result) -> Also:
    """For a transaction that also writes the head which the result was read with."""
    return Also(_row(result), ResultRow.pk.exists(), _stale)


def check(code: str, number: int) -> tuple[Dossier, Result]:
    """The dossier behind a code (as the index has it) and its result of that number; two reads. Raises NotFound."""
    dossier = lists.by_code(code)
    if dossier is None:
        raise NotFound("ResultNotFound")
    try:
        row = ResultRow.get(dossier_key(dossier.id), _sort(number), consistent_read=True)
    except ResultRow.DoesNotExist as error:
        raise NotFound("ResultNotFound") from error
    return dossier, Result.from_json(row.body)


def _row(result: Result) -> ResultRow:
    return ResultRow(dossier_key(result.dossier), _sort(result.number), id=result.dossier, body=result.to_json())


def _sort(number: int) -> str:
    return f"RESULT#{number:02d}"


def _stale() -> StaleWrite:
    return StaleWrite("StaleWrite")

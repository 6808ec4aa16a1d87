"""Searching dossiers by whom they are about: what may be asked for, and what stays known of having asked.

Names and identity numbers are personal data. A search for them therefore needs a purpose, reads few pages, and leaves
a record: who, when, at which agency, what kind, how many were found; of the term itself only a keyed hash.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from chalicelib.domain import codes
from chalicelib.domain.dossier import Dossier
from chalicelib.errors import FieldError, Invalid
from chalicelib.values import dataclass

PAGE = 20
MOST_PAGES = 5
"""Who has not found it among a hundred asks more narrowly; nobody leafs through the people of a district."""
SHORTEST_NAME, LONGEST_TERM = 2, 120
RECORDS_ARE_KEPT = timedelta(days=730)


class Kind(StrEnum):
    NAME = "name"  # the beginning of the applicant's name
    IDENTITY = "identity"  # the whole identity number or tax code


class Purpose(StrEnum):
    COUNTER = "counter"  # the citizen stands at the counter
    PHONE = "phone"  # the citizen is on the telephone
    HANDLING = "handling"  # another dossier in hand needs it
    SUPERVISION = "supervision"  # inspection, complaint


@dataclass(frozen=True)
class Search:
    """What is looked for at an agency."""

    agency: str
    kind: Kind
    term: str

    def canonical(self, today: date) -> Search:
        """With the term in the form in which it is compared; raises Invalid naming `term`."""
        return replace(self, term=_name(self.term) if self.kind is Kind.NAME else _identity(self.term, today))


@dataclass(frozen=True)
class SearchRecord:
    """A page of a search that was answered. `at` is ISO 8601 UTC, `term_hash` hexadecimal."""

    at: str
    officer: str
    officer_name: str
    agency: str
    kind: str
    purpose: str
    term_hash: str
    page: int
    hits: int
    request: str


@dataclass(frozen=True)
class Found:
    """A page of hits. `cursor` asks for the next; `cut`: there are more than may be leafed through."""

    dossiers: tuple[Dossier, ...]
    cursor: str | None
    cut: bool


def _name(text: str) -> str:
    folded = codes.fold(text)
    if sum(c.isalpha() for c in folded) < SHORTEST_NAME:
        raise Invalid("BadRequest", [FieldError.of("term", "TooShort", least=SHORTEST_NAME)])
    return folded


def _identity(text: str, today: date) -> str:
    """The number as accounts have it, however it was grouped."""
    digits = re.sub(r"[\s.\-]", "", text)
    try:
        if len(digits) == 12:
            return codes.check_identity_number(digits, today).number
        return codes.check_tax_code(digits)
    except Invalid as error:
        raise Invalid("BadRequest", [FieldError("term", "BadIdentityOrTaxCode")]) from error

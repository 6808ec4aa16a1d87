"""Codes and numbers that people type: dossier, agency and procedure codes, identity and tax numbers, phones; and the
folding of Vietnamese text for search and for payment gateways. Each check returns the canonical form or raises Invalid
naming its `field`.

Sources: dossier code TT 01/2018/TT-VPCP Điều 19; agency code QĐ 20/2020/QĐ-TTg (groups of 0-9 A-Z, highest level first)
and the older QCVN 102:2016 order (`000.00.53.H48`), which is read as well; identity number NĐ 137/2015/NĐ-CP and
TT 07/2016/TT-BCA (12 digits, no check digit); tax number: the check digit as implemented by python-stdnum.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from chalicelib.errors import FieldError, Invalid
from chalicelib.values import dataclass

LONGEST_DOSSIER_CODE = 35
LONGEST_AGENCY_CODE = 22
"""So that a dossier code with a five-digit number still fits: 22 + 7 + 6 = 35."""
OLDEST = 120
_LAST_NUMBER = 9_999_999

_AGENCY = re.compile(r"(?=[0-9.]*[A-Z])[0-9A-Z]{2,8}(\.[0-9A-Z]{2,8})*", re.ASCII)
_DOSSIER = re.compile(r"(?P<agency>[0-9A-Z.]+)-(?P<day>[0-9]{6})-(?P<number>[0-9]{4,7})", re.ASCII)
_PROCEDURE = re.compile(r"[1-9]\.[0-9]{6}(\.[0-9]{2,3})*(\.[A-Z][0-9]{2}(\.[0-9]{2,3})*)?", re.ASCII)
_MOBILE = re.compile(r"(3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])[0-9]{7}", re.ASCII)


@dataclass(frozen=True)
class DossierCode:
    """`<agency>-<YYMMDD>-<NNNN>`: the agency that received it, the day (20YY) and its number that day (from 1)."""

    agency: str
    day: date
    number: int

    def __str__(self) -> str:
        return f"{self.agency}-{self.day:%y%m%d}-{self.number:04d}"


@dataclass(frozen=True)
class IdentityNumber:
    """What the twelve digits say: province of the birth's registration (`062`), sex (`male`/`female`), birth year."""

    number: str
    province: str
    sex: str
    birth_year: int


def make_dossier_code(agency: str, day: date, number: int) -> str:
    """The code for the day's `number`-th dossier; more than 9,999 a day makes it longer, never ambiguous."""
    check_agency_code(agency, field="agency")
    code = str(DossierCode(agency, day, number))
    if not (2000 <= day.year <= 2099 and 1 <= number <= _LAST_NUMBER and len(code) <= LONGEST_DOSSIER_CODE):
        raise _invalid("code", "BadDossierCode", code)
    return code


def parse_dossier_code(text: str, field: str = "code") -> DossierCode:
    """Read a code, old agency order included. Case and outer spaces do not matter; str() of the answer is canonical."""
    code = _typed(text)
    found = _DOSSIER.fullmatch(code)
    day = _day(found["day"]) if found else None
    if found is None or day is None or len(code) > LONGEST_DOSSIER_CODE:
        raise _invalid(field, "BadDossierCode", text)
    parsed = DossierCode(found["agency"], day, int(found["number"]))
    # A padded number beyond four digits would be a second spelling of the same dossier.
    if _AGENCY.fullmatch(parsed.agency) is None or parsed.number == 0 or str(parsed) != code:
        raise _invalid(field, "BadDossierCode", text)
    return parsed


def execution_name(code: str, attempt: int) -> str:
    """The workflow execution's name for attempt 1, 2, …: a full stop is not allowed in one, so it becomes a hyphen."""
    if type(attempt) is not int or attempt < 1:
        raise _invalid("attempt", "BadAttempt", str(attempt))
    return f"{str(parse_dossier_code(code)).replace('.', '-')}-a{attempt}"


def check_agency_code(text: str, field: str = "agency") -> str:
    """`H34`, `H34.05`, `H15.50.05.13`, `000.00.53.H48`; at most 22 characters. Returned in upper case."""
    code = _typed(text)
    if len(code) > LONGEST_AGENCY_CODE or _AGENCY.fullmatch(code) is None:
        raise _invalid(field, "BadAgencyCode", text, longest=LONGEST_AGENCY_CODE)
    return code


def check_procedure_code(text: str, field: str = "procedure") -> str:
    """`1.001612`, or with a local suffix `1.000948.H38`, `2.000815.000.00.00.H55.02`. Returned in upper case."""
    code = _typed(text)
    if len(code) > LONGEST_DOSSIER_CODE or _PROCEDURE.fullmatch(code) is None:
        raise _invalid(field, "BadProcedureCode", text)
    return code


def check_identity_number(text: str, today: date, field: str = "identity") -> IdentityNumber:
    """Twelve digits: province 001-096, century and sex, two digits of a birth year that is possible on `today`."""
    number = text.strip() if isinstance(text, str) else ""
    if re.fullmatch(r"[0-9]{12}", number, re.ASCII) is None:
        raise _invalid(field, "BadIdentityNumber", text)
    if not 1 <= int(number[:3]) <= 96:
        raise _invalid(field, "BadIdentityNumber", text)
    century, sex = divmod(int(number[3]), 2)
    year = 1900 + century * 100 + int(number[4:6])
    if not today.year - OLDEST <= year <= today.year:
        raise _invalid(field, "BadIdentityNumber", text)
    return IdentityNumber(number, number[:3], ("male", "female")[sex], year)


def check_tax_code(text: str, field: str = "tax_code") -> str:
    """Ten digits, or thirteen for a branch; returned as `0100109106` or `0100109106-001`."""
    # Imported by whoever checks one: few requests do, and a cold start feels it.
    from stdnum.exceptions import ValidationError
    from stdnum.vn import mst

    try:
        return str(mst.format(mst.validate(text if isinstance(text, str) else "")))
    except ValidationError as error:
        raise _invalid(field, "BadTaxCode", text) from error


def check_phone(text: str, field: str = "phone") -> str:
    """A Vietnamese mobile number as `+84912345678`, typed with 0, 84, +84 or 0084 and any spaces, dots or hyphens."""
    digits = re.sub(r"[\s.\-()]", "", text) if isinstance(text, str) else ""
    for prefix in ("+84", "0084", "84", "0"):
        if digits.startswith(prefix) and _MOBILE.fullmatch(digits.removeprefix(prefix)):
            return "+84" + digits.removeprefix(prefix)
    raise _invalid(field, "BadPhone", text)


def fold(text: str) -> str:
    """Lower case, no diacritics, đ as d, runs of white space as one space: for a query and for what it searches."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().replace("đ", "d").split())


def plain(text: str, longest: int) -> str:
    """The text in A-Z, a-z, 0-9, blank, dot and hyphen, at most `longest` characters: what payment gateways and banks
    carry unharmed. Vietnamese letters lose their marks (đ is d); anything else becomes a blank."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    bare = bare.replace("đ", "d").replace("Đ", "D")
    return " ".join(re.sub(r"[^A-Za-z0-9.-]+", " ", bare).split())[:longest].rstrip()


def _typed(text: str) -> str:
    # upper() turns some foreign letters into ASCII ones (ı into I); what was typed has to be ASCII already.
    return text.strip().upper() if isinstance(text, str) and text.isascii() else ""


def _day(text: str) -> date | None:
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def _invalid(field: str, code: str, text: object, **params: object) -> Invalid:
    """Identity numbers and phones are personal: the value itself never travels with the error."""
    kept = {"text": str(text)[:40]} if code in _QUOTABLE else {}
    return Invalid(fields=[FieldError(field, code, {**kept, **params})])


_QUOTABLE = ("BadDossierCode", "BadAgencyCode", "BadProcedureCode")

"""Dossier, agency and procedure codes, identity and tax numbers, phones, and the folding of text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import codes
from chalicelib.errors import Invalid

TODAY = date(2026, 11, 23)


def refused(check: Callable[[], Any]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as error:
        check()
    return [(field.field, field.code) for field in error.value.fields]


@pytest.mark.clause("C1")
@pytest.mark.parametrize(
    ("agency", "day", "number", "code"),
    [
        ("H34", date(2026, 2, 13), 1, "H34-260213-0001"),
        ("H34.05", date(2026, 2, 13), 975, "H34.05-260213-0975"),
        ("H15.50.05.13", date(2026, 10, 8), 9999, "H15.50.05.13-261008-9999"),
        ("H34.05", date(2026, 2, 13), 10_000, "H34.05-260213-10000"),
        ("000.00.53.H48", date(2022, 9, 21), 99, "000.00.53.H48-220921-0099"),
        ("H15.50.05.13.01.02.030", date(2026, 1, 1), 99_999, "H15.50.05.13.01.02.030-260101-99999"),
    ],
)
def test_a_dossier_code_is_made_and_read_back(agency: str, day: date, number: int, code: str) -> None:
    assert codes.make_dossier_code(agency, day, number) == code
    assert codes.parse_dossier_code(f" {code.lower()} ") == codes.DossierCode(agency, day, number)
    assert len(code) <= 35


@pytest.mark.parametrize(
    "code",
    ["", "H34", "H34-260213", "H34-260213-001", "H34-261301-0001", "H34-260229-0001", "H34-260213-0000"]
    + ["H34-260213-00001", "H34 -260213-0001", ".H34-260213-0001", "H34.-260213-0001", "H34..05-260213-0001"]
    + ["34.05-260213-0001", "H34-260213-0001-a1", "H34-260213-٠٠٠١", "H34/05-260213-0001", "Ⅻ34-260213-0001"]
    + ["H34-260213-0001\n0", "H15.50.05.13.01.02.0301-260101-12345678"],
)
def test_what_is_no_dossier_code(code: str) -> None:
    assert refused(lambda: codes.parse_dossier_code(code)) == [("code", "BadDossierCode")]


@pytest.mark.parametrize(
    ("agency", "day", "number"),
    [
        ("H34", TODAY, 0),
        ("H34", TODAY, -1),
        ("H34", TODAY, 10_000_000),
        ("H34", date(1999, 12, 31), 1),
        ("H15.50.05.13.01.02.030", TODAY, 100_000),
    ],
)
def test_a_dossier_code_that_cannot_be_made(agency: str, day: date, number: int) -> None:
    assert refused(lambda: codes.make_dossier_code(agency, day, number)) == [("code", "BadDossierCode")]


def test_execution_names_have_no_full_stop_and_count_attempts() -> None:
    assert codes.execution_name("H34.05-260213-0975", 1) == "H34-05-260213-0975-a1"
    assert codes.execution_name("H34.05-260213-0975", 12) == "H34-05-260213-0975-a12"
    assert refused(lambda: codes.execution_name("H34.05-260213-0975", 0)) == [("attempt", "BadAttempt")]
    assert refused(lambda: codes.execution_name("H34.05", 1)) == [("code", "BadDossierCode")]


@pytest.mark.clause("C1")
@pytest.mark.parametrize("code", ["H34", "H34.05", "H55.242", "G09.20", "000.00.53.H48", "000.00.00.H49", "h34.05"])
def test_agency_codes(code: str) -> None:
    assert codes.check_agency_code(code) == code.upper()


@pytest.mark.parametrize(
    "code",
    ["", "H", "34.05", "H34.", ".H34", "H34..05", "H34-05", "Đ34", "H34 05", "H34" + ".05" * 7, None, 34],
)
def test_what_is_no_agency_code(code: Any) -> None:
    assert refused(lambda: codes.check_agency_code(code, field="agencies[0]")) == [("agencies[0]", "BadAgencyCode")]


@pytest.mark.parametrize("code", ["1.001612", "1.000948.H38", "2.000815.000.00.00.H55", "2.000815.000.00.00.H55.02"])
def test_procedure_codes(code: str) -> None:
    assert codes.check_procedure_code(code.lower()) == code


@pytest.mark.parametrize("code", ["", "1001612", "1.01612", "1.0016123", "0.001612", "1.001612.", "1.001612.X"])
def test_what_is_no_procedure_code(code: str) -> None:
    assert refused(lambda: codes.check_procedure_code(code)) == [("procedure", "BadProcedureCode")]


@pytest.mark.clause("A4")
@pytest.mark.parametrize(
    ("number", "province", "sex", "year"),
    [
        ("062095001234", "062", "male", 1995),
        ("051195001234", "051", "female", 1995),
        ("001206000001", "001", "male", 2006),
        ("096326000001", "096", "female", 2026),
        ("062006000001", "062", "male", 1906),
    ],
)
def test_identity_numbers_tell_province_sex_and_year(number: str, province: str, sex: str, year: int) -> None:
    assert codes.check_identity_number(f" {number} ", TODAY) == codes.IdentityNumber(number, province, sex, year)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("06209500123", "eleven digits"),
        ("0620950012345", "thirteen digits"),
        ("06209500123a", "a letter"),
        ("0620 9500 1234", "spaces inside"),
        ("٠٦٢٠٩٥٠٠١٢٣٤", "digits of another script"),
        ("000095001234", "province 000"),
        ("097095001234", "province 097"),
        ("062227000001", "born in 2027, next year"),
        ("062499000001", "born in 2199"),
        ("062905001234", "century digit 9: born in 2305"),
        ("062005000001", "born in 1905, 121 years ago"),
        ("", "empty"),
        (None, "nothing"),
        (62095001234, "an integer"),
    ],
)
def test_impossible_identity_numbers(number: Any, why: str) -> None:
    assert refused(lambda: codes.check_identity_number(number, TODAY)) == [("identity", "BadIdentityNumber")], why


def test_a_refused_identity_number_is_not_repeated_in_the_error() -> None:
    with pytest.raises(Invalid) as error:
        codes.check_identity_number("097095001234", TODAY)
    assert "097095001234" not in repr(error.value.fields) + str(error.value)


@pytest.mark.clause("A4")
@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("0100109106", "0100109106"),
        ("0100109106-001", "0100109106-001"),
        ("0100109106001", "0100109106-001"),
        (" 01 00 109 106 ", "0100109106"),
    ],
)
def test_tax_codes(typed: str, canonical: str) -> None:
    assert codes.check_tax_code(typed) == canonical


@pytest.mark.parametrize("typed", ["", "0123456789", "0100109107", "0100109106-000", "0100109106-01", None])
def test_wrong_tax_codes(typed: Any) -> None:
    assert refused(lambda: codes.check_tax_code(typed)) == [("tax_code", "BadTaxCode")]


@pytest.mark.parametrize(
    "typed",
    ["0912345678", "+84912345678", "84912345678", "0084912345678", "091 234 5678", "091.234.5678", "(091) 234-5678"],
)
def test_phones_become_international(typed: str) -> None:
    assert codes.check_phone(typed) == "+84912345678"


@pytest.mark.parametrize("typed", ["0322345678", "0562345678", "0702345678", "0862345678", "0992345678"])
def test_every_mobile_range(typed: str) -> None:
    assert codes.check_phone(typed) == "+84" + typed[1:]


@pytest.mark.parametrize(
    "typed",
    ["", "912345678", "091234567", "09123456789", "0602345678", "0242345678", "+85912345678", "0912x45678"],
)
def test_what_is_no_mobile_number(typed: Any) -> None:
    assert refused(lambda: codes.check_phone(typed, field="profile.phone")) == [("profile.phone", "BadPhone")]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đăng ký khai sinh", "dang ky khai sinh"),
        ("ĐẮK LẮK,  Kon Tum", "dak lak, kon tum"),
        ("Trích lục hộ tịch", "trich luc ho tich"),
        ("Thửa đất ở ươm ướt", "thua dat o uom uot"),
        ("e\u0301 \u00e9", "e e"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert codes.fold(text) == folded


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạẮẦỂĐ ỹ", max_size=40))
def test_folding_twice_is_folding_once_and_leaves_ascii(text: str) -> None:
    assert codes.fold(codes.fold(text)) == codes.fold(text)
    assert codes.fold(text).isascii()
    assert codes.fold(text.upper()) == codes.fold(text.lower())


@given(
    st.sampled_from(["H34", "H34.05", "H15.50.05.13", "000.00.53.H48"]),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.integers(1, 99_999),
)
def test_every_code_made_reads_back_and_names_an_execution(agency: str, day: date, number: int) -> None:
    code = codes.make_dossier_code(agency, day, number)
    assert str(codes.parse_dossier_code(code)) == code
    name = codes.execution_name(code, 3)
    assert "." not in name
    assert len(name) <= 80


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Nộp lệ phí hồ sơ H34.05-261125-0001", "Nop le phi ho so H34.05-261125-0001"),
        ("ĐƯỜNG Đặng Văn Ngữ, số 5/2", "DUONG Dang Van Ngu so 5 2"),
        ("phí & lệ phí (50%)*~+", "phi le phi 50"),
        ("Nô\u0323p\n  đủ", "Nop du"),
        ("北京", ""),
    ],
)
def test_plain(text: str, written: str) -> None:
    assert codes.plain(text, 255) == written


@given(st.text(), st.integers(1, 40))
def test_plain_text_is_what_every_gateway_carries(text: str, longest: int) -> None:
    written = codes.plain(text, longest)
    assert re.fullmatch(r"[A-Za-z0-9 .-]*", written) and len(written) <= longest and written == written.strip()
    assert codes.plain(written, longest) == written

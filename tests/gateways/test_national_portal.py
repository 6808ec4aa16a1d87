"""The wire to the national portal: what is believed, what is no answer, what is refused; the rules of its sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from chalicelib.gateways.national_portal import portal as wire
from chalicelib.gateways.national_portal.portal import Portal, Refused, Unavailable
from infra.local.sandboxes.national_portal import NationalPortal, Told
from tests.gateways.puppet import NO_ANSWERS, Json, Said, puppet

pytestmark = pytest.mark.clause("C5")
STEP: Json = {"MaHoSo": "H34.05-261123-0001", "SoThuTu": 1}


@pytest.fixture(autouse=True)
def no_session() -> Iterator[None]:
    wire._sessions.cache_clear()
    yield
    wire._sessions.cache_clear()


def _send(says: Any, **more: Any) -> list[tuple[str, Json]]:
    def answer(path: str, told: Json) -> Any:
        return {"session": "s"} if path.endswith("/login") else says

    with puppet(answer) as there:
        connection = Portal(address=there.url, username="u", password="p", madonvi="H34", seconds=2, **more)
        connection.send_step(STEP, stamp="20261123090000")
        return there.asked


@pytest.mark.parametrize("code", ["00", "0", 0])
def test_success_in_each_spelling(code: Any) -> None:
    asked = _send({"error_code": code})
    assert [path.rpartition("/")[2] for path, _ in asked] == ["login", "g"]
    assert asked[1][1] == {"session": "s", "madonvi": "H34", "service": "CapNhatTienDoHoSoMC", "data": [STEP]}


@pytest.mark.parametrize("says", [*NO_ANSWERS.values(), Said(b'{"error_code":"00"}', 429)], ids=[*NO_ANSWERS, "429"])
def test_what_is_no_answer_is_asked_again_later(says: Said) -> None:
    with pytest.raises(Unavailable):
        _send(says)


def test_a_refusal_has_its_code_and_words() -> None:
    with pytest.raises(Refused) as refused:
        _send({"error_code": "20", "message": "Chưa công bố\n" + "x" * 900})
    assert (
        refused.value.code == "20" and refused.value.text.startswith("Chưa công bố ") and len(refused.value.text) == 300
    )


def test_codes_that_a_connection_names() -> None:
    _send({"error_code": "77"}, known_codes=["77"])
    with pytest.raises(Unavailable, match="error_code 55"):
        _send({"error_code": "55"}, session_codes=["55"])


def test_a_wrong_password_is_no_refusal_of_a_record() -> None:
    with puppet(lambda path, told: {"error_code": "97"}) as there, pytest.raises(Unavailable, match="not let in"):
        Portal(there.url, "u", "wrong", "H34").send_step(STEP, stamp="1")


def test_personal_data_goes_over_tls_alone() -> None:
    with pytest.raises(ValueError, match="https only"):
        Portal("http://dichvucong.example.invalid", "u", "p", "H34").send_step(STEP, stamp="1")


def test_secrets_are_not_shown() -> None:
    assert "geheim" not in repr(Portal("https://x", "u", "geheim", "H34", secrets=["geheim"]))


# The sandbox: every rule of its own refuses.


def _call(there: NationalPortal, service: str, record: Json, **more: Any) -> str:
    def post(path: str, body: Json) -> Json:
        raw = json.dumps(body).encode()
        environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(raw)), "wsgi.input": BytesIO(raw)}
        answered: Json = json.loads(there.answer(path, environ)[2])
        return answered

    session = post("mapi/login", {"username": "u", "password": "p"})["session"]
    body = {"session": session, "madonvi": "H34", "service": service, "data": [record], **more}
    return str(post("mapi/g", body)["error_code"])


def _step(number: int, before: int, status: str) -> Json:
    names = "NguoiXuLy ChucDanh ThoiDiemXuLy PhongBanXuLy NoiDungXuLy NgayBatDau NgayKetThucTheoQuyDinh".split()
    values = ("A", "", "20261123090000", "B", "C", "", "")
    return {
        **STEP,
        **dict(zip(names, values, strict=True)),
        "TrangThai": status,
        "SoThuTu": number,
        "SoThuTuTruoc": before,
    }


def test_the_sandbox_refuses_gaps_wrong_orders_and_wrong_words() -> None:
    there = NationalPortal("u", "p", "H34")
    assert _call(there, "CapNhatTienDoHoSoMC", _step(1, 0, "1")) == "13", "of a dossier that it does not know"
    assert _call(there, "LayThuTuc", {}) == "95"
    assert _call(there, "DongBoHoSoMC", {"MaHoSo": "H34.05-261123-0001", "SoThuTu": 1}, isUpdating="False") == "30"
    assert _call(there, "DongBoHoSoMC", {"MaHoSo": "x"}) == "10"
    there.dossiers[STEP["MaHoSo"]] = told = Told({"TrangThaiHoSo": "1"}, 1, 0)
    assert _call(there, "CapNhatTienDoHoSoMC", _step(1, 0, "1")) == "00"
    assert _call(there, "CapNhatTienDoHoSoMC", _step(1, 0, "1")) == "00", "known again"
    assert _call(there, "CapNhatTienDoHoSoMC", _step(1, 0, "4")) == "15", "the same number and another step"
    assert _call(there, "CapNhatTienDoHoSoMC", _step(3, 2, "1")) == "17", "one was left out"
    assert _call(there, "CapNhatTienDoHoSoMC", _step(2, 1, "9")) == "18", "a status that cannot come next"
    assert _call(there, "CapNhatTienDoHoSoMC", _step(2, 1, "2")) == "16", "the dossier itself was not told"
    assert _call(there, "CapNhatTienDoHoSoMC", {**_step(2, 1, "1"), "ThoiDiemXuLy": "23/11/2026"}) == "38"
    assert [step["SoThuTu"] for step in told.steps] == [1] and told.statuses == [1]


def test_a_sandbox_younger_than_the_data_takes_dossiers_in_the_middle() -> None:
    there = NationalPortal("u", "p", "H34")
    there.dossiers[STEP["MaHoSo"]] = Told({"TrangThaiHoSo": "4"}, 7, 6)
    assert _call(there, "CapNhatTienDoHoSoMC", _step(7, 6, "4")) == "00"
    assert _call(there, "CapNhatTienDoHoSoMC", _step(9, 8, "4")) == "17", "from there on nothing may be left out"

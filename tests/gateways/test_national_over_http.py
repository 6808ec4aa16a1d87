"""The national platform and its other side over HTTP, and sides that say nothing or something else."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.payment import Evidence, Mismatch, Outcome, Source, mismatch
from chalicelib.errors import Invalid, UpstreamFailed
from chalicelib.gateways.payments.contract import FeeLine, Verdict
from chalicelib.gateways.payments.national import Account, National
from chalicelib.services import present
from infra.local.sandboxes.national import NationalBank
from infra.local.sandboxes.orders import Deed, State, Terms
from tests.gateways import orders
from tests.gateways.orders import NOW, OTHER, REFERENCE, attempt, posted
from tests.gateways.portal import Portal
from tests.gateways.puppet import NO_ANSWERS, Json, Puppet, Said, puppet
from tests.gateways.test_wire import raw, saying
from tests.gateways.town import Town, town, until, visit

pytestmark = pytest.mark.clause("A13", "B6")

MERCHANT, SECRET, OLD = "DT0034", "SECRET9F2C", "OLDSECRET77A1"
ACCOUNTS = {"": Account("VCB", "0011000000001", "KHO BAC"), "H34.05": Account("BIDV", "1200001", "SO TU PHAP")}


def national_at(url: str, *secrets: str, **changes: Any) -> National:
    given = {"merchant": MERCHANT, "secrets": secrets or (SECRET,), "accounts": ACCOUNTS}
    return National(**{**given, "init_url": f"{url}/init", "query_url": f"{url}/query", **changes})


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    present.freeze(NOW)
    yield
    present.shift(0)
    present.freeze(None)


@pytest.fixture(params=["sha256", "hmac-sha256"])
def digest(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def portal() -> Portal:
    return Portal(national_at("https://platform.example"))


@pytest.fixture
def place(portal: Portal) -> Iterator[Town]:
    def make(url: str, merchant: str) -> NationalBank:
        terms = Terms(url, repeat_seconds=0.01)
        return NationalBank(terms, MERCHANT, SECRET, f"{merchant}/confirm", "https://portal.example/ve")

    with town(make, portal) as found:
        yield found


@pytest.fixture
def bank(place: Town) -> NationalBank:
    assert isinstance(place.bank, NationalBank)
    return place.bank


@pytest.fixture
def gateway(bank: NationalBank) -> National:
    return national_at(bank.terms.url)


def ask(gateway: National, reference: str = REFERENCE) -> Evidence:
    return gateway.ask(reference, NOW, present.now(), "203.0.113.9")


# Orders.


def test_an_order_is_paid_in_the_browser_and_told(bank: NationalBank, portal: Portal, digest: str) -> None:
    bank.digest = digest
    gateway = national_at(bank.terms.url, digest=digest)
    portal.gateway = gateway
    url = gateway.start(orders.order()).pay_url
    assert url == f"{bank.terms.url}/pay/{REFERENCE}"
    page = visit(url)[2]
    assert "150.000" in page and 'value="suspicious"' not in page
    status, headers, _ = visit(url, form={"do": "succeed"})
    assert (status, headers["Location"]) == (303, f"https://portal.example/ve?MaThamChieu={REFERENCE}")
    assert bank.settle()
    (evidence,) = portal.evidence
    assert (evidence.outcome, evidence.at, mismatch(attempt(gateway), evidence)) == (Outcome.PAID, NOW, None)
    (call,) = bank.order(REFERENCE).calls
    assert json.loads(call.body)["MaLoi"] == "00" and call.accepted
    assert ask(gateway).outcome is Outcome.PAID


def test_an_order_is_made_in_the_afternoon_and_at_midnight(bank: NationalBank, gateway: National) -> None:
    """The other side refuses a time half a day off, which the 12-hour clock of a portal in service gives."""
    for at, reference, written in (
        (NOW + timedelta(hours=5), REFERENCE, "20260302151500"),
        (datetime(2026, 3, 2, 17, 0, 1, tzinfo=UTC), OTHER, "20260303000001"),
    ):
        present.freeze(at)
        gateway.start(orders.order(created_at=at, reference=reference))
        assert bank.order(reference).fields["ThoiGianGD"] == written
        assert gateway.ask(reference, at, at, "").outcome is Outcome.PENDING


def test_the_same_order_again_is_the_same_order(bank: NationalBank, gateway: National) -> None:
    assert gateway.start(orders.order()) == gateway.start(orders.order())
    with pytest.raises(UpstreamFailed):
        gateway.start(orders.order(amount=160_000))
    assert len(bank.orders) == 1


def test_a_wrong_secret_or_digest_opens_nothing(bank: NationalBank) -> None:
    for stranger in (national_at(bank.terms.url, OLD), national_at(bank.terms.url, digest="hmac-sha256")):
        with pytest.raises(UpstreamFailed):
            stranger.start(orders.order())
        assert ask(stranger).outcome is Outcome.UNKNOWN
    with pytest.raises(UpstreamFailed):
        national_at(bank.terms.url, merchant="DT0035").start(orders.order())
    assert not bank.orders


@pytest.mark.parametrize("amount", [0, -5])
def test_an_amount_that_no_order_can_have_does_not_leave_the_house(gateway: National, amount: int) -> None:
    with pytest.raises(Invalid):
        gateway.start(orders.order(amount=amount))


def test_while_secrets_change_the_new_one_asks_and_both_are_heard(bank: NationalBank, portal: Portal) -> None:
    both = national_at(bank.terms.url, SECRET, OLD)
    portal.gateway = both
    both.start(orders.order())
    bank.secret = OLD
    bank.perform(REFERENCE, Deed.SUCCEED)
    assert bank.settle() and portal.evidence[0].outcome is Outcome.PAID
    assert ask(both).outcome is Outcome.UNKNOWN  # asked with a secret that is not known there
    bank.secret = SECRET
    assert ask(both).outcome is Outcome.PAID


# Confirms.


def test_other_ends_are_told_and_found_by_asking(bank: NationalBank, gateway: National, portal: Portal) -> None:
    gateway.start(orders.order()), gateway.start(orders.order(reference=OTHER))
    bank.perform(REFERENCE, Deed.FAIL)
    bank.perform(OTHER, Deed.WRONG_AMOUNT)
    assert bank.settle()
    for failed in (next(e for e in portal.evidence if e.reference == REFERENCE), ask(gateway)):
        assert (failed.outcome, failed.transaction) == (Outcome.FAILED, None)
    for wrong in (next(e for e in portal.evidence if e.reference == OTHER), ask(gateway, OTHER)):
        assert mismatch(attempt(gateway, reference=OTHER), wrong) is Mismatch.AMOUNT


def test_it_calls_until_00(bank: NationalBank, gateway: National, portal: Portal) -> None:
    portal.verdicts = [Verdict.FAULT, Verdict.UNKNOWN_ORDER, Verdict.WRONG_AMOUNT, Verdict.DUPLICATE]
    gateway.start(orders.order())
    bank.perform(REFERENCE, Deed.SUCCEED)
    assert bank.settle()
    assert [json.loads(call.body)["MaLoi"] for call in bank.order(REFERENCE).calls] == ["99", "99", "99", "00"]
    assert len(set(portal.evidence)) == 1


def test_silence_is_found_by_asking_and_a_late_success_is_told(
    bank: NationalBank, gateway: National, portal: Portal
) -> None:
    gateway.start(orders.order()), gateway.start(orders.order(reference=OTHER))
    bank.perform(REFERENCE, Deed.SILENCE)
    bank.perform(OTHER, Deed.LATE)
    assert ask(gateway).outcome is Outcome.PAID and not portal.evidence
    present.shift(30 * 60)
    until(lambda: len(portal.evidence) == 1)
    assert (portal.evidence[0].reference, portal.evidence[0].outcome) == (OTHER, Outcome.PAID)


def test_a_message_of_another_order_cannot_be_replayed_for_this_one(
    place: Town, bank: NationalBank, gateway: National, portal: Portal
) -> None:
    gateway.start(orders.order())
    bank.perform(REFERENCE, Deed.SUCCEED)
    assert bank.settle()
    told = json.loads(place.merchant.messages[0].body)
    reply = portal(posted(json.dumps(told | {"MaThamChieu": OTHER})))
    assert json.loads(reply.body or "")["MaLoi"] == "99" and portal.refused[0].verdict is Verdict.BAD_SIGNATURE


def test_the_file_of_the_day(bank: NationalBank, gateway: National) -> None:
    gateway.start(orders.order())
    assert bank.perform(REFERENCE, Deed.SUCCEED).state is State.PAID and bank.settle()
    rows = list(csv.DictReader(io.StringIO(visit(f"{bank.terms.url}/settlement?day=2026-03-02")[2])))
    assert [(row["merchant"], row["kind"], row["amount"]) for row in rows] == [(MERCHANT, "payment", "150000")]


# Other sides.


@pytest.fixture
def other() -> Iterator[Puppet]:
    with puppet(lambda path, told: {"MaLoi": "00", "UrlThanhToan": "https://platform.example/pay/1"}) as made:
        yield made


def test_an_order_as_it_is_sent(other: Puppet) -> None:
    fees = (FeeLine("LP01", "Lệ phí cấp bản sao", 50_000), FeeLine("P02", "Phí thẩm định", 100_000))
    order = orders.order(
        info="Nộp lệ phí",
        dossier_code="H34.05-260302-0001",
        procedure=("1.001234", "Cấp bản sao " + "rất dài " * 60),
        agency=("H34.05", "Sở Tư pháp"),
        payer=("Nguyễn Văn An", "000000000000"),
        fees=fees,
    )
    assert national_at(other.url).start(order).pay_url == "https://platform.example/pay/1"
    ((path, told),) = other.asked
    text = (
        f"INIT|1.0.6|DT0034|{REFERENCE}|150000|PAY|1|1|vi-VN|VND|PAYMENT|Nop le phi|20260302101500|203.0.113.7|{SECRET}"
    )
    assert path == "/init" and told["MaXacThuc"] == hashlib.sha256(text.encode()).hexdigest()
    receipt = told["ThongTinBienLai"]
    assert (receipt["MaHoSo"], receipt["MaDonVi"], receipt["MaTTHC"]) == ("H34.05-260302-0001", "H34.05", "1.001234")
    assert (receipt["MaNHThuHuong"], receipt["TKThuHuong"], receipt["TenTKThuHuong"]) == (
        "BIDV",
        "1200001",
        "SO TU PHAP",
    )
    assert receipt["HoTenNguoiNop"] == "Nguyễn Văn An" and len(receipt["TenTTHC"]) == 250
    assert [(fee["LoaiPhiLePhi"], fee["SoTien"]) for fee in receipt["PhiLePhi"]] == [("2", "50000"), ("1", "100000")]
    assert sum(int(line["SoTien"]) for line in receipt["DSKhoanNop"]) == 150_000


def test_an_agency_without_an_account_of_its_own_uses_the_common_one(other: Puppet) -> None:
    national_at(other.url).start(orders.order(agency=("H34.07", "Sở Xây dựng")))
    ((_, told),) = other.asked
    receipt = told["ThongTinBienLai"]
    assert receipt["TKThuHuong"] == "0011000000001"
    assert receipt["DSKhoanNop"] == [{"NoiDung": orders.ORDER.info, "SoTien": "150000"}]


def test_a_provinces_exchange_platform_between_has_its_envelope_and_its_token(other: Puppet) -> None:
    inside = {"MaLoi": "00", "UrlThanhToan": "https://platform.example/pay/2"}
    other.says = lambda path, told: {"error_code": "0", "message": json.dumps(inside)}
    assert national_at(other.url).start(orders.order()).pay_url == "https://platform.example/pay/2"
    with raw(saying(json.dumps(inside).encode())) as (url, requests):
        national_at("https://platform.example", init_url=url, token="b34r3r").start(orders.order())
        national_at("https://platform.example", init_url=url).start(orders.order())
    assert b"authorization: bearer b34r3r\r\n" in requests[0].lower() and b"authorization" not in requests[1].lower()


@pytest.mark.parametrize(
    "answer",
    [
        *NO_ANSWERS.values(),
        {"MaLoi": "99", "UrlThanhToan": "https://platform.example/pay/1"},
        {"MaLoi": "00"},
        {"MaLoi": "00", "UrlThanhToan": ""},
        {"MaLoi": "00", "UrlThanhToan": "javascript:alert(1)"},
        {"MaLoi": "00", "UrlThanhToan": "http://platform.example/pay/1"},
        {"MaLoi": "00", "UrlThanhToan": ["https://platform.example"]},
        {"MaLoi": "00", "UrlThanhToan": "https://platform.example/pay/1", "MaThamChieu": OTHER},
        {"error_code": "1", "message": '{"MaLoi":"00","UrlThanhToan":"https://platform.example/pay/1"}'},
        {"error_code": "0", "message": "Lỗi"},
        {"error_code": "0", "message": '{"MaLoi":"00"}'},
    ],
)
def test_without_a_page_there_is_no_order(other: Puppet, answer: Json | Said) -> None:
    other.says = lambda path, told: answer
    with pytest.raises(UpstreamFailed):
        national_at(other.url).start(orders.order())
    assert len(other.asked) == 1


ANSWER = {
    "LoaiBanTin": "QUERY",
    "MaLoi": "00",
    "MaDoiTac": MERCHANT,
    "MaThamChieu": REFERENCE,
    "SoTien": "150000",
    "MaTienTe": "VND",
    "MaGiaoDich": "PP1",
    "MaNganHang": "VCB",
    "ThoiGianGD": "20260302101806",
    "ThongTinGiaoDich": "Nop le phi",
}


def signed(state: str, *, covered: bool, **changes: str) -> Json:
    """A QUERY's answer whose digest covers the state, or not."""
    fields = {**ANSWER, **changes}
    values = [*fields.values(), state] if covered else list(fields.values())
    made = hashlib.sha256("|".join([*values, SECRET]).encode()).hexdigest()
    return {**fields, "TrangThaiGD": state, "MaXacThuc": made}


@pytest.mark.parametrize("covered", [True, False])
@pytest.mark.parametrize(
    ("state", "outcome"),
    [("1", Outcome.PAID), ("3", Outcome.PENDING), ("4", Outcome.FAILED), ("2", Outcome.UNKNOWN), ("", Outcome.UNKNOWN)],
)
def test_the_state_decides(other: Puppet, state: str, outcome: Outcome, covered: bool) -> None:
    other.says = lambda path, told: signed(state, covered=covered)
    evidence = ask(national_at(other.url))
    assert (evidence.outcome, evidence.source, evidence.reference) == (outcome, Source.QUERY, REFERENCE)
    ((path, told),) = other.asked
    text = f"QUERY|1.0.6|{MERCHANT}|{REFERENCE}|20260302101500|{SECRET}"
    assert path == "/query" and told["MaXacThuc"] == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "answer",
    [
        *NO_ANSWERS.values(),
        {**ANSWER, "TrangThaiGD": "1"},  # not signed
        {**signed("1", covered=True), "SoTien": "150001"},
        {**signed("3", covered=True), "TrangThaiGD": "1"},
        signed("1", covered=True, MaThamChieu=OTHER),
        signed("1", covered=True, MaDoiTac="DT0035"),
        signed("1", covered=True, MaLoi="99"),
        signed("1", covered=True, SoTien="150000.5"),
        {"MaLoi": "99", "MoTaLoi": "Không tìm thấy giao dịch"},
    ],
)
def test_what_is_not_signed_or_speaks_of_something_else_changes_nothing(other: Puppet, answer: Json | Said) -> None:
    other.says = lambda path, told: answer
    evidence = ask(national_at(other.url))
    assert (evidence.outcome, evidence.amount, evidence.transaction) == (Outcome.UNKNOWN, None, None)


def test_nobody_there_and_nobody_answering(other: Puppet) -> None:
    gone = national_at("http://127.0.0.1:1")
    with pytest.raises(UpstreamFailed):
        gone.start(orders.order())
    assert ask(gone).code == "unreachable"

    def slow(path: str, told: Json) -> Json:
        time.sleep(0.6)
        return signed("1", covered=True)

    other.says = slow
    evidence = ask(national_at(other.url, seconds=0.2))
    assert (evidence.outcome, evidence.code, len(other.asked)) == (Outcome.UNKNOWN, "silence", 1)

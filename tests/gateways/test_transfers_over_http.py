"""Transfers and the bank's other side over HTTP: from the QR payload to notices and statement."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.domain.payment import Evidence, Mismatch, Outcome, Source, mismatch
from chalicelib.gateways.payments import emv, statement
from chalicelib.gateways.payments.contract import BadCallback, Message, Reply, Verdict
from chalicelib.gateways.payments.vietqr import VietQR
from chalicelib.services import present
from infra.local.sandboxes.orders import Deed, Order, Refused, Terms
from infra.local.sandboxes.transfers import Account, Transfers, Way, read_payload
from tests.gateways import orders
from tests.gateways.orders import NOW, OTHER, REFERENCE, attempt
from tests.gateways.town import Town, town, visit

pytestmark = pytest.mark.clause("A13", "B6", "C6")

ACCOUNT, SECRET = Account("970403", "0011012345678", "UBND tỉnh Kon Tum"), "bi-mat-cua-ngan-hang"
VIETQR = VietQR(ACCOUNT.bank, ACCOUNT.number, ACCOUNT.holder, "Kon Tum", [SECRET])


class Portal:
    """Reads notices as the portal does; `verdicts` are said one by one, SETTLED when there are none left."""

    def __init__(self) -> None:
        self.vietqr = VIETQR
        self.verdicts: list[Verdict] = []
        self.notices: list[list[Evidence]] = []
        self.refused: list[BadCallback] = []

    def __call__(self, message: Message) -> Reply:
        try:
            self.notices.append(list(self.vietqr.read_notices(message, present.now())))
        except BadCallback as bad:
            self.refused.append(bad)
            return self.vietqr.reply(bad.verdict, message, present.now())
        verdict = self.verdicts.pop(0) if self.verdicts else Verdict.SETTLED
        return self.vietqr.reply(verdict, message, present.now())


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    present.freeze(NOW)
    yield
    present.shift(0)
    present.freeze(None)


@pytest.fixture
def portal() -> Portal:
    return Portal()


@pytest.fixture
def place(portal: Portal) -> Iterator[Town]:
    def make(url: str, merchant: str) -> Transfers:
        return Transfers(Terms(url, repeat_seconds=0.01, most_calls=5), [ACCOUNT], merchant + "/notices", [SECRET])

    with town(make, portal) as found:
        yield found


@pytest.fixture
def qr() -> str:
    return VIETQR.start(orders.ORDER).qr or ""


def bank(place: Town) -> Transfers:
    assert isinstance(place.bank, Transfers)
    return place.bank


def send(place: Town, *payments: dict[str, Any], way: Way = Way.SEND) -> list[Order]:
    made = bank(place).transfer(payments, way, seconds=0.05)
    assert place.bank.settle()
    return made


# From the payload to the evidence.


def test_a_scanned_payload_is_paid_and_told(place: Town, portal: Portal, qr: str) -> None:
    (sent,) = send(place, {"qr": qr})
    ((evidence,),) = portal.notices
    assert mismatch(attempt(VIETQR), evidence) is None
    assert (evidence.reference, evidence.outcome, evidence.source) == (REFERENCE, Outcome.PAID, Source.NOTICE)
    assert (evidence.transaction, evidence.at) == (sent.reference, NOW)
    assert [(call.status, call.body) for call in sent.calls] == [(200, '{"status": "settled"}')]


def test_the_same_typed_by_hand(place: Town, portal: Portal) -> None:
    send(place, {"account": ACCOUNT.number, "amount": "150.000", "description": f"nop phi {REFERENCE.lower()}"})
    ((evidence,),) = portal.notices
    assert mismatch(attempt(VIETQR), evidence) is None and evidence.reference == REFERENCE


def test_wrong_amounts_and_cut_texts_are_seen(place: Town, portal: Portal, qr: str) -> None:
    send(place, {"qr": qr}, way=Way.WRONG_AMOUNT)
    send(place, {"qr": qr, "amount": 15_000_000})
    send(place, {"qr": qr}, way=Way.MANGLED)
    more, times, cut = (notice[0] for notice in portal.notices)
    assert (more.amount, times.amount) == (151_000, 15_000_000)
    assert mismatch(attempt(VIETQR), more) is mismatch(attempt(VIETQR), times) is Mismatch.AMOUNT
    assert (cut.reference, cut.amount) == ("", 150_000) and REFERENCE[:8] in (cut.text or "")


def test_silence_tells_nobody_but_is_in_the_statement(place: Town, portal: Portal, qr: str) -> None:
    (sent,) = send(place, {"qr": qr}, way=Way.SILENCE)
    assert not portal.notices
    (row,) = day(place, "2026-03-02")
    assert row.evidence is not None and row.evidence.transaction == sent.reference
    assert mismatch(attempt(VIETQR), row.evidence) is None


@pytest.mark.parametrize(("way", "times"), [(Way.DUPLICATE, 2), (Way.DELAY, 1)])
def test_told_twice_or_late_is_told_the_same(place: Town, portal: Portal, qr: str, way: Way, times: int) -> None:
    send(place, {"qr": qr}, way=way)
    assert len(portal.notices) == times and len({notice[0] for notice in portal.notices}) == 1


def test_several_payments_in_one_notice(place: Town, portal: Portal, qr: str) -> None:
    send(place, {"qr": qr}, {"account": ACCOUNT.number, "amount": 5_000, "description": "?"}, {"qr": qr})
    (notice,) = portal.notices
    assert [evidence.reference for evidence in notice] == [REFERENCE, "", REFERENCE]
    assert len({evidence.transaction for evidence in notice}) == 3


def test_called_again_until_it_is_kept(place: Town, portal: Portal, qr: str) -> None:
    portal.verdicts = [Verdict.FAULT, Verdict.FAULT]
    (sent,) = send(place, {"qr": qr})
    assert [call.status for call in sent.calls] == [503, 503, 200]
    assert len({notice[0] for notice in portal.notices}) == 1


@pytest.mark.parametrize(
    "verdict", [Verdict.DUPLICATE, Verdict.UNKNOWN_ORDER, Verdict.WRONG_AMOUNT, Verdict.WRONG_MERCHANT]
)
def test_what_was_kept_for_people_is_not_told_again(place: Town, portal: Portal, qr: str, verdict: Verdict) -> None:
    portal.verdicts = [verdict]
    (sent,) = send(place, {"qr": qr})
    assert [call.status for call in sent.calls] == [200]


def test_the_bank_and_the_portal_change_secrets_one_after_the_other(place: Town, portal: Portal, qr: str) -> None:
    bank(place).secrets = ["bi-mat-moi", SECRET]  # the bank signs with both
    send(place, {"qr": qr})
    portal.vietqr = VietQR(ACCOUNT.bank, ACCOUNT.number, ACCOUNT.holder, "Kon Tum", ["bi-mat-moi", SECRET])
    bank(place).secrets = ["bi-mat-moi"]
    send(place, {"qr": qr})
    assert len(portal.notices) == 2 and not portal.refused
    bank(place).secrets = ["khac"]
    (sent,) = send(place, {"qr": qr})
    assert {call.status for call in sent.calls} == {401} and len(portal.notices) == 2


def test_a_clock_that_is_wrong_is_refused_and_cured_by_signing_anew(place: Town, portal: Portal, qr: str) -> None:
    send(place, {"qr": qr})
    told = place.merchant.messages[0]
    present.shift(301)
    assert portal(told).status == 401 and portal.refused[0].verdict is Verdict.BAD_SIGNATURE  # a replay
    bank(place).perform(next(iter(place.bank.orders)), Deed.DUPLICATE)
    assert place.bank.settle() and len(portal.notices) == 2


# Statements.


def day(place: Town, text: str) -> list[statement.Row]:
    status, headers, body = visit(f"{place.bank.terms.url}/statement?day={text}")
    assert status == 200 and headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(statement.read(body.splitlines(keepends=True)))


def test_a_statement_has_the_day_of_vietnam(place: Town, portal: Portal, qr: str) -> None:
    present.freeze(datetime(2026, 3, 2, 16, 59, 59, tzinfo=UTC))
    send(place, {"qr": qr})
    present.freeze(datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
    send(place, {"account": ACCOUNT.number, "amount": 1, "description": 'x, "y"\n' + OTHER})
    (before,), (after,) = day(place, "2026-03-02"), day(place, "2026-03-03")
    assert [before.evidence and before.evidence.reference, after.evidence and after.evidence.reference] == [
        REFERENCE,
        OTHER,
    ]
    told = [notice[0] for notice in portal.notices]
    for row, notice in zip((before, after), told, strict=True):
        assert row.evidence is not None and row.evidence.transaction == notice.transaction
        assert (row.evidence.text, row.evidence.amount) == (notice.text, notice.amount)
    assert visit(f"{place.bank.terms.url}/statement?day=")[0] == 422


# The app.


def test_the_app_reads_a_payload_and_sends_it(place: Town, portal: Portal, qr: str) -> None:
    url = place.bank.terms.url
    for status, _, page in (
        visit(f"{url}/app", form={"do": "read", "qr": f" {qr}\n"}),
        visit(f"{url}/app?qr={quote(qr)}"),
    ):
        assert status == 200 and "<script" not in page and '<html lang="vi">' in page
        values = dict(re.findall(r'<input name="(\w+)"[^>]* value="([^"]*)"', page))
        assert values == {"account": ACCOUNT.number, "amount": "150000", "description": REFERENCE}
    status, headers, _ = visit(f"{url}/app", form={"do": "send", **values})
    assert status == 303 and place.bank.settle()
    assert [evidence.reference for evidence in portal.notices[0]] == [REFERENCE]
    _, _, page = visit(headers["Location"])
    assert "150.000 ₫" in page and REFERENCE in page
    (number,) = place.bank.orders
    status, headers, _ = visit(f"{url}/pay/{number}", form={"do": "duplicate"})
    assert (status, headers["Location"]) == (303, f"{url}/app?sent={number}")
    assert place.bank.settle() and len(portal.notices) == 2


def test_the_app_in_english(place: Town, qr: str) -> None:
    url = place.bank.terms.url
    assert "Banking app" in visit(f"{url}/app?lang=en")[2]
    form = {"do": "send", "account": ACCOUNT.number, "amount": "5000", "description": "x", "lang": "en"}
    _, headers, _ = visit(f"{url}/app", form=form)
    page = visit(headers["Location"])[2]
    assert '<html lang="en">' in page and "Sent" in page


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"do": "read", "qr": ""}, "damaged"),
        ({"do": "read", "qr": "xin chào"}, "damaged"),
        ({"do": "send", "account": "1", "amount": "5"}, "no such account"),
        ({"do": "send", "account": ACCOUNT.number, "amount": "0"}, "amount"),
        ({"do": "send", "account": ACCOUNT.number, "amount": "500000000"}, "amount"),
        ({"do": "send", "account": ACCOUNT.number, "amount": "năm"}, "amount"),
        ({"do": "fly", "account": ACCOUNT.number, "amount": "5"}, "do one of"),
        ({"do": "delay", "seconds": "x", "account": ACCOUNT.number, "amount": "5"}, "seconds"),
    ],
)
def test_the_app_says_what_is_wrong_and_keeps_what_was_typed(place: Town, form: dict[str, str], why: str) -> None:
    status, _, page = visit(f"{place.bank.terms.url}/app", form=form | {"lang": "en", "description": "a<b>&"})
    assert status == 422 and 'role="alert"' in page and why in page
    assert html.escape("a<b>&") in page and not place.bank.orders


def test_a_story_drives_it_without_a_browser(place: Town, portal: Portal, qr: str) -> None:
    url = f"{place.bank.terms.url}/transfers"
    status, _, body = visit(url, told={"transfers": [{"qr": qr}], "do": "wrong_amount", "wait": True})
    (shown,) = json.loads(body)["transfers"]
    assert status == 200 and (shown["amount"], shown["paid"], shown["state"]) == (150_000, 151_000, "paid")
    assert [(call["status"], call["ok"]) for call in shown["calls"]] == [(200, True)]
    assert visit(url, form={"transfers": "x"})[0] == 422  # a page of another origin
    wrong: list[object] = [
        {},
        {"transfers": []},
        {"transfers": ["x"]},
        {"transfers": [{"qr": "x"}]},
        {"transfers": [{}]},
    ]
    for told in wrong:
        assert visit(url, told=told)[0] == 422
    assert len(portal.notices) == 1


# The bank reads payloads by itself.


def test_what_the_bank_reads_is_what_the_portal_wrote(qr: str) -> None:
    assert read_payload(qr) == {
        "bank": "970403",
        "account": ACCOUNT.number,
        "amount": "150000",
        "description": REFERENCE,
    }
    static = emv.write(emv.Transfer("970403", "1", once=False))
    assert read_payload(static) == {"bank": "970403", "account": "1", "description": ""}


def test_what_the_bank_does_not_read(place: Town, qr: str) -> None:
    card = emv.write(emv.Transfer("970403", "9704031101234567", service=emv.TO_CARD))
    for text in ("", qr[:-1], qr[:-4] + "0000", qr.replace("150000", "950000"), "é", card):
        with pytest.raises(Refused):
            read_payload(text)
    other_bank = emv.write(emv.Transfer("970415", ACCOUNT.number, 5_000))
    with pytest.raises(Refused, match="account"):
        bank(place).transfer([{"qr": other_bank}])

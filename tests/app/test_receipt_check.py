"""The public check of a receipt: what whoever holds one learns, and what nobody else does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.receipt import Receipt
from chalicelib.domain.refund import Refund, RefundState, Rule
from chalicelib.services import present, receipts
from chalicelib.storage import ledger
from chalicelib.storage import refunds as refund_rows
from chalicelib.storage.transactions import write_all
from tests.app.bench import calls
from tests.app.portal import AGENCY, Answer, Portal
from tests.app.takings import FEE, QUICK, Till

pytestmark = pytest.mark.clause("C6")


@pytest.fixture
def till(portal: Portal) -> Till:
    return Till(portal)


def asked(till: Till, receipt: Receipt, **changes: Any) -> Answer:
    body = {"agency": AGENCY, "series": receipt.series, "serial": receipt.serial, "secret": receipt.secret}
    return till.portal.nobody.post("/receipts/check", {**body, **changes})


def test_whoever_holds_a_receipt_sees_what_it_says(till: Till) -> None:
    dossier, _, receipt = till.receipted()
    answer = asked(till, receipt)
    assert answer.status == 200
    assert answer.body == {
        "number": "BL-26E/0000001",
        "form": "01BLP0-001",
        "agency": {"code": AGENCY, "name": "Department of Justice"},
        "code": receipt.code,
        "procedure": QUICK["name"]["en"],
        "fees": [{"name": "Copy fee", "amount": FEE}],
        "amount": FEE,
        "parts": [
            {"via": {"code": "cash", "name": "Cash at the counter"}, "amount": FEE, "at": "2026-11-23T02:00:00.000Z"}
        ],
        "issued_at": "2026-11-23T02:00:00.000Z",
        "state": "issued",
        "refunded": 0,
        "being_refunded": 0,
    }
    till.portal.nobody.language = "vi"
    vietnamese = asked(till, receipt).body
    assert (vietnamese["agency"]["name"], vietnamese["fees"][0]["name"]) == ("Sở Tư pháp", "Phí cấp bản sao")


@pytest.mark.clause("C7")
def test_nothing_about_the_payer_is_said(till: Till) -> None:
    dossier, payment, receipt = till.receipted()
    said = json.dumps(asked(till, receipt).body, ensure_ascii=False)
    for secret in (receipt.payer.name, receipt.payer.identity, receipt.secret, dossier, payment, receipt.officer):
        assert secret not in said


def test_every_failure_is_one_answer_after_the_same_calls(till: Till) -> None:
    *_, receipt = till.receipted()
    *_, other = till.receipted()
    wrong: list[dict[str, Any]] = [
        {"secret": "0" * 32},
        {"secret": receipt.secret[:-1]},
        {"secret": receipt.secret.upper() + " "},
        {"secret": other.secret},
        {"serial": 3},
        {"serial": other.serial},
        {"series": "BL-25E"},
        {"series": "BL-26E#0000001"},
        {"series": "BL/26E"},
        {"agency": "H34.06"},
        {"agency": "H99"},
    ]
    answers, traces = [], []
    for change in wrong:
        with calls() as made:
            answer = asked(till, receipt, **change)
        answers.append((answer.status, json.dumps(answer.body)))
        traces.append(tuple(made))
    assert len(set(answers)) == 1 and answers[0][0] == 404
    assert json.loads(answers[0][1])["Code"] == "ReceiptNotFound"
    assert set(traces) == {("GetItem",)}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"serial": 0}, "serial"),
        ({"serial": "1"}, "serial"),
        ({"serial": 10_000_000}, "serial"),
        ({"secret": ""}, "secret"),
        ({"agency": "H" * 36}, "agency"),
        ({"name": "x"}, "name"),
    ],
)
def test_what_cannot_be_a_receipt_is_said_by_its_field(till: Till, change: dict[str, Any], field: str) -> None:
    body = {"agency": AGENCY, "series": "BL-26E", "serial": 1, "secret": "0" * 32, **change}
    answer = till.portal.nobody.post("/receipts/check", body)
    assert (answer.status, [f["Field"] for f in answer.body["Fields"]]) == (422, [field])


def test_a_check_makes_two_calls(till: Till) -> None:
    *_, receipt = till.receipted()
    with calls() as made:
        assert asked(till, receipt).status == 200
    assert made == ["GetItem", "Query"]


@pytest.mark.clause("A15")
def test_it_says_when_the_money_goes_back_and_went_back(till: Till) -> None:
    dossier, payment, receipt = till.receipted()
    till.portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Không cần nữa."})
    (owed,) = ledger.account(dossier).refunds
    said = asked(till, receipt).body
    assert (said["state"], said["refunded"], said["being_refunded"]) == ("issued", 0, FEE)
    _done(owed)
    said = asked(till, receipt).body
    assert (said["state"], said["refunded"], said["being_refunded"]) == ("refunded", FEE, 0)
    assert receipts.audit(AGENCY)[0].sound  # the receipt stays what it is


def test_a_part_that_went_back_is_said_and_an_overpayment_is_none(till: Till) -> None:
    dossier, payment, receipt = till.receipted()
    now = present.now()

    def owed(id: str, amount: int, rule: Rule) -> Refund:
        return Refund(id, dossier, AGENCY, payment, "cash", amount, rule, now, now)

    part, over = owed("1", 10_000, Rule.EXCEPTION), owed("2", 5_000, Rule.OVERPAID)
    write_all([refund_rows.new(part), refund_rows.new(over)])
    _done(part)
    _done(over)
    said = asked(till, receipt).body
    assert (said["state"], said["refunded"], said["being_refunded"]) == ("partly_refunded", 10_000, 0)


def _done(refund: Refund) -> None:
    """As it is when it has been paid out."""
    write_all([refund_rows.changed(replace(refund, state=RefundState.DONE, version=refund.version + 1))])

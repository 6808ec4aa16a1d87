"""The law of refunds, kept: nothing archived while money is owed, nothing back for what was performed, people told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.counterparts import Counterparts, ok, refused
from tests.app.portal import PROCEDURE, new_id
from tests.app.treasury import level_4

pytestmark = pytest.mark.clause("A15")


def test_a_dossier_is_not_archived_while_a_refund_is_open(there: Counterparts) -> None:
    there.quick("vnpay", seconds=3600)
    portal = there.portal
    there.offer(level_4(code="2.000641", moment="result"))
    dossier, _ = portal.filed(procedure="2.000641")
    portal.papers_came(dossier)
    portal.step(portal.reception, dossier, "receive", {})
    portal.step(portal.appraiser, dossier, "claim", {})
    portal.step(portal.appraiser, dossier, "proposal", {"opinion": "Đủ."})
    portal.step(portal.approver, dossier, "approval", {})
    portal.step(portal.clerk, dossier, "result", {"number": "1/TL", "title": "Trích lục"})
    first, second = there.start(dossier)["reference"], there.start(dossier)["reference"]
    there.settle(first, "vnpay")
    there.settle(second, "vnpay")  # nothing was owed any more: it goes back
    there.relay()
    portal.step(portal.clerk, dossier, "hand-over", {"recipient": "Nguyễn Thị Thử", "signed": True})
    early = portal.clerk.post(f"/desk/dossiers/{dossier}/archive", {})
    assert refused(early) == (409, "RefundOpen")
    for _ in range(8):
        there.sweep(hours=1)
    portal.step(portal.clerk, dossier, "archive", {})
    assert portal.state(dossier) == "closed"


def performed(there: Counterparts, **fee: Any) -> str:
    """A dossier with its result ready, its fee paid at the counter; nobody comes for it."""
    there.offer({**PROCEDURE, "code": "2.000642", "fees": [{**PROCEDURE["fees"][0], **fee}]})
    portal = there.portal
    dossier, _ = portal.filed(procedure="2.000642")
    portal.step(portal.reception, dossier, "receive", {})
    portal.step(portal.appraiser, dossier, "claim", {})
    portal.step(portal.appraiser, dossier, "proposal", {"opinion": "Đủ."})
    portal.step(portal.approver, dossier, "approval", {})
    portal.step(portal.clerk, dossier, "result", {"number": "1/TL", "title": "Trích lục"})
    portal.step(there.cashier, dossier, "fee", {"amount": 24_000, "means": "cash"})
    return dossier


@pytest.mark.clause("A16")
def test_what_was_performed_and_is_not_collected_gives_nothing_back(there: Counterparts) -> None:
    dossier = performed(there)
    answer = there.portal.citizen.post(f"/dossiers/{dossier}/refund-claim", {"reason": "Không cần nữa."})
    assert refused(answer) == (409, "NoRefundAfterResult")
    assert "08/2018" in answer.body["Message"]
    differs = {"originals": {"identity": "differs"}, "form_signed": True}
    there.portal.step(there.portal.clerk, dossier, "originals", differs)
    stopped = there.portal.citizen.post(f"/dossiers/{dossier}/refund-claim", {"reason": "Không cần nữa."})
    assert refused(stopped) == (409, "NoRefundAfterResult")
    assert there.money(dossier)["refunds"] == []


@pytest.mark.clause("A16")
def test_unless_the_law_on_the_fee_says_otherwise(there: Counterparts) -> None:
    dossier = performed(there, refund_uncollected=True)
    assert there.money(dossier)["fees"][0]["refund_uncollected"]
    key, body = new_id(), {"reason": "Không cần nữa."}
    first = there.portal.citizen.post(f"/dossiers/{dossier}/refund-claim", body, key)
    again = there.portal.citizen.post(f"/dossiers/{dossier}/refund-claim", body, key)
    assert ok(first) == ok(again)
    assert [(r["rule"], r["amount"]) for r in there.money(dossier)["refunds"]] == [("exception", 24_000)]
    twice = there.portal.citizen.post(f"/dossiers/{dossier}/refund-claim", body)
    assert refused(twice) == (409, "NoRefundAfterResult")


def test_before_there_is_a_result_one_withdraws(there: Counterparts) -> None:
    dossier = there.paid("momo")
    answer = there.portal.citizen.post(f"/dossiers/{dossier}/refund-claim", {"reason": "Không cần nữa."})
    assert refused(answer) == (409, "WithdrawInstead")


def test_the_payer_is_told_when_it_opens_what_is_needed_and_when_it_is_done(there: Counterparts) -> None:
    there.quick("momo")
    dossier = there.withdrawn("momo")
    there.relay()
    opened, done = there.letters()[-2:]
    assert "200.000 đồng được hoàn lại chậm nhất ngày 08/12/2026" in opened and "không cần làm gì thêm" in opened
    assert "đã hoàn lại 200.000 đồng" in done and "Ví MoMo" in done
    assert there.refund(dossier)["due_at"].startswith("2026-12-08")
    cash = there.paid_in_cash()
    assert "vui lòng cung cấp tài khoản" in there.letters()[-1] and there.refund(cash)["needs_account"]

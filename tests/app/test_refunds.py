"""Refunds as people deal with them: who may what, four eyes, proofs, the payer's account, requests that come twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.app.counterparts import ACCOUNT, DEAR, Counterparts, fields, ok, refused
from tests.app.portal import AGENCY, new_id

pytestmark = pytest.mark.clause("A15")
REFERENCE = "FT26327000123"


# By hand: transfer and cash.


def test_a_transfer_needs_an_account_an_approval_and_the_banks_number(there: Counterparts) -> None:
    dossier = there.paid_in_cash()
    assert there.refund(dossier)["needs_account"]
    assert fields(there.act(there.cashier, dossier, "prepare", channel="transfer")) == {"payee"}
    named = ok(there.name_account(dossier))
    assert (named["state"], named["needs_account"], named["payee"]["bank_name"]) == ("open", False, "Vietcombank")
    prepared = ok(there.act(there.cashier, dossier, "prepare", channel="transfer"))
    assert (prepared["state"], prepared["payee"]["number"]) == ("prepared", ACCOUNT["number"])
    assert refused(there.act(there.accountant, dossier, "pay-out", reference=REFERENCE)) == (409, "RefundStep")
    ok(there.act(there.accountant, dossier, "approve"))
    assert fields(there.act(there.accountant, dossier, "pay-out")) == {"reference"}
    assert refused(there.act(there.cashier, dossier, "pay-out", reference=REFERENCE)) == (403, "NoSuchPost")
    done = ok(there.act(there.accountant, dossier, "pay-out", reference=REFERENCE))
    assert (done["state"], done["proof"], done["channel"]) == ("done", REFERENCE, "transfer")
    assert [line["event"] for line in done["log"]] == ["name_account", "prepare", "approve", "pay_out"]
    assert there.balances(dossier) == {"drawer:cashier": 24_000, "bank": -24_000}
    there.relay()
    assert "Chứng từ: FT26327000123" in there.letters()[-1] and "24.000 đồng" in there.letters()[-1]


def test_cash_leaves_the_own_drawer_to_somebody_who_signed(there: Counterparts) -> None:
    dossier = there.paid_in_cash()
    ok(there.act(there.cashier, dossier, "prepare", channel="cash"))
    ok(there.act(there.accountant, dossier, "approve"))
    assert refused(there.act(there.accountant, dossier, "pay-out", recipient="A", signed=True)) == (403, "NoSuchPost")
    assert fields(there.act(there.cashier, dossier, "pay-out")) == {"recipient", "signed"}
    assert fields(there.act(there.cashier, dossier, "pay-out", recipient="Nguyễn Thị Thử")) == {"signed"}
    key = new_id()
    first = ok(there.act(there.cashier, dossier, "pay-out", key, recipient="Nguyễn Thị Thử", signed=True))
    again = ok(there.act(there.cashier, dossier, "pay-out", key, recipient="Nguyễn Thị Thử", signed=True))
    assert first == again and first["proof"] == "Nguyễn Thị Thử"
    assert there.balances(dossier) == {}
    drawer = ok(there.cashier.get(f"/desk/drawers/{AGENCY}/mine"))["drawer"]
    assert (drawer["cash"], drawer["expected"]) == (0, 0)


def test_a_drawer_with_too_little_in_it_pays_nothing(there: Counterparts) -> None:
    dossier = there.paid_in_cash()
    other = there.portal.cashier
    colleague = type(other)(other.client, "colleague", "Cán bộ colleague", "officer", f"{AGENCY}:cashier")
    ok(there.act(there.cashier, dossier, "prepare", channel="cash"))
    ok(there.act(there.accountant, dossier, "approve"))
    answer = there.act(colleague, dossier, "pay-out", recipient="Nguyễn Thị Thử", signed=True)
    assert refused(answer) == (409, "DrawerTooLow")
    assert there.refund(dossier)["state"] == "approved"


# The original channel first.


def test_another_channel_needs_a_reason_while_the_original_can_pay(there: Counterparts) -> None:
    dossier = there.big()
    assert there.refund(dossier)["state"] == "open"  # above the threshold: people
    assert fields(there.act(there.cashier, dossier, "prepare", channel="transfer", payee=ACCOUNT)) == {"reason"}
    assert fields(there.name_account(dossier)) == {"reason"}
    ok(there.name_account(dossier, reason="Ví MoMo đã đóng."))
    prepared = ok(there.act(there.cashier, dossier, "prepare", channel="transfer"))
    assert (prepared["channel"], prepared["reason"]) == ("transfer", "Ví MoMo đã đóng.")


def test_what_was_prepared_is_prepared_anew_when_the_payer_names_another_account(there: Counterparts) -> None:
    dossier = there.paid_in_cash()
    ok(there.name_account(dossier))
    ok(there.act(there.cashier, dossier, "prepare", channel="transfer"))
    seen = there.refund(dossier)
    ok(there.name_account(dossier, number="9876543210"))
    path = f"/desk/refunds/{dossier}/{seen['id']}/approve"
    late = there.accountant.post(path, {"version": seen["version"]})  # of what was seen with the first account
    assert refused(late) == (409, "StaleWrite")
    assert there.refund(dossier)["state"] == "open"
    ok(there.act(there.cashier, dossier, "prepare", channel="transfer"))
    approved = ok(there.act(there.accountant, dossier, "approve"))
    assert approved["payee"]["number"] == "9876543210"
    assert refused(there.name_account(dossier)) == (409, "RefundStep")


def test_an_approved_refund_goes_through_its_gateway(there: Counterparts) -> None:
    there.quick("momo")
    dossier = there.big()
    ok(there.act(there.accountant, dossier, "prepare", channel="original"))
    ok(there.act(there.second, dossier, "approve", note="Đã đối chiếu."))
    assert refused(there.act(there.accountant, dossier, "pay-out", reference=REFERENCE)) == (409, "PaidByGateway")
    there.relay()
    refund = there.refund(dossier)
    assert (refund["state"], there.balances(dossier)) == ("done", {})
    assert [(line["event"], line["name"]) for line in refund["log"]] == [
        ("prepare", "Cán bộ accountant"),
        ("approve", "Cán bộ second"),
        ("send", "Hệ thống"),
        ("confirmed", "Hệ thống"),
    ]


# Four eyes.


@pytest.mark.parametrize("channel", ["original", "transfer", "cash"])
def test_above_the_threshold_nobody_approves_what_they_prepared(there: Counterparts, channel: str) -> None:
    dossier = there.big()
    body: dict[str, Any] = {"channel": channel, "payee": ACCOUNT, "reason": "Theo đề nghị."}
    assert ok(there.act(there.accountant, dossier, "prepare", **body))["second_person"]
    assert refused(there.act(there.accountant, dossier, "approve")) == (409, "FourEyes")
    assert ok(there.act(there.second, dossier, "approve"))["state"] == "approved"


def test_up_to_the_threshold_one_accountant_is_enough(there: Counterparts) -> None:
    dossier = there.paid_in_cash()
    prepared = ok(there.act(there.accountant, dossier, "prepare", channel="cash"))
    assert not prepared["second_person"]
    assert ok(there.act(there.accountant, dossier, "approve"))["state"] == "approved"


def test_the_second_person_can_send_it_back(there: Counterparts) -> None:
    dossier = there.big()
    ok(there.act(there.accountant, dossier, "prepare", channel="original"))
    assert fields(there.act(there.second, dossier, "return")) == {"reason"}
    back = ok(there.act(there.second, dossier, "return", reason="Sai tài khoản."))
    assert (back["state"], back["channel"], back["log"][-1]["note"]) == ("open", None, "Sai tài khoản.")
    ok(there.act(there.second, dossier, "prepare", channel="original"))
    assert ok(there.act(there.accountant, dossier, "approve"))["state"] == "approved"


# Who may.


def test_only_officers_of_the_agency_with_the_right_post_act(there: Counterparts) -> None:
    dossier = there.paid_in_cash()
    seen = there.refund(dossier)
    path = f"/desk/refunds/{dossier}/{seen['id']}"
    bodies: dict[str, dict[str, Any]] = {
        "prepare": {"channel": "cash"},
        "approve": {},
        "return": {"reason": "Sai."},
        "pay-out": {"recipient": "A", "signed": True},
        "word": {"outcome": "refused", "note": "x"},
    }
    absent = there.accountant.post(f"/desk/refunds/{new_id()}/{seen['id']}/approve", {"version": seen["version"]})
    for act, body in bodies.items():
        sent = {"version": seen["version"], **body}
        elsewhere = there.elsewhere.post(f"{path}/{act}", sent)
        assert (elsewhere.status, elsewhere.body) == (404, absent.body), act
        for who in (there.portal.reception, there.portal.clerk):
            assert refused(who.post(f"{path}/{act}", sent)) == (403, "NoSuchPost"), act
        for who in (there.portal.citizen, there.portal.stranger):
            assert who.post(f"{path}/{act}", sent).status == 403, act
        assert there.portal.nobody.post(f"{path}/{act}", sent).status == 401, act
    for act in ("approve", "return", "word"):
        sent = {"version": seen["version"], **bodies[act]}
        assert refused(there.cashier.post(f"{path}/{act}", sent)) == (403, "NoSuchPost"), act
    assert there.refund(dossier) == seen


def test_only_the_applicant_names_an_account_or_claims(there: Counterparts) -> None:
    dossier = there.paid_in_cash()
    refund = there.refund(dossier)["id"]
    path = f"/dossiers/{dossier}/refunds/{refund}/account"
    absent = there.portal.citizen.post(f"/dossiers/{new_id()}/refunds/{refund}/account", ACCOUNT)
    for who in (there.portal.stranger, there.cashier, there.elsewhere):
        answer = who.post(path, ACCOUNT)
        assert (answer.status, answer.body) == (404, absent.body)
        claim = who.post(f"/dossiers/{dossier}/refund-claim", {"reason": "Đổi ý."})
        assert (claim.status, claim.body) == (404, absent.body)
    unknown = there.portal.citizen.post(f"/dossiers/{dossier}/refunds/0099-1/account", ACCOUNT)
    assert refused(unknown) == (404, "RefundNotFound")
    assert refused(there.portal.citizen.post(f"/dossiers/{dossier}/refunds/x/account", ACCOUNT)) == (
        404,
        "RefundNotFound",
    )
    assert fields(there.name_account(dossier, bank="123456")) == {"bank"}
    assert fields(there.name_account(dossier, number="12 34", holder="")) == {"number", "holder"}


def test_the_account_is_shown_to_its_owner_and_to_who_pays(there: Counterparts) -> None:
    dossier = there.paid_in_cash()
    ok(there.name_account(dossier))
    assert there.money(dossier)["refunds"][0]["payee"]["number"] == ACCOUNT["number"]
    assert there.refund(dossier, there.cashier)["payee"]["number"] == ACCOUNT["number"]
    hidden = there.refund(dossier, there.portal.reception)["payee"]
    assert (hidden["number"], hidden["holder"], hidden["bank_name"]) == ("••••789", "••••", "Vietcombank")
    assert there.money(dossier)["refunds"][0]["log"] == []


# The list.


def test_what_an_agency_owes_is_listed_by_deadline_in_pages(there: Counterparts) -> None:
    first = there.paid_in_cash()
    there.portal.later(hours=1)
    second = there.paid_in_cash()
    there.portal.later(hours=1)
    third = there.big()
    path = f"/desk/refunds?agency={AGENCY}&limit=2"
    one = ok(there.accountant.get(path))
    assert [item["dossier"] for item in one["items"]] == [first, second]
    assert one["items"][0]["dossier_code"].startswith(AGENCY) and one["threshold"] == 1_000_000
    two = ok(there.accountant.get(f"{path}&cursor={one['cursor']}"))
    assert [item["dossier"] for item in two["items"]] == [third]
    assert refused(there.accountant.get(f"{path}&cursor=x")) == (422, "BadCursor")
    for who in (there.portal.reception, there.elsewhere):
        assert refused(who.get(path)) == (404, "NotFound")
    assert there.portal.citizen.get(path).status == 403
    there.portal.later(days=30)
    late = ok(there.accountant.get(path))["items"]
    assert all(item["overdue"] for item in late)


def test_one_that_is_with_its_gateway_stays_in_the_list_until_it_is_done(there: Counterparts) -> None:
    there.quick("momo", seconds=3600)
    dossier = there.withdrawn("momo")
    there.relay()
    listed = ok(there.accountant.get(f"/desk/refunds?agency={AGENCY}"))["items"]
    assert [(item["dossier"], item["state"]) for item in listed] == [(dossier, "sent")]
    for _ in range(6):
        there.sweep(hours=1)
    assert ok(there.accountant.get(f"/desk/refunds?agency={AGENCY}"))["items"] == []


# The same again, and at the same moment.


def test_the_same_request_again_is_one(there: Counterparts) -> None:
    dossier = there.paid_in_cash()
    for act, who, body in (
        ("prepare", there.cashier, {"channel": "cash"}),
        ("approve", there.accountant, {}),
        ("pay-out", there.cashier, {"recipient": "Nguyễn Thị Thử", "signed": True}),
    ):
        key, seen = new_id(), there.refund(dossier)
        path, sent = f"/desk/refunds/{dossier}/{seen['id']}/{act}", {"version": seen["version"], **body}
        first, again = who.post(path, sent, key), who.post(path, sent, key)
        assert ok(first) == ok(again)
    key = new_id()
    other = there.paid_in_cash()
    assert ok(there.name_account(other, key)) == ok(there.name_account(other, key))
    assert refused(there.act(there.cashier, other, "prepare", key, channel="cash")) == (409, "KeyReused")


@pytest.mark.parametrize("same_key", [True, False])
def test_approvals_at_the_same_moment_count_once(there: Counterparts, same_key: bool) -> None:
    there.quick("momo")
    dossier = there.big()
    ok(there.act(there.accountant, dossier, "prepare", channel="original"))
    seen, key = there.refund(dossier), new_id()
    path, sent = f"/desk/refunds/{dossier}/{seen['id']}/approve", {"version": seen["version"]}
    with ThreadPoolExecutor(6) as pool:
        keys = [key if same_key else new_id() for _ in range(6)]
        answers = list(pool.map(lambda k: there.second.post(path, sent, k), keys))
    assert [a.status for a in answers].count(200) == (6 if same_key else 1)
    assert {refused(a) for a in answers if a.status != 200} <= {(409, "StaleWrite")}
    there.relay()
    assert [line["event"] for line in there.refund(dossier)["log"]].count("approve") == 1
    (order,) = (o for o in there.bank("momo").orders.values() if o.refunds)
    assert [refund.amount for refund in order.refunds] == [DEAR]


def test_pay_outs_at_the_same_moment_pay_once(there: Counterparts) -> None:
    dossier = there.paid_in_cash()
    ok(there.act(there.cashier, dossier, "prepare", channel="cash"))
    ok(there.act(there.accountant, dossier, "approve"))
    seen = there.refund(dossier)
    path = f"/desk/refunds/{dossier}/{seen['id']}/pay-out"
    sent = {"version": seen["version"], "recipient": "Nguyễn Thị Thử", "signed": True}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: there.cashier.post(path, sent), range(6)))
    assert [a.status for a in answers].count(200) == 1
    assert there.balances(dossier) == {}

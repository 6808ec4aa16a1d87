"""Money as its readers see it: applicant and officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib import messages, settings
from chalicelib.api import money_shapes as shapes
from chalicelib.domain.access import Actor, Role, roles_on
from chalicelib.domain.banks import BANKS
from chalicelib.domain.dossier import Dossier, Fee
from chalicelib.domain.drawer import Drawer
from chalicelib.domain.event import iso
from chalicelib.domain.money import Payment
from chalicelib.domain.payment import Attempt
from chalicelib.domain.procedure import Waiver
from chalicelib.domain.refund import (
    REFUNDS,
    Payee,
    Refund,
    RefundEvent,
    RefundState,
    needs_second_person,
)
from chalicelib.services import catalogue, payments, workflow
from chalicelib.services.payments import Overview


def way(code: str, language: str) -> shapes.WayShape:
    return {"code": code, "name": messages.text(language, "ways", code)}


def whole(seen: Overview, actor: Actor, language: str, now: datetime) -> shapes.MoneyShape:
    dossier = seen.dossier
    accounts = catalogue.agency(dossier.agency).accounts
    refunds = seen.account.refunds
    nameable = any(REFUNDS[r.state, RefundEvent.NAME_ACCOUNT] is not None for r in refunds)
    return {
        "dossier": dossier.id,
        "code": dossier.code,
        "level": dossier.level,
        "fees": [fee(one, seen, language) for one in seen.fees],
        "due": _due(dossier),
        "ways": [way(name, language) for name in seen.ways],
        "accounts": [{"bank": a.bank, "number": a.number, "holder": a.holder} for a in accounts],
        "attempts": [attempt(a, language) for a in seen.account.attempts],
        "payments": [payment(p, language) for p in seen.account.payments],
        "refunds": [refund(r, actor, language, now) for r in refunds],
        "banks": [{"code": code, "name": name} for code, name in BANKS.items()] if nameable else [],
    }


def _due(of: Dossier) -> shapes.DueShape | None:
    moment, amount = of.owes_now()
    if not moment:
        return None
    until = workflow.lapses_at(of)
    held = sum(h.amount for h in of.held)
    return {"moment": moment, "amount": amount, "held": held, "until": iso(until) if until else None}


def fee(of: Fee, seen: Overview, language: str) -> shapes.FeeLineShape:
    """With the rule of the procedure's version that it was assessed by."""
    dossier = seen.dossier
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    rules = procedure.fee_rules(of.moment, dossier.channel, seen.assessed_on)
    rule = next(rule for rule in rules if rule.code == of.code)
    waiver = next((waiver for waiver in rule.waivers if waiver.code == of.waiver), None)
    counted = procedure.form["properties"][rule.per] if rule.per else {}
    title = counted.get("x-title-en" if language == "en" else "title") or counted.get("title")
    return {
        "code": of.code,
        "name": _name(rule.name, language),
        "amount": of.amount,
        "each": rule.amount,
        "count": of.count,
        "per": title,
        "most": rule.most,
        "waiver": _waiver(waiver, language) if waiver else None,
        "moment": of.moment,
        "kept_anyway": not of.refundable,
        "refund_uncollected": of.exception,
        "paid": of.paid,
        "via": way(of.via, language) if of.via else None,
        "source": rule.source,
    }


def _waiver(of: Waiver, language: str) -> shapes.WaiverShape:
    return {"code": of.code, "name": _name(of.name, language), "percent": of.percent, "source": of.source}


def attempt(of: Attempt, language: str) -> shapes.AttemptShape:
    return {
        "dossier": of.dossier,
        "reference": of.reference,
        "way": way(of.gateway, language),
        "amount": of.amount,
        "state": of.state.value,
        "created_at": iso(of.created_at),
        "expires_at": iso(of.expires_at),
        "pay_url": of.pay_url,
        "qr": of.qr,
        "transfer": _transfer(of),
    }


def _transfer(of: Attempt) -> shapes.TransferShape | None:
    said = payments.transfer(of)
    if said is None:
        return None
    return {
        "bank": BANKS.get(said.bank, said.bank),
        "number": said.account,
        "holder": said.holder,
        "text": said.purpose,
    }


def payment(of: Payment, language: str) -> shapes.PaymentShape:
    return {
        "id": of.id,
        "amount": of.amount,
        "via": way(of.via, language),
        "at": iso(of.at),
        "use": of.use,
        "receipt": of.receipt,
    }


def refund(of: Refund, actor: Actor, language: str, now: datetime) -> shapes.RefundShape:
    officer = actor.is_officer
    pays = not officer or bool(roles_on(actor, owner="", agency=of.agency) & {Role.CASHIER, Role.ACCOUNTANT})
    return {
        "id": of.id,
        "dossier": of.dossier,
        "dossier_code": of.dossier_code,
        "version": of.version,
        "amount": of.amount,
        "rule": of.rule.value,
        "because": messages.text(language, "refunds", of.rule.value),
        "via": way(of.via, language),
        "channel": of.channel,
        "original_possible": not of.refused_channel,
        "reason": of.reason or None,
        "state": of.state.value,
        "opened_at": iso(of.opened_at),
        "due_at": iso(of.due_at),
        "overdue": of.state is not RefundState.DONE and now > of.due_at,
        "done_at": iso(of.done_at) if of.done_at else None,
        "proof": of.proof,
        "needs_account": of.needs_account,
        "payee": payee(of.payee, whole=pays) if of.payee else None,
        "second_person": needs_second_person(of, settings.refund_threshold()),
        "code": of.code if officer else None,
        "log": [_line(line) for line in of.log] if officer else [],
    }


def payee(of: Payee, *, whole: bool) -> shapes.PayeeShape:
    number, holder = (of.number, of.holder) if whole else (f"••••{of.number[-3:]}", "••••")
    return {"bank": of.bank, "bank_name": BANKS.get(of.bank, of.bank), "number": number, "holder": holder}


def _line(of: Mapping[str, Any]) -> shapes.RefundLineShape:
    def said(name: str) -> str:
        return str(of.get(name, ""))

    return {
        "at": said("at"),
        "name": said("name"),
        "event": said("event"),
        "state": said("state"),
        "note": said("note"),
    }


def refunds(
    page: tuple[Sequence[Refund], str | None], actor: Actor, language: str, now: datetime
) -> shapes.RefundsShape:
    found, cursor = page
    items = [refund(one, actor, language, now) for one in found]
    return {"items": items, "threshold": settings.refund_threshold(), "cursor": cursor}


def _name(text: object, language: str) -> str:
    return str(getattr(text, language))


def drawer(of: Drawer) -> shapes.DrawerShape:
    return {
        "id": of.id,
        "agency": of.agency,
        "officer_name": of.officer_name,
        "day": of.day,
        "number": of.number,
        "state": of.state.value,
        "opened_at": iso(of.opened_at),
        "change": of.change,
        "cash": of.cash,
        "card": of.card,
        "transfer": of.transfer,
        "payments": of.payments,
        "expected": of.expected,
        "counted": of.counted,
        "difference": of.difference,
        "note": of.note,
        "confirmed_by_name": of.confirmed_by_name,
    }

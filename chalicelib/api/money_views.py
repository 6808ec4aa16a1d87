"""Money as its readers see it: applicant and officer."""

from __future__ import annotations

from chalicelib import messages
from chalicelib.api import money_shapes as shapes
from chalicelib.domain.dossier import iso
from chalicelib.domain.drawer import Drawer
from chalicelib.domain.money import Payment
from chalicelib.domain.payment import Attempt
from chalicelib.domain.refund import ORIGINAL, Refund, RefundState
from chalicelib.services import catalogue
from chalicelib.services.payments import Overview


def way(code: str, language: str) -> shapes.WayShape:
    return {"code": code, "name": messages.text(language, "ways", code)}


def whole(seen: Overview, language: str) -> shapes.MoneyShape:
    dossier = seen.dossier
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    rules = {rule.code: rule for rule in procedure.fees}
    moment, due = dossier.owes_now()
    accounts = catalogue.agency(dossier.agency).accounts
    return {
        "dossier": dossier.id,
        "code": dossier.code,
        "level": dossier.level,
        "fees": [
            {
                "code": fee.code,
                "name": _name(rules[fee.code].name, language) if fee.code in rules else fee.code,
                "amount": fee.amount,
                "moment": fee.moment,
                "kept_anyway": not fee.refundable,
                "paid": fee.paid,
                "via": way(fee.via, language) if fee.via else None,
                "source": rules[fee.code].source if fee.code in rules else "",
            }
            for fee in dossier.fees
        ],
        "due": {"moment": moment, "amount": due, "held": sum(h.amount for h in dossier.held)} if moment else None,
        "ways": [way(name, language) for name in seen.ways],
        "accounts": [{"bank": a.bank, "number": a.number, "holder": a.holder} for a in accounts],
        "attempts": [attempt(a, language) for a in seen.account.attempts],
        "payments": [payment(p, language) for p in seen.account.payments],
        "refunds": [refund(r, language) for r in seen.account.refunds],
    }


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


def refund(of: Refund, language: str) -> shapes.RefundShape:
    return {
        "id": of.id,
        "amount": of.amount,
        "rule": of.rule.value,
        "because": messages.text(language, "refunds", of.rule.value),
        "via": way(of.via, language),
        "channel": of.channel,
        "state": of.state.value,
        "opened_at": iso(of.opened_at),
        "due_at": iso(of.due_at),
        "done_at": iso(of.done_at) if of.done_at else None,
        "proof": of.proof,
        "needs_account": of.state is RefundState.OPEN and of.channel != ORIGINAL and of.payee is None,
    }


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

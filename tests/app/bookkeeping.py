"""Accountants at work: files sent in pieces as the page sends them, and what the books say afterwards."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from chalicelib.domain.money import balances
from chalicelib.domain.refund import Refund, Rule
from chalicelib.gateways import spreadsheet
from chalicelib.services import present, publishing
from chalicelib.services.drawers import today
from chalicelib.storage import entries, ledger
from infra.local.sandboxes.transfers import Way
from tests.app.portal import AGENCY, TREE, Answer, Person, new_id
from tests.app.treasury import Treasury

SLIPS = "office,slip,reference,payer,amount,paid_at,service"
STATEMENT = "id,account,amount,currency,at,description"
SETTLEMENT = "merchant,reference,transaction,kind,amount,fee,currency,at,request"
PROVINCE = "H34"
ACCOUNT = "0000000001"
PAID_AT = "2026-11-23T08:30:00+07:00"


def slip(number: str, code: str, amount: int = 200_000, **more: str) -> str:
    said = {"office": "580000", "payer": "Nguyễn Thị Thử", "paid_at": PAID_AT, "service": "counter", **more}
    return f"{said['office']},{number},{code},{said['payer']},{amount},{said['paid_at']},{said['service']}"


def received(number: str, text: str, amount: int = 200_000, account: str = ACCOUNT, at: str = PAID_AT) -> str:
    return f"{number},{account},{amount},VND,{at},{text}"


def moved(number: str, reference: str, amount: int = 200_000, fee: int = 0, **more: str) -> str:
    said = {"merchant": "MOTCUA01", "kind": "payment", "at": PAID_AT, "request": "", **more}
    tail = f"VND,{said['at']},{said['request']}"
    return f"{said['merchant']},{reference},{number},{said['kind']},{amount},{fee},{tail}"


class Bookkeeping:
    """The treasury's portal, with accountants of the agency and of the province."""

    def __init__(self, treasury: Treasury) -> None:
        self.treasury = treasury
        self.portal = treasury.portal
        self.accountant = self.portal.accountant
        self.second = self.portal.officer("second", "accountant")
        self.chief = self.portal.officer("chief", "accountant", agency=PROVINCE)
        self.admin = self.portal.officer("admin", "administrator")

    def send(
        self,
        kind: str,
        rows: str | Sequence[str],
        *,
        who: Person | None = None,
        agency: str = AGENCY,
        provider: str = "",
        size: int = 200,
        header: str = "",
    ) -> list[Answer]:
        """A file (its rows, or its text), cut into pieces of `size` rows; the answers."""
        head = header or {"post-office": SLIPS, "statement": STATEMENT, "settlement": SETTLEMENT}[kind]
        text = rows if isinstance(rows, str) else "\n".join([head, *rows]) + "\n"
        texts = list(spreadsheet.records(io.StringIO(text, newline="")))
        first, rest = texts[0], texts[1:]
        name = f"{kind}.{hashlib.sha256(text.encode()).hexdigest()}"
        answers = []
        for at in range(0, max(1, len(rest)), size):
            body = {
                "name": "tep.csv",
                "provider": provider,
                "header": first,
                "offset": at,
                "rows": rest[at : at + size],
            }
            last = at + size >= len(rest)
            answers.append(self.put(agency, name, {**body, "last": last}, who))
        return answers

    def put(self, agency: str, name: str, body: dict[str, Any], who: Person | None = None) -> Answer:
        return (who or self.accountant).put(f"/desk/books/{agency}/files/{name}/rows", body)

    def read(self, kind: str, rows: str | Sequence[str], **more: Any) -> dict[str, Any]:
        """The answer to the last piece of a file that is taken."""
        answers = self.send(kind, rows, **more)
        assert [answer.status for answer in answers] == [200] * len(answers), answers[-1].body
        last: dict[str, Any] = answers[-1].body
        return last

    def settle(self, rows: str | Sequence[str], provider: str = "vnpay", **more: Any) -> dict[str, Any]:
        """A settlement file, read by the province."""
        return self.read("settlement", rows, who=self.chief, agency=PROVINCE, provider=provider, **more)

    def get(self, path: str, agency: str = AGENCY, who: Person | None = None) -> Any:
        answer = (who or self.accountant).get(f"/desk/books/{agency}/{path}")
        assert answer.status == 200, answer.body
        return answer.body

    def act(
        self, entry: dict[str, Any], act: str, body: dict[str, Any], who: Person | None = None, key: str | None = None
    ) -> Answer:
        path = f"/desk/books/{entry['agency']}/entries/{entry['id']}/{act}"
        return (who or self.accountant).post(path, {"version": entry["version"], **body}, key or new_id())

    def done(self, entry: dict[str, Any], act: str, body: dict[str, Any], who: Person | None = None) -> dict[str, Any]:
        answer = self.act(entry, act, body, who)
        assert answer.status == 200, answer.body
        after: dict[str, Any] = answer.body
        return after

    def strays(self, agency: str = AGENCY) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.get("strays", agency, self._of(agency))["items"]
        return items

    def unmatched(self, agency: str = AGENCY) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.get("unmatched", agency, self._of(agency))["items"]
        return items

    def _of(self, agency: str) -> Person:
        return self.accountant if agency == AGENCY else self.chief

    def code(self, dossier: str) -> str:
        return str(self.portal.citizen.get(f"/dossiers/{dossier}").body["code"])

    def balances(self, *agencies: str) -> dict[str, int]:
        """What stands on the accounts of these agencies (all there are, when none is named) after the day, without
        those that are even. Everything together is nought."""
        found: dict[str, int] = {}
        for agency in agencies or (PROVINCE, AGENCY, "H34.06"):
            rows = ledger.day(agency, date.fromisoformat(today(present.now())))
            mine = balances(ledger.journal_of(row) for row in rows if row.kind == "journal")
            assert sum(mine.values()) == 0
            found |= {account: amount for account, amount in mine.items() if amount}
        return {account.removeprefix(f"{AGENCY}:"): amount for account, amount in found.items()}

    def states(self, keys: Iterable[tuple[str, str]]) -> dict[str, str]:
        return {number: entry.state.value for (_, number), entry in entries.many(keys).items()}

    # The bank.

    def own_account(self, number: str = "111222333") -> str:
        """The agency publishes a bank account of its own."""
        account = {
            "bank": "Ngân hàng",
            "number": number,
            "holder": "SO TU PHAP",
            "purpose": {"vi": "Phí", "en": "Fees"},
        }
        agencies = [{**one, "accounts": [account] * (one["code"] == AGENCY)} for one in TREE["agencies"]]
        publishing.publish_agencies({"agencies": agencies})
        return number

    def transfer(self, text: str, amount: int = 200_000, *, told: bool = True) -> str:
        """A transfer that reaches the province's account: its number at the bank; with its notice, or without."""
        bank = self.treasury.bank("bank")
        (order,) = bank.transfer([{"account": ACCOUNT, "amount": amount, "description": text}], Way.SILENCE)  # type: ignore[attr-defined]
        if told:
            self.notice(order)
        return str(order.reference)

    def notice(self, order: Any) -> Answer:
        call = self.treasury.bank("bank").call(order)
        answer = self.portal.nobody.call("POST", "/payments/vietqr", call.body, **call.headers)
        assert answer.status == 200, answer.body
        return answer


def refund_of(dossier: str, transaction: str | None, request: str, amount: int = 50_000) -> Refund:
    """A refund of a dossier's that its gateway has carried out."""
    now = present.now()
    return Refund(
        "0009-1", dossier, AGENCY, "p", "vnpay", amount, Rule.LATE, now, now, transaction=transaction, request=request
    )

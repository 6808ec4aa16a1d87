"""Money for the tests of receipts: dossiers that owe a fee, paid at the counter or by transfers."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader

from chalicelib.domain.access import SYSTEM
from chalicelib.domain.money import PAID, Payment, place_of
from chalicelib.domain.receipt import Receipt, parse_number
from chalicelib.services import present, publishing, takings
from chalicelib.storage import dossiers, ledger
from chalicelib.storage import receipts as kept
from chalicelib.storage.ledger_table import LedgerRow
from tests.app.portal import AGENCY, PROCEDURE, Portal, new_id

FEE = 24_000
COUNTER = {"amount": FEE, "means": "cash"}
# Paid when it is filed, and without papers: three requests to a receipt.
QUICK = {
    **PROCEDURE,
    "code": "2.000639",
    "papers": [],
    "fees": [{**PROCEDURE["fees"][0], "moment": "filing"}],
}


@dataclass
class Till:
    """The cash desk of a portal."""

    portal: Portal

    def __post_init__(self) -> None:
        publishing.publish([publishing.Sourced("test", QUICK)])

    def owing(self) -> str:
        """A dossier that waits for its fee."""
        dossier = self.portal.draft(procedure=QUICK["code"])
        answer = self.portal.citizen.post(f"/dossiers/{dossier}/submission", {"declaration": True})
        assert answer.status == 200, answer.body
        return dossier

    def paid(self) -> tuple[str, str]:
        """A dossier whose fee the counter took, not yet relayed: its id and its payment's."""
        dossier = self.owing()
        self.portal.step(self.portal.cashier, dossier, "fee", COUNTER)
        return dossier, self.payments(dossier)[-1].id

    def receipted(self) -> tuple[str, str, Receipt]:
        dossier, payment = self.paid()
        self.portal.relay()
        return dossier, payment, self.receipt(dossier, payment)

    def counted(self) -> None:
        """The end of the cashier's day: all that should be in the drawer is in it."""
        drawer = self.portal.cashier.get(f"/desk/drawers/{AGENCY}/mine").body["drawer"]
        path = f"/desk/drawers/{AGENCY}/{drawer['id']}/count"
        answer = self.portal.cashier.put(path, {"counted": drawer["expected"], "note": ""})
        assert answer.status == 200, answer.body

    def transfer(self, dossier: str, amount: int, via: str = "vietqr") -> str:
        """Money for the dossier that comes by a transfer; the id of the payment that it makes."""
        number, now = new_id(), present.now()
        payment = Payment(
            id=takings.payment_id(via, number),
            dossier=dossier,
            agency=AGENCY,
            amount=amount,
            via=via,
            transaction=number,
            use=PAID,
            at=now,
            book=place_of(via),
            source="notice",
        )
        takings.take(dossiers.head(dossier), payment, SYSTEM, now)
        return payment.id

    def payments(self, dossier: str) -> tuple[Payment, ...]:
        return ledger.account(dossier).payments

    def receipt(self, dossier: str, payment: str) -> Receipt:
        number = next(p.receipt for p in self.payments(dossier) if p.id == payment)
        assert number is not None
        receipt = kept.get(AGENCY, *parse_number(number))
        assert receipt is not None
        return receipt

    def pdf(self, receipt: Receipt) -> bytes:
        assert receipt.file is not None
        s3 = self.portal.cloud.client("s3")
        found = s3.get_object(Bucket=os.environ["RESULTS_BUCKET"], Key=receipt.file.key, VersionId=receipt.file.version)
        return bytes(found["Body"].read())

    def text(self, receipt: Receipt) -> str:
        return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(self.pdf(receipt))).pages).split())


def all_receipts() -> list[Any]:
    """Every receipt that there is, as its row says it."""
    return [row for row in LedgerRow.scan() if row.kind == "receipt"]

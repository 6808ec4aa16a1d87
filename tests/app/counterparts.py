"""The gateways' other side over real HTTP, on a line that may be cut; dossiers paid through them, their refunds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any, TypeVar

from chalicelib.gateways import parameters
from chalicelib.services import present, relay
from infra.local import serving
from infra.local.calls import made_by
from infra.local.payments import Town
from infra.local.sandboxes.bank import Bank
from infra.local.sandboxes.orders import Deed, Order
from tests.app.portal import AGENCY, ELSEWHERE, PROCEDURE, Answer, Person, Portal, new_id
from tests.app.treasury import Treasury, level_4

AnyLine = TypeVar("AnyLine", bound=Callable[..., Iterable[bytes]])
ACCOUNT = {"bank": "970436", "number": "0123456789", "holder": "NGUYEN THI THU"}
KEPT = 50_000
"""The fee of PARTLY that is not given back."""
PARTLY = "2.000638"
BIG, DEAR = "2.000639", 3_000_000
"""A procedure whose fee is above the threshold."""
COUNTER = "2.000640"
"""One of level 3, whose fee of 24.000 đồng is taken at acceptance."""


class Line:
    """What lies between the portal and the gateways. `clear`; `cut`: asked and done, the answer never comes whole;
    `dead`: nobody is reached. `asked` are the paths that were heard."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.state = "clear"
        self.asked: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"].removeprefix("/sandbox/pay/")
        if self.state == "dead":
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        self.asked.append(path)
        status, headers, body = self.town.answer(path, environ)
        length = len(body) + (400 if self.state == "cut" else 0)
        headers = {**headers, "Content-Length": str(length), "Connection": "close"}
        start_response(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
        return [body]

    def refunds(self) -> int:
        """How often a refund was asked for."""
        return sum(path.endswith(("/refund", "merchant_webapi/api/transaction")) for path in self.asked)


class Counterparts(Treasury):
    """A treasury whose gateways are served; officers of its money."""

    def __init__(self, portal: Portal, line: Line) -> None:
        self.line = line
        portal.cloud.town = line.town
        super().__init__(portal)

        def officer(name: str, *roles: str, agency: str = AGENCY) -> Person:
            posts = " ".join(f"{agency}:{role}" for role in roles)
            return Person(portal.client, name, f"Cán bộ {name}", "officer", posts)

        self.accountant = officer("accountant", "accountant")
        self.second = officer("second", "accountant")
        self.cashier = portal.cashier
        self.elsewhere = officer("money elsewhere", "accountant", "cashier", agency=ELSEWHERE)
        document = level_4(code=PARTLY)
        document["fees"].append({**document["fees"][0], "code": "kept", "amount": KEPT, "refundable": False})
        self.offer(document)
        self.offer(level_4(code=BIG, amount=DEAR))
        self.offer({**PROCEDURE, "code": COUNTER, "fees": [{**PROCEDURE["fees"][0], "moment": "acceptance"}]})

    def bank(self, way: str = "vnpay") -> Bank:
        bank: Bank = self.town.banks[way]
        return bank

    def quick(self, way: str, seconds: float = 0.0, fate: str = "done") -> None:
        """Refunds at this gateway take so long, by the portal's clock, and end so."""
        bank = self.bank(way)
        bank.terms = replace(bank.terms, refund_seconds=seconds)
        for order in bank.orders.values():
            order.refund_fate = fate

    def tell(self, order: Order, way: str = "vnpay") -> Answer:
        call = self.bank(way).call(order)
        if call.method == "GET":
            return self.deliver(call.url)
        path = call.url.partition("/api")[2]
        return self.portal.nobody.call("POST", path, call.body, **{"Content-Type": call.content_type})

    def paid(self, way: str = "vnpay", procedure: str = "") -> str:
        """A dossier whose fee was paid through `way`."""
        dossier = self.due(procedure) if procedure else self.due()
        self.settle(self.start(dossier, way)["reference"], way)
        return dossier

    def settle(self, reference: str, way: str) -> Order:
        order = self.decide(reference, Deed.SUCCEED, way)
        answer = self.tell(order, way)
        assert answer.status in {200, 204}, answer.body
        return order

    def withdrawn(self, way: str = "vnpay", procedure: str = "") -> str:
        """One that was withdrawn after it was paid; nothing has followed yet."""
        dossier = self.paid(way, procedure)
        self.withdraw(dossier)
        return dossier

    def paid_in_cash(self) -> str:
        """A dossier of level 3, its fee of 24.000 đồng paid at the counter, then withdrawn."""
        dossier, _ = self.portal.filed(procedure=COUNTER)
        self.portal.step(self.portal.reception, dossier, "receive", {})
        self.portal.step(self.cashier, dossier, "fee", {"amount": 24_000, "means": "cash"})
        self.withdraw(dossier)
        self.relay()
        return dossier

    def big(self) -> str:
        """A dossier whose refund waits for two people."""
        dossier = self.withdrawn("momo", BIG)
        self.relay()
        return dossier

    def withdraw(self, dossier: str) -> None:
        answer = self.portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Đổi ý."})
        assert answer.status == 200, answer.body

    def relay(self) -> None:
        self.portal.relay()

    def sweep(self, **later: float) -> dict[str, int]:
        """Let time pass, then let the sweeper come, and what follows from it."""
        self.portal.later(**later)
        parameters.forget()  # the sweeper has a memory of its own
        with made_by("motcua-local-sweep"):
            done = relay.sweep(present.now())
        self.relay()
        return done

    def refund(self, dossier: str, who: Person | None = None) -> dict[str, Any]:
        """The one refund of a dossier, as an accountant sees it."""
        answer = (who or self.accountant).get(f"/desk/dossiers/{dossier}/payments")
        assert answer.status == 200, answer.body
        (refund,) = answer.body["refunds"]
        found: dict[str, Any] = refund
        return found

    def act(self, who: Person, dossier: str, act: str, key: str = "", **body: Any) -> Answer:
        """Do something with the one refund, in the version that is there now unless another is given."""
        refund = self.refund(dossier)
        path = f"/desk/refunds/{dossier}/{refund['id']}/{act}"
        return who.post(path, {"version": refund["version"], **body}, key or new_id())

    def name_account(self, dossier: str, key: str = "", **changes: Any) -> Answer:
        path = f"/dossiers/{dossier}/refunds/{self.refund(dossier)['id']}/account"
        return self.portal.citizen.post(path, {**ACCOUNT, **changes}, key or new_id())

    def letters(self) -> list[str]:
        """The texts of the mails that were sent, oldest first."""
        return [letter.body for letter in self.cloud.outbox.letters() if letter.kind == "mail"]


@contextmanager
def served(portal: Portal, line_to: Callable[[Town], AnyLine]) -> Iterator[AnyLine]:
    """The portal with the other sides that it knows, over HTTP: a line to a town of its own."""
    server = serving.Server(serving.reserve(0))
    town = Town(server.url)
    line = line_to(town)
    server.start(line)
    town.register(portal.cloud.client("ssm"))
    parameters.forget()
    try:
        yield line
    finally:
        server.stop()
        town.close()
        parameters.forget()


@contextmanager
def counterparts(portal: Portal) -> Iterator[Counterparts]:
    with served(portal, Line) as line:
        yield Counterparts(portal, line)


def ok(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.body
    body: dict[str, Any] = answer.body
    return body


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.body["Code"]


def fields(answer: Answer) -> set[str]:
    assert answer.status == 422, answer.body
    return {field["Field"] for field in answer.body["Fields"]}

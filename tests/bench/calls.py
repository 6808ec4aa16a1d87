"""How many AWS calls each request makes, counted where all of them pass; warm, and as the first of a process."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.search import PAGE
from chalicelib.services import catalogue, publishing
from chalicelib.storage import searches
from infra.local.testing import embedded
from tests.app.issuing import Issuing
from tests.app.portal import AGENCY, ANSWERS, IDENTITY, PROCEDURE, Answer, Person, Portal, new_id, open_portal
from tests.app.takings import Till
from tests.app.treasury import LEVEL_4, level_4
from tests.bench import (
    book_calls,
    deadline_calls,
    ending_calls,
    money_calls,
    notice_calls,
    people_calls,
    post_calls,
    proof_calls,
    refund_calls,
    signing_calls,
)
from tests.faults.wire import Wire
from tests.faults.world import forget_process
from tests.files import make

COLD_MOST = 4
"""What a process may read of the catalogue besides: a procedure's version, its pointer, the agencies, the calendar."""
ASK: dict[str, Any] = {"papers": {}, "fields": {"copies": "Ghi lại số bản."}, "note": "Vui lòng bổ sung."}

Send = Callable[[], Answer]


@dataclass(frozen=True)
class Line:
    """A request with the calls that it made, in order; `most` is its budget."""

    name: str
    most: int
    warm: tuple[str, ...]
    cold: tuple[str, ...]

    @property
    def within(self) -> bool:
        return len(self.warm) <= self.most and len(self.cold) <= self.most + COLD_MOST


def _draft_body(version: int) -> dict[str, Any]:
    offer = {"procedure": PROCEDURE["code"], "procedure_version": 1, "agency": AGENCY, "delivery": "counter"}
    return {**offer, "version": version, "answers": ANSWERS}


def _slot(portal: Portal) -> Send:
    dossier = portal.draft()
    file = {"name": "anh.jpg", "size": 1000, "type": "image/jpeg", "sha256": "0" * 64}
    body = {"id": new_id(), "component": "identity", "provenance": "photo", "files": [file]}
    return lambda: portal.citizen.post(f"/dossiers/{dossier}/papers", body)


def _taking_back(portal: Portal) -> Send:
    dossier = portal.draft()
    paper = portal.upload(dossier)
    return lambda: portal.citizen.delete(f"/dossiers/{dossier}/papers/{paper}")


def _paper(portal: Portal) -> Send:
    dossier = portal.draft()
    paper = portal.upload(dossier)
    return lambda: portal.citizen.get(f"/dossiers/{dossier}/papers/{paper}")


def _saving_again(portal: Portal) -> Send:
    dossier = portal.draft()
    return lambda: portal.citizen.put(f"/dossiers/{dossier}", _draft_body(1))


def _submit(portal: Portal) -> Send:
    dossier = portal.draft()
    portal.upload(dossier)
    return lambda: portal.citizen.post(f"/dossiers/{dossier}/submission", {"declaration": True})


def _supplement(portal: Portal) -> Send:
    dossier, _ = portal.filed()
    portal.step(portal.reception, dossier, "supplement-request", ASK)
    return lambda: portal.citizen.post(f"/dossiers/{dossier}/supplement", {"answers": {"copies": 5}})


def _message(portal: Portal) -> Send:
    dossier, _ = portal.filed()
    letter = {"id": new_id(), "text": "Khi nào có kết quả?"}
    return lambda: portal.citizen.post(f"/dossiers/{dossier}/messages", letter)


def _status(portal: Portal) -> Send:
    receipt = portal.filed()[1]["receipt"]
    return lambda: portal.nobody.post("/status", {"code": receipt["code"], "secret": receipt["secret"]})


def _receipt(portal: Portal) -> Send:
    dossier, payment, _ = Till(portal).receipted()
    return lambda: portal.citizen.get(f"/dossiers/{dossier}/receipts/{payment}")


def _receipt_check(portal: Portal) -> Send:
    *_, one = Till(portal).receipted()
    body = {"agency": AGENCY, "series": one.series, "serial": one.serial, "secret": one.secret}
    return lambda: portal.nobody.post("/receipts/check", body)


def _result_check(portal: Portal) -> Send:
    desk = Issuing(portal)
    (result,) = desk.results(desk.issued())
    return lambda: desk.check(result)


def _result_fetch(portal: Portal) -> Send:
    desk = Issuing(portal)
    dossier = desk.issued()
    return lambda: desk.fetch(dossier)


def _result_file(portal: Portal) -> Send:
    desk = Issuing(portal)
    dossier = desk.approved(4)
    body = {"number": "12/TL", "title": "Trích lục khai sinh", "paper": desk.file(dossier, make.pdf(1))}
    return lambda: portal.clerk.post(f"/desk/dossiers/{dossier}/result", body)


def _signed_hand_over(portal: Portal) -> Send:
    desk = Issuing(portal)
    dossier = desk.issued(4, delivery="counter")
    body = {**_HAND_OVER, "signature": desk.signature(dossier)}
    return lambda: portal.clerk.post(f"/desk/dossiers/{dossier}/hand-over", body)


def _asked(portal: Portal) -> str:
    dossier = portal.ready()
    portal.step(portal.clerk, dossier, "revocation-request", _REASON)
    return dossier


def _rating(portal: Portal) -> Send:
    rating = {"id": new_id(), "page": f"/tt/{PROCEDURE['code']}", "level": "satisfied"}
    return lambda: portal.nobody.post("/ratings", rating)


def _shared(portal: Portal, dossier: str) -> str:
    """The secret of a link just made."""
    secret = new_id().replace("-", "")
    answer = portal.citizen.put(
        f"/dossiers/{dossier}/shares/{hashlib.sha256(secret.encode()).hexdigest()}", {"days": 7}
    )
    if answer.status != 200:
        raise RuntimeError(f"no link was made: {answer.body}")
    return secret


def _share(portal: Portal) -> Send:
    dossier, _ = portal.filed()
    _shared(portal, dossier)
    return lambda: portal.citizen.put(f"/dossiers/{dossier}/shares/{'0' * 64}", {"days": 7})


def _revocation(portal: Portal) -> Send:
    dossier, _ = portal.filed()
    share = hashlib.sha256(_shared(portal, dossier).encode()).hexdigest()
    return lambda: portal.citizen.delete(f"/dossiers/{dossier}/shares/{share}")


def _status_shared(portal: Portal) -> Send:
    dossier, filed = portal.filed()
    secret = _shared(portal, dossier)
    return lambda: portal.nobody.post("/status", {"code": filed["code"], "secret": secret})


def _find(portal: Portal) -> Send:
    code = portal.filed()[1]["code"]
    return lambda: portal.reception.get(f"/desk/codes/{code}")


def _search(kind: str, term: str) -> Callable[[Portal], Send]:
    """A full page of hits among more."""

    def prepare(portal: Portal) -> Send:
        for _ in range(PAGE + 1):
            portal.filed()
        body = {"agency": AGENCY, "kind": kind, "term": term, "purpose": "counter"}

        def send() -> Answer:
            answer = portal.reception.post("/desk/searches", body)
            if len(answer.body["items"]) != PAGE:
                raise RuntimeError("no full page was found")
            return answer

        return send

    return prepare


def _filed(portal: Portal) -> str:
    return portal.filed()[0]


def _claimed(portal: Portal) -> str:
    dossier = portal.received()
    portal.step(portal.appraiser, dossier, "claim", {})
    return dossier


def _approved(portal: Portal) -> str:
    dossier = portal.appraised()
    portal.step(portal.approver, dossier, "approval", {})
    return dossier


def _compared(portal: Portal) -> str:
    dossier = portal.ready()
    portal.step(portal.clerk, dossier, "originals", _ORIGINALS)
    return dossier


def _delivered(portal: Portal) -> str:
    dossier = _compared(portal)
    portal.step(portal.clerk, dossier, "hand-over", _HAND_OVER)
    return dossier


_ORIGINALS = {"originals": {"identity": "matches"}, "form_signed": True}
_HAND_OVER = {"recipient": "Nguyễn Thị Thử", "signed": True}
_RESULT = {"number": "12/TL", "title": "Trích lục khai sinh"}
_REASON = {"reason": "Không đủ điều kiện."}
_STEPS: tuple[tuple[str, str, Callable[[Portal], str], dict[str, Any]], ...] = (
    ("receive", "reception", _filed, {}),
    ("supplement-request", "reception", _filed, ASK),
    ("refusal", "reception", _filed, _REASON),
    ("claim", "appraiser", Portal.received, {}),
    ("proposal", "appraiser", _claimed, {"opinion": "Đủ điều kiện."}),
    ("return", "approver", Portal.appraised, _REASON),
    ("approval", "approver", Portal.appraised, {}),
    ("stop", "approver", Portal.appraised, _REASON),
    ("result", "clerk", _approved, _RESULT),
    ("fee", "cashier", Portal.issued, {"amount": 24000, "means": "cash"}),
    ("originals", "clerk", Portal.ready, _ORIGINALS),
    ("hand-over", "clerk", _compared, _HAND_OVER),
    ("archive", "clerk", _delivered, {}),
    ("revocation-request", "clerk", Portal.ready, _REASON),
    ("revocation-refusal", "approver", _asked, _REASON),
    ("revocation", "approver", _asked, {}),
)


def _step(step: str, who: str, before: Callable[[Portal], str], body: dict[str, Any]) -> Callable[[Portal], Send]:
    def prepare(portal: Portal) -> Send:
        dossier = before(portal)
        officer: Person = getattr(portal, who)
        return lambda: officer.post(f"/desk/dossiers/{dossier}/{step}", body)

    return prepare


def _page(who: str, path: str) -> Callable[[Portal], Send]:
    def prepare(portal: Portal) -> Send:
        dossier, _ = portal.filed()
        person: Person = getattr(portal, who)
        return lambda: person.get(path.format(dossier))

    return prepare


# Name, budget (of the issue; what it does not name is held to an officer's action), preparation.
REQUESTS: tuple[tuple[str, int, Callable[[Portal], Send]], ...] = (
    ("save draft, new", 2, lambda portal: lambda: portal.citizen.put(f"/dossiers/{new_id()}", _draft_body(0))),
    ("save draft, again", 2, _saving_again),
    ("upload slot", 2, _slot),
    ("take a paper back", 3, _taking_back),
    ("look at a paper", 1, _paper),
    ("submit", 3, _submit),
    ("supplement answer", 3, _supplement),
    ("message", 3, _message),
    ("my dossiers", 1, _page("citizen", "/dossiers")),
    ("dossier detail", 1, _page("citizen", "/dossiers/{}")),
    ("public status", 1, _status),
    ("receipt of a fee", 2, _receipt),
    ("receipts of an agency", 1, _page("cashier", f"/desk/receipts?agency={AGENCY}")),
    ("check of a receipt", 2, _receipt_check),
    ("check of a result", 2, _result_check),
    ("fetch a result online", 2, _result_fetch),
    ("enter a result with its file", 3, _result_file),
    ("hand over with a drawn signature", 3, _signed_hand_over),
    ("rate a page", 2, _rating),
    ("public status by a shared link", 2, _status_shared),
    ("share the status", 3, _share),
    ("revoke a shared link", 3, _revocation),
    ("queues", 0, _page("clerk", "/desk/queues")),
    ("queue page", 1, _page("reception", f"/desk/queues/{AGENCY}/reception")),
    ("queue page, one urgency", 1, _page("reception", f"/desk/queues/{AGENCY}/reception?urgency=soon")),
    ("counts of three queues", 3, _page("clerk", "/desk/counts")),
    ("dossier detail, desk", 1, _page("reception", "/desk/dossiers/{}")),
    ("find by code", 1, _find),
    # The index, the heads behind it, and the record of the search.
    ("find by name, page of 20", 3, _search("name", "nguyen")),
    ("find by number, page of 20", 3, _search("identity", IDENTITY)),
    ("records of searches", 1, lambda portal: lambda: portal.administrator.get(f"/desk/searches/{AGENCY}")),
    *((f"officer: {step}", 3, _step(step, who, before, body)) for step, who, before, body in _STEPS),
    *money_calls.MONEY_REQUESTS,
    *book_calls.BOOK_REQUESTS,
    *refund_calls.REFUND_REQUESTS,
    *ending_calls.ENDING_REQUESTS,
    *post_calls.POST_REQUESTS,
    *signing_calls.SIGNING_REQUESTS,
    *deadline_calls.DEADLINE_REQUESTS,
    *proof_calls.PROOF_REQUESTS,
    *people_calls.PEOPLE_REQUESTS,
    *notice_calls.NOTICE_REQUESTS,
)


def measured(portal: Portal) -> Iterator[Line]:
    """Each request twice: in a process that knows the catalogue, and in one that has just begun."""
    publishing.publish([publishing.Sourced("bench", level_4())])
    wire = Wire()
    with wire.tapped():
        for name, most, prepare in REQUESTS:
            send = prepare(portal)
            remember()
            warm = _calls(wire, send)
            if not all(call.partition(".")[2].startswith(READS) for call in warm):  # else it can be sent again
                send = prepare(portal)
            forget_process()
            yield Line(name, most, warm, _calls(wire, send))


READS = ("Get", "Query", "BatchGet", "Head", "List")


def remember() -> None:
    """Let this process know the catalogue."""
    for code in (PROCEDURE["code"], LEVEL_4):
        catalogue.procedure(code)
        catalogue.procedure(code, 1)
    catalogue.calendar_of(AGENCY)
    money_calls.remember()
    post_calls.remember()
    searches.key()


def _calls(wire: Wire, send: Send) -> tuple[str, ...]:
    wire.reset()
    answer = send()
    if answer.status >= 300:
        raise RuntimeError(f"a request that should be counted was refused: {answer.body}")
    return tuple(call.operation for call in wire.calls)


def table(lines: list[Line]) -> Iterator[str]:
    """For people to read."""
    yield f"{'request':<28}{'budget':>7}{'warm':>6}{'cold':>6}  calls of a warm process"
    for line in lines:
        counted = ", ".join(f"{n} {name}" if n > 1 else name for name, n in Counter(line.warm).items())
        mark = "" if line.within else "  OVER"
        yield f"{line.name:<28}{line.most:>7}{len(line.warm):>6}{len(line.cold):>6}  {counted or '-'}{mark}"


@contextmanager
def opened() -> Iterator[Portal]:
    """A portal on the embedded cloud, for counting."""
    with embedded() as cloud:
        yield open_portal(cloud)

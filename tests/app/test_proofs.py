"""The proof of a dossier: made on request, signed by the agency, checked without the portal, and every change named."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import events, signing
from chalicelib.domain import proof as rules
from chalicelib.domain.check import Side
from chalicelib.domain.event import sha256, written
from chalicelib.domain.signature import Verdict
from chalicelib.errors import NotFound
from chalicelib.services import present, proofs, trusted
from chalicelib.services.verification import chain, sealed, trust
from chalicelib.services.verification.running import Verifier
from chalicelib.storage import dossiers, objects
from chalicelib.storage import proofs as kept
from chalicelib.storage.tables import EventRow, HeadRow, dossier_key
from infra.cli import main
from infra.local.testing import context, embedded, run
from tests.app.bench import Crash, calls
from tests.app.issuing import Issuing
from tests.app.portal import Person, Portal, new_id, open_portal
from tests.thorough import every

pytestmark = [pytest.mark.xdist_group("proofs"), pytest.mark.clause("A5")]


def made(portal: Portal, dossier: str) -> bytes:
    """The proof of a dossier, as its owner downloads it."""
    asked = portal.citizen.post(f"/dossiers/{dossier}/proof", {})
    assert (asked.status, asked.body["state"]) == (200, "asked"), asked.body
    portal.relay()
    ready = portal.citizen.get(f"/dossiers/{dossier}/proof").body
    assert ready["state"] == "ready" and ready["url"].startswith("http"), ready
    proof = kept.get(dossier)
    assert proof is not None
    content = objects.read(os.environ["PAPERS_BUCKET"], proof.key, rules.MOST_BYTES, proof.version)
    assert content is not None and len(content) == ready["size"]
    return content


def laid_out(portal: Portal, where: Path) -> Path:
    """The folder of the authorities for agencies."""
    portal.give_keys()
    folder, _ = trusted.Folders(where).of(Side.AGENCY, present.now())
    return folder


@pytest.fixture
def whole(portal: Portal) -> tuple[Portal, str]:
    """A dossier with papers, a supplement, a receipt, forms and a signed result."""
    issuing = Issuing(portal)
    dossier = issuing.approved()
    issuing.enter(dossier)
    portal.relay()
    portal.step(portal.cashier, dossier, "fee", {"amount": 24_000, "means": "cash"})
    portal.relay()
    return portal, dossier


def test_it_holds_everything_and_stands_alone(whole: tuple[Portal, str], tmp_path: Path) -> None:
    portal, dossier = whole
    content = made(portal, dossier)
    found = json.loads(content)
    bundle = dossiers.load(dossier)
    assert [event["hash"] for event in found["events"]] == [event.hash for event in bundle.events]
    assert found["closing"]["last_hash"] == bundle.dossier.last_hash
    (receipt,) = found["receipts"]
    assert receipt["amount"] == 24_000 and receipt["code"] and len(receipt["sha256"]) == 64
    (result,) = found["results"]
    assert result["sha256"] == bundle.results[0].file.sha256 and result["report"]["verdict"] == "VALID"  # type: ignore[union-attr]
    assert {form["form"] for form in found["forms"]} == {"form", "01"}, "the control sheet is the agency's own"
    assert {paper["component"] for paper in found["papers"]} == {"identity", "_result"}
    told = content.decode()
    assert str(bundle.dossier.receipt_secret) not in told and bundle.results[0].secret not in told
    trust = laid_out(portal, tmp_path)
    with Verifier() as verifier:
        path = tmp_path / "proof.json"
        path.write_bytes(content)
        report = verifier.verify(path, trust, present.now()).report
    assert report.verdict is Verdict.VALID, report
    assert report.signatures[0].signer and report.signatures[0].signer.name == "Sở Tư pháp"
    assert rules.examine(content) == ()


class Judge:
    """A proof, and whether a changed copy of it is found out."""

    def __init__(self, where: Path) -> None:
        with embedded() as cloud:
            portal = open_portal(cloud)
            issuing = Issuing(portal)
            dossier = issuing.approved()
            issuing.enter(dossier)
            portal.relay()
            portal.step(portal.cashier, dossier, "fee", {"amount": 24_000, "means": "cash"})
            portal.relay()
            self.content = made(portal, dossier)
            self.folder = laid_out(portal, where)
            self.trust = chain.parse(trust.read(self.folder), present.now())
        self.document: dict[str, Any] = json.loads(self.content)

    def believes(self, content: bytes) -> bool:
        """Whether nothing is wrong with it."""
        if rules.examine(content):
            return False
        try:
            return sealed.verify(content, self.trust)[0] is Verdict.VALID
        except Exception:
            return False

    def named(self, document: dict[str, Any]) -> set[tuple[str, str]]:
        return {(one.code, one.record) for one in rules.examine(written(document) + b"\n")}


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    found = Judge(tmp_path_factory.mktemp("trust"))
    assert found.believes(found.content)
    return found


MODULE = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MODULE
@given(at=st.integers(0, 10**6), value=st.integers(0, 255))
def test_any_byte(judge: Judge, at: int, value: int) -> None:
    changed = bytearray(judge.content)
    changed[at % len(changed)] = value
    assert bytes(changed) == judge.content or not judge.believes(bytes(changed))


@MODULE
@given(start=st.integers(0, 10**6), length=st.integers(0, 3000), new=st.binary(max_size=40))
def test_any_piece(judge: Judge, start: int, length: int, new: bytes) -> None:
    start %= len(judge.content)
    changed = judge.content[:start] + new + judge.content[start + length :]
    assert changed == judge.content or not judge.believes(changed)


_SECTION = st.sampled_from(["events", "papers", "receipts", "results", "forms"])


@MODULE
@given(section=_SECTION, which=st.integers(0, 99), change=st.sampled_from(["alter", "drop", "double", "move", "cut"]))
def test_any_record_is_named(judge: Judge, section: str, which: int, change: str) -> None:
    document = copy.deepcopy(judge.document)
    records = document[section]
    at = which % len(records)
    if change == "alter":
        records[at] = {**records[at], sorted(records[at])[which % len(records[at])]: "another"}
        wanted = {("Altered", f"{section} {at + 1}")}
    elif change == "drop":
        del records[at]
        wanted = {("Missing", f"{section} {at + 1}")}
    elif change == "double":
        records.insert(at, copy.deepcopy(records[at]))
        wanted = {("Added", f"{section} {at + 2}")}
    elif change == "move":
        to = (at + 1) % len(records)
        records[at], records[to] = records[to], records[at]
        if at == to:
            return
        wanted = {("Moved", f"{section} {one + 1}") for one in (at, to)}
    else:
        last = len(records)
        del records[at:]
        wanted = {("Missing", f"{section} {one}") for one in range(at + 1, last + 1)}
    named = judge.named(document)
    assert wanted <= named, named
    assert not judge.believes(written(document) + b"\n")


def test_whoever_reckons_everything_anew_lacks_the_key(judge: Judge) -> None:
    """An altered event, its chain and the closing made to fit: only the signature is left to tell, and does."""
    document = copy.deepcopy(judge.document)
    events_, previous = document["events"], ""
    events_[0]["detail"]["declaration"] = False
    for event in events_:
        event["previous_hash"] = previous
        previous = event["hash"] = sha256({k: v for k, v in event.items() if k != "hash"})
    closing = document["closing"]
    closing["last_hash"] = previous
    closing["records"]["events"] = [sha256(event) for event in events_]
    content = written(document) + b"\n"
    assert rules.examine(content) == ()
    assert sealed.verify(content, judge.trust)[0] is Verdict.TAMPERED


def test_the_command_accepts_it_and_names_what_was_changed(judge: Judge, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(judge.content)
    # The certificates of the test are of the test's own time.
    at = ["--at", judge.document["closing"]["made_at"]]
    words = ["verify", str(good), "--trust", str(judge.folder), *at]
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 0 and "Mọi bản ghi đúng như lúc lập" in told.stdout, told.output
    assert judge.document["closing"]["dossier"]["code"] in told.stdout
    assert f"diễn biến {len(judge.document['events'])}" in told.stdout
    bad.write_bytes(judge.content.replace(b'"amount":24000,"at"', b'"amount":14000,"at"'))
    told = CliRunner().invoke(main, ["verify", str(bad), "--trust", str(judge.folder), *at, "--lang", "en"])
    assert told.exit_code == 1 and "Payment 1" in told.stdout and "was altered" in told.stdout, told.output
    told = CliRunner().invoke(main, ["verify", str(bad), "--trust", str(judge.folder), *at, "--json"])
    said = json.loads(told.stdout)
    assert said["verdict"] == "TAMPERED"
    assert {"code": "Altered", "record": "receipts 1", "name": said["findings"][0]["name"]} in said["findings"]
    bad.write_bytes(judge.content.replace(b'"level":3', b'"level":4'))
    told = CliRunner().invoke(main, ["verify", str(bad), "--trust", str(judge.folder), *at])
    assert told.exit_code == 1 and "không đúng là phần cơ quan đã ký" in told.stdout, told.output


# Who may have it, and how it comes to be.


def test_only_the_owner_and_the_agency(portal: Portal) -> None:
    dossier = portal.received()
    for who, path in (
        (portal.stranger, f"/dossiers/{dossier}/proof"),
        (portal.elsewhere, f"/desk/dossiers/{dossier}/proof"),
        (portal.clerk, f"/dossiers/{dossier}/proof"),
    ):
        assert (who.get(path).status, who.post(path, {}).status) == (404, 404), who.name
    assert portal.nobody.get(f"/dossiers/{dossier}/proof").status == 401
    assert portal.citizen.get(f"/desk/dossiers/{dossier}/proof").status == 403
    assert portal.clerk.get(f"/desk/dossiers/{dossier}/proof").body["state"] == "none"
    assert portal.clerk.post(f"/desk/dossiers/{dossier}/proof", {}).body["state"] == "asked"
    portal.relay()
    assert portal.clerk.get(f"/desk/dossiers/{dossier}/proof").body["state"] == "ready"


def test_a_draft_has_none(portal: Portal) -> None:
    answer = portal.citizen.post(f"/dossiers/{portal.draft()}/proof", {})
    assert (answer.status, answer.body["Code"]) == (409, "NothingToProve")


def test_asked_again_and_again_it_is_made_once(portal: Portal) -> None:
    dossier, key = portal.received(), new_id()
    path = f"/dossiers/{dossier}/proof"
    for _ in range(3):
        portal.citizen.post(path, {}, key)
    portal.citizen.post(path, {})  # another device, while the first is being made
    portal.relay()
    first = portal.citizen.get(path).body
    assert portal.citizen.post(path, {}, key).body["sha256"] == first["sha256"]
    portal.later(minutes=1)
    assert portal.citizen.post(path, {}).body["state"] == "asked", "a new one is made when it is asked for"
    portal.relay()
    assert portal.citizen.get(path).body["made_at"] > first["made_at"]


def test_without_a_key_it_says_so_and_the_province_answers_for_those_below(portal: Portal) -> None:
    dossier = portal.received()
    path = f"/dossiers/{dossier}/proof"
    portal.signs = True  # nobody is given a key
    portal.citizen.post(path, {})
    portal.relay()
    failed = portal.citizen.get(path).body
    assert (failed["state"], failed["url"]) == ("failed", None) and "no signing key" in failed["message"]
    portal.cloud.sign_for([("H34", "Ủy ban nhân dân tỉnh", "")])
    portal.later(minutes=5)
    assert made(portal, dossier)


def test_a_key_that_never_answers_is_given_up(portal: Portal) -> None:
    dossier = portal.received()
    portal.citizen.post(f"/dossiers/{dossier}/proof", {})
    portal.cloud.deliver(events.relay)
    portal.cloud.invoked.clear()  # the function that signs never came
    portal.later(minutes=40)
    run(events.sweep, {"source": "schedule"}, "sweep")
    assert portal.citizen.get(f"/dossiers/{dossier}/proof").body["state"] == "failed"
    run(events.sweep, {"all": True}, "sweep")
    assert not portal.cloud.invoked


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.slow
def test_a_crash_at_any_call_still_ends_in_one_proof(portal: Portal, after: bool) -> None:
    portal.give_keys()
    hits = 0
    for at in every(2, range(1, 9)):
        dossier = portal.received()
        portal.citizen.post(f"/dossiers/{dossier}/proof", {})
        portal.cloud.deliver(events.relay)
        (event,) = [event for name, event in portal.cloud.invoked if name == os.environ["SIGN_FUNCTION"]]
        portal.cloud.invoked.clear()
        try:
            with calls(at, after):
                signing.sign(event, context("sign"))
        except Crash:
            hits += 1
        portal.later(minutes=5)
        run(events.sweep, {"source": "schedule"}, "sweep")
        portal.sign()
        ready = portal.citizen.get(f"/dossiers/{dossier}/proof").body
        assert ready["state"] == "ready", at
    assert hits >= 3


@pytest.mark.parametrize("who", ["citizen", "clerk"])
def test_three_calls_at_the_most(portal: Portal, who: str) -> None:
    dossier, person = portal.received(), getattr(portal, who)
    assert isinstance(person, Person)
    path = f"/dossiers/{dossier}/proof" if who == "citizen" else f"/desk/dossiers/{dossier}/proof"
    with calls() as asked:
        person.post(path, {})
    with calls() as looked:
        person.get(path)
    assert (len(asked), len(looked)) == (3, 2), (asked, looked)


# The operator's check of the chain.


def test_an_audit_finds_what_was_done_to_the_rows(portal: Portal) -> None:
    dossier = portal.appraised()
    code = dossiers.head(dossier).code or ""
    assert proofs.audit(code).findings == () and proofs.audit(code).events == 4
    key = dossier_key(dossier)
    row = EventRow.get(key, "EVENT#000002")
    before = dict(row.body)
    row.update([EventRow.body.set({**before, "actor": {**before["actor"], "name": "Người khác"}})])
    assert [(one.code, one.record) for one in proofs.audit(code).findings] == [("Unsealed", "events 2")]
    row.update([EventRow.body.set(before)])
    EventRow(key, "EVENT#000004").delete()
    assert [(one.code, one.record) for one in proofs.audit(code).findings] == [("CutOff", "events 3")]
    HeadRow(key, "HEAD").update([HeadRow.last_hash.set(EventRow.get(key, "EVENT#000003").hash)])
    assert [(one.code, one.record) for one in proofs.audit(code).findings] == [("CutOff", "events 3")]
    with calls() as asked:
        proofs.audit(code)
    assert len(asked) == 2
    with pytest.raises(NotFound):
        proofs.audit("H34.05-261123-9999")

"""`motcua ops` on the embedded cloud: what it shows, finds and does, and that every use is on record."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from moto.dynamodb.models import dynamodb_backends
from moto.stepfunctions.models import stepfunctions_backends

from chalicelib.domain.codes import execution_name
from chalicelib.domain.event import iso
from chalicelib.services import present
from chalicelib.storage import dossiers, outbox, tasks
from chalicelib.storage.tables import HEAD, HeadRow, RegistryRow, dossier_key
from infra.cli import main
from infra.local.environment import ACCOUNT, REGION
from infra.local.testing import Embedded
from infra.operations import letters
from tests.app.portal import AGENCY, Portal, open_portal

pytestmark = pytest.mark.clause("B7")
WHY = ("--reason", "phiếu 12")


@pytest.fixture
def portal(cloud: Embedded) -> Portal:
    return open_portal(cloud)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["ops", *words])


def answer(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal(*words: str) -> str:
    result = run(*words, "--json")
    assert result.exit_code == 2, result.output
    return str(json.loads(result.stderr)["Code"])


def waits(portal: Portal, dossier: str, token: str = "a-token") -> None:
    """The review of a dossier waits in its present state, as the workflow's function would note it."""
    head = dossiers.head(dossier)
    assert tasks.waits(dossier, 1, head.state, token, iso(present.now()), present.now())


def die(name: str, status: str = "FAILED") -> None:
    (machine,) = stepfunctions_backends[ACCOUNT][REGION].state_machines
    (execution,) = (each for each in machine.executions if each.name == name)
    execution.status = status


def test_a_dossier_is_shown_wherever_it_leaves_traces_and_nothing_personal(portal: Portal) -> None:
    dossier, filed = portal.filed()
    before = answer("show", filed["code"])
    assert before["wrong"] == ["not-running"], "the relay has not seen it yet"
    assert [one["effect"] for one in before["outbox"]] == ["000001#notice", "000001#sheet", "000001#workflow"]
    portal.relay()
    found = answer("show", dossier)
    assert (found["wrong"], found["outbox"], found["chain"]) == ([], [], True)
    assert found["execution"]["name"] == execution_name(filed["code"], 1) and found["execution"]["status"] == "RUNNING"
    assert found["rows"] == {"EVENT": 1, "HEAD": 1, "KEY": 1, "NOTICE": 1, "PAPER": 1, "SHEET": 1, "TASK": 1}
    text = run("show", filed["code"], "--lang", "en").stdout
    assert text.startswith("Everything agrees.") and "09:00:00 23/11/2026" in text
    for secret in ("Thử", "062190000123", "example.invalid", filed["receipt"]["secret"]):
        assert secret not in text + json.dumps(found, ensure_ascii=False)
    HeadRow(dossier_key(dossier), HEAD).update([HeadRow.last_hash.set("0" * 64)])
    assert answer("show", dossier)["wrong"] == ["chain"]
    assert refusal("show", "H34.05-261123-9999") == "DossierNotFound"


def test_effects_are_performed_now_and_those_performed_can_be_asked_for_again(portal: Portal) -> None:
    dossier, _ = portal.filed()
    assert answer("requeue", dossier, "notice", *WHY) == {"dry": True, "performed": [], "left": ["000001#notice"]}
    assert outbox.get(dossier, "OUT#000001#notice") is not None and portal.cloud.outbox.letters() == []
    done = answer("requeue", dossier, "notice", "--yes", *WHY)
    assert done["performed"] == ["000001#notice"]
    assert answer("requeue", dossier, "--yes", *WHY)["left"] == []  # also what the notice left to be sent
    assert (answer("show", dossier)["outbox"], len(portal.cloud.outbox.letters())) == ([], 1)
    again = answer("requeue", dossier, "sheet", "--event", "1", "--yes", *WHY)
    assert (again["performed"], answer("show", dossier)["rows"]["SHEET"]) == (["000001#sheet"], 1)
    assert refusal("requeue", dossier, "seal", "--event", "1", *WHY) == "EffectNotFound"
    portal.step(portal.reception, dossier, "receive", {})
    assert refusal("requeue", dossier, "count", "--event", "2", "--yes", *WHY) == "EffectOnce"
    assert run("requeue", dossier, "--event", "1", *WHY).exit_code == 2


def test_what_is_stuck_is_found_by_kind(portal: Portal) -> None:
    dossier, filed = portal.filed()
    assert all(not part["found"] for part in answer("stuck").values()), "nothing is due for longer than that"
    portal.later(minutes=20)
    found = answer("stuck")
    assert len(found["outbox"]["found"]) == 3 and found["watch"]["found"] == []
    assert answer("stuck", "--most", "1")["outbox"]["more"] is True
    portal.relay()
    portal.later(minutes=30)
    (watched,) = answer("stuck")["watch"]["found"]  # no token came
    assert (watched["dossier"], watched["review"]) == (dossier, "RUNNING")
    die(execution_name(filed["code"], 1))
    portal.cloud.client("sqs").send_message(QueueUrl=letters.queue_of("sweep").url, MessageBody="{}")
    text = run("stuck", "--lang", "en").stdout
    assert "FAILED" in text and "Dead letters: 1" in text and "Effects not performed: 0" in text


def test_a_run_that_died_is_redriven_or_restarted(portal: Portal) -> None:
    dossier, filed = portal.filed()
    assert refusal("redrive", dossier, *WHY) == "NeverStarted"
    portal.relay()
    waits(portal, dossier)
    first, second, third = (execution_name(filed["code"], number) for number in (1, 2, 3))
    assert refusal("redrive", dossier, "--yes", *WHY) == "NotRedrivable"
    assert refusal("restart", dossier, "--yes", *WHY) == "StillRuns"
    die(first)
    assert answer("redrive", dossier, *WHY)["status"] == "FAILED"
    assert refusal("redrive", dossier, "--yes", *WHY) == "NoRedriveHere"  # the emulator has none, and says what to do
    assert answer("restart", dossier, *WHY) == {"dry": True, "state": "submitted", "execution": ""}
    assert [e["name"] for e in portal.cloud.executions()] == [first]
    assert answer("restart", dossier, "--yes", *WHY)["execution"] == second
    assert answer("show", dossier)["wrong"] == []
    assert answer("restart", dossier, "--force", "--yes", *WHY)["execution"] == third
    statuses = {e["name"]: e["status"] for e in portal.cloud.executions()}
    assert statuses == {first: "FAILED", second: "ABORTED", third: "RUNNING"}
    portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Đổi ý."})
    assert refusal("restart", dossier, "--yes", *WHY) == "DossierOver"
    assert answer("show", dossier)["wrong"] == ["runs-though-over"], "until the relay has told it"


def test_the_due_date_as_kept_and_as_the_calendar_makes_it(portal: Portal) -> None:
    assert refusal("recompute", portal.draft()) == "NoClockRuns"
    dossier, _ = portal.filed()
    assert answer("recompute", dossier)["of"] == "reply_due_at"
    portal.step(portal.reception, dossier, "receive", {})
    found = answer("recompute", dossier)
    assert found["kept"] == found["computed"] and (found["of"], found["moves_to"]) == ("due_at", None)
    HeadRow(dossier_key(dossier), HEAD).update([HeadRow.due_at.set("2026-12-01T02:00:00.000Z")])
    for more in ((), ("--yes", *WHY)):
        text = run("recompute", dossier, *more).stdout
        assert "2026-12-01" in text and "không được sớm lên" in text and text.startswith("Không có gì thay đổi.")
    assert [one.action for one in dossiers.load(dossier).events] == ["submit", "receive"], "an earlier date never comes"


def test_a_due_date_is_counted_again_once_and_on_record(portal: Portal) -> None:
    open_, filed, done = portal.received(), portal.filed()[0], portal.ready()
    portal.relay()
    off = {"date": "2026-11-25", "name": {"vi": "Di chuyển trụ sở", "en": "Moving house"}}
    body = {"version": 0, "hours": None, "off": [off], "reason": "Chuyển trụ sở."}
    assert portal.administrator.post(f"/desk/calendars/{AGENCY}", body).status == 200
    before = answer("recompute", open_)
    assert (before["dry"], before["moved"], before["moves_to"]) == (True, False, "2026-11-26T02:00:00.000Z")
    assert run("recompute", open_, "--yes").exit_code == 2, "no reason, no act"
    assert iso(dossiers.head(open_).due_at or present.now()) == before["kept"]
    portal.later(seconds=1)
    for dossier, name in ((open_, "due_at"), (filed, "reply_due_at")):
        first, second = (answer("recompute", dossier, "--yes", *WHY) for _ in range(2))
        assert (first["moved"], second["moved"], second["moves_to"]) == (True, False, None)
        assert first["moves_to"] == second["kept"] == "2026-11-26T02:00:00.000Z"
        last = dossiers.load(dossier).events[-1]
        assert (last.action, last.detail[name], last.detail["was"]) == ("recalculate", first["moves_to"], first["kept"])
        assert "phiếu 12" not in json.dumps(last.detail, ensure_ascii=False), "the operator's reason is the operators'"
    assert dossiers.load(open_).events[-2].action == "receive"
    assert "no time runs" in run("recompute", done, "--yes", *WHY, "--lang", "en").stdout
    assert dossiers.load(done).events[-1].action == "pay"
    uses = [one for one in answer("log")["items"] if one["about"] == open_]
    assert [(one["dry"], one["reason"]) for one in uses] == [(False, "phiếu 12")] * 2 + [(True, "")]


def test_dead_letters_are_read_and_replayed(portal: Portal) -> None:
    sqs = portal.cloud.client("sqs")
    event = {"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}]}
    told = {"ErrorMessage": {"DataType": "String", "StringValue": "timed out"}}
    sqs.send_message(QueueUrl=letters.queue_of("inspect").url, MessageBody=json.dumps(event), MessageAttributes=told)
    batch = {"DDBStreamBatchInfo": {"shardId": "s"}, "responseContext": {"functionError": "Unhandled"}}
    for _ in range(2):
        sqs.send_message(QueueUrl=letters.queue_of("relay").url, MessageBody=json.dumps(batch))
    counts = {one["queue"]: one["count"] for one in answer("dead-letters", "list")["items"]}
    assert (counts["inspect"], counts["relay"], counts["sign-remotely"]) == (1, 2, 0)
    (letter,) = answer("dead-letters", "list", "inspect")["items"]
    assert (letter["stream"], letter["error"]) == (False, "timed out")
    assert answer("dead-letters", "replay", "inspect", *WHY) == {"dry": True, "queue": "inspect", "letters": 1}
    assert portal.cloud.invoked == []
    assert answer("dead-letters", "replay", "inspect", "--yes", *WHY)["letters"] == 1
    assert answer("dead-letters", "replay", "relay", "--yes", *WHY)["letters"] == 2
    assert portal.cloud.invoked == [("motcua-local-inspect", event), ("motcua-local-sweep", {"all": True})]
    assert all(one["count"] == 0 for one in answer("dead-letters", "list")["items"])
    assert refusal("dead-letters", "list", "nobody") == "QueueNotFound"


def test_every_use_is_on_record_before_it_happens(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier, _ = portal.filed()
    answer("show", dossier)
    portal.later(seconds=1)
    answer("requeue", dossier, "notice", *WHY)
    portal.later(seconds=1)
    answer("requeue", dossier, "notice", "--yes", *WHY)
    portal.later(seconds=1)
    refusal("redrive", dossier, "--yes", *WHY)
    uses = answer("log")["items"]
    assert [(one["what"], one["dry"], one["outcome"], one["reason"]) for one in uses] == [
        ("redrive", False, "NeverStarted", "phiếu 12"),
        ("requeue", False, "done", "phiếu 12"),
        ("requeue", True, "done", "phiếu 12"),
        ("show", False, "done", ""),
    ]
    assert all(one["who"].startswith("local/") and dossier in one["about"] for one in uses)
    assert "chạy thử" in run("log").stdout
    monkeypatch.setenv("STAGE", "prod")
    portal.later(seconds=1)
    answer("requeue", dossier, "--yes", *WHY)
    assert answer("log", "--most", "1")["items"][0]["who"] == f"arn:aws:sts::{ACCOUNT}:user/moto"
    assert run("requeue", dossier, "--yes").exit_code == 2, "no reason, no act"


def test_what_cannot_be_recorded_is_not_done(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier, _ = portal.filed()
    monkeypatch.delitem(dynamodb_backends[ACCOUNT][REGION].tables, RegistryRow.Meta.table_name)
    assert run("requeue", dossier, "--yes", *WHY).exit_code == 1
    monkeypatch.undo()
    assert outbox.get(dossier, "OUT#000001#notice") is not None

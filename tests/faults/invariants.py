"""What must be true of a world at rest. Reads moto's own rows, so that no code under test vouches for itself.

Numbers as in the reliability goals: I1 an acknowledged dossier exists exactly once; I2 one live execution per open
dossier, none for a closed one; I5 the history is a path through the table, versions only grow; I6 each change of
state has its event, the chain is whole; I7 the outbox is empty, and what it asked for was done; I8 nothing personal
in workflow or logs; I9 what a person was shown stays true; I10 the statistics count what the events say; I11 a fee
that was paid was booked once, balances, and has one receipt with its PDF, in a series without gaps; I12 for each
officer as many dossiers are counted as lie with them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends

from chalicelib.domain.effects import effects, is_counted
from chalicelib.domain.event import Event, iso
from chalicelib.domain.life import TRANSITIONS, State
from chalicelib.domain.notice import USUAL, Channel, kind_of
from chalicelib.domain.proof import chain_is_whole
from chalicelib.services import present
from infra.local.environment import ACCOUNT, REGION
from infra.local.testing import environment
from tests.faults.cases import Case
from tests.faults.world import CANARIES, Request, World

Row = dict[str, Any]
_STEPS = {(rule.before.value, rule.action.value, rule.after.value, rule.role.value) for rule in TRANSITIONS}


def violations(world: World, case: Case, request: Request, dossier: str, acknowledged: bool, again: bool) -> list[str]:
    """Everything that is wrong, as "I2: …".

    `acknowledged`: a person was told of success. `again`: let them ask once more.
    """
    rows = rows_of("DOSSIERS_TABLE")
    mine = [row for row in rows if row["pk"] == f"D#{dossier}"]
    heads = [row for row in mine if row["sk"] == "HEAD"]
    if len(heads) != 1:
        return [f"I1: {len(heads)} heads"]
    head = heads[0]
    events = [Event(**row["body"], hash=row["hash"]) for row in mine if row["sk"].startswith("EVENT#")]
    found = [
        *_existence(world, case, rows, head, acknowledged),
        *_history(case, request, head, events),
        *_versions(dossier),
        *review_agrees(world, dossier, head, mine),
        *_effects(world, case, mine, events),
        *_money(events),
        *_statistics(rows),
        *loads(rows),
        *_secrecy(world, head),
        *(_repeated(world, request, head) if again else ()),
    ]
    return sorted(set(found))


def _existence(world: World, case: Case, rows: list[Row], head: Row, acknowledged: bool) -> Iterator[str]:
    if acknowledged and head["state"] != case.after:
        yield f"I1: acknowledged, yet the dossier is in {head['state']}"
    codes = [row["code"] for row in rows if row["sk"] == "HEAD" and row.get("code")]
    if len(codes) != len(set(codes)):
        yield "I1: a code was given twice"
    for answer in world.answers:
        if answer.status == 200 and answer.body["code"] != head["code"]:
            yield f"I1: told code {answer.body['code']}, kept {head['code']}"


def _history(case: Case, request: Request, head: Row, events: list[Event]) -> Iterator[str]:
    state = State.DRAFT.value
    for number, event in enumerate(events, 1):
        if event.number != number:
            yield f"I5: event {event.number} stands in place {number}"
        if event.before != state:
            yield f"I5: event {number} goes on from {event.before}, the one before ended in {state}"
        if (event.before, event.action, event.after, event.actor["role"]) not in _STEPS:
            yield f"I5: the table has no {event.before} --{event.action}--> {event.after} for {event.actor['role']}"
        state = event.after
    if state != head["state"] or head["event_count"] != len(events):
        yield f"I6: {len(events)} events end in {state}; the head counts {head['event_count']} in {head['state']}"
    if not chain_is_whole(tuple(events)) or head["last_hash"] != (events[-1].hash if events else ""):
        yield "I6: the chain of events is broken"
    done = [event for event in events if event.action == case.action and event.id == request.key]
    # A step that leaves the state is told by its event alone: there is one, or none if nobody was told of success.
    happened = head["state"] == case.after if case.before != case.after else len(done) > 0
    if len(done) != happened:
        yield f"I6: {len(done)} events of the request, the dossier is in {head['state']}"


def _versions(dossier: str) -> Iterator[str]:
    """As the stream told it: each image of the head is newer than the one before."""
    shard = _table("DOSSIERS_TABLE").stream_shard
    version = -1
    for item in shard.items:
        record = item.record["dynamodb"]
        if record["Keys"]["pk"]["S"] == f"D#{dossier}" and record["Keys"]["sk"]["S"] == "HEAD":
            now = int(record["NewImage"]["version"]["N"])
            if now <= version:
                yield f"I5: version {now} was written over version {version}"
            version = now


def review_agrees(world: World, dossier: str, head: Row, mine: list[Row]) -> Iterator[str]:
    stored = [e for e in world.review.stored() if json.loads(e.execution_input)["dossier"] == dossier]
    running = [e.name for e in stored if e.status == "RUNNING"]
    names = [e.name for e in stored]
    if len(names) != len(set(names)):
        yield "I2: two executions of one name"
    state = State(head["state"])
    if state is State.DRAFT or state.is_over:
        if running:
            yield f"I2: the dossier is {state.value}, and {len(running)} executions run"
        return
    if len(running) != 1:
        ended = [(run.name, run.status, run.error) for run in world.review.runs]
        yield f"I2: {len(running)} live executions of an open dossier ({ended})"
        return
    (run,) = world.review.live(dossier)
    (task,) = (row for row in mine if row["sk"] == "TASK")
    if run.data["state"] != head["state"]:
        yield f"I2: the review waits in {run.data['state']}, the dossier is in {head['state']}"
    elif task.get("token") != run.token:
        yield "I2: nobody knows the token that the review waits under"


def _effects(world: World, case: Case, mine: list[Row], events: list[Event]) -> Iterator[str]:
    left = undone(mine)
    if left:
        yield f"I7: left in the outbox: {', '.join(left)}"
    owed = [event for event in events if "notice" in effects(event)]
    since = owed if case.backlog else [event for event in owed if event.action == case.action][-1:]
    kept = {row["sk"] for row in mine}
    untold = [event.number for event in owed if f"NOTICE#{event.number:06d}#notice" not in kept]
    if untold:
        yield f"I7: no notice is kept of the events {untold}"
    written = [event for event in since if Channel.MAIL in USUAL[kind_of(event)]]
    mails = [letter for letter in world.cloud.outbox.letters() if letter.kind == "mail"]
    if events and events[-1].action == case.action and len(mails) < len(written):
        yield f"I7: {len(written)} mails were owed, {len(mails)} sent"


def undone(rows: list[Row]) -> list[str]:
    """The effects that should have followed by now, put off or not; what has its own time lies there until it comes:
    reminders, and notices of the night that wait for the morning and were not tried yet.
    """
    now = iso(present.now())
    left = [row for row in rows if row["sk"].startswith("OUT#")]
    return [row["sk"] for row in left if row["queue_due"] <= now or not _has_its_time(row)]


def _has_its_time(row: Row) -> bool:
    kind = row["sk"].split("#")[2]
    return kind in {"reminder", "warning", "recalculate"} or (kind == "send" and not row.get("tries"))


def _money(events: list[Event]) -> Iterator[str]:
    rows = rows_of("LEDGER_TABLE")
    paid = [event.detail["payment"] for event in events if event.action == "pay" and "paid" in event.detail]
    payments = {row["body"]["id"]: row["body"] for row in rows if row["kind"] == "payment"}
    if sorted(payments) != sorted(paid):
        yield f"I11: {len(paid)} payments on the timeline, {len(payments)} in the ledger"
    if sum(amount for row in rows if row["kind"] == "journal" for _, amount in row["body"]["postings"]):
        yield "I11: the journals do not sum to nought"
    receipts = {row["sk"]: row["body"] for row in rows if row["kind"] == "receipt"}
    serials = sorted(receipt["serial"] for receipt in receipts.values())
    given = [row["version"] for row in rows if row["kind"] == "series"]
    if serials != list(range(1, len(serials) + 1)) or given != ([len(serials)] if serials else []):
        yield f"I11: serials {serials}, the series says {given}"
    of_payments = sorted(part["payment"] for receipt in receipts.values() for part in receipt["parts"])
    if of_payments != sorted(paid):
        yield f"I11: {len(paid)} payments, receipts for {len(of_payments)}"
    for receipt in receipts.values():
        number = f"{receipt['series']}/{receipt['serial']:07d}"
        if payments[receipt["parts"][-1]["payment"]].get("receipt") != number:
            yield f"I11: the payment does not know its receipt {number}"
        if not receipt["file"] or receipt["file"]["version"] not in _versions_kept(receipt["file"]["key"]):
            yield f"I11: {number} has no PDF"


def _versions_kept(key: str) -> set[str]:
    bucket = s3_backends[ACCOUNT]["aws"].buckets[environment()["RESULTS_BUCKET"]]
    return {version.version_id for version in bucket.keys.getlist(key)}


def _statistics(rows: list[Row]) -> Iterator[str]:
    """Received and decided, over all dossiers and years: each event counted once."""
    due = [row for row in rows if row["sk"].startswith("EVENT#") and is_counted(Event(**row["body"]))]
    received = sum(row["body"]["after"] == "received" for row in due)
    told: Counter[str] = Counter()
    for row in rows_of("REGISTRY_TABLE"):
        if row["pk"].startswith("DOSSIERS#"):
            told[row["sk"].rpartition("#")[2]] += row["number"]
    if told["received"] != received:
        yield f"I10: {received} dossiers received, {told['received']} counted"
    if told["on_time"] + told["late"] != len(due) - received:
        yield f"I10: {len(due) - received} dossiers decided, {told['on_time'] + told['late']} counted"


def loads(rows: list[Row]) -> Iterator[str]:
    """What is counted for each officer is what lies with them."""
    held = [row for row in rows if row["sk"] == "HEAD" and row["state"] in {"appraisal", "consultation"}]
    right = Counter((row["agency"], row["assignee"]) for row in held if row.get("assignee"))
    for row in rows_of("REGISTRY_TABLE"):
        if row["pk"].startswith("TEAM#") and row["sk"].startswith("LOAD#"):
            key = (row["pk"].removeprefix("TEAM#"), row["sk"].removeprefix("LOAD#"))
            if row["number"] != right.pop(key, 0):
                yield f"I12: {row['number']} dossiers are counted for {key[1]}"
    for (_, officer), number in right.items():
        yield f"I12: {number} dossiers of {officer} are not counted"


def _secrecy(world: World, head: Row) -> Iterator[str]:
    told = json.dumps(world.review.said, ensure_ascii=False)
    logged = world.log.getvalue()
    for canary in (*CANARIES, head.get("receipt_secret") or "no secret yet"):
        if canary in told:
            yield f"I8: {canary} in the workflow"
        if canary in logged:
            yield f"I8: {canary} in the log"


def _repeated(world: World, request: Request, head: Row) -> Iterator[str]:
    """Whoever was told of success and asks the same again is told the same."""
    shown = [answer.body for answer in world.answers if answer.status == 200]
    if not shown:
        return
    if head.get("receipt_secret") is None:
        yield "I9: a receipt was shown and is not kept"
    with world.wire.silent():
        again = getattr(world.portal, request.who).post(request.path, request.body, request.key)
    if again.status != 200:
        yield f"I9: told of success, then {again.status} {again.body['Code']}"
        return
    for before in shown:
        if (before["code"], before["state"]["code"]) != (again.body["code"], again.body["state"]["code"]):
            yield "I9: code or state changed"
        if before.get("receipt") != again.body.get("receipt"):
            yield "I9: the receipt changed"
        if again.body["version"] < before["version"]:
            yield "I9: the version went back"


def _table(variable: str) -> Any:
    return dynamodb_backends[ACCOUNT][REGION].tables[environment()[variable]]


def rows_of(variable: str) -> list[Row]:
    """Every row of the table that the environment's variable names."""
    return [_plain(item) for partition in _table(variable).items.values() for item in partition.values()]


def _plain(item: Any) -> Row:
    return {name: _value(value.to_json(), name) for name, value in item.attrs.items()}


def _value(typed: dict[str, Any], name: str) -> Any:
    ((kind, value),) = typed.items()
    if kind == "N":
        return int(value)
    return json.loads(value) if name == "body" else value

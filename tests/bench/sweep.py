"""What the sweeper reads when nothing is due, and what each dossier costs that it has to look after.

Counted, not estimated: the calls of a sweep over dossiers that wait on the embedded cloud, and the sizes of the rows
that it read. Only the multiplication by the number of dossiers is reckoned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib import aws
from chalicelib.services import present, relay, workflow
from chalicelib.storage import dossiers, heads
from infra.costing import Prices, read_units, row_bytes
from infra.local.testing import embedded
from tests.app.portal import Portal, new_id, open_portal

SWEEPS_A_DAY = 24 * 12
Call = tuple[str, float]
"""An operation and the read units that it took."""


@contextmanager
def counted() -> Iterator[list[Call]]:
    """Every call to DynamoDB and Step Functions inside, with what it read."""
    calls: list[Call] = []

    def dynamo(parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        asked = context.get("asked", {})
        calls.append((model.name, _units(asked, parsed)))

    def asked(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["asked"] = params

    def workflow_call(model: Any, **_: Any) -> None:
        calls.append((model.name, 0.0))

    heard = aws.dynamodb().client.meta.events
    other = aws.client("stepfunctions").meta.events
    heard.register("before-parameter-build.dynamodb", asked)
    heard.register("after-call.dynamodb", dynamo)
    other.register("before-call.sfn", workflow_call)
    try:
        yield calls
    finally:
        heard.unregister("before-parameter-build.dynamodb", asked)
        heard.unregister("after-call.dynamodb", dynamo)
        other.unregister("before-call.sfn", workflow_call)


def _units(asked: dict[str, Any], answer: dict[str, Any]) -> float:
    """What a get or a query read; 0 for whatever else it was."""
    if "TableName" not in asked or not {"Item", "Items", "Count"} & answer.keys():
        return 0.0
    items = answer.get("Items", [answer["Item"]] if "Item" in answer else [])
    return read_units(sum(row_bytes(item) for item in items), bool(asked.get("ConsistentRead")))


def waiting(portal: Portal, number: int, due: timedelta) -> None:
    """`number` dossiers whose reviews wait, the sweeper's next look at each `due` from now (behind it: overdue)."""
    now = present.now()
    pattern, _ = portal.filed()
    portal.relay()
    head = dossiers.head(pattern)
    for place in range(number - 1):
        one = replace(head, id=new_id(), code=f"{str(head.code)[:-4]}{place + 2:04d}")
        heads.row_of(one).save()
        dossiers.new_task(one.id, one.state, now, now + due).save()
    dossiers.new_task(pattern, head.state, now, now + due).save()


def swept(number: int, due: timedelta = timedelta(days=3)) -> list[Call]:
    """The calls of one sweep among `number` open dossiers."""
    with embedded() as cloud:
        waiting(open_portal(cloud), number, due)
        with counted() as calls:
            relay.sweep(present.now())
    return calls


def table() -> Iterable[str]:
    few, many = swept(100), swept(400)
    if Counter(few) != Counter(many):
        raise AssertionError("a sweep reads more the more there is")
    units = sum(read for _, read in few)
    yield f"{len(few)} queries of the sparse indexes per sweep, {units:g} read units; the same among 100 as among 400"
    overdue = swept(20, -timedelta(minutes=1))
    each = (sum(read for _, read in overdue) - units) / 20
    calls = (len(overdue) - len(few)) / 20
    yield f"a dossier whose deadline has passed: {calls:g} calls more, {each:g} read units"
    yield ""
    titles = ("", "nothing due: units a day", "USD a month", "looked at within a day", "USD a month")
    yield " ".join(f"{text:>{wide}}" for text, wide in zip(titles, (14, 26, 12, 26, 12), strict=True))
    prices = Prices.read()
    unit = prices.units["dynamodb.read"]
    looks = timedelta(days=1) / (workflow.LOOKED_AFTER + workflow.LOOKS_SPREAD / 2)
    for number in (100, 100_000):
        idle = units * SWEEPS_A_DAY
        daily = each * number * looks
        costs = (f"{of:>26,.0f} {of * 30 * unit:>12.4f}" for of in (idle, daily))
        yield f"{number:>14,} {' '.join(costs)}"
    minutes = workflow.GRACE.seconds // 60
    most = relay.SWEPT_PER_SHARD * len(relay.SHARDS) * SWEEPS_A_DAY
    yield f"An open dossier is looked at {looks:.2f} times a day; the sweeps of a day can look at {most:,}."
    yield f"The sweeper looks {minutes} minutes after a deadline. Prices: {prices.date}, infra/prices.json"

"""The arithmetic of costs by cases worked out by hand, and that what is counted has a price with its source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.costing import PRICES, Index, Prices, read_units, row_bytes, write_units
from infra.local.template import Template
from tests.bench import meter

KEYS = ("pk", "sk")
QUEUE = Index("queue", ("queue",), frozenset({"body"}))


def row(body: int = 0, **more: str) -> dict[str, Any]:
    return {
        "pk": {"S": "D#1"},
        "sk": {"S": "HEAD"},
        "body": {"S": "x" * body},
        **{k: {"S": v} for k, v in more.items()},
    }


@pytest.mark.parametrize(
    ("image", "size"),
    [
        ({"pk": {"S": "D#1"}}, 5),
        ({"name": {"S": "Ơ"}}, 6),  # two bytes in UTF-8
        ({"n": {"N": "-12.50"}}, 1 + 3),  # two digits to a byte, one byte more; zeros at the end count for nothing
        ({"b": {"BOOL": True}}, 2),
        ({"raw": {"B": "AAEC"}}, 3 + 3),
        ({"m": {"M": {"a": {"S": "b"}}}}, 1 + 3 + 3),
        ({"l": {"L": [{"S": "ab"}, {"NULL": True}]}}, 1 + 3 + 3 + 2),
        ({"s": {"SS": ["a", "bc"]}}, 1 + 3),
    ],
)
def test_a_row_is_as_large_as_dynamodb_says(image: dict[str, Any], size: int) -> None:
    assert row_bytes(image) == size


def test_a_write_costs_its_kilobytes_twice_in_a_transaction() -> None:
    assert write_units(None, row(), (), KEYS, False) == 1
    assert write_units(None, row(1000), (), KEYS, False) == 1
    assert write_units(None, row(1024), (), KEYS, False) == 2
    assert write_units(None, row(1024), (), KEYS, True) == 4
    assert write_units(row(5000), row(), (), KEYS, False) == 5  # the larger of the two
    assert write_units(row(), row(), (), KEYS, True) == 2  # a condition that is checked


def test_an_index_costs_what_it_holds_twice_when_its_key_changes_and_nothing_when_nothing_does() -> None:
    before, after = row(7000, queue="A", other="1"), row(7000, queue="B", other="1")
    assert write_units(None, before, (QUEUE,), KEYS, False) == 7 + 7
    assert write_units(before, after, (QUEUE,), KEYS, False) == 7 + 7 + 7
    assert write_units(before, row(7000, queue="A", other="2"), (QUEUE,), KEYS, False) == 7
    assert write_units(before, row(7000, other="1"), (QUEUE,), KEYS, False) == 7 + 7  # it leaves the index
    # reference/performance.md, 4.2: a step of 8 kB in three indexes of everything, without the outbox's row.
    whole = [Index(name, ("queue",), frozenset({"body", "other"})) for name in "abc"]
    assert write_units(row(8000, queue="A"), row(8000, queue="B"), tuple(whole), KEYS, True) == 2 * 8 + 3 * 2 * 8


def test_a_read_costs_half_a_unit_for_four_kilobytes_and_nothing_found_as_much() -> None:
    assert read_units(0, False) == 0.5
    assert read_units(4096, False) == 0.5
    assert read_units(4097, False) == 1.0
    assert read_units(4097, True) == 2.0


def test_dollars_are_units_times_prices_and_a_unit_without_a_price_is_refused() -> None:
    prices = Prices({"mail": 0.0001, "put": 0.5}, {}, {}, "2026-11-28", "x")
    assert prices.cost({"mail": 5000, "put": 2}) == {"mail": 0.5, "put": 1.0}
    with pytest.raises(KeyError):
        prices.cost({"fax": 1})


def test_what_is_there_every_month_is_counted_in_the_template(tmp_path: Path) -> None:
    text = "Resources:\n  A: {Type: AWS::KMS::Key}\n  B: {Type: AWS::KMS::Key}\n  C: {Type: AWS::SQS::Queue}\n"
    (tmp_path / "template.yaml").write_text(text, encoding="utf-8")
    prices = Prices({}, {"AWS::KMS::Key": 1.0, "AWS::CloudWatch::Alarm": 0.1}, {}, "", "")
    assert prices.monthly(Template({}, tmp_path / "template.yaml")) == 2.0


def test_every_price_says_what_for_and_where_it_was_read() -> None:
    told = json.loads(PRICES.read_text(encoding="utf-8"))
    assert told["region"] and told["date"]
    for part in ("units", "fixed", "peers"):
        for name, each in told[part].items():
            assert each["price"] >= 0 and each["unit"] and each["source"], name
    assert {unit for unit, _ in meter._UNITS.values()} <= told["units"].keys()


@pytest.mark.slow
def test_every_unit_of_two_whole_lives_has_a_price() -> None:
    from tests.bench import cost, transitions

    three, four = cost.lives(Prices.read())
    for life in (three, four):
        assert 40 <= life.requests <= 60 and life.calls > 100
        assert len(life.drivers) == 3 and life.drivers[0][1] >= life.drivers[1][1] >= life.drivers[2][1]
        assert 0.5 < life.thousand < 3  # not a price to hold: one that says that the counting broke
        assert 8 <= life.used["stepfunctions.transition"] <= transitions.MOST
    assert four.used["kms.sign"] == 1 and three.used.get("kms.sign", 0) == 0

"""Filters of event sources, by Lambda's rules."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local import streams

Json = dict[str, Any]

PATTERN = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "OUT#"}]}}}}


@pytest.mark.parametrize(
    ("pattern", "record", "passes"),
    [
        (PATTERN, {"eventName": "INSERT", "dynamodb": {"Keys": {"sk": {"S": "OUT#1"}}}}, True),
        (PATTERN, {"eventName": "MODIFY", "dynamodb": {"Keys": {"sk": {"S": "OUT#1"}}}}, False),
        (PATTERN, {"eventName": "INSERT", "dynamodb": {"Keys": {"sk": {"S": "HEAD"}}}}, False),
        (PATTERN, {"eventName": "INSERT"}, False),
        ({"a": [{"exists": False}]}, {}, True),
        ({"a": [{"exists": True}]}, {}, False),
        ({"a": [{"anything-but": ["x"]}]}, {"a": "y"}, True),
        ({"a": [{"anything-but": ["x"]}]}, {"a": "x"}, False),
        ({"a": ["x", "y"]}, {"a": "y"}, True),
    ],
)
def test_filters_follow_lambdas_rules(pattern: Json, record: Json, passes: bool) -> None:
    assert streams.matches([pattern], record) is passes
    assert streams.matches([], record) is True


def test_a_filter_rule_that_is_not_known_is_not_guessed() -> None:
    with pytest.raises(NotImplementedError):
        streams.matches([{"a": [{"numeric": ["=", 1]}]}], {"a": 1})

"""What DynamoDB answers is what moto would have answered, value by value."""

from __future__ import annotations

from typing import Any

import pytest
from moto.core.serialize import BaseJSONSerializer

from infra.local.patching import REPLACED
from infra.local.testing import Embedded, environment

TABLE = environment()["DOSSIERS_TABLE"]

VALUES: dict[str, Any] = {
    "text": {"S": "Sở Y tế"},
    "nothing": {"S": ""},
    "number": {"N": "135000"},
    "yes": {"BOOL": True},
    "none": {"NULL": True},
    "bytes": {"B": b"\x00\xff"},
    "set": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "map": {"M": {"in": {"L": [{"S": "x"}, {"M": {"deep": {"B": b"\x01"}}}, {"L": []}]}, "empty": {"M": {}}}},
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_comes_back_as_it_was_put(embedded: Embedded, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dynamodb = embedded.client("dynamodb")
    key = {"pk": {"S": "a"}, "sk": {"S": "HEAD"}}
    dynamodb.put_item(TableName=TABLE, Item={**key, name: VALUES[name]})

    def ask() -> list[Any]:
        expression = {"KeyConditionExpression": "pk = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}}
        return [
            dynamodb.get_item(TableName=TABLE, Key=key)["Item"],
            dynamodb.query(TableName=TABLE, **expression)["Items"],
            dynamodb.batch_get_item(RequestItems={TABLE: {"Keys": [key]}})["Responses"],
        ]

    ours = ask()
    assert ours[0] == {**key, name: VALUES[name]}
    label = "BaseJSONSerializer._serialize_type_structure"
    monkeypatch.setattr(BaseJSONSerializer, "_serialize_type_structure", REPLACED[label])
    assert ask() == ours

"""What is kept of moto's work is what moto would have made again."""

from __future__ import annotations

from typing import Any

import pytest
from moto.core import responses
from moto.core.base_backend import BaseBackend
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.responses import DynamoHandler
from moto.s3.models import s3_backends
from moto.s3.responses import S3Response

from infra.local.environment import ACCOUNT, REGION
from infra.local.patching import REPLACED
from infra.local.testing import Embedded

NAMES = {"#0": "version", "#1": "body"}
VALUES = {":0": {"N": "3"}, ":1": {"N": "9"}, ":2": {"S": "x"}}
LABEL = "ConditionExpressionParser._lex_condition_expression"


@pytest.mark.parametrize(
    "text",
    [
        "attribute_not_exists (pk)",
        "#0 = :0 AND attribute_exists (#1.a[0])",
        "(#0 BETWEEN :0 AND :1) OR NOT contains (#1, :2)",
        "#0 IN (:0, :1)",
        "",
    ],
)
def test_the_tokens_of_a_condition_are_motos_each_time(embedded: Embedded, text: str) -> None:
    expected = REPLACED[LABEL](ConditionExpressionParser(text, NAMES, VALUES))
    for _ in range(3):
        tokens = ConditionExpressionParser(text, NAMES, VALUES)._lex_condition_expression()
        assert tokens == expected
        tokens.clear()  # who asked may do what they like with theirs


def test_what_cannot_be_read_is_refused_each_time(embedded: Embedded) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="Cannot parse condition"):
            ConditionExpressionParser("#0 = ;", NAMES, VALUES)._lex_condition_expression()


def test_a_service_answers_at_its_own_addresses(embedded: Embedded) -> None:
    made: Any = REPLACED["BaseBackend.urls"]
    for backend in (dynamodb_backends[ACCOUNT][REGION], s3_backends[ACCOUNT]["aws"]):
        assert isinstance(backend, BaseBackend)
        assert list(backend.urls) == list(made.fget(backend))


def test_a_service_has_its_own_methods(embedded: Embedded) -> None:
    name = "method_names_from_class"
    for handler in (DynamoHandler, S3Response, DynamoHandler):
        assert getattr(responses, name)(handler) == REPLACED[f"moto.core.responses.{name}"](handler)

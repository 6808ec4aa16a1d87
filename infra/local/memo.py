"""What moto makes anew for every request though it is always the same, made once: the tokens of a condition's text, the
addresses that a service answers and the names of its methods. An eighth of the time of the embedded cloud went there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from moto.core import responses
from moto.core.base_backend import BaseBackend
from moto.dynamodb.comparisons import ConditionExpressionParser

from infra.local.patching import replace


def _tokens(original: Callable[..., Any]) -> Callable[..., Any]:
    """Texts repeat, for values are written as placeholders; tokens are tuples, so all who ask may share them."""

    @lru_cache(4096)
    def lexed(text: str) -> tuple[Any, ...]:
        return tuple(original(ConditionExpressionParser(text, {}, {})))

    def lex(self: ConditionExpressionParser) -> deque[Any]:
        return deque(lexed(self.condition_expression)) if self.condition_expression else deque()

    return lex


def _urls(original: Any) -> Any:
    of: dict[type, Any] = {}

    def urls(self: BaseBackend) -> Any:
        found = of.get(type(self))
        if found is None:
            found = of[type(self)] = original.fget(self)
        return found

    return property(urls)


def install() -> None:
    """Replace moto's methods by ours; once is enough."""
    replace(ConditionExpressionParser, "_lex_condition_expression", _tokens)
    replace(BaseBackend, "urls", _urls)
    replace(responses, "method_names_from_class", lru_cache(None))

"""TypedDict for the shapes of answers: dictionaries, whose types are for checkers and for the OpenAPI document.

The one of the library works its types out when the class is made, a tenth of a millisecond for each of a hundred; a
function that answers requests never asks for them. Here this waits until pydantic wants the schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_type_hints

if TYPE_CHECKING:
    from typing_extensions import TypedDict as TypedDict
else:

    class TypedDict(dict):
        """All fields are required but those said to be NotRequired."""

        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            from typing_extensions import TypedDict as Made

            made = Made(cls.__name__, get_type_hints(cls, include_extras=True))
            made.__module__, made.__doc__, made.__qualname__ = cls.__module__, cls.__doc__, cls.__qualname__
            return handler.generate_schema(made)

"""The texts that people read, by language and key. Vietnamese first; a test finds missing keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("vi", "en")
_FOLDER = Path(__file__).parent


@cache
def _catalogue(language: str) -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return loaded


def text(language: str, group: str, key: str, /, **params: Any) -> str:
    """The text `group.key` in `language`, its {placeholders} filled from `params`; KeyError when there is none.

    A value that is said in every language itself (a state's name) is a mapping of them.
    """
    said = {name: value[language] if isinstance(value, Mapping) else value for name, value in params.items()}
    return _catalogue(language)[group][key].format(**said)


def language_of(accept_language: str | None) -> str:
    """The first language of an Accept-Language header that there is a catalogue for; Vietnamese otherwise."""
    for part in (accept_language or "").split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in LANGUAGES:
            return tag
    return "vi"

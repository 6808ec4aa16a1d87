"""Usual words for an officer's act, to be edited before they are sent: an agency's own, or those everybody has.

A text may hold placeholders in braces, which the desk fills from the dossier when the text is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chalicelib.errors import FieldError, Invalid
from chalicelib.values import dataclass

KINDS = (
    "paper",
    "field",
    "ask",
    "receive",
    "refuse",
    "propose",
    "send_back",
    "approve",
    "stop",
    "reappoint",
    "compare",
    "hand_over",
    "reassign",
)
PLACEHOLDERS = ("applicant", "code", "procedure", "due")
MOST_TEXTS, LONGEST_TEXT = 20, 1000
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Reasons:
    """An agency's texts for one kind of act; none when it uses everybody's. `version` guards them."""

    kind: str
    texts: tuple[str, ...] = ()
    version: int = 0


def check(kind: str, texts: Sequence[str]) -> tuple[str, ...]:
    """The texts as they are kept. Raises Invalid for an unknown kind or placeholder, and for what is too much."""
    if kind not in KINDS:
        raise Invalid("BadRequest", [FieldError.of("kind", "NotOneOf", expected=", ".join(KINDS))])
    if len(texts) > MOST_TEXTS:
        raise Invalid("BadRequest", [FieldError.of("texts", "TooMany", most=MOST_TEXTS)])
    found: list[FieldError] = []
    clean = [" ".join(text.split()) for text in texts]
    for number, text in enumerate(clean):
        if not text:
            found.append(FieldError.of(f"texts[{number}]", "Required"))
        elif len(text) > LONGEST_TEXT:
            found.append(FieldError.of(f"texts[{number}]", "TooLong", most=LONGEST_TEXT))
        elif unknown := [name for name in _BRACES.findall(text) if name not in PLACEHOLDERS]:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            found.append(FieldError.of(f"texts[{number}]", "UnknownPlaceholder", name=unknown[0], known=known))
    if found:
        raise Invalid("BadRequest", found)
    return tuple(dict.fromkeys(clean))

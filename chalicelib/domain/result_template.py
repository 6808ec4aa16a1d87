"""The document that a procedure ends with, made of what the dossier says and what the officer writes.

A procedure's `result_template` says what stands on it, in Vietnamese, as the law wants it:

    opening   [paragraph] before, mostly what the decision rests on
    fields    [answer]: answers of the form, in this order, under the names that the form gives them
    texts     [{name, label {vi, en}, required, most characters}]: what the officer writes for this document
    closing   [paragraph] after
    signer    whose office it is to sign: "GIÁM ĐỐC"

Number and title are the result's own. Code, agency, date and the QR code of the public check stand on every one
(domain/result_sheet.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.document import Reader, Text
from chalicelib.errors import FieldError, Invalid
from chalicelib.values import dataclass

LONGEST = 4000
_LONGEST_PARAGRAPH = 2000


@dataclass(frozen=True)
class TextRule:
    """What the officer writes under this name; at most `most` characters."""

    name: str
    label: Text
    required: bool
    most: int


@dataclass(frozen=True)
class Template:
    opening: tuple[str, ...]
    fields: tuple[str, ...]
    texts: tuple[TextRule, ...]
    closing: tuple[str, ...]
    signer: str


def read(reader: Reader, answers: Mapping[str, object]) -> Template:
    """`answers` are the properties of the procedure's form."""

    def paragraph(value: object) -> str | None:
        fits = isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST_PARAGRAPH
        return str(value).strip() if fits else None

    fields = reader.several("fields", lambda value: value if isinstance(value, str) else None)
    for index, name in enumerate(fields):
        if name not in answers:
            reader.note(f"fields[{index}]", "NotFormField")
    texts = reader.each("texts", _text)
    for index, one in enumerate(texts):
        if one.name and one.name in {earlier.name for earlier in texts[:index]}:
            reader.note(f"texts[{index}].name", "NotUnique")
    return Template(
        opening=reader.several("opening", paragraph),
        fields=fields,
        texts=texts,
        closing=reader.several("closing", paragraph),
        signer=reader.text("signer"),
    )


def _text(reader: Reader) -> TextRule:
    return TextRule(reader.key("name"), reader.both("label"), reader.flag("required"), reader.whole("most", 1, LONGEST))


def checked(template: Template, texts: Mapping[str, str]) -> dict[str, str]:
    """What the officer wrote, trimmed, without what is empty. Raises Invalid naming each text that is wrong."""
    known = {rule.name: rule for rule in template.texts}
    defects = [FieldError.of(f"texts.{name}", "Unknown") for name in texts if name not in known]
    kept = {name: text.strip() for name, text in texts.items() if text.strip()}
    for name, rule in known.items():
        if rule.required and name not in kept:
            defects.append(FieldError.of(f"texts.{name}", "Required"))
        elif len(kept.get(name, "")) > rule.most:
            defects.append(FieldError.of(f"texts.{name}", "TooLong", most=rule.most))
    if defects:
        raise Invalid("BadRequest", defects)
    return kept

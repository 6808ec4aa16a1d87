"""How the pages speak in one language: words, texts of the catalogue, conditions of a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from chalicelib.domain.document import Text
from chalicelib.domain.procedure import Condition
from infra.site import words as said


class Voice:
    """One language. What the templates call; everything it answers is text to be escaped, but for `Markup`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.other = "en" if language == "vi" else "vi"
        self.words = said.words(language)

    def path(self, path: str, language: str | None = None) -> str:
        """Where a pre-rendered page stands in this language, or in the other one."""
        return f"/en{path}" if (language or self.language) == "en" else path

    def text(self, value: Text | Mapping[str, str]) -> str:
        """A text of the catalogue. Where there is no English the Vietnamese stands, marked as Vietnamese."""
        vi, en = (value.vi, value.en) if isinstance(value, Text) else (value["vi"], value.get("en", ""))
        if self.language == "vi":
            return str(vi)
        if en:
            return str(en)
        marked: str = Markup('<span lang="vi">{}</span>').format(vi)
        return marked

    def plain(self, value: Text | Mapping[str, str]) -> str:
        """As `text`, for places that hold no element: a title, an attribute."""
        vi, en = (value.vi, value.en) if isinstance(value, Text) else (value["vi"], value.get("en", ""))
        return str(vi if self.language == "vi" or not en else en)

    def level(self, number: int) -> str:
        return said.level(number, self.language)

    def term(self, kind: str, value: str) -> str:
        return said.term(kind, value, self.language)

    def terms(self, kind: str, values: Iterable[str]) -> str:
        return ", ".join(self.term(kind, value) for value in values)

    def duration(self, amount: float, unit: str | None) -> str:
        return said.duration(amount, unit, self.language)

    def money(self, amount: int) -> str:
        return said.money(amount, self.language)

    def day(self, iso: str) -> str:
        return said.day(iso, self.language)

    # ---- forms ----

    def title(self, schema: Mapping[str, Any]) -> str:
        return str(schema["title"] if self.language == "vi" else schema["x-title-en"])

    def hint(self, schema: Mapping[str, Any]) -> str:
        return str(schema.get("description" if self.language == "vi" else "x-description-en", ""))

    def group(self, schema: Mapping[str, Any]) -> str:
        return str(schema.get("x-group" if self.language == "vi" else "x-group-en", ""))

    def options(self, schema: Mapping[str, Any]) -> list[str]:
        """What can be chosen, where the answer is a choice."""
        return [str(label) for label in schema.get(f"x-enum-{self.language}", ())]

    def answer(self, schema: Mapping[str, Any], value: Any) -> str:
        """An answer as the form shows it."""
        if isinstance(value, bool):
            return self.words["yes" if value else "no"]
        if value in schema.get("enum", ()):
            at: int = schema["enum"].index(value)
            return self.options(schema)[at]
        return str(value)

    def condition(self, form: Mapping[str, Any], condition: Condition) -> str:
        return self._when(form, condition.field, condition.values)

    def obligation(self, form: Mapping[str, Any], name: str) -> str:
        """Whether and when the question `name` must be answered; "" where it need not be."""
        if name in form.get("required", ()):
            return self.words["question_required"]
        found = [
            f"{self.words['question_required']}: {self._hypothesis(form, rule['if'], negated=branch == 'else')}"
            for rule in form.get("allOf", ())
            for branch in ("then", "else")
            if name in rule.get(branch, {}).get("required", ())
        ]
        return "; ".join(found)

    def _hypothesis(self, form: Mapping[str, Any], hypothesis: Mapping[str, Any], negated: bool) -> str:
        said = [
            self._when(form, name, [asked["const"]] if "const" in asked else asked.get("enum", ()), negated)
            for name, asked in hypothesis.get("properties", {}).items()
        ]
        return "; ".join(said)

    def _when(self, form: Mapping[str, Any], name: str, values: Iterable[Any], negated: bool = False) -> str:
        schema = form["properties"][name]
        shown = ", ".join(self.answer(schema, value) for value in values)
        return self.words["condition_not" if negated else "condition"].format(field=self.title(schema), values=shown)


VOICES = {language: Voice(language) for language in said.LANGUAGES}

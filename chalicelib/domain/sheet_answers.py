"""The answers of a procedure's form as a Vietnamese sheet of paper says them, and as they stood at an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.domain.event import Event
from chalicelib.domain.life import Action
from chalicelib.domain.sheet import Block, Heading, Line, Table

_OTHERS = "Nội dung khai"


def as_of(answers: Mapping[str, Any], events: Sequence[Event], number: int) -> dict[str, Any]:
    """The answers as they were right after event `number`: what later supplements changed is taken back."""
    then = dict(answers)
    for event in reversed(events):
        if event.number > number and event.action == Action.SUPPLEMENT:
            for name, value in dict(event.detail.get("before", {})).items():
                if value is None:
                    then.pop(name, None)
                else:
                    then[name] = value
    return then


def blocks(form: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[Block]:
    """What was answered, in the order of the form, under the names of its groups; tables as tables."""
    group = None
    for name, schema in form.get("properties", {}).items():
        value = answers.get(name)
        if value is None or value in ("", []):
            continue
        if (here := schema.get("x-group") or _OTHERS) != group:
            group = here
            yield Heading(here)
        rows = schema.get("items", {})
        if schema.get("type") == "array" and rows.get("type") == "object":
            yield Heading(f"{title(form, name)}:")
            yield _table(rows["properties"], value)
        else:
            yield Line(title(form, name), said(value, schema))


def title(form: Mapping[str, Any], name: str) -> str:
    """What the form calls a field."""
    return str(form.get("properties", {}).get(name, {}).get("title") or name)


def _table(columns: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Table:
    heads = ("TT", *(str(column["title"]) for column in columns.values()))
    return Table(
        heads,
        (0.35, *(1.0 for _ in columns)),
        tuple(
            (str(place), *(said(row.get(name), column) for name, column in columns.items()))
            for place, row in enumerate(rows, 1)
        ),
    )


def said(value: Any, schema: Mapping[str, Any]) -> str:
    """One answer: labels for choices, days as 23/11/2026, Có and Không, numbers as 1.250.000,5."""
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return "; ".join(said(one, schema.get("items", {})) for one in value)
    if isinstance(value, bool):
        return "Có" if value else "Không"
    labels, options = schema.get("x-enum-vi", ()), schema.get("enum", ())
    if value in options and len(labels) == len(options):
        return str(labels[list(options).index(value)])
    if schema.get("format") == "date":
        try:
            return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
        except ValueError:
            return str(value)
    if isinstance(value, int | float):
        return f"{value:,}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return str(value)

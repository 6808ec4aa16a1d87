"""Renders the pages. Every text is escaped by the template library; nothing but `Voice.text` and `_lines` makes markup.

Names and texts of imported procedures were typed by strangers: they are hostile input.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from chalicelib import settings
from chalicelib.domain.agency import Agency
from chalicelib.domain.calendar import WEEKDAYS, Calendar
from chalicelib.domain.document import Text
from chalicelib.domain.procedure import Procedure
from infra.site.voice import VOICES

TEMPLATES = Path(__file__).with_name("templates")

PRIVATE = ("/api/", "/can-bo", "/ho-so", "/nop/", "/tai-khoan", "/thanh-toan", "/thong-bao")
"""Where addresses begin that no search engine shall follow (web/src/routes.ts)."""

Entry = Mapping[str, Any]  # of catalogue/index.json


@dataclass(frozen=True)
class Field:
    """A field of public services and its procedures; fields of one code are one, under all their names."""

    code: str
    name: Text
    entries: tuple[Entry, ...]


def procedure(one: Procedure, agencies: Mapping[str, Agency], language: str) -> str:
    """The guidance page `/tt/<code>`."""
    return _render(
        "procedure.html",
        language,
        f"/tt/{one.code}",
        p=one,
        numbered=not all(step.vi.startswith("Bước ") for step in one.steps),  # imported steps have their own numbers
        agencies=[agencies[code] for code in one.agencies if code in agencies],
        groups=_questions(one.form, language),
        unread=_unread(one),
    )


def agency(one: Agency, tree: Mapping[str, Agency], calendar: Calendar, offered: Sequence[Entry], language: str) -> str:
    """The page `/cq/<code>`; `calendar` has the hours that the agency keeps, `offered` the entries it receives."""
    week = calendar.to_json()["hours"]
    return _render(
        "agency.html",
        language,
        f"/cq/{one.code}",
        a=one,
        parent=tree.get(one.parent or ""),
        successor=tree.get(one.successor or ""),
        children=[child for child in tree.values() if child.parent == one.code],
        week=[(day, week.get(day, [])) for day in WEEKDAYS],
        offered=offered,
    )


def contents(own: Sequence[Entry], all_fields: Sequence[Field], tree: Mapping[str, Agency], language: str) -> str:
    """The page `/tt/`: what can be filed here, and the fields."""
    return _render("contents.html", language, "/tt/", own=fields(own), fields=all_fields, agencies=list(tree.values()))


def field(one: Field, language: str) -> str:
    """The page `/tt/linh-vuc/<field>`."""
    return _render("field.html", language, f"/tt/linh-vuc/{one.code}", field=one)


def everything(all_fields: Sequence[Field], language: str) -> str:
    """The page `/tt/tat-ca`."""
    return _render("everything.html", language, "/tt/tat-ca", fields=all_fields)


def sitemap(origin: str, paths: Iterable[str]) -> str:
    """sitemap.xml of pre-rendered pages, each with its twin in the other language."""
    return _environment().get_template("sitemap.xml").render(origin=origin, paths=list(paths))


def robots(origin: str) -> str:
    """robots.txt: what belongs to one person, or to officers, is for no index; the sitemap is."""
    refused = "".join(f"Disallow: {path}\n" for path in PRIVATE)
    return f"User-agent: *\n{refused}\nSitemap: {origin}/sitemap.xml\n"


def fields(entries: Iterable[Entry]) -> list[Field]:
    """The entries by field, in the order of the fields' names; what can be filed first in each."""
    ordered = sorted(entries, key=lambda entry: str(entry["field"]["code"]))
    found = []
    for code, grouped in groupby(ordered, key=lambda entry: str(entry["field"]["code"])):
        members = sorted(grouped, key=lambda entry: (not entry["online"], entry["name"]["vi"].casefold()))
        vi = dict.fromkeys(entry["field"]["vi"] for entry in members)
        en = dict.fromkeys(entry["field"]["en"] for entry in members if entry["field"].get("en"))
        found.append(Field(code, Text(" / ".join(vi), " / ".join(en)), tuple(members)))
    return sorted(found, key=lambda one: one.code)


def _render(template: str, language: str, path: str, **values: Any) -> str:
    voice = VOICES[language]
    return (
        _environment()
        .get_template(template)
        .render(
            v=voice,
            w=voice.words,
            lang=language,
            origin=settings.public_url(),  # search engines take whole addresses only
            path=voice.path(path),
            twin=voice.path(path, voice.other),
            **values,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["lines"] = _lines
    return environment


def _lines(text: str) -> Markup:
    """Line ends as line ends."""
    return Markup("<br>\n").join(escape(line) for line in text.splitlines() if line.strip())


def _questions(form: Mapping[str, Any], language: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """The form's questions by group, in the form's order."""
    voice = VOICES[language]
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, schema in form.get("properties", {}).items():
        rows = schema.get("items", {}).get("properties", {})
        groups.setdefault(voice.group(schema), []).append(
            {
                "title": voice.title(schema),
                "hint": voice.hint(schema),
                "options": voice.options(schema),
                "obligation": voice.obligation(form, name),
                "columns": [voice.title(column) for column in rows.values()],
            }
        )
    return list(groups.items())


def _unread(one: Procedure) -> list[tuple[str, str]]:
    """The portal's own texts: of what was not wholly understood, and of what has no table of its own."""
    understood = (one.guidance or {}).get("understood", {})
    read = {
        "channels": all(understood.get(name) is not False for name in ("channels", "durations", "fees")),
        "papers": understood.get("papers") is not False,
        "results": bool((one.guidance or {}).get("results")),
        "conditions": bool(one.conditions),
        "audience": False,
    }
    return [(name, text) for name, text in (one.source or {}).items() if not read.get(name, False)]

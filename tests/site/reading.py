"""Reads a page as a strict reader would: what is not well formed, or would run something, is a complaint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}
# What an element may stand in, where that is narrow.
INSIDE = {
    "li": {"ul", "ol"},
    "tr": {"thead", "tbody"},
    "th": {"tr"},
    "td": {"tr"},
    "dt": {"div", "dl"},
    "dd": {"div", "dl"},
}
NO_BLOCKS = {"p", "h1", "h2", "h3", "span", "a", "button", "caption"}
BLOCKS = {
    "p",
    "h1",
    "h2",
    "h3",
    "ul",
    "ol",
    "dl",
    "div",
    "section",
    "table",
    "nav",
    "main",
    "article",
    "header",
    "footer",
}


@dataclass
class Element:
    name: str
    attributes: dict[str, str | None]
    text: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """A page's text, elements and complaints."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.complaints: list[str] = []
        self.elements: list[Element] = []
        self.spoken: list[tuple[str, str]] = []  # language, text
        self._open: list[Element] = []
        assert html.startswith("<!doctype html>")
        self.feed(html)
        self.close()
        self.complaints += [f"<{element.name}> is never closed" for element in self._open]
        ids = [e.attributes["id"] for e in self.elements if "id" in e.attributes]
        self.complaints += [f"id {one} stands twice" for one in {i for i in ids if ids.count(i) > 1}]
        for element in self.elements:
            for name in ("aria-labelledby", "aria-controls"):
                if element.attributes.get(name) and element.attributes[name] not in ids:
                    self.complaints.append(f"{name} {element.attributes[name]} leads nowhere")

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        element = Element(name, dict(attributes))
        above = self._open[-1].name if self._open else ""
        if name in INSIDE and above not in INSIDE[name]:
            self.complaints.append(f"<{name}> in <{above}>")
        if name in BLOCKS and any(one.name in NO_BLOCKS for one in self._open):
            self.complaints.append(f"<{name}> within {[one.name for one in self._open]}")
        if len(attributes) != len(element.attributes):
            self.complaints.append(f"an attribute of <{name}> stands twice")
        for key, value in attributes:
            if key.startswith("on") or key == "style" or (value or "").strip().lower().startswith("javascript:"):
                self.complaints.append(f"<{name} {key}>")
        if name == "style" or (name == "script" and "src" not in element.attributes):
            self.complaints.append(f"<{name}> in the page itself")
        self.elements.append(element)
        if name not in VOID:
            self._open.append(element)

    def handle_endtag(self, name: str) -> None:
        if not self._open or self._open[-1].name != name:
            self.complaints.append(f"</{name}> closes {[one.name for one in self._open[-3:]]}")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text.append(data)
        if data.strip() and self._open and self._open[-1].name not in ("script", "style"):
            language = next((str(e.attributes["lang"]) for e in reversed(self._open) if "lang" in e.attributes), "")
            self.spoken.append((language, data.strip()))

    @property
    def text(self) -> str:
        """All text, with single spaces."""
        return squeeze(" ".join(text for _, text in self.spoken))

    def named(self, name: str) -> Iterator[Element]:
        return (element for element in self.elements if element.name == name)

    def links(self) -> set[str]:
        return {str(element.attributes.get("href")) for element in self.named("a")}


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()

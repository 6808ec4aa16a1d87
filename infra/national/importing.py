"""Turns a source of records into guidance documents and keeps count.

    importing = Import(language)
    for document in importing.documents(source): …
    importing.report()  ->  {"records", "published", "understood": {field: {"present", "understood"}},
                             "refused": [{"code", "reason"}]}

A record is published, or refused with a reason; the rest goes on. `present` counts the published records for which the
portal has something in that field, `understood` those of them that were understood wholly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from infra.national import guidance
from infra.national.page import stated
from infra.national.reading import Broken

REASONS = {
    "NotARecord": {
        "vi": "Bản ghi thứ {number} không phải là một đối tượng JSON hợp lệ.",
        "en": "Record {number} is not a valid JSON object.",
    },
    "CodeMissing": {
        "vi": "Bản ghi thứ {number} không có mã thủ tục (ma_thu_tuc).",
        "en": "Record {number} has no procedure code (ma_thu_tuc).",
    },
    "CodeWrong": {
        "vi": "Bản ghi thứ {number}: mã thủ tục “{given}” không đúng dạng.",
        "en": "Record {number}: “{given}” is not a procedure code.",
    },
    "NameMissing": {
        "vi": "Bản ghi thứ {number} không có tên thủ tục (ten_thu_tuc).",
        "en": "Record {number} has no procedure name (ten_thu_tuc).",
    },
    "CodeTwice": {
        "vi": "Bản ghi thứ {number}: mã thủ tục đã có ở bản ghi thứ {first}; bản ghi đầu được giữ.",
        "en": "Record {number}: the code stands in record {first} already; the first one is kept.",
    },
}


class Import:
    def __init__(self, language: str = "vi") -> None:
        self._language = language
        self._first: dict[str, int] = {}
        self.records = 0
        self.published = 0
        self.refused: list[dict[str, str | None]] = []
        self.without_unit = 0
        self._counts = {field: {"present": 0, "understood": 0} for field in guidance.FIELDS}

    def documents(self, source: Iterable[dict[str, Any] | Broken]) -> Iterator[dict[str, Any]]:
        for record in source:
            self.records += 1
            if isinstance(record, Broken):
                self._refuse(None, "NotARecord")
                continue
            code = guidance.clean(stated(record, "ma_thu_tuc"))[:40] or None
            try:
                document = guidance.make(record)
            except guidance.Refused as refused:
                self._refuse(code, refused.reason)
                continue
            first = self._first.setdefault(document["code"], self.records)
            if first != self.records:
                self._refuse(code, "CodeTwice", first=first)
                continue
            self._count(document["guidance"])
            yield document

    def _refuse(self, code: str | None, reason: str, **params: Any) -> None:
        text = REASONS[reason][self._language].format(number=self.records, given=code, **params)
        self.refused.append({"code": code, "reason": text})

    def _count(self, read: dict[str, Any]) -> None:
        self.published += 1
        self.without_unit += any(row["duration_given"] == "no unit" for row in read["channels"] or ())
        for field, understood in read["understood"].items():
            if understood is not None:
                self._counts[field]["present"] += 1
                self._counts[field]["understood"] += understood

    def report(self) -> dict[str, Any]:
        return {
            "records": self.records,
            "published": self.published,
            "understood": self._counts,
            "refused": self.refused,
        }

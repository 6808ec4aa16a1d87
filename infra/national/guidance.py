"""Makes a guidance document (level 1) of a record of the national portal.

What the grammars understood stands in `guidance`:

    {"channels": [{"channel", "duration": null | {"amount", "unit": null | text}, "duration_given", "duration_text",
                   "fee": {"kind", "amounts": [{"amount", "currency", "text"}]}, "fee_text", "note"}],
     "cases":    [{"title", "papers": [{"name", "originals", "copies", "forms": [file name]}]}],
     "results":  [{"code", "name"}],
     "understood": {"channels", "durations", "fees", "papers": true | false | null when the portal has nothing}}

`duration_given` is one of channels.Given, `fee.kind` one of fees.Kind; channels or cases are null when the table could
not be read at all. The portal's own texts stand in `source`, always, under the names of `_SOURCES`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain import codes
from chalicelib.domain.clock import Duration, Unit
from chalicelib.errors import Invalid
from infra.national import channels, papers
from infra.national.fees import Kind
from infra.national.page import ABSENT, cut, stated, text

FIELDS = ("channels", "durations", "fees", "papers")

_SOURCES = {
    "legal_basis": "can_cu_phap_ly",
    "results": "ket_qua_xu_ly",
    "agency": "co_quan_thuc_hien",
    "authority": "co_quan_co_tham_quyen",
    "address": "dia_chi_tiep_nhan",
    "audience": "doi_tuong_thuc_hien",
    "government": "cap_thuc_hien",
    "decision": "so_quyet_dinh",
    "kind": "loai_thu_tuc",
    "conditions": "yeu_cau_dieu_kien",
}
_PEOPLE = ("Công dân", "Người ", "Cán bộ", "công chức", "viên chức", "Đảng viên", "Hộ ", "Cá nhân")
_ORGANISATIONS = ("Doanh nghiệp", "Tổ chức", "Hợp tác xã")
_RESULT_CODE = re.compile(r"Mã: (KQ\.[A-Z]\d{2}\.\d+)")
_STEP = re.compile(r"(?m)^(?=\s*[-+*]?\s*Bước \d+\b)")
_NOTHING_ASKED = re.compile(r"không(?: có| quy định| yêu cầu)?[\s.]*", re.IGNORECASE)
_CONTROLS = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f\\ud800-\\udfff]")
_LONGEST = 20_000


class Refused(ValueError):
    """A record that cannot be published; the reason is a key of importing.REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def make(record: Mapping[str, Any]) -> dict[str, Any]:
    """The document. Raises Refused when code or name is missing or wrong; everything else may be missing."""
    code, name = _code(record), clean(stated(dict(record), "ten_thu_tuc"))
    if not name:
        raise Refused("NameMissing")
    plain = {key: clean(value) if isinstance(value, str) else value for key, value in record.items()}
    sections = cut(plain)
    rows = channels.read(sections.channels) if sections.channels else ()
    table = papers.read(sections.papers) if papers.listed(sections.papers) else None
    field, results = _field(plain), _results(plain)
    sources = {name: stated(plain, key)[:_LONGEST] for name, key in _SOURCES.items()}
    sources |= {"channels": sections.channels[:_LONGEST], "papers": sections.papers[:_LONGEST]}
    return {
        "code": code,
        "name": {"vi": name[:1000]},
        "field": field,
        "agencies": [],
        "level": 1,
        "audience": _audience(plain),
        "form": None,
        "papers": [],
        "fees": [],
        "durations": _durations(rows or ()),
        "same_day_until": None,
        "delivery": [],
        "supplement": None,
        "result": {"code": results[0]["code"], "vi": results[0]["name"]} if results else {"code": "none", "vi": ABSENT},
        "legal_basis": [],
        "steps": [{"vi": step} for step in _steps(plain)],
        "conditions": _conditions(plain),
        "note": None,
        "guidance": {
            "channels": None if rows is None else [_channel(row) for row in rows],
            "cases": _cases(table),
            "results": results,
            "understood": _understood(rows, table),
        },
        "source": {key: value for key, value in sources.items() if value},
    }


def _understood(rows: Sequence[channels.Row] | None, table: papers.Reading | None) -> dict[str, bool | None]:
    """For each field whether the record was wholly understood; None where the portal has nothing to understand."""
    paper = None if table is None else table.understood
    if rows is None:  # what the table says of times and fees is not known either
        return {"channels": False, "durations": False, "fees": False, "papers": paper}
    durations = [row.duration for row in rows if row.duration.given is not channels.Given.NOTHING]
    fees = [row.fee for row in rows if row.fee.kind is not Kind.NOTHING]
    return {
        "channels": True if rows else None,
        "durations": all(d.understood for d in durations) if durations else None,
        "fees": all(f.understood for f in fees) if fees else None,
        "papers": paper,
    }


def _channel(row: channels.Row) -> dict[str, Any]:
    duration, fee = row.duration, row.fee
    return {
        "channel": row.channel,
        "duration": None if duration.amount is None else {"amount": duration.amount, "unit": duration.unit},
        "duration_given": duration.given.value,
        "duration_text": duration.text,
        "fee": {"kind": fee.kind.value, "amounts": [dataclasses.asdict(amount) for amount in fee.amounts]},
        "fee_text": fee.text,
        "note": row.note,
    }


def _cases(table: papers.Reading | None) -> list[dict[str, Any]] | None:
    if table is None:
        return []
    if not table.cases:
        return None
    return [
        {
            "title": case.title,
            "papers": [
                {"name": p.name, "originals": p.originals, "copies": p.copies, "forms": list(p.forms)}
                for p in case.papers
            ],
        }
        for case in table.cases
    ]


def _durations(rows: Sequence[channels.Row]) -> dict[str, dict[str, Any]]:
    """The time by channel, where the portal states one, the same in all its rows, in a unit of the legal clock."""
    found: dict[str, dict[str, Any]] = {}
    for channel in channels.CHANNELS.values():
        given = {row.duration for row in rows if row.channel == channel}
        if len(given) == 1 and (duration := given.pop()).unit in list(Unit):
            try:
                known = Duration(duration.amount, Unit(duration.unit))  # type: ignore[arg-type]  # it checks itself
            except Invalid:
                continue  # a fraction of a day, or nought: the guidance shows it, the clock has no use for it
            found[channel] = {"amount": known.amount, "unit": known.unit.value}
    return found


def _code(record: Mapping[str, Any]) -> str:
    code = stated(dict(record), "ma_thu_tuc")
    if not code:
        raise Refused("CodeMissing")
    try:
        return codes.check_procedure_code(code)
    except Invalid as error:
        raise Refused("CodeWrong") from error


def clean(value: str) -> str:
    """Without what no text holds: control characters and halves of characters, which could not be written."""
    return _CONTROLS.sub(" ", value.replace("\r\n", "\n")).strip()


def _field(record: dict[str, Any]) -> dict[str, str]:
    """The portal's field has no code: its name is one, folded."""
    name = stated(record, "linh_vuc")[:2000]
    slug = re.sub(r"[^a-z0-9]+", "-", codes.fold(name)).strip("-")
    return {"code": slug[:60].strip("-") if slug[:1].isalpha() else "none", "vi": name or ABSENT}


def _audience(record: dict[str, Any]) -> list[str]:
    who = stated(record, "doi_tuong_thuc_hien")
    # "(không bao gồm doanh nghiệp, HTX)" speaks of those who are not meant.
    meant = re.sub(r"\([^()]*\)", "", who)
    people = ["person"] if any(word in meant for word in _PEOPLE) else []
    return people + (["organisation"] if any(word in meant for word in _ORGANISATIONS) else [])


def _results(record: dict[str, Any]) -> list[dict[str, str]]:
    listed, _, _ = text(record, "ket_qua_xu_ly").partition("Từ khóa")
    parts = _RESULT_CODE.split(listed)  # name, code, name, code, …, what follows the last code
    named = zip(parts[0::2], parts[1::2], strict=False)
    return [{"code": code, "name": name.strip()[:2000]} for name, code in named if name.strip()]


def _steps(record: dict[str, Any]) -> list[str]:
    """The text at its numbered steps where it has them, whole otherwise."""
    parts = [part.strip() for part in _STEP.split(stated(record, "trinh_tu_thuc_hien"))]
    return [part[:_LONGEST] for part in parts if part]


def _conditions(record: dict[str, Any]) -> list[dict[str, str]]:
    condition = stated(record, "yeu_cau_dieu_kien")
    return [] if not condition or _NOTHING_ASKED.fullmatch(condition) else [{"vi": condition[:_LONGEST]}]

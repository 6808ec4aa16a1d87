"""Reads a procedure's document (its shape: domain/procedure.py) and names everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, time
from typing import Any

from chalicelib.domain import codes, result_template
from chalicelib.domain.clock import Duration, Unit
from chalicelib.domain.consultation import Silence
from chalicelib.domain.document import LONGEST_TEXT, Reader, Text
from chalicelib.domain.procedure import (
    AUDIENCES,
    CHANNELS,
    DELIVERIES,
    MOMENTS,
    PROVENANCES,
    Condition,
    Consultation,
    FeeRule,
    LegalBasis,
    Named,
    PaperRule,
    Part,
    Procedure,
    Supplement,
    Waiver,
    same,
)
from chalicelib.domain.result_template import Template
from chalicelib.errors import FieldError, Invalid

_FROM_THE_ORIGINAL = ("photo", "scan")
_MOST_MONEY = 10**12  # đồng
_MOST_SHEETS = 1000
_NO_TIME = Duration(1, Unit.WORKING_DAYS)
_NO_SUPPLEMENT = Supplement(_NO_TIME, "pause")  # of guidance, which nobody files


def read(document: Any) -> Procedure:
    reader = Reader(document)
    level = reader.whole("level", 1, 4)
    if reader.defects:  # read on as what most documents are, so that one wrong number is one defect
        level = 3
    online = level >= 3
    imported = reader.raw("source") is not None
    reader.english = not imported
    if imported and online:
        reader.note("source", "NotOneOf", expected="null")
    form = _form(reader, online)
    procedure = Procedure(
        code=reader.checked("code", lambda text: codes.check_procedure_code(text, "code"), ""),
        name=reader.both("name", 1000),
        field=_named(reader, "field"),
        agencies=reader.several("agencies", _agency, least=1 if online else 0),
        level=level,
        audience=reader.some_of("audience", AUDIENCES, 1 if online else 0),
        form=form,
        papers=reader.each("papers", lambda item: _paper(item, level, form)),
        fees=reader.each("fees", lambda item: _fee(item, form)),
        durations=_durations(reader, online),
        same_day_until=_time_of_day(reader),
        delivery=reader.some_of("delivery", ("counter",) if level == 3 else DELIVERIES, 1 if online else 0),
        supplement=_supplement(reader, online),
        consultation=_consultation(reader),
        parts=reader.each("parts", lambda item: _part(item, form)),
        result=_named(reader, "result"),
        result_template=_template(reader, form),
        legal_basis=reader.each(
            "legal_basis", lambda r: LegalBasis(r.text("number", optional=True), r.text("title", 2000))
        ),
        steps=reader.each("steps", lambda r: r.here(LONGEST_TEXT)),
        conditions=reader.each("conditions", lambda r: r.here(LONGEST_TEXT)),
        note=reader.both_or_none("note", LONGEST_TEXT),
        guidance=_mapping(reader, "guidance", online),
        source=_mapping(reader, "source", online),
        version=reader.whole("version", 1, 10**6, default=0),
        published_at=reader.text("published_at", optional=True),
        document=document if isinstance(document, Mapping) else {},
    )
    _refuse_twins(reader, procedure)
    reader.done()
    return procedure


def _agency(value: Any) -> str | None:
    try:
        return value if codes.check_agency_code(value) == value else None  # as it is written, so it is published
    except Invalid:  # the reader notes it, with the item's path
        return None


def _named(reader: Reader, key: str) -> Named:
    inner = reader.inner(key)
    return Named(inner.identifier("code"), inner.here(2000)) if inner else Named("", Text("", ""))


def _template(reader: Reader, form: Mapping[str, Any]) -> Template | None:
    inner = reader.inner_or_none("result_template")
    return None if inner is None else result_template.read(inner, form.get("properties", {}))


def _form(reader: Reader, online: bool) -> Mapping[str, Any]:
    form = reader.raw("form")
    if not online:
        if form is not None:
            reader.note("form", "NotOneOf", expected="null")
        return {}
    if form is None:
        reader.note("form", "Required")
        return {}
    if not isinstance(form, Mapping) or not isinstance(form.get("properties"), Mapping):
        reader.note("form", "WrongType")
        return {}
    return form


def _answer(form: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    schema = form.get("properties", {}).get(name)
    return schema if isinstance(schema, Mapping) else None


def _paper(reader: Reader, level: int, form: Mapping[str, Any]) -> PaperRule:
    allowed = _FROM_THE_ORIGINAL if level == 3 else PROVENANCES
    return PaperRule(
        code=reader.key("code"),
        name=reader.both("name", 2000),
        required=reader.flag("required"),
        condition=_condition(reader, form),
        originals=reader.whole("originals", 0, _MOST_SHEETS),
        copies=reader.whole("copies", 0, _MOST_SHEETS),
        provenance=reader.some_of("provenance", allowed),
        max_pages=reader.whole("max_pages", 1, 500),
        note=reader.both_or_none("note", 2000),
    )


def _condition(reader: Reader, form: Mapping[str, Any], key: str = "condition") -> Condition | None:
    inner = reader.inner_or_none(key)
    if inner is None:
        return None
    field, values = inner.text("field"), inner.raw("in")
    schema = _answer(form, field)
    if field and schema is None:
        inner.note("field", "NotFormField")
    if not isinstance(values, list) or not values:
        inner.note("in", "Required" if values is None else "WrongType")
        return None
    if schema is not None:
        possible = schema.get("enum", [True, False] if schema.get("type") == "boolean" else values)
        for index, value in enumerate(values):
            if not any(same(value, one) for one in possible):
                inner.note(f"in[{index}]", "NotOneOf", expected=", ".join(map(str, possible)))
    return Condition(field, tuple(values))


def _fee(reader: Reader, form: Mapping[str, Any]) -> FeeRule:
    first, last = _period(reader)
    return FeeRule(
        code=reader.key("code"),
        name=reader.both("name"),
        amount=reader.whole("amount", 0, _MOST_MONEY),
        per=_per(reader, form),
        most=None if reader.raw("most") is None else reader.whole("most", 0, _MOST_MONEY),
        moment=reader.one_of("moment", MOMENTS),
        refundable=reader.flag("refundable"),
        channel=None if reader.raw("channel") is None else reader.one_of("channel", CHANNELS),
        effective_from=first,
        effective_to=last,
        source=reader.text("source", 2000),
        refund_uncollected=reader.raw("refund_uncollected") is not None and reader.flag("refund_uncollected"),
        waivers=_waivers(reader, form),
    )


def _period(reader: Reader) -> tuple[date, date | None]:
    """From when, and until when (its last day), a rule of money is in effect."""
    first, last = reader.day("effective_from"), reader.day("effective_to")
    if first is None and reader.raw("effective_from") is None:
        reader.note("effective_from", "Required")
    if first and last and last < first:
        reader.note("effective_to", "OutOfRange", least=first.isoformat(), most="9999-12-31")
    return first or date.min, last


def _waivers(reader: Reader, form: Mapping[str, Any]) -> tuple[Waiver, ...]:
    found = reader.each("waivers", lambda item: _waiver(item, form))
    codes_seen: set[str] = set()
    for index, waiver in enumerate(found):
        if waiver.code and waiver.code in codes_seen:
            reader.note(f"waivers[{index}].code", "NotUnique")
        codes_seen.add(waiver.code)
    return found


def _waiver(reader: Reader, form: Mapping[str, Any]) -> Waiver:
    first, last = _period(reader)
    when = _condition(reader, form, "when")
    if when is None and reader.raw("when") is None:
        reader.note("when", "Required")
    return Waiver(
        code=reader.key("code"),
        name=reader.both("name"),
        percent=reader.whole("percent", 1, 100),
        when=when or Condition("", ()),
        effective_from=first,
        effective_to=last,
        source=reader.text("source", 2000),
    )


def _per(reader: Reader, form: Mapping[str, Any]) -> str | None:
    """The answer that multiplies the fee: a whole number that every dossier must give."""
    if reader.raw("per") is None:
        return None
    name = reader.text("per")
    schema = _answer(form, name)
    if name and (schema is None or schema.get("type") != "integer" or name not in form.get("required", ())):
        reader.note("per", "NotFormField")
    return name


def _durations(reader: Reader, online: bool) -> dict[str, Duration]:
    inner = reader.inner("durations")
    if inner is None:
        return {}
    found = {c: _duration(inner, c) for c in CHANNELS if inner.raw(c) is not None}
    if online and "online" not in found:
        inner.note("online", "Required")
    return found


def _duration(reader: Reader, key: str) -> Duration:
    inner = reader.inner(key)
    if inner is None:
        return _NO_TIME
    amount, unit = inner.raw("amount"), inner.one_of("unit", [unit.value for unit in Unit])
    try:
        return Duration(amount, Unit(unit))
    except Invalid as refused:
        reader.defects += [FieldError(f"{inner.path}.amount", f.code, f.params) for f in refused.fields]
        return _NO_TIME


def _time_of_day(reader: Reader) -> time | None:
    value = reader.raw("same_day_until")
    if value is None:
        return None
    if isinstance(value, str) and len(value) == 5:
        with suppress(ValueError):
            return time.fromisoformat(value)
    reader.note("same_day_until", "BadTime")
    return None


def _supplement(reader: Reader, online: bool) -> Supplement:
    inner = reader.inner("supplement") if online else reader.inner_or_none("supplement")
    if inner is None:
        return _NO_SUPPLEMENT
    return Supplement(_duration(inner, "within"), inner.one_of("clock", ("pause", "restart")))


def _consultation(reader: Reader) -> Consultation | None:
    inner = reader.inner_or_none("consultation")
    if inner is None:
        return None
    return Consultation(
        within=_duration(inner, "within"),
        silence=_silence(inner),
        counted=inner.one_of("clock", ("counted", "not_counted")) == "counted",
        source=inner.text("source", 2000),
    )


def _silence(reader: Reader) -> Silence:
    return Silence(reader.one_of("silence", [one.value for one in Silence]))


def _part(reader: Reader, form: Mapping[str, Any]) -> Part:
    return Part(
        code=reader.key("code"),
        name=reader.both("name"),
        agency=reader.checked("agency", codes.check_agency_code, ""),
        procedure=None if reader.raw("procedure") is None else reader.checked("procedure", _procedure_code, ""),
        within=_duration(reader, "within"),
        silence=_silence(reader),
        condition=_condition(reader, form),
    )


def _procedure_code(text: str) -> str:
    return codes.check_procedure_code(text, "procedure")


def _mapping(reader: Reader, key: str, online: bool) -> Mapping[str, Any] | None:
    value = reader.raw(key)
    if value is None:
        return None
    if online or not isinstance(value, Mapping):
        reader.note(key, "WrongType")
        return None
    return value


def _refuse_twins(reader: Reader, procedure: Procedure) -> None:
    """Two papers of one code, or two fees of one code that are due at once."""
    seen: set[str] = set()
    for index, paper in enumerate(procedure.papers):
        if paper.code and paper.code in seen:
            reader.note(f"papers[{index}].code", "NotUnique")
        seen.add(paper.code)
    parts: set[str] = set()
    for index, part in enumerate(procedure.parts):
        if part.agency and part.agency in parts:  # an agency is asked once about a dossier at a time
            reader.note(f"parts[{index}].agency", "NotUnique")
        parts.add(part.agency)
    for index, fee in enumerate(procedure.fees):
        for other in procedure.fees[:index]:
            apart = (other.effective_to and other.effective_to < fee.effective_from) or (
                fee.effective_to and fee.effective_to < other.effective_from
            )
            if fee.code and (fee.code, fee.channel) == (other.code, other.channel) and not apart:
                reader.note(f"fees[{index}].effective_from", "NotUnique")
                break

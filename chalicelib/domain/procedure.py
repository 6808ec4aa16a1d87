"""A procedure as published: an immutable version of what is asked, what it costs, how long it takes.

The document (one JSON file per procedure; every object refuses unknown fields):

    code, name {vi, en}, field {code, vi, en}, agencies [agency code], level 1-4, audience [person, organisation],
    form          JSON Schema of the answers (what of it is allowed: services/form_schema.py); null at levels 1-2
    papers        [{code, name, required, condition null | {field, in [answers]}, originals, copies,
                    provenance [photo, scan, digital], max_pages, note null | {vi, en}}]
    fees          [{code, name, amount đồng, per null | a whole-number answer, most null | đồng,
                    moment filing | acceptance | result, refundable, channel null | online | direct | post,
                    refund_uncollected (false when absent: A16), effective_from, effective_to null | day, source,
                    waivers [{code, name, percent 1-100, when {field, in [answers]},
                              effective_from, effective_to null | day, source}] (none when absent)}]
    durations     {channel: {amount, unit}}        same_day_until  null | "15:00"
    delivery      [counter, online, post]          supplement      null | {within {amount, unit}, clock pause | restart}
    consultation  null | {within {amount, unit}, silence agreed | escalate, clock counted | not_counted, source}: how
                  other agencies are asked about it (none when absent: the province's rule, services/consultations.py)
    parts         [{code, name, agency, procedure null | code, within {amount, unit}, silence, condition}] (none when
                  absent): what other agencies do of a joint procedure (liên thông), each on being asked
    result {code, vi, en}, legal_basis [{number, title}], steps [{vi, en}], conditions [{vi, en}], note null | {vi, en}
    result_template  null | what stands on the result's document, when it is made here (domain/result_template.py)
    guidance, source   what the national importer understood and the portal's own texts; levels 1-2 only

Rules of Decision 08/2018/QĐ-UBND that a document cannot break: at level 3 papers are photographed or scanned from the
original and the result is handed over at the agency.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from chalicelib.domain.clock import Duration
from chalicelib.domain.consultation import Silence
from chalicelib.domain.document import Text
from chalicelib.domain.result_template import Template
from chalicelib.errors import FieldError, Invalid
from chalicelib.values import dataclass

__all__ = ["Condition", "FeeDue", "FeeRule", "PaperRule", "Procedure", "Supplement", "Text", "Waiver"]

CHANNELS = ("online", "direct", "post")
MOMENTS = ("filing", "acceptance", "result")
AUDIENCES = ("person", "organisation")
DELIVERIES = ("counter", "online", "post")
PROVENANCES = ("photo", "scan", "digital")


@dataclass(frozen=True)
class Condition:
    """Holds when the answer to `field` is one of `values`."""

    field: str
    values: tuple[Any, ...]

    def holds(self, answers: Mapping[str, Any]) -> bool:
        return self.field in answers and any(same(answers[self.field], value) for value in self.values)


def same(answer: Any, value: Any) -> bool:
    return type(answer) is type(value) and bool(answer == value)  # JSON knows true from 1


@dataclass(frozen=True)
class PaperRule:
    code: str
    name: Text
    required: bool
    condition: Condition | None
    originals: int
    copies: int
    provenance: tuple[str, ...]
    max_pages: int
    note: Text | None = None


@dataclass(frozen=True)
class Waiver:
    """`percent` of a fee that those whose answers fulfil `when` do not owe, by the rule that `source` names."""

    code: str
    name: Text
    percent: int
    when: Condition
    effective_from: date
    effective_to: date | None
    source: str

    def in_effect(self, on: date) -> bool:
        return in_effect(self, on)


@dataclass(frozen=True)
class FeeRule:
    """`refundable`: given back when the procedure was not performed (A15). `refund_uncollected`: the law on this fee
    gives it back also when the procedure was performed and the result is not collected (the exception in A16)."""

    code: str
    name: Text
    amount: int
    per: str | None
    most: int | None
    moment: str
    refundable: bool
    channel: str | None
    effective_from: date
    effective_to: date | None
    source: str
    refund_uncollected: bool = False
    waivers: tuple[Waiver, ...] = ()

    def in_effect(self, on: date) -> bool:
        return in_effect(self, on)

    def waiver(self, on: date, answers: Mapping[str, Any]) -> Waiver | None:
        """The best of what applies on that day; waivers do not add up. Of equals the first in the document."""
        found = [waiver for waiver in self.waivers if waiver.in_effect(on) and waiver.when.holds(answers)]
        return max(found, key=lambda waiver: waiver.percent, default=None)

    def due(self, count: int, on: date, answers: Mapping[str, Any]) -> FeeDue:
        """What `count` times this fee come to: counted, capped, then reduced.

        What a waiver leaves is rounded down to whole đồng: the payer never owes more than the rule says.
        """
        full = self.amount * count
        capped = full if self.most is None else min(full, self.most)
        waiver = self.waiver(on, answers)
        amount = capped if waiver is None else capped * (100 - waiver.percent) // 100
        return FeeDue(self, count, full, capped, waiver, amount)


def in_effect(rule: FeeRule | Waiver, on: date) -> bool:
    return rule.effective_from <= on and (rule.effective_to is None or on <= rule.effective_to)


@dataclass(frozen=True)
class FeeDue:
    """One fee of one dossier and how it came about, in đồng: `count` times the rule's amount are `full`, `capped` after
    the rule's most, `amount` after the waiver; that is what is owed."""

    rule: FeeRule
    count: int
    full: int
    capped: int
    waiver: Waiver | None
    amount: int

    @property
    def code(self) -> str:
        return self.rule.code


@dataclass(frozen=True)
class Supplement:
    """How long the applicant has, and whether the clock goes on or starts anew when the papers are back."""

    within: Duration
    clock: str  # pause | restart


@dataclass(frozen=True)
class Consultation:
    """How other agencies are asked: how long each has, what its silence means, and whether the wait counts against the
    asking agency's own time. `source` names the rule."""

    within: Duration
    silence: Silence
    counted: bool
    source: str


@dataclass(frozen=True)
class Part:
    """What another agency does of a joint procedure; `procedure` when that is one of its own."""

    code: str
    name: Text
    agency: str
    procedure: str | None
    within: Duration
    silence: Silence
    condition: Condition | None


@dataclass(frozen=True)
class Named:
    """A field of public services, or a result: a code and what it is called."""

    code: str
    name: Text


@dataclass(frozen=True)
class LegalBasis:
    number: str
    title: str


@dataclass(frozen=True)
class Procedure:
    code: str
    name: Text
    field: Named
    agencies: tuple[str, ...]
    level: int
    audience: tuple[str, ...]
    form: Mapping[str, Any]
    papers: tuple[PaperRule, ...]
    fees: tuple[FeeRule, ...]
    durations: Mapping[str, Duration]
    same_day_until: time | None
    delivery: tuple[str, ...]
    supplement: Supplement
    consultation: Consultation | None
    parts: tuple[Part, ...]
    result: Named
    result_template: Template | None
    legal_basis: tuple[LegalBasis, ...]
    steps: tuple[Text, ...]
    conditions: tuple[Text, ...]
    note: Text | None
    guidance: Mapping[str, Any] | None
    source: Mapping[str, str] | None
    version: int
    published_at: str
    document: Mapping[str, Any] = dataclasses.field(repr=False, compare=False)

    @classmethod
    def from_json(cls, document: Any) -> Procedure:
        """Read a document, published or not (then version is 0). Invalid("CatalogueInvalid") names every defect."""
        from chalicelib.domain import procedure_reading  # it imports this module's classes

        return procedure_reading.read(document)

    def to_json(self) -> dict[str, Any]:
        """The document this was read from."""
        return dict(self.document)

    @property
    def online(self) -> bool:
        """Whether a dossier can be filed here at all."""
        return self.level >= 3

    def paper(self, code: str) -> PaperRule | None:
        return next((rule for rule in self.papers if rule.code == code), None)

    def papers_for(self, answers: Mapping[str, Any]) -> tuple[tuple[PaperRule, bool], ...]:
        """The papers that these answers call for, each with whether it must be there."""
        return tuple(
            (rule, rule.required) for rule in self.papers if rule.condition is None or rule.condition.holds(answers)
        )

    def parts_for(self, answers: Mapping[str, Any]) -> tuple[Part, ...]:
        """The parts of a joint procedure that these answers call for."""
        return tuple(part for part in self.parts if part.condition is None or part.condition.holds(answers))

    def fee_rules(self, moment: str, channel: str, on: date) -> tuple[FeeRule, ...]:
        """The rules of what falls due at `moment` for a dossier filed by `channel` on that day (of Vietnam).

        A rule for the channel goes before the general rule of the same code.
        """
        rules = [r for r in self.fees if r.moment == moment and r.channel in (None, channel) and r.in_effect(on)]
        special = {rule.code for rule in rules if rule.channel is not None}
        return tuple(rule for rule in rules if rule.channel is not None or rule.code not in special)

    def fees_due(self, moment: str, channel: str, on: date, answers: Mapping[str, Any]) -> tuple[FeeDue, ...]:
        """What falls due by these rules and answers.

        A fee per something is counted by the answer; without the answer, or at nought, there is none. What a waiver
        takes off wholly is due with nought đồng.
        """
        dues = []
        for rule in self.fee_rules(moment, channel, on):
            count = 1 if rule.per is None else answers.get(rule.per, 0)
            if type(count) is int and count > 0:
                dues.append(rule.due(count, on, answers))
        return tuple(dues)

    def duration(self, channel: str) -> Duration:
        """The time for a dossier filed by `channel`; Invalid when the procedure cannot be filed that way."""
        try:
            return self.durations[channel]
        except KeyError:
            raise Invalid("Invalid", [FieldError.of("channel", "NotOffered")]) from None

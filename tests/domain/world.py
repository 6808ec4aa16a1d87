"""Dossiers as the regulation speaks of them: what is owed, compared, assigned, refunded; singly and in pairs."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from chalicelib.domain.access import Actor
from chalicelib.domain.dossier import Dossier, Fee
from chalicelib.domain.life import State

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
AGENCY, ASKED = "H34.05", "H34.13"  # the one that has the dossier, and one that is asked about it


def _fee(moment: str, *, paid: bool, exception: bool) -> Fee:
    return Fee(moment, 8000, moment, True, exception, "p-1" if paid else None, "cash" if paid else None)


@dataclass(frozen=True)
class World:
    """Everything a guard may ask about, in the words of the regulation."""

    filing_owed: bool = False
    acceptance_owed: bool = False
    result_owed: bool = False
    level: int = 3
    signed: bool = False
    delivery: str = "counter"
    assigned: bool = True
    another_appraised: bool = True
    never_reappointed: bool = True
    originals: str = "matches"
    form_signed: bool = True
    refund: str = "none"
    claimed: bool = True
    all_certified: bool = False
    parcel_lies_here: bool = False
    fee_comes_back: bool = False
    with_a_file: bool = False
    questions_left: bool = False
    transferred: bool = False
    complaint: str = "none"

    @property
    def kept(self) -> bool:
        """Whether neither a fee nor a result stands in the way of a new beginning."""
        return self.refund == "none" and not self.filing_owed and not self.with_a_file

    @property
    def law_gives_it_back(self) -> bool:
        """Performed and not collected: only if the law on the fee says so, and only once."""
        return self.fee_comes_back and self.refund == "none" and not self.all_owed

    @property
    def all_owed(self) -> bool:
        return self.filing_owed and self.acceptance_owed and self.result_owed

    @property
    def mine(self) -> bool:
        return self.claimed and self.assigned

    @property
    def mine_and_left(self) -> bool:
        return self.mine and self.questions_left

    @property
    def never_transferred(self) -> bool:
        return not self.transferred

    @property
    def parcel_needed(self) -> bool:
        return self.level == 4 and not self.signed

    @property
    def originals_differ(self) -> bool:
        return self.originals != "matches" or not self.form_signed

    @property
    def may_be_handed_over(self) -> bool:
        return self.level == 4 or not self.originals_differ

    @property
    def online_at_level_4(self) -> bool:
        return self.level == 4 and self.delivery == "online"

    @property
    def post_at_level_4(self) -> bool:
        return self.level == 4 and self.delivery == "post"

    @property
    def no_complaint(self) -> bool:
        return self.complaint == "none"

    @property
    def complaint_waits(self) -> bool:
        return self.complaint == "open"

    @property
    def no_refund_open(self) -> bool:
        return self.refund != "open"

    def dossier(self, state: State, actor: Actor) -> Dossier:
        fees = tuple(
            _fee(moment, paid=not getattr(self, f"{moment}_owed"), exception=self.fee_comes_back)
            for moment in ("filing", "acceptance", "result")
        )
        return Dossier(
            id="d-0000000000000001",
            owner="owner",
            agency=AGENCY,
            procedure_code="2.000635",
            procedure_version=1,
            procedure_name="Cấp bản sao trích lục hộ tịch",
            level=self.level,
            state=state,
            created_at=NOW,
            applicant={"name": "Y Thị Hoa"},
            version=7,
            event_count=3,
            last_hash="before",
            signed=self.signed,
            certified=self.all_certified,
            parcel=1 if self.parcel_lies_here else None,
            delivery=self.delivery,
            fees=fees,
            papers={"cccd": "p1", "to-khai": "p2"},
            originals={"cccd": "matches", "to-khai": self.originals},
            form_signed=self.form_signed,
            assignee=(actor.id if self.assigned else "another") if self.claimed else None,
            appraised_by="another" if self.another_appraised else actor.id,
            reappointed=not self.never_reappointed,
            result={"number": "12/TL", "way": "file"} if self.with_a_file else None,
            consulted={ASKED: "2026-11-30T02:00:00.000Z" if self.questions_left else ""},
            passed_on={"H34.06": "2026-11-20T02:00:00.000Z"} if self.transferred else {},
            refund=None if self.refund == "none" else {"amount": 1, "open": {"open": 1, "paid": 0}[self.refund]},
            complaint=None if self.complaint == "none" else {"ending": 3, "open": self.complaint == "open"},
        )


PLAIN = World()
TURNS: list[dict[str, Any]] = [
    *({f.name: not f.default} for f in fields(World) if isinstance(f.default, bool)),
    {"level": 4},
    {"delivery": "online"},
    {"delivery": "post"},
    {"originals": "differs"},
    {"originals": "not_shown"},
    {"refund": "open"},
    {"refund": "paid"},
    {"complaint": "open"},
    {"complaint": "answered"},
    {"fee_comes_back": True},
]
WORLDS = [PLAIN, *(replace(PLAIN, **turn) for turn in TURNS)]
PAIRS = [*WORLDS, *(replace(PLAIN, **{**one, **other}) for one, other in combinations(TURNS, 2))]

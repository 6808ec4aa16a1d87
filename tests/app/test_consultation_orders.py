"""Several agencies asked, and everything that can happen to their questions in any order: one return, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.life import State
from chalicelib.domain.proof import chain_is_whole
from chalicelib.services import present, workflow
from chalicelib.storage import dossiers as kept
from infra.local.testing import embedded
from tests.app.consulting import HEALTH, LAW, POLICE, Consulting, publish
from tests.app.portal import ELSEWHERE, Person, open_portal
from tests.thorough import with_examples

pytestmark = [pytest.mark.xdist_group("orders"), pytest.mark.clause("B4")]
AGENCIES = (POLICE, HEALTH, ELSEWHERE)
ACTS = st.lists(
    st.tuples(st.sampled_from(("answer", "answer", "again", "take back", "time")), st.sampled_from(AGENCIES)),
    min_size=1,
    max_size=9,
)


@pytest.fixture(scope="module")
def office() -> Iterator[Consulting]:
    with embedded() as cloud:
        portal = open_portal(cloud)
        publish(consultation=LAW)
        yield Consulting(portal, 2)


@with_examples(30)
def test_any_order_of_answers_silence_and_withdrawal(office: Consulting, examples: int) -> None:
    start = present.now()

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(acts=ACTS)
    def play(acts: list[tuple[str, str]]) -> None:
        present.freeze(start)
        dossier = office.asked(*AGENCIES)
        officers = {POLICE: office.police, HEALTH: office.health, ELSEWHERE: office.builders}
        answered: set[str] = set()
        taken: set[str] = set()
        silent = False
        for act, agency in acts:
            closed = answered | taken | (set(AGENCIES) if silent else set())
            if act == "time":
                present.freeze(max(present.now(), start))
                office.portal.later(days=8)
                workflow.overdue(dossier, State.CONSULTATION, present.now())
                silent = silent or (present.now() - start).days >= 14
            elif act == "take back":
                status = office.take_back(dossier, agency).status
                assert status == (409 if agency in closed else 200), (acts, agency)
                if status == 200:
                    taken.add(agency)
            else:
                key = f"answer-of-{agency.replace('.', '-')}-{dossier[:8]}" if act == "again" else None
                _answer(office, officers[agency], agency, dossier, key, answered, taken)
            _holds(office, dossier, answered, taken, silent)

    play()
    present.freeze(start)


def _answer(
    office: Consulting,
    who: Person,
    agency: str,
    dossier: str,
    key: str | None,
    answered: set[str],
    taken: set[str],
) -> None:
    told = office.answer(who, agency, dossier, key=key)
    if agency in taken:
        assert told.status == 404
    elif agency in answered:
        assert told.status in ({200, 409} if key else {409})
    else:
        assert told.status == 200
        answered.add(agency)


def _holds(office: Consulting, dossier: str, answered: set[str], taken: set[str], silent: bool) -> None:
    bundle = kept.load(dossier)
    by_agency = {one.agency: one for one in bundle.questions}
    assert set(by_agency) == set(AGENCIES)
    assert {a for a, one in by_agency.items() if one.answer} == answered
    assert {a for a, one in by_agency.items() if one.closed == "withdrawn"} == taken
    open_ = {a for a, one in by_agency.items() if one.open}
    assert open_ == (set() if silent else set(AGENCIES) - answered - taken)
    assert {a for a, at in bundle.dossier.consulted.items() if at} == open_
    returns = [e for e in bundle.events if e.before == "consultation" and e.after == "appraisal"]
    assert (bundle.dossier.state.value, len(returns)) == (("consultation", 0) if open_ else ("appraisal", 1))
    assert chain_is_whole(bundle.events, bundle.dossier.last_hash)
    for agency, officer in ((POLICE, office.police), (HEALTH, office.health)):
        assert (dossier in office.queue(officer, agency)) == (agency in open_)

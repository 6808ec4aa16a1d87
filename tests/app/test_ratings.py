"""Rating a page: public, one of three levels, of a page there is, once per id."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.rating import Level
from chalicelib.services import present
from chalicelib.storage import statistics as kept
from chalicelib.storage.tables import RegistryRow
from tests.app.bench import Crash, calls
from tests.app.portal import AGENCY, PROCEDURE, Answer, Portal, new_id

GUIDANCE = f"/tt/{PROCEDURE['code']}"


def rate(portal: Portal, page: str = GUIDANCE, level: str = "satisfied", rating_id: str = "", **more: Any) -> Answer:
    return portal.nobody.post("/ratings", {"id": rating_id or new_id(), "page": page, "level": level, **more})


def counted() -> dict[str, dict[str, int]]:
    return {page: {str(level): n for level, n in levels.items()} for page, levels in kept.ratings().items()}


@pytest.mark.clause("A17")
@pytest.mark.clause("C8")
def test_a_page_is_rated_without_an_account(portal: Portal) -> None:
    answer = rate(portal)
    assert (answer.status, answer.body) == (204, None)
    assert rate(portal, f"/en{GUIDANCE}", "unsatisfied").status == 204, "one page in both languages"
    assert rate(portal, f"/cq/{AGENCY}", "very_satisfied").status == 204
    assert rate(portal, "/ho-so/:id").status == 204
    assert counted() == {
        GUIDANCE: {"satisfied": 1, "unsatisfied": 1},
        f"/cq/{AGENCY}": {"very_satisfied": 1},
        "/ho-so/:id": {"satisfied": 1},
    }


@pytest.mark.clause("A17")
def test_the_same_rating_sent_again_is_the_same_rating(portal: Portal) -> None:
    rating = new_id()
    assert [rate(portal, rating_id=rating).status for _ in range(3)] == [204] * 3
    other = rate(portal, level="unsatisfied", rating_id=rating)
    assert (other.status, other.body["Code"]) == (409, "KeyReused")
    assert rate(portal, "/tim", rating_id=rating).status == 409
    assert counted() == {GUIDANCE: {"satisfied": 1}}


def test_a_lost_reply_counts_once(portal: Portal) -> None:
    rating = new_id()
    with pytest.raises(Crash), calls(crash_at=2, after=True):
        rate(portal, rating_id=rating)
    assert rate(portal, rating_id=rating).status == 204
    assert counted() == {GUIDANCE: {"satisfied": 1}}


def test_its_key_is_forgotten_after_a_day(portal: Portal) -> None:
    rating = new_id()
    rate(portal, rating_id=rating)
    row = RegistryRow.get(f"RATING#{rating}", "KEY")
    assert row.expires_at == int((present.now() + timedelta(days=1)).timestamp())
    assert row.body == {"page": GUIDANCE, "level": "satisfied"}, "nothing about who rated"


@pytest.mark.parametrize(
    "page",
    ["/tt/9.999999", "/cq/H99", "/can-bo", "/khong-co", "/api/health", "x", "/ho-so/1/2/3", "/tt/../cq", "/tt/1' OR 1"],
)
def test_what_is_no_public_page_cannot_be_rated(portal: Portal, page: str) -> None:
    answer = rate(portal, page)
    assert (answer.status, answer.body["Code"]) == (422, "BadRequest")
    assert [(one["Field"], one["Code"]) for one in answer.body["Fields"]] == [("page", "PageUnknown")]
    assert counted() == {}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"level": "excellent"}, "level", "NotOneOf"),
        ({"level": 1}, "level", "NotOneOf"),
        ({"id": "short"}, "id", "BadFormat"),
        ({"page": ""}, "page", "TooShort"),
        ({"page": "/" + "a" * 300}, "page", "TooLong"),
        ({"comment": "0912 345 678"}, "comment", "Unknown"),
    ],
)
def test_a_malformed_rating_is_refused_with_its_defect(
    portal: Portal, body: dict[str, Any], field: str, code: str
) -> None:
    given = {"id": new_id(), "page": GUIDANCE, "level": "satisfied", **body}
    answer = portal.nobody.post("/ratings", given)
    assert answer.status == 422
    assert [(one["Field"], one["Code"]) for one in answer.body["Fields"]] == [(field, code)]


def test_ratings_at_the_same_moment_are_all_counted_in_several_rows(portal: Portal) -> None:
    ids = [new_id() for _ in range(24)]

    def one(rating_id: str) -> None:
        kept.rate(rating_id, GUIDANCE, Level.SATISFIED, present.now())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, [*ids, *ids]))
    assert counted() == {GUIDANCE: {"satisfied": 24}}
    used = [number for number in kept.SHARDS if list(RegistryRow.query(f"RATINGS#{number}"))]
    assert len(used) > 1, "no single row takes them all"

"""Notices: quiet hours over midnight, what must reach a person, texts in both languages, one segment for an SMS."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import messages
from chalicelib.domain import sms
from chalicelib.domain.clock import ZONE
from chalicelib.domain.effects import tells_applicant, tells_desk
from chalicelib.domain.event import Event
from chalicelib.domain.life import Action, State
from chalicelib.domain.notice import (
    BACKOFF,
    NIGHT,
    REQUIRED,
    USUAL,
    Channel,
    Delivery,
    Kind,
    Preferences,
    Quiet,
    checked,
    kind_of,
    masked,
)
from chalicelib.errors import Invalid

MAIL, SMS = Channel.MAIL, Channel.SMS
APPLICANT = {"email": "an@example.org", "phone": "+84912345017"}
LONGEST_CODE, LINK = (
    "H34.05.12-261123-00012",
    "https://dichvucong.kontum.gov.vn/ho-so/4f6b2c1e-0000-4000-8000-000000000000",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-11-23T20:59:59", "2026-11-23T20:59:59"),
        ("2026-11-23T21:00:00", "2026-11-24T07:00:00"),
        ("2026-11-23T23:59:59", "2026-11-24T07:00:00"),
        ("2026-11-24T00:00:00", "2026-11-24T07:00:00"),
        ("2026-11-24T06:59:59", "2026-11-24T07:00:00"),
        ("2026-11-24T07:00:00", "2026-11-24T07:00:00"),
        ("2026-12-31T22:00:00", "2027-01-01T07:00:00"),
        ("2027-02-05T23:00:00", "2027-02-06T07:00:00"),  # the eve of Tết: the night ends, the holiday disturbs nobody
        ("2028-02-28T21:30:00", "2028-02-29T07:00:00"),
    ],
)
def test_a_night_ends_in_the_morning(now: str, goes: str) -> None:
    assert NIGHT.over(at(now)) == at(goes)
    assert NIGHT.over(at(now).astimezone(UTC)) == at(goes)


def test_quiet_hours_by_day_end_the_same_day() -> None:
    noon = Quiet(time(11, 30), time(13))
    assert noon.over(at("2026-11-23T12:00:00")) == at("2026-11-23T13:00:00")
    assert noon.over(at("2026-11-23T13:00:00")) == at("2026-11-23T13:00:00")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
def test_what_waits_goes_within_a_day_outside_the_quiet_hours_and_in_order(
    now: datetime, start: time, end: time
) -> None:
    if start == end:
        return
    quiet = Quiet(start, end)
    goes = quiet.over(now)
    assert timedelta(0) <= goes - now < timedelta(days=1)
    assert quiet.over(goes) == goes, "it disturbs nobody then"
    assert goes == now or goes.astimezone(ZONE).time() == end
    assert quiet.over(now + timedelta(minutes=1)) >= goes, "what comes later does not go earlier"


def test_what_the_law_asks_for_keeps_a_way() -> None:
    nowhere = dict.fromkeys(Kind, frozenset[Channel]())
    with pytest.raises(Invalid) as refused:
        checked(Preferences(channels=nowhere))
    assert {one.field for one in refused.value.fields} == {f"channels.{kind.value}" for kind in REQUIRED}
    least = Preferences(channels={**nowhere, Kind.ACTION: frozenset({SMS}), Kind.STATUS: frozenset({MAIL})})
    assert checked(least) is least
    assert least.ways(Kind.MESSAGE, APPLICANT) == {MAIL: Delivery.SUPPRESSED, SMS: Delivery.SUPPRESSED}
    assert least.ways(Kind.ACTION, APPLICANT) == {MAIL: Delivery.SUPPRESSED, SMS: Delivery.WAITING}
    # There is no telephone to send the SMS to: what must reach the person goes by mail.
    mute = {"email": "an@example.org"}
    assert least.ways(Kind.ACTION, mute) == {MAIL: Delivery.WAITING, SMS: Delivery.SUPPRESSED}
    assert Preferences().ways(Kind.ACTION, mute) == {MAIL: Delivery.WAITING, SMS: Delivery.NO_ADDRESS}
    with pytest.raises(Invalid):
        checked(replace(least, quiet=Quiet(time(7), time(7))))


@given(
    st.dictionaries(st.sampled_from(list(Kind)), st.frozensets(st.sampled_from(list(Channel)))),
    st.sampled_from(list(Kind)),
    st.fixed_dictionaries({}, optional={"email": st.just("an@example.org"), "phone": st.just("+84912345017")}),
)
def test_a_required_notice_goes_out_wherever_there_is_an_address(
    channels: dict[Kind, frozenset[Channel]], kind: Kind, applicant: dict[str, str]
) -> None:
    ways = Preferences(channels={**USUAL, **channels}).ways(kind, applicant)
    assert set(ways) == set(Channel)
    if kind in REQUIRED and applicant:
        assert Delivery.WAITING in ways.values()
    for channel, state in ways.items():
        reached = applicant.get("email" if channel is MAIL else "phone")
        assert state is not Delivery.WAITING or reached


def test_the_address_of_the_account_comes_before_the_dossiers() -> None:
    moved = Preferences(version=1, phone="+84987654321")
    assert moved.address(SMS, APPLICANT) == "+84987654321" and moved.address(MAIL, APPLICANT) == "an@example.org"
    assert (masked("an@example.org"), masked("+84912345017"), masked("")) == ("a****@example.org", "******017", "")


def event(action: str, after: State, role: str = "clerk", before: State = State.SUBMITTED, **detail: str) -> Event:
    return Event("e", 1, action, before, after, "", {"id": "x", "name": "X", "role": role}, detail, "")


def test_what_is_asked_of_the_applicant_is_an_action() -> None:
    asks = {"filing_fee_due", "review_supplement", "ready", "post_returned", "parcel_expected"}
    assert {s.value for s in State if kind_of(event("submit", s)) is Kind.ACTION} >= asks
    assert kind_of(event(Action.RECEIVE, State.RECEIVED)) is Kind.STATUS
    assert kind_of(event(Action.REFUND, State.READY)) is Kind.STATUS


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (event(Action.DELIVER, State.DELIVERED, relation="self"), Kind.RECORD),
        (event(Action.DELIVER, State.DELIVERED, relation="mandate"), Kind.STATUS),
        (event(Action.DELIVER, State.DELIVERED, "applicant"), Kind.RECORD),
        (event(Action.DELIVER, State.DELIVERED, before=State.IN_POST), Kind.STATUS),
        (event(Action.DELIVER, State.DELIVERED, "system", State.IN_POST), Kind.STATUS),
        (event(Action.PAY, State.READY, "cashier"), Kind.RECORD),
        (event(Action.CHECK_PARCEL, State.SUBMITTED, "reception"), Kind.RECORD),
        (event(Action.CHECK_PARCEL, State.PARCEL_EXPECTED, "reception"), Kind.ACTION),
        (event(Action.PAY, State.READY, "system"), Kind.ACTION),
        (event(Action.PAY, State.SUBMITTED, "system"), Kind.STATUS),
    ],
)
def test_what_people_did_themselves_is_recorded_and_nobody_is_written_to(told: Event, kind: Kind) -> None:
    assert kind_of(told) is kind
    assert Preferences().ways(Kind.RECORD, APPLICANT) == dict.fromkeys(Channel, Delivery.SUPPRESSED)
    assert Kind.RECORD not in REQUIRED


def test_tries_are_made_for_fifteen_hours() -> None:
    assert list(BACKOFF) == sorted(BACKOFF) and sum(BACKOFF, timedelta()) > timedelta(hours=15)


# The catalogue.


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize("action", [a for a in Action if tells_applicant(a)])
def test_every_step_that_is_told_of_has_its_words_and_fits_one_sms(action: Action, language: str) -> None:
    what = messages.text(language, "told", action)
    for key in ("event", "event_stays"):
        values = {"code": LONGEST_CODE, "what": what, "state": "…"}
        subject = messages.text(language, "notices", f"{key}.subject", **values)
        assert LONGEST_CODE in subject and "{" not in subject
        short = sms.fitted(messages.text(language, "notices", f"{key}.sms", **values), LINK)
        assert sms.segments(short) == 1 and len(short) <= sms.GSM_SEGMENT
        assert short.endswith(LINK) and "..." not in short and short.isascii()


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize("action", [a for a in Action if tells_desk(a)])
def test_every_step_that_officers_are_told_of_has_its_words(action: Action, language: str) -> None:
    for part in ("subject", "text"):
        assert messages.text(language, "desk_notices", f"{action}.{part}", code="X", procedure="Y")


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_subjects_and_sms_carry_nothing_personal(language: str) -> None:
    catalogue = messages._catalogue(language)["notices"]
    for key, text in catalogue.items():
        if key.endswith((".subject", ".sms")):
            assert not any(f"{{{personal}}}" in text for personal in ("name", "reason", "author")), key
    for key in [key.removesuffix(".body") for key in catalogue if key.endswith(".body")]:
        assert f"{key}.subject" in catalogue and f"{key}.sms" in catalogue


# Short messages.


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("{" * 80, 1),
        ("{" * 81, 2),
        ("Hồ sơ đã được tiếp nhận", 1),
        ("ệ" * 70, 1),
        ("ệ" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_segments_are_counted_as_carriers_do(text: str, count: int) -> None:
    assert sms.segments(text) == count


def test_vietnamese_loses_its_marks_and_nothing_else() -> None:
    assert sms.plain("Đường Nguyễn Huệ: kết quả, 24.000 đồng") == "Duong Nguyen Hue: ket qua, 24.000 dong"


@given(st.text(max_size=400), st.integers(0, 200))
def test_an_sms_is_one_segment_with_a_whole_link_or_none(said: str, length: int) -> None:
    link = "https://x/" + "a" * length
    short = sms.fitted(f"X: {said}", link)
    assert sms.segments(short) == 1 and short.isascii()
    assert short.endswith(link) or "https://" not in short.replace(sms.plain(said), "")

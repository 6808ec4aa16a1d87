"""The national portal hears of every step, once, in order: over HTTP, with a sandbox that checks what it gets."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from chalicelib.domain import sync as rules
from chalicelib.services import present, sync
from chalicelib.storage import syncs
from chalicelib.telemetry import logger
from tests.app.bench import calls
from tests.app.national import National, national_portal
from tests.app.portal import Portal

pytestmark = pytest.mark.clause("C5")
ASK = {"papers": {"identity": "Ảnh mờ."}, "fields": {"copies": "Ghi lại số bản."}, "note": "Bổ sung."}


@pytest.fixture
def national(portal: Portal) -> Iterator[National]:
    with national_portal(portal) as opened:
        yield opened


def test_a_whole_life_arrives_in_order(national: National) -> None:
    portal = national.portal
    dossier, _ = portal.filed()
    national.relay()
    portal.step(portal.reception, dossier, "supplement-request", ASK)
    portal.upload(dossier)
    portal.citizen.post(f"/dossiers/{dossier}/supplement", {"answers": {"copies": 5}, "note": "Xong"})
    portal.step(portal.reception, dossier, "receive", {})
    national.relay()
    portal.step(portal.appraiser, dossier, "claim", {})
    portal.step(portal.appraiser, dossier, "proposal", {"opinion": "Đủ điều kiện."})
    portal.step(portal.approver, dossier, "approval", {})
    portal.step(portal.clerk, dossier, "result", {"number": "12/TL", "title": "Trích lục khai sinh"})
    portal.step(portal.cashier, dossier, "fee", {"amount": 24_000, "means": "cash"})
    portal.step(portal.clerk, dossier, "originals", {"originals": {"identity": "matches"}, "form_signed": True})
    portal.step(portal.clerk, dossier, "hand-over", {"recipient": "Nguyễn Thị Thử", "signed": True})
    national.relay()
    assert national.wrong(dossier) == []
    told = national.told(dossier)
    assert told.statuses == [1, 5, 1, 2, 4, 6, 9, 10]
    record = told.record
    assert record["ChuHoSo"] == "Nguyễn Thị Thử" and record["KenhThucHien"] == "2"
    assert record["NgayTiepNhan"] == "20261123090000"
    assert record["NgayHenTra"] == "20261125090000", "the 24th is a holiday"
    assert [row["TrangThaiBoSung"] for row in record["DanhSachHoSoBoSung"]] == ["1"]
    assert [row["MaGiayToKetQua"] for row in record["DanhSachGiayToKetQua"]] == ["12/TL"]
    assert [row["Gia"] for row in record["DanhSachLePhi"]] == ["24000"]
    assert [row["IsDeleted"] for row in record["TaiLieuNop"]] == ["True", "False"]
    assert "Đủ điều kiện" not in str(told), "what officers think is the agency's own"
    assert sync.backlog(sync.SHARDS)[0].behind == 0 and syncs.get(dossier).due is None
    assert set(told.times.values()) == {1}, "nothing came twice"


def test_where_it_is_off_no_row_speaks_of_it(portal: Portal) -> None:
    dossier, _ = portal.filed()
    portal.relay()
    assert syncs.get(dossier).version == 0
    assert [name for name, _ in portal.cloud.invoked if name.endswith("-sync")] == []


def test_the_relay_does_not_wait_for_the_national_portal(national: National) -> None:
    national.portal.filed()
    national.portal.relay()
    assert national.line.requests == 0 and sync.backlog(sync.SHARDS) != []
    (outcome,) = national.asked()
    assert outcome == {"told": 1}


@pytest.mark.slow
def test_a_day_of_silence_loses_nothing_and_is_not_hammered(national: National) -> None:
    portal = national.portal
    before, _ = portal.filed()
    national.relay()
    national.there.switch(down=86_400)
    heard = national.there.heard
    lives = [before, *(portal.filed()[0] for _ in range(4))]
    national.relay()
    for dossier in lives[:3]:
        portal.step(portal.reception, dossier, "receive", {})
        portal.step(portal.appraiser, dossier, "claim", {})
    portal.citizen.post(f"/dossiers/{lives[3]}/withdrawal", {"reason": "Đổi ý."})
    portal.step(portal.reception, lives[4], "refusal", {"reason": "Không thuộc thẩm quyền."})
    national.relay()
    for _ in range(23):
        national.schedule(hours=1)
    waiting = sync.backlog(sync.SHARDS)
    assert sum(one.behind for one in waiting) == 5
    oldest = min(one.oldest for one in waiting if one.oldest)
    assert (present.now() - oldest).total_seconds() >= 23 * 3600
    assert national.there.heard - heard <= 30, "one asks, less and less often"
    assert national.told(before).statuses == [1]
    national.schedule(hours=2)
    national.recover()
    assert [national.wrong(dossier) for dossier in lives] == [[]] * 5
    assert sum(one.behind for one in sync.backlog(sync.SHARDS)) == 0
    assert national.there.refusals == []


def test_what_was_taken_and_not_answered_is_told_again_and_known_again(national: National) -> None:
    portal = national.portal
    dossier, _ = portal.filed()
    national.relay()
    portal.step(portal.reception, dossier, "receive", {})
    national.line.state = "cut"
    national.relay()
    national.recover()
    assert national.wrong(dossier) == []
    assert national.told(dossier).times["DongBoHoSoMC 2"] == 2


def test_a_session_that_has_ended_is_opened_anew(national: National) -> None:
    portal = national.portal
    dossier, _ = portal.filed()
    national.relay()
    national.there.switch(expire=True)
    portal.step(portal.reception, dossier, "receive", {})
    national.relay()
    assert national.told(dossier).statuses == [1, 2]
    assert national.wrong(dossier) == []


def test_a_refused_dossier_waits_for_a_person_and_holds_up_no_other(national: National) -> None:
    portal = national.portal
    bad, filed = portal.filed()
    code = filed["receipt"]["code"]
    national.there.switch(refuse=code)
    good, _ = portal.filed()
    national.relay()
    portal.step(portal.reception, bad, "receive", {})
    national.relay()
    national.schedule(hours=5)
    assert national.wrong(good) == [f"refused: {national.there.refusals[0]}"]
    (parked,) = sync.refused(sync.SHARDS, 10)
    assert parked.dossier == bad and parked.refusal is not None
    assert (parked.refusal.event, parked.refusal.code) == (1, "20") and "chưa được công bố" in parked.refusal.text
    assert len(national.there.refusals) == 1, "it is not asked about again by itself"
    national.there.switch(accept=code)
    national.there.refusals.clear()
    sync.retry(bad, present.now())
    national.schedule()
    assert national.wrong(bad) == [] and sync.refused(sync.SHARDS, 10) == []


def test_one_process_tells_at_a_time_and_a_dead_one_is_followed(national: National) -> None:
    portal = national.portal
    dossier, _ = portal.filed()
    portal.relay()
    syncs.save(rules.taken(syncs.get(dossier), "another process", present.now()))
    assert national.asked() == [{"idle": 1}] and national.line.requests == 0
    assert national.schedule(minutes=1)["told"] == 0
    assert national.schedule(minutes=2)["told"] == 1
    assert national.wrong(dossier) == []


def test_what_happens_while_it_is_told_is_told_too(national: National) -> None:
    portal = national.portal
    dossier, _ = portal.filed()
    portal.relay()

    def meanwhile(request: int) -> str:
        if request == 2:  # the dossier is under way there
            portal.step(portal.reception, dossier, "receive", {})
            portal.relay()
        return "clear"

    national.line.on = meanwhile
    national.asked()
    national.line.on = None
    assert national.wrong(dossier) == [] and syncs.get(dossier).due is None


def test_told_anew_from_the_first_event(national: National) -> None:
    portal = national.portal
    dossier = portal.issued()
    national.relay()
    times = dict(national.told(dossier).times)
    sync.replay(dossier, present.now())
    national.schedule()
    assert national.wrong(dossier) == []
    assert national.told(dossier).times == {name: n + 1 for name, n in times.items()}


def test_logs_of_the_synchronisation_name_nobody(national: National) -> None:
    handler, written = logger.registered_handler, io.StringIO()
    assert isinstance(handler, logging.StreamHandler)
    _, filed = national.portal.filed()
    national.portal.relay()
    national.there.switch(refuse=filed["receipt"]["code"])
    before = handler.setStream(written)
    national.asked()
    handler.setStream(before)
    said = written.getvalue()
    assert "asked another system" in said and "refuses a record" in said
    assert not [name for name in ("Nguyễn Thị Thử", "062190000123", "citizen@", "công bố") if name in said]


def test_what_a_step_costs(national: National) -> None:
    """Of the act: one item more in its transaction. Of the relay: cursor read, written. Of the teller: six calls."""
    portal = national.portal
    dossier, _ = portal.filed()
    national.relay()
    portal.step(portal.reception, dossier, "receive", {})
    with calls() as relayed:
        sync.wake(dossier, 2, present.now())
    with calls() as teller:
        assert sync.tell(dossier, present.now) == "told"
    assert (len(relayed), len(teller)) == (2, 6), (relayed, teller)

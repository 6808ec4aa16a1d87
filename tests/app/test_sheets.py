"""Forms of a dossier: made once when their event happens, told of, given to who may see them and to nobody else."""

from __future__ import annotations

import hashlib
import os
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from chalicelib.domain.sheet import Form, begins_with
from chalicelib.services import present, relay, sheets
from chalicelib.storage import dossiers
from chalicelib.storage.tables import OutboxRow, dossier_key
from tests.app.bench import Crash, calls
from tests.app.portal import AGENCY, ELSEWHERE, Person, Portal
from tests.app.test_sheet_paper import text

pytestmark = pytest.mark.clause("C4")
ASK = {"papers": {}, "fields": {"copies": "Ghi lại số bản."}, "note": "Vui lòng bổ sung."}


def listed(who: Person, dossier: str, where: str = "") -> list[tuple[int, str, bool]]:
    found = who.get(f"{where}/dossiers/{dossier}").body["sheets"]
    return [(one["event"], one["form"], one["ready"]) for one in found]


def fetched(portal: Portal, url: str) -> bytes:
    """What is behind an address, taken from the bucket that it names."""
    parts = urlsplit(url)
    bucket = next(b for b in (os.environ["RESULTS_BUCKET"], os.environ["PAPERS_BUCKET"]) if b in url)
    key = unquote(parts.path).removeprefix(f"/{bucket}").lstrip("/")
    version = parse_qs(parts.query)["versionId"][0]
    body = portal.cloud.client("s3").get_object(Bucket=bucket, Key=key, VersionId=version)["Body"].read()
    assert isinstance(body, bytes)
    return body


def sheet_of(portal: Portal, who: Person, dossier: str, event: int, form: str, where: str = "") -> str:
    answer = who.get(f"{where}/dossiers/{dossier}/sheets/{event}/{form}")
    assert answer.status == 200, answer.body
    return text(fetched(portal, answer.body["url"]))


def _effects(dossier: str) -> list[OutboxRow]:
    rows = OutboxRow.query(dossier_key(dossier), OutboxRow.sk.startswith("OUT#"), consistent_read=True)
    return [row for row in rows if row.effect == "sheet"]


def _versions(portal: Portal, dossier: str) -> list[str]:
    found = portal.cloud.client("s3").list_object_versions(Bucket=os.environ["RESULTS_BUCKET"], Prefix="sheets/")
    return [one["Key"] for one in found.get("Versions", ()) if dossier in one["Key"]]


def test_each_step_of_a_life_brings_its_forms(portal: Portal) -> None:
    dossier, filed = portal.filed()
    portal.step(portal.reception, dossier, "supplement-request", ASK)
    answer = portal.citizen.post(f"/dossiers/{dossier}/supplement", {"answers": {"copies": 5}})
    assert answer.status == 200, answer.body
    portal.step(portal.reception, dossier, "receive", {})
    assert listed(portal.citizen, dossier) == [
        (4, "01", False),
        (3, "form", False),
        (2, "02", False),
        (1, "form", False),
    ]
    early = portal.citizen.get(f"/dossiers/{dossier}/sheets/4/01")
    assert (early.status, early.body["Code"]) == (409, "SheetBeingMade")
    portal.relay()
    assert listed(portal.citizen, dossier) == [(4, "01", True), (3, "form", True), (2, "02", True), (1, "form", True)]
    assert listed(portal.reception, dossier, "/desk") == listed(portal.citizen, dossier)
    receipt = sheet_of(portal, portal.citizen, dossier, 4, "01")
    assert f"Mã hồ sơ: {filed['code']}" in receipt and "Cán bộ reception" in receipt and "Thẻ căn cước" in receipt
    assert "Số bản: 3" in sheet_of(portal, portal.citizen, dossier, 1, "form")  # as it was, though made after
    assert "Số bản: 5" in sheet_of(portal, portal.citizen, dossier, 3, "form")
    assert "Ghi lại số bản." in sheet_of(portal, portal.reception, dossier, 2, "02", "/desk")
    for one in dossiers.load(dossier).sheets:
        content = (
            portal.cloud.client("s3")
            .get_object(Bucket=os.environ["RESULTS_BUCKET"], Key=one.key, VersionId=one.version)["Body"]
            .read()
        )
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (one.sha256, one.size)


def test_refusal_and_stop_have_their_forms_and_the_mail_tells_of_them(portal: Portal) -> None:
    refused, _ = portal.filed()
    portal.step(portal.reception, refused, "refusal", {"reason": "Không thuộc thẩm quyền."})
    stopped = portal.appraised()
    portal.step(portal.approver, stopped, "stop", {"reason": "Trùng hồ sơ."})
    portal.relay()
    assert "Không thuộc thẩm quyền." in sheet_of(portal, portal.citizen, refused, 2, "03")
    assert "Trùng hồ sơ." in sheet_of(portal, portal.citizen, stopped, 5, "07")
    assert [form for _, form, _ in listed(portal.citizen, stopped)] == ["07", "01", "form"]
    assert [form for _, form, _ in listed(portal.approver, stopped, "/desk")] == ["05", "07", "01", "form"]


def test_the_control_sheet_is_the_agencys_alone(portal: Portal) -> None:
    dossier = portal.appraised()
    portal.relay()
    answer = portal.appraiser.put(f"/desk/dossiers/{dossier}/control-sheet", {})
    assert answer.status == 200, answer.body
    said = text(fetched(portal, answer.body["url"]))
    assert "Cán bộ appraiser (thẩm định)" in said and "Đủ điều kiện." in said
    again = portal.appraiser.put(f"/desk/dossiers/{dossier}/control-sheet", {})
    assert text(fetched(portal, again.body["url"])) == said
    assert sum("-05.pdf" in key for key in _versions(portal, dossier)) == 1
    for who in (portal.citizen, portal.stranger, portal.elsewhere, portal.nobody):
        assert who.put(f"/desk/dossiers/{dossier}/control-sheet", {}).status in {401, 403, 404}
    delivered = portal.ready()
    portal.step(portal.clerk, delivered, "originals", {"originals": {"identity": "matches"}, "form_signed": True})
    portal.step(portal.clerk, delivered, "hand-over", {"recipient": "Nguyễn Thị Thử", "signed": True})
    portal.relay()
    event = len(dossiers.load(delivered).events)
    assert "người nhận" not in sheet_of(portal, portal.clerk, delivered, event, "05", "/desk")
    assert portal.citizen.get(f"/dossiers/{delivered}/sheets/{event}/05").status == 404


def test_nobody_sees_what_is_not_theirs(portal: Portal) -> None:
    dossier = portal.received()
    portal.relay()
    draft = portal.draft()
    for who, where, status in (
        (portal.stranger, "", 404),
        (portal.reception, "", 404),
        (portal.elsewhere, "/desk", 404),
        (portal.citizen, "/desk", 403),
        (portal.nobody, "", 401),
        (portal.nobody, "/desk", 401),
    ):
        answer = who.get(f"{where}/dossiers/{dossier}/sheets/2/01")
        assert answer.status == status, (who.name, where, answer.body)
    for path in ("2/02", "2/05", "1/01", "3/01", "0/form", "9999999/01", "x/01", "2/..", "2/06"):
        assert portal.citizen.get(f"/dossiers/{dossier}/sheets/{path}").status == 404, path
    for who in (portal.stranger, portal.reception, portal.nobody):
        assert who.put(f"/dossiers/{draft}/form", {}).status in {401, 403, 404}
    assert portal.citizen.put(f"/dossiers/{dossier}/form", {}).body["Code"] == "NotADraft"


@pytest.mark.clause("B3")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.slow
def test_a_crash_at_any_call_leaves_one_form(portal: Portal, after: bool) -> None:
    def refused() -> str:
        dossier, _ = portal.filed()
        portal.relay()
        portal.step(portal.reception, dossier, "refusal", {"reason": "Sai."})
        return dossier

    made = _relay_one(refused())
    assert made == ["GetItem", "Query", "PutObject", "PutItem", "DeleteItem"]
    for number in range(1, len(made) + 1):
        dossier = refused()
        _relay_one(dossier, number, after)
        portal.later(minutes=2)
        assert relay.sweep(present.now())["failed"] == 0
        assert not _effects(dossier)
        kept = [one for one in dossiers.load(dossier).sheets if one.form is Form.REFUSAL]
        assert len(kept) == 1
        assert "Lý do từ chối: Sai." in sheet_of(portal, portal.citizen, dossier, 2, "03")


def _relay_one(dossier: str, crash_at: int | None = None, after: bool = False) -> list[str]:
    (effect,) = _effects(dossier)
    with calls(crash_at, after) as made:
        if crash_at is None:
            relay.perform(dossier, effect.sk, present.now())
        else:
            with pytest.raises(Crash):
                relay.perform(dossier, effect.sk, present.now())
    return made


def test_an_effect_delivered_again_makes_nothing_more(portal: Portal) -> None:
    dossier = portal.received()
    rows = _effects(dossier)
    stale = dossiers.load(dossier)  # as a second relay has read it, before the first was done
    portal.relay()
    first = dossiers.load(dossier).sheets
    for row in rows:
        OutboxRow(**row.attribute_values).save()
        relay.perform(dossier, row.sk, present.now())
    assert len(_versions(portal, dossier)) == len(first) == 2
    assert set(sheets.issue(stale, 2)) <= set(first)
    assert set(dossiers.load(dossier).sheets) == set(first)


def test_the_form_of_a_draft_is_what_a_signed_file_begins_with(portal: Portal) -> None:
    dossier = portal.draft()
    portal.upload(dossier)
    with calls() as made:
        answer = portal.citizen.put(f"/dossiers/{dossier}/form", {})
    assert answer.status == 200, answer.body
    assert made in (["Query", "PutObject", "PutItem"], ["Query", "GetObject", "PutObject", "PutItem"])  # catalogue
    content = fetched(portal, answer.body["url"])
    assert begins_with(content + b"\n%%EOF", answer.body["size"], answer.body["sha256"])
    said = text(content)
    assert f"Hồ sơ nháp {dossier}" in said and "Việc hộ tịch: Khai sinh" in said
    (paper,) = dossiers.load(dossier).papers
    assert str(paper.sha256) in said.replace(" ", "")
    issued = dossiers.load(dossier).issued_form
    assert issued is not None and (issued.sha256, issued.revision) == (answer.body["sha256"], 1)
    portal.later(minutes=3)
    again = portal.citizen.put(f"/dossiers/{dossier}/form", {}).body
    assert again["sha256"] == answer.body["sha256"]  # the same draft is the same bytes, whenever it is asked for
    filed = portal.citizen.post(f"/dossiers/{dossier}/submission", {"declaration": True})
    assert filed.status == 200, filed.body
    assert dossiers.load(dossier).issued_form == issued  # kept, to check by
    portal.relay()
    assert filed.body["code"] in sheet_of(portal, portal.citizen, dossier, 1, "form")


def test_the_cover_sheet_names_the_agency_and_the_papers(portal: Portal) -> None:
    dossier, filed = portal.filed()
    said = text(sheets.cover_sheet(dossiers.load(dossier)))
    for part in ("PHIẾU GỬI HỒ SƠ QUA DỊCH VỤ BƯU CHÍNH", filed["code"], "Số 1 đường Thử", "1 Thẻ căn cước 1 0"):
        assert part in said


# The register.


def _register(portal: Portal, who: Person, agency: str = AGENCY, **query: str) -> Any:
    asked = {"from": "2026-11-01", "to": "2026-11-30", **query}
    return who.put(f"/desk/agencies/{agency}/register?" + "&".join(f"{k}={v}" for k, v in asked.items()), {})


def test_the_register_lists_what_was_filed_in_the_period(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [portal.filed()[1]["code"] for _ in range(2)]
    done = portal.ready()
    portal.step(portal.clerk, done, "originals", {"originals": {"identity": "matches"}, "form_signed": True})
    portal.step(portal.clerk, done, "hand-over", {"recipient": "Trần Nhận Thay", "signed": True})
    portal.later(days=10)
    portal.filed()  # in December
    portal.relay()
    with calls() as made:
        answer = _register(portal, portal.reception)
    assert answer.status == 200, answer.body
    assert made == ["Query", "BatchGetItem", "PutObject"]
    assert (answer.body["lines"], answer.body["next"]) == (3, None)
    said = text(fetched(portal, answer.body["url"]))
    assert all(code in said.replace(" ", "") for code in codes) and "Trần Nhận Thay" in said
    assert "-261203-" not in said
    assert _register(portal, portal.reception, **{"from": "2026-11-24"}).body["lines"] == 0
    monkeypatch.setattr(sheets, "LINES", 2)
    first = _register(portal, portal.reception).body
    assert (first["lines"], first["next"]) == (2, codes[1])
    rest = _register(portal, portal.reception, after=first["next"]).body
    assert (rest["lines"], rest["next"]) == (1, None)


def test_a_register_is_for_the_agencys_officers_and_a_bounded_period(portal: Portal) -> None:
    assert _register(portal, portal.elsewhere).status == 404
    assert _register(portal, portal.reception, ELSEWHERE).status == 404
    assert _register(portal, portal.citizen).status == 403
    assert _register(portal, portal.nobody).status == 401
    for query, code in (
        ({"to": "2026-12-02"}, "PeriodTooLong"),
        ({"to": "2026-10-31"}, "PeriodTooLong"),
        ({"from": "2026-12-20", "to": "2027-01-05"}, "PeriodTooLong"),
        ({"from": "hôm-nay"}, "BadQuery"),
        ({"after": "H99-1"}, "BadCursor"),
    ):
        answer = _register(portal, portal.reception, **{k: quote(v) for k, v in query.items()})
        assert answer.body["Code"] == code, answer.body

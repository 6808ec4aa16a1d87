"""Files of records: what is published, refused and counted; and the rates on the whole national file."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.procedure import Procedure
from infra.national import reading
from infra.national.importing import Import
from infra.national.page import ABSENT
from tests.national.records import record

NATIONAL = Path(__file__).resolve().parents[3] / "shared/data/national-procedures.jsonl.xz"
WANTED = {"channels": 0.99, "durations": 0.99, "fees": 0.95, "papers": 0.95}

GOOD = record("Trực tuyến3 Ngày làm việc50,000 VNĐTrực tiếp5Miễn phí", "Đơn theo mẫuMau 01.docx1 bản chính")


def run(path: Path, language: str = "en") -> tuple[Import, list[dict[str, Any]]]:
    importing = Import(language)
    with reading.opened(path) as source:
        return importing, list(importing.documents(source))


def lines(*records: Any) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records)


@pytest.mark.clause("A3")
def test_a_record_becomes_guidance() -> None:
    [document] = Import().documents([GOOD])
    read = Procedure.from_json(document)
    assert (read.code, read.level, read.online, read.audience) == ("9.000001", 1, False, ("person", "organisation"))
    assert read.field.code == "chan-nuoi"
    assert (read.result.code, read.result.name.vi) == ("KQ.G10.000001", "Giấy phép nuôi ong")
    assert [step.vi for step in read.steps] == ["Bước 1: Nộp hồ sơ.", "Bước 2: Nhận giấy phép."]
    assert read.conditions == ()
    assert str(read.duration("online")) == "3 working days"
    assert "direct" not in read.durations, "a number without a unit is no time to reckon with"
    guidance = document["guidance"]
    assert guidance["channels"][1] == {
        "channel": "direct",
        "duration": {"amount": 5, "unit": None},
        "duration_given": "no unit",
        "duration_text": "5",
        "fee": {"kind": "free", "amounts": []},
        "fee_text": "Miễn phí",
        "note": "",
    }
    assert guidance["cases"] == [
        {
            "title": "",
            "papers": [{"name": "Đơn theo mẫu", "originals": 1, "copies": 0, "forms": ["Mau 01.docx"]}],
        }
    ]
    assert document["source"]["channels"].startswith("Trực tuyến3 Ngày làm việc50,000 VNĐ"), (
        "the portal's own text stays"
    )


def test_times_that_differ_are_not_reduced_to_one() -> None:
    [document] = Import().documents([record("Trực tiếp5 NgàyMiễn phíTrực tiếp10 NgàyMiễn phíTrực tuyến2 GiờMiễn phí")])
    assert document["durations"] == {}
    assert len(document["guidance"]["channels"]) == 3


def test_what_cannot_be_read_is_published_as_text() -> None:
    importing = Import()
    [document] = importing.documents([record("Nộp ở đâu cũng được", "Theo luật định")])
    assert document["guidance"]["channels"] is None
    assert document["source"]["channels"] == "Nộp ở đâu cũng được"
    assert "Theo luật định" in document["source"]["papers"]
    for count in importing.report()["understood"].values():
        assert count == {"present": 1, "understood": 0}


def test_nothing_present_is_nothing_to_understand() -> None:
    importing = Import()
    list(importing.documents([record(f"Trực tiếp{ABSENT}{ABSENT}"), record(ma_thu_tuc="9.000002")]))
    assert importing.report()["understood"] == {
        "channels": {"present": 1, "understood": 1},
        "durations": {"present": 0, "understood": 0},
        "fees": {"present": 0, "understood": 0},
        "papers": {"present": 0, "understood": 0},
    }


@pytest.mark.parametrize("language", ["vi", "en"])
def test_bad_records_are_refused_and_the_rest_goes_on(tmp_path: Path, language: str) -> None:
    path = tmp_path / "bad.jsonl"
    bad = [
        {**GOOD, "ma_thu_tuc": " "},
        {**GOOD, "ma_thu_tuc": "abc"},
        {**GOOD, "ma_thu_tuc": None},
        {**GOOD, "ma_thu_tuc": "9.000002", "ten_thu_tuc": ""},
        GOOD,
        [1],
        "text",
    ]
    path.write_text(
        lines(GOOD, *bad) + '{"ma_thu_tuc": \n\n\x00\n' + lines({**GOOD, "ma_thu_tuc": "9.000003"}), "utf-8"
    )
    importing, documents = run(path, language)
    assert [d["code"] for d in documents] == ["9.000001", "9.000003"]
    report = importing.report()
    assert (report["records"], report["published"]) == (11, 2)
    assert [one["code"] for one in report["refused"]] == [
        None,
        "abc",
        None,
        "9.000002",
        "9.000001",
        None,
        None,
        None,
        None,
    ]
    assert all(one["reason"] for one in report["refused"])
    assert ("already" in report["refused"][4]["reason"]) == (language == "en")


@pytest.mark.parametrize("hole", [None, 7, "", [], {}, "\x00\ud800", "x" * 100_000])
def test_any_field_may_be_anything(hole: Any) -> None:
    for key in GOOD:
        importing = Import()
        for document in importing.documents([{**GOOD, key: hole}]):
            Procedure.from_json(document)
        assert importing.records == 1 and importing.published + len(importing.refused) == 1


def test_every_kind_of_file(tmp_path: Path) -> None:
    records = [{**GOOD, "ma_thu_tuc": f"9.{number:06d}"} for number in range(1, 400)]
    plain, packed, whole, one = (tmp_path / name for name in ("a.jsonl", "a.jsonl.xz", "a.json", "b.json"))
    plain.write_text("\ufeff" + lines(*records), "utf-8")
    packed.write_bytes(lzma.compress(lines(*records).encode()))
    whole.write_text(json.dumps(records, ensure_ascii=False, indent=1), "utf-8")
    one.write_text(json.dumps(GOOD), "utf-8")
    for path in (plain, packed, whole):
        importing, documents = run(path)
        assert len(documents) == 399 and importing.refused == [], path.name
    assert len(run(one)[1]) == 1
    whole.write_text(json.dumps(records[:3], ensure_ascii=False)[:-20], "utf-8")
    importing, documents = run(whole)
    assert len(documents) == 2 and len(importing.refused) == 1


@pytest.mark.clause("A3")
@pytest.mark.skipif(not NATIONAL.exists(), reason="the national records are not beside the project")
def test_rates_on_the_national_file() -> None:
    importing, documents = run(NATIONAL)
    report = importing.report()
    assert report["records"] == report["published"] == len(documents) > 1900
    assert report["refused"] == []
    for field, least in WANTED.items():
        count = report["understood"][field]
        assert count["understood"] >= least * count["present"], field
    for document in documents:
        Procedure.from_json(document)

"""Results made of their procedure's template: what stands on them, what is signed, what a preview is not."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pypdf import PdfReader

from chalicelib.domain.procedure import Procedure
from chalicelib.domain.result_template import Template, checked
from chalicelib.errors import Invalid
from chalicelib.services import publishing
from tests.app.issuing import ONLINE, Issuing
from tests.app.portal import PROCEDURE, Portal
from tests.app.treasury import level_4

pytestmark = pytest.mark.clause("A14")
TEMPLATE: dict[str, Any] = {
    "opening": ["Căn cứ Luật Hộ tịch số 60/2014/QH13;"],
    "fields": ["subject_name", "event"],
    "texts": [
        {"name": "entry", "label": {"vi": "Nội dung đăng ký", "en": "Entry"}, "required": True, "most": 100},
        {"name": "note", "label": {"vi": "Ghi chú", "en": "Note"}, "required": False, "most": 50},
    ],
    "closing": ["Trích lục có giá trị như bản chính."],
    "signer": "GIÁM ĐỐC",
}
DOCUMENT: dict[str, Any] = {
    "number": "12/TL",
    "title": "Trích lục khai sinh",
    "texts": {"entry": "Số 15, quyển 01/2020"},
}


@pytest.fixture
def desk(portal: Portal) -> Issuing:
    made = Issuing(portal)
    free = {**level_4(code=ONLINE), "fees": [], "result_template": TEMPLATE}
    publishing.publish([publishing.Sourced("test", free)])
    return made


def _text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def _kept(desk: Issuing, url: str) -> bytes:
    """What an address of the papers bucket gives."""
    parts = urlsplit(url)
    _, bucket, key = parts.path.split("/", 2) if "amazonaws" not in parts.netloc else ("", "", parts.path[1:])
    bucket = bucket or parts.netloc.split(".")[0]
    found = desk.portal.cloud.client("s3").get_object(
        Bucket=bucket, Key=key, VersionId=parse_qs(parts.query)["versionId"][0]
    )
    content: bytes = found["Body"].read()
    return content


def test_the_document_says_what_the_dossier_and_the_officer_say_and_is_signed(desk: Issuing) -> None:
    portal, dossier = desk.portal, desk.approved(4, procedure_version=2)
    portal.step(portal.clerk, dossier, "result", {**DOCUMENT, "way": "template"})
    portal.relay()
    assert portal.state(dossier) == "ready"
    (result,) = desk.results(dossier)
    assert result.file is not None and result.draft is not None and result.report is not None
    content = desk.kept(result)
    said = _text(content)
    for piece in (
        "Sở Tư pháp".upper(), "Số: 12/TL", "TRÍCH LỤC KHAI SINH", "Căn cứ Luật Hộ tịch", "Họ và tên: Nguyễn Thị Thử",
        "Việc hộ tịch: Khai sinh", "Nội dung đăng ký: Số 15, quyển 01/2020", "có giá trị như bản chính", "GIÁM ĐỐC",
        result.code, " ".join(result.secret[at : at + 4] for at in range(0, 16, 4)), "(Văn bản được ký số)",
    ):  # fmt: skip
        assert piece in said, piece
    assert "Ghi chú" not in said and "Số bản" not in said and "Ký và ghi rõ họ tên" not in said
    assert [signer.name for signer in result.report.signers] == ["Sở Tư pháp"]
    shown = portal.clerk.get(f"/desk/dossiers/{dossier}").body["results"][0]
    assert (shown["way"], shown["sha256"]) == ("template", result.file.sha256)


def test_a_preview_is_no_result(desk: Issuing) -> None:
    portal, dossier = desk.portal, desk.approved(4, procedure_version=2)
    path = f"/desk/dossiers/{dossier}/result-preview"
    answer = portal.clerk.put(path, DOCUMENT)
    assert answer.status == 200, answer.body
    said = _text(_kept(desk, answer.body["url"]))
    assert "BẢN XEM TRƯỚC" in said and "Số 15, quyển 01/2020" in said
    assert "KQ1" not in said and "Kiểm tra kết quả" not in said
    assert desk.results(dossier) == () and portal.state(dossier) == "issuing"
    assert portal.approver.put(path, DOCUMENT).status == 403
    assert portal.elsewhere.put(path, DOCUMENT).status == 404
    assert portal.citizen.put(path, DOCUMENT).status == 403
    bad = portal.clerk.put(path, {**DOCUMENT, "texts": {"entry": " ", "other": "x", "note": "x" * 51}})
    assert {(f["Field"], f["Code"]) for f in bad.body["Fields"]} == {
        ("texts.entry", "Required"), ("texts.other", "Unknown"), ("texts.note", "TooLong"),
    }  # fmt: skip
    other = desk.approved(3)
    assert portal.clerk.put(f"/desk/dossiers/{other}/result-preview", DOCUMENT).body["Fields"][0]["Field"] == "way"
    portal.step(portal.clerk, dossier, "result", {**DOCUMENT, "way": "template"})
    assert portal.clerk.put(path, DOCUMENT).body["Code"] == "NotIssuing"


def test_what_a_template_names_is_there() -> None:
    bad = {
        **TEMPLATE,
        "fields": ["subject_name", "nothing"],
        "texts": [*TEMPLATE["texts"], TEMPLATE["texts"][0], {"name": "X", "most": 0}],
        "opening": [""],
        "more": 1,
    }
    with pytest.raises(Invalid) as caught:
        Procedure.from_json({**PROCEDURE, "result_template": bad})
    named = {(f.field.removeprefix("result_template."), f.code) for f in caught.value.fields}
    assert named >= {
        ("fields[1]", "NotFormField"), ("texts[2].name", "NotUnique"), ("texts[3].name", "BadFormat"),
        ("texts[3].label", "Required"), ("texts[3].required", "Required"), ("texts[3].most", "OutOfRange"),
        ("opening[0]", "WrongType"), ("more", "Unknown"),
    }  # fmt: skip


def test_empty_texts_are_none() -> None:
    template = Procedure.from_json({**PROCEDURE, "result_template": TEMPLATE}).result_template
    assert isinstance(template, Template)
    assert checked(template, {"entry": " a ", "note": "  "}) == {"entry": "a"}


def test_the_seeded_procedures_of_level_4_have_one_unless_their_result_is_a_card() -> None:
    folder = Path(__file__).parents[2] / "infra" / "seed" / "procedures"
    read = [Procedure.from_json(json.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("*.json"))]
    assert [one.code for one in read if one.level == 4 and one.result_template is None] == ["3.000347"]

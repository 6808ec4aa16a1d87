"""The rules of papers, without a cloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import filename, upload
from chalicelib.domain import paper as rules
from chalicelib.domain.clerk_papers import RESULT, SIGNATURE
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.life import State
from chalicelib.domain.paper import File, Paper, Provenance, Status, Stored
from chalicelib.domain.procedure import PaperRule, Text
from chalicelib.domain.upload import JPEG, MB, PDF, PNG
from chalicelib.errors import Conflict, Invalid

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DOSSIER, PAPER = "d" * 16, "p" * 16
RULE = PaperRule("identity", Text("Căn cước", "Identity card"), True, None, 1, 0, ("photo", "scan"), 4)
HASH = "0" * 64


def dossier(state: State = State.DRAFT, **changes: Any) -> Dossier:
    return Dossier(
        id=DOSSIER, owner="an", agency="H34.05", procedure_code="2.000635", procedure_version=1, procedure_name="",
        level=3, state=state, created_at=NOW, applicant={}, **changes,
    )  # fmt: skip


def file(media_type: str = JPEG, size: int = 1000, name: str = "ảnh.jpg") -> File:
    return File(name, size, media_type, HASH)


def slot(*files: File, of: Dossier | None = None, provenance: Provenance = Provenance.PHOTO) -> Paper:
    return rules.slot(of or dossier(), RULE, PAPER, provenance, files or (file(),), NOW)


def a_paper(paper_id: str, status: Status = Status.EXPECTED, minutes: int = 0, component: str = "identity") -> Paper:
    kept = Stored("k", "v", HASH, 1, 1) if status in {Status.VERIFIED, Status.REPLACED} else None
    made = replace(slot(), id=paper_id * 16, component=component, number=1 + minutes)
    return replace(made, status=status, stored=kept)


def defects(*files: File) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        slot(*files)
    return {f.field: f.code for f in caught.value.fields}


@pytest.mark.clause("A8")
def test_a_certified_copy_is_refused_at_level_three() -> None:
    with pytest.raises(Invalid, match="CertifiedCopyRefused"):
        slot(provenance=Provenance.CERTIFIED_COPY)


def test_every_defect_of_the_files_is_named_at_once() -> None:
    assert defects(file("image/gif"), file(size=11 * MB), file(PDF, 21 * MB)) == {
        "files[0].type": "WrongFileType",
        "files[1].size": "FileTooLarge",
        "files[2].size": "FileTooLarge",
        "files": "MixedFiles",
    }
    assert defects(file(PDF), file(PDF)) == {"files": "OnePdf"}
    assert defects(*[file()] * 5) == {"files": "TooMany"}


@pytest.mark.clause("A8")
def test_a_paper_is_one_pdf_or_the_pictures_of_its_pages() -> None:
    assert [p.number for p in slot(file(), file(PNG), file()).pages] == [1, 2, 3]
    assert slot(file(PDF, 20 * MB)).pages[0].size == 20 * MB


def test_papers_are_taken_in_drafts_and_for_what_a_supplement_names() -> None:
    asked = {"papers": {"identity": "Ảnh mờ."}}
    for state in State:
        if state is State.DRAFT:
            expected = None
        elif state in {State.INTAKE_SUPPLEMENT, State.REVIEW_SUPPLEMENT}:
            expected = None
            with pytest.raises(Conflict, match="ComponentClosed"):
                slot(of=dossier(state, supplement={"papers": {"mandate": "Thiếu."}}))
            with pytest.raises(Conflict, match="ComponentClosed"):
                slot(of=dossier(state))
        else:
            expected = "PapersClosed"
        if expected is None:
            slot(of=dossier(state, supplement=asked))
        else:
            with pytest.raises(Conflict, match=expected):
                slot(of=dossier(state, supplement=asked))
        assert rules.is_open(dossier(state), RESULT) is (state is State.ISSUING)
        assert rules.is_open(dossier(state), SIGNATURE) is (state is State.READY)


def test_a_paper_comes_back_from_json_as_it_was() -> None:
    verified, *_ = rules.verified(slot(file(), file()), (), dossier(), Stored("k", "v", HASH, 9, 2), NOW)
    refused = rules.refused(slot(file(), file()), {2: "Unreadable"}, NOW)
    for paper in (slot(), verified, refused):
        assert Paper.from_json(paper.to_json()) == paper


def test_the_newest_that_may_count_counts() -> None:
    old, new = a_paper("a", Status.VERIFIED), a_paper("b", Status.EXPECTED, 1)
    bad, gone = a_paper("c", Status.REFUSED, 2), a_paper("e", Status.DISCARDED, 3)
    other = a_paper("f", Status.VERIFIED, 0, "mandate")
    found = rules.current([gone, bad, new, other, old])
    assert found == {"identity": new, "mandate": other}
    assert rules.current([bad, gone]) == {}
    assert [p.id[0] for p in rules.shown([gone, bad, new, old])] == ["a", "b", "c"]


def test_a_later_slot_is_the_newer_whatever_the_clock_says() -> None:
    first = slot()
    second = rules.slot(dossier(), RULE, "a" * 16, Provenance.SCAN, [file()], NOW - timedelta(hours=1), [first])
    assert rules.current([second, first]) == {"identity": second}


def test_in_a_draft_the_newer_verified_paper_displaces_the_older() -> None:
    old, new = a_paper("a", Status.VERIFIED), a_paper("b", Status.EXPECTED, 1)
    good, displaced = rules.verified(new, [old, new], dossier(), Stored("k", "v", HASH, 1, 1), NOW)
    assert (good.status, good.version, displaced.status) == (Status.VERIFIED, 2, Status.DISCARDED)


def test_an_older_slot_that_is_filled_late_does_not_displace_the_newer() -> None:
    old, new = a_paper("a"), a_paper("b", Status.VERIFIED, 1)
    (late,) = rules.verified(old, [old, new], dossier(), Stored("k", "v", HASH, 1, 1), NOW)
    assert late.status is Status.DISCARDED


@pytest.mark.clause("A6")
def test_a_filed_paper_is_kept_when_it_is_replaced_and_counts_again_when_the_new_one_is_taken_back() -> None:
    filed, new = a_paper("a", Status.VERIFIED), a_paper("b", Status.EXPECTED, 1)
    asked = dossier(State.INTAKE_SUPPLEMENT, papers={"identity": filed.id}, supplement={"papers": {"identity": ""}})
    good, replaced = rules.verified(new, [filed, new], asked, Stored("k", "v", HASH, 1, 1), NOW)
    assert replaced.status is Status.REPLACED and replaced.stored is not None
    gone, restored = rules.discarded(good, [replaced, good], asked, NOW)
    assert (gone.status, restored.status, restored.id) == (Status.DISCARDED, Status.VERIFIED, filed.id)
    for kept in (filed, replaced):
        with pytest.raises(Conflict, match="PaperFiled"):
            rules.discarded(kept, [kept], asked, NOW)


def test_the_sweeper_looks_ever_more_seldom_and_a_last_time_after_a_day() -> None:
    paper, looks = slot(), []
    now = NOW
    while now < NOW + upload.ARRIVAL_TIME:
        assert paper.look_at is not None and paper.look_at > now
        now = paper.look_at
        looks.append(now - NOW)
        paper = rules.looked_at(paper, now)
    assert looks[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert looks[-1] == upload.ARRIVAL_TIME
    assert len(looks) <= 12


# Keys.


@pytest.mark.parametrize(
    "key",
    [
        "",
        f"quarantine/{DOSSIER}/{PAPER}",
        f"quarantine/{DOSSIER}/{PAPER}/",
        f"quarantine/{DOSSIER}/{PAPER}/0",
        f"quarantine/{DOSSIER}/{PAPER}/01",
        f"quarantine/{DOSSIER}/{PAPER}/31",
        f"quarantine/{DOSSIER}/{PAPER}/1\n",
        f"quarantine/{DOSSIER}/{PAPER}/١",
        f"quarantine/{DOSSIER}/{PAPER}/1/2",
        f"/quarantine/{DOSSIER}/{PAPER}/1",
        f"quarantine//{DOSSIER}/{PAPER}/1",
        f"quarantine/../{PAPER}/1",
        f"quarantine/{DOSSIER}/../../papers/1",
        f"quarantine/{DOSSIER}/{'p' * 15}/1",
        f"quarantine/{'d' * 41}/{PAPER}/1",
        f"Quarantine/{DOSSIER}/{PAPER}/1",
        f"papers/{DOSSIER}/{PAPER}/1",
        f"quarantine/{DOSSIER}/{'é' * 16}/1",
        f"quarantine/{DOSSIER}/{PAPER}%2F1",
    ],
)
def test_keys_not_exactly_of_our_shape_are_nobodys(key: str) -> None:
    assert upload.parse_upload_key(key) is None


@given(st.from_regex(upload.ID_PATTERN[:-1] + r"\Z", fullmatch=True), st.integers(1, upload.MAX_PAGES))
def test_keys_are_read_as_they_are_written(paper_id: str, number: int) -> None:
    key = upload.upload_key(DOSSIER, paper_id, number)
    assert upload.parse_upload_key(key) == (DOSSIER, paper_id, number)


def test_a_key_is_not_made_of_odd_parts() -> None:
    with pytest.raises(ValueError, match="not a key"):
        upload.upload_key(DOSSIER, "../papers", 1)


# Names.


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Giấy khai sinh.pdf", "Giấy khai sinh.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\An\\ảnh 1.JPG", "ảnh 1.JPG"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("\x00\x07.pdf", "pdf"),
        ("...", "giay-to"),
        ('"><script>.pdf', "___script_.pdf"),
        ("a" * 300 + ".pdf", "a" * 80 + ".pdf"),
        ("name.with a long suffix indeed", "name.with a long suffix indeed"),
    ],
)
def test_names_are_cleaned(sent: str, kept: str) -> None:
    assert filename.clean(sent) == kept


@given(st.text(max_size=300))
def test_whatever_the_name_the_header_is_one_line_of_ascii(name: str) -> None:
    clean = filename.clean(name)
    assert clean and "/" not in clean and "\\" not in clean and filename.clean(clean) == clean
    header = filename.attachment(clean)
    assert header.isascii() and header.isprintable() and header.count('"') == 2


def test_a_download_is_named_after_the_first_page_and_is_a_pdf() -> None:
    assert filename.as_pdf("Căn cước.JPG") == "Căn cước.pdf"
    assert filename.as_pdf("virus.exe") == "virus.exe.pdf"
    header = filename.attachment("Đơn đã ký.pdf")
    assert (
        header == "attachment; filename=\"Don da ky.pdf\"; filename*=UTF-8''%C4%90%C6%A1n%20%C4%91%C3%A3%20k%C3%BD.pdf"
    )

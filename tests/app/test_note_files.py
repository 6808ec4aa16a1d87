"""Files of notes among officers: inspected first, refused with the reason, had by nobody but the agency's officers."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from chalicelib import events, messages
from chalicelib.domain.attachment import FILES_A_DAY, MOST_FILES, asked, parse_key
from chalicelib.domain.paper import File as Wished
from chalicelib.domain.upload import parse_upload_key
from chalicelib.services import present
from chalicelib.storage import dossiers as kept
from infra.local.testing import run
from tests.app.bench import Crash, calls
from tests.app.consulting import POLICE, Consulting, publish
from tests.app.correspondence import JPEG, PDF, File, letter, upload, write
from tests.app.portal import AGENCY, ELSEWHERE, Person, Portal
from tests.app.test_messages import EICAR
from tests.app.test_proofs import made
from tests.app.test_transfers import transfer
from tests.files import make

pytestmark = pytest.mark.clause("B4")


def notes(who: Person, dossier: str) -> list[dict[str, Any]]:
    return list(who.get(f"/desk/dossiers/{dossier}/notes").body["items"])


def leave(portal: Portal, dossier: str, *files: File, text: str = "CANARYNOTE") -> str:
    """A note with files that have come and were looked at; its id."""
    answer = portal.reception.post(f"/desk/dossiers/{dossier}/notes", letter(text, files))
    upload(portal, answer, files)
    return str(answer.body["id"])


def test_files_of_a_note_are_looked_at_and_saved_by_colleagues(portal: Portal) -> None:
    dossier, _ = portal.filed()
    files = [("Ý kiến pháp chế.pdf", make.pdf(2), PDF), ("../../ảnh chụp.JPG", make.jpeg(), JPEG)]
    answer = portal.reception.post(f"/desk/dossiers/{dossier}/notes", letter("Xem tệp.", files))
    assert [f["status"] for f in notes(portal.clerk, dossier)[0]["files"]] == ["expected", "expected"]
    place = f"/desk/dossiers/{dossier}/notes/{answer.body['id']}/files"
    early = portal.clerk.get(f"{place}/1")
    assert (early.status, early.body["Code"]) == (409, "NotReady")
    upload(portal, answer, files)
    seen = notes(portal.clerk, dossier)[0]["files"]
    assert [(f["name"], f["status"]) for f in seen] == [("Ý kiến pháp chế.pdf", "kept"), ("ảnh chụp.JPG", "kept")]
    saved = portal.clerk.get(f"{place}/2")
    assert saved.status == 200, saved.body
    query = parse_qs(urlsplit(saved.body["url"]).query)
    assert unquote(query["response-content-disposition"][0]).startswith("attachment;")
    assert "ảnh chụp.jpg" in unquote(query["response-content-disposition"][0]) and query["versionId"]
    assert query["X-Amz-Expires"] == ["120"]
    assert {portal.clerk.get(f"{place}/{number}").status for number in ("0", "3", "4", "x")} == {404}
    assert portal.clerk.get(f"/desk/dossiers/{dossier}/notes/x/files/1").status == 404
    listed = portal.cloud.client("s3").list_objects_v2(Bucket=os.environ["QUARANTINE_BUCKET"])
    assert not [o for o in listed.get("Contents", ()) if "internal" in o["Key"]]


@pytest.mark.clause("C7")
@pytest.mark.parametrize(
    ("file", "reason"),
    [(("a.jpg", make.jpeg() + EICAR, JPEG), "Malware"), (("a.pdf", make.pdf_with_script(), PDF), "ActiveContent")],
    ids=["malware", "script"],
)
def test_what_is_no_good_is_refused_and_says_why(portal: Portal, file: File, reason: str) -> None:
    dossier, _ = portal.filed()
    note = leave(portal, dossier, file)
    (found,) = notes(portal.clerk, dossier)[0]["files"]
    assert (found["status"], found["message"]) == ("refused", messages.text("en", "reasons", reason))
    refused = portal.clerk.get(f"/desk/dossiers/{dossier}/notes/{note}/files/1")
    assert (refused.status, refused.body["Code"]) == (409, "PaperRefused")
    stored = portal.cloud.client("s3").list_object_versions(Bucket=os.environ["PAPERS_BUCKET"])
    assert not [v for v in stored.get("Versions", ()) if note in v["Key"]]


@pytest.mark.clause("A5")
def test_nobody_but_the_agencys_officers_has_them(portal: Portal) -> None:
    """Not the applicant nor another agency, asked for as a note's or as a message's; not the dossier, not the proof."""
    publish()
    office = Consulting(portal)
    dossier = office.claimed()
    assert office.ask(dossier, POLICE).status == 200
    note = leave(portal, dossier, ("CANARYFILE.pdf", make.pdf(1), PDF))
    assert portal.reception.get(f"/desk/dossiers/{dossier}/notes/{note}/files/1").status == 200
    strangers = (portal.citizen, portal.stranger, portal.elsewhere, office.police)
    for who in strangers:
        assert who.get(f"/desk/dossiers/{dossier}/notes/{note}/files/1").status == (
            403 if who.kind != "officer" else 404
        )
        assert who.get(f"/desk/consultations/{POLICE}/{dossier}/notes/{note}/files/1").status in {403, 404}
    for who in (*strangers, portal.reception):
        assert who.get(f"/dossiers/{dossier}/messages/{note}/files/1").status == 404
    for seen in (
        portal.citizen.get(f"/dossiers/{dossier}").body,
        portal.reception.get(f"/desk/dossiers/{dossier}").body,
        office.police.get(f"/desk/consultations/{POLICE}/{dossier}").body,
        kept.load(dossier),
        made(portal, dossier).decode(),
    ):
        assert seen and "CANARYFILE" not in str(seen) and note not in str(seen)


def test_the_agency_that_a_dossier_went_to_has_none_of_the_files_before(portal: Portal) -> None:
    dossier, _ = portal.filed()
    note = leave(portal, dossier, ("a.pdf", make.pdf(1), PDF))
    assert transfer(portal.reception, dossier, ELSEWHERE).status == 200
    assert notes(portal.elsewhere, dossier) == []
    place = f"/desk/dossiers/{dossier}/notes/{note}/files/1"
    assert portal.elsewhere.get(place).status == 404
    assert portal.reception.get(place).body["Code"] == "DossierTransferred"


def test_limits_are_those_of_messages_and_counted_apart(portal: Portal) -> None:
    dossier, _ = portal.filed()
    path, pdf = f"/desk/dossiers/{dossier}/notes", ("a.pdf", make.pdf(1), PDF)
    many = portal.reception.post(path, letter("Bốn.", [pdf] * 4))
    assert (many.status, many.body["Fields"][0]["Code"]) == (422, "TooMany")
    word = portal.reception.post(path, letter("Word.", [("a.docx", b"PK", "application/msword")]))
    assert (word.status, word.body["Fields"][0]["Field"]) == (422, "files[0].type")
    assert notes(portal.reception, dossier) == []
    bodies = [letter("Ba.", [pdf] * MOST_FILES) for _ in range(FILES_A_DAY // MOST_FILES)]
    assert {portal.reception.post(path, body).status for body in bodies} == {201}
    assert portal.reception.post(path, bodies[0]).status == 201, "the same again is not more"
    over = portal.reception.post(path, letter("Nữa.", [pdf] * MOST_FILES))
    assert (over.status, over.body["Code"]) == (429, "TooManyFiles")
    assert portal.clerk.post(path, letter("Khác.", [pdf])).status == 201, "everybody has their own"
    assert write(portal.reception, dossier, letter("Tin.", [pdf] * MOST_FILES)).status == 201
    assert portal.reception.post(path, letter("Không tệp.")).status == 201
    portal.later(hours=25)
    assert portal.reception.post(path, letter("Hôm sau.", [pdf])).status == 201
    assert portal.reception.get(f"{path}?limit=31").status == 422


def test_every_note_of_a_page_has_its_own_files(portal: Portal) -> None:
    dossier, _ = portal.filed()
    wanted: list[list[str]] = []
    for number in range(1, MOST_FILES + 1):
        portal.later(minutes=1)
        files = [(f"{number}-{n}.pdf", make.pdf(1), PDF) for n in range(number)]
        leave(portal, dossier, *files, text=str(number))
        wanted.insert(0, [name for name, _, _ in files])
    leave(portal, dossier, text="0")
    with calls() as made_calls:
        found = {one["text"]: [f["name"] for f in one["files"]] for one in notes(portal.clerk, dossier)}
    assert found == {"0": [], "3": wanted[0], "2": wanted[1], "1": wanted[2]}
    assert made_calls == ["GetItem", "Query", "BatchGetItem"]


def test_the_sweeper_finishes_files_whose_event_was_lost(portal: Portal) -> None:
    dossier, _ = portal.filed()
    files = [("a.pdf", make.pdf(1), PDF), ("b.jpg", make.jpeg(), JPEG)]
    answer = portal.reception.post(f"/desk/dossiers/{dossier}/notes", letter("Hai tệp.", files))
    place = answer.body["uploads"][0]["fields"]["key"]
    bucket = os.environ["QUARANTINE_BUCKET"]
    portal.cloud.client("s3").put_object(Bucket=bucket, Key=place, Body=files[0][1], ContentType=PDF)
    portal.later(minutes=6)
    run(events.sweep, {}, "sweep")
    assert [f["status"] for f in notes(portal.clerk, dossier)[0]["files"]] == ["kept", "expected"]
    portal.later(hours=25)
    run(events.sweep, {}, "sweep")
    last = notes(portal.clerk, dossier)[0]["files"][1]
    assert last["status"] == "refused" and last["message"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_crash_at_any_call_leaves_one_note_when_it_is_sent_again(portal: Portal, at: int, after: bool) -> None:
    dossier, _ = portal.filed()
    path, files = f"/desk/dossiers/{dossier}/notes", [("a.pdf", make.pdf(1), PDF), ("b.jpg", make.jpeg(), JPEG)]
    body = letter("Hai tệp.", files)
    with calls(at, after) as made_calls, pytest.raises(Crash):
        portal.reception.post(path, body)
    assert made_calls[-1] == ["GetItem", "Query", "TransactWriteItems"][at - 1]
    portal.later(minutes=1)
    again = portal.reception.post(path, body)
    upload(portal, again, files)
    assert [u["page"] for u in again.body["uploads"]] == [1, 2]
    (one,) = notes(portal.clerk, dossier)
    assert [f["status"] for f in one["files"]] == ["kept", "kept"]
    assert portal.reception.post(path, body).body["uploads"] == []
    for other in (
        {**body, "text": "Khác."},
        {**body, "files": body["files"][:1]},
        {**body, "files": body["files"][::-1]},
    ):
        refused = portal.reception.post(path, other)
        assert (refused.status, refused.body["Code"]) == (409, "KeyReused")


def test_keys_of_messages_and_notes_are_never_mistaken() -> None:
    wished, ids = [Wished("a.pdf", 1, PDF, "0" * 64)], ("d" * 16, "m" * 16)
    note = asked(*ids, "me", wished, present.now(), AGENCY)[0]
    message = asked(*ids, "me", wished, present.now())[0]
    assert parse_key(note.upload_key) == (*ids, 1, True) and parse_key(message.upload_key) == (*ids, 1, False)
    assert parse_upload_key(note.upload_key) is None and note.kept_key != message.kept_key
    assert not note.is_same_as(message)

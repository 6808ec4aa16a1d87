"""Messages both ways with files: inspected first, refused with the reason, saved by both sides, read and unread."""

from __future__ import annotations

import os
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from chalicelib import events, messages
from chalicelib.domain.attachment import FILES_A_DAY, MOST_FILES, Attachment, asked, parse_key
from chalicelib.domain.letters import A_DAY, A_PAGE
from chalicelib.domain.paper import File
from chalicelib.domain.upload import parse_upload_key
from chalicelib.errors import Invalid
from chalicelib.services import present
from chalicelib.services.scanning import TAG
from infra.local.testing import run
from tests.app.correspondence import JPEG, PDF, letter, shown, upload, write
from tests.app.portal import Portal
from tests.files import make

pytestmark = pytest.mark.clause("A7")
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def test_files_go_both_ways_and_are_saved_under_their_names(portal: Portal) -> None:
    dossier, _ = portal.filed()
    files = [("Đơn đề nghị.pdf", make.pdf(2), PDF), ("../../ảnh chụp.JPG", make.jpeg(), JPEG)]
    answer = write(portal.citizen, dossier, letter("Tôi gửi thêm giấy tờ.", files))
    assert [f["status"] for f in shown(portal.reception, dossier)[0]["files"]] == ["expected", "expected"]
    early = portal.reception.get(f"/dossiers/{dossier}/messages/{answer.body['id']}/files/1")
    assert (early.status, early.body["Code"]) == (409, "NotReady")
    upload(portal, answer, files)
    (one,) = shown(portal.reception, dossier)
    assert [(f["name"], f["status"]) for f in one["files"]] == [("Đơn đề nghị.pdf", "kept"), ("ảnh chụp.JPG", "kept")]
    for person in (portal.citizen, portal.reception):
        saved = person.get(f"/dossiers/{dossier}/messages/{answer.body['id']}/files/2")
        assert saved.status == 200, saved.body
        url = saved.body["url"]
        query = parse_qs(urlsplit(url).query)
        assert unquote(query["response-content-disposition"][0]).startswith("attachment;")
        assert "ảnh chụp.jpg" in unquote(query["response-content-disposition"][0])
        assert query["X-Amz-Expires"] == ["120"]
    for person in (portal.stranger, portal.elsewhere):
        assert person.get(f"/dossiers/{dossier}/messages/{answer.body['id']}/files/1").status == 404
    assert portal.citizen.get(f"/dossiers/{dossier}/messages/{answer.body['id']}/files/3").status == 404
    listed = portal.cloud.client("s3").list_objects_v2(Bucket=os.environ["QUARANTINE_BUCKET"])
    assert not [o for o in listed.get("Contents", ()) if "attached" in o["Key"]]
    portal.later(minutes=1)
    reply = [("Trả lời.pdf", make.pdf(1), PDF)]
    upload(portal, write(portal.reception, dossier, letter("Mẫu đơn đây.", reply)), reply)
    assert [f["status"] for f in shown(portal.citizen, dossier)[-1]["files"]] == ["kept"]
    portal.relay()
    assert shown(portal.citizen, dossier)[0]["files"][0]["size"] == len(files[0][1])


@pytest.mark.clause("C7")
@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (("a.jpg", make.jpeg() + EICAR, JPEG), "Malware"),
        (("a.pdf", make.pdf_with_script(), PDF), "ActiveContent"),
        (("a.pdf", make.jpeg(), PDF), "NotWhatItClaims"),
        (("a.pdf", make.encrypted_pdf(), PDF), "Encrypted"),
    ],
    ids=["malware", "script", "mislabelled", "encrypted"],
)
def test_what_is_no_good_is_refused_and_says_why(portal: Portal, file: tuple[str, bytes, str], reason: str) -> None:
    dossier, _ = portal.filed()
    answer = write(portal.citizen, dossier, letter("Xem tệp.", [file]))
    upload(portal, answer, [file])
    (found,) = shown(portal.citizen, dossier)[0]["files"]
    assert (found["status"], found["message"]) == ("refused", messages.text("en", "reasons", reason))
    assert shown(portal.reception, dossier)[0]["text"] == "Xem tệp.", "the message itself stands"
    refused = portal.reception.get(f"/dossiers/{dossier}/messages/{answer.body['id']}/files/1")
    assert (refused.status, refused.body["Code"]) == (409, "PaperRefused")
    kept = portal.cloud.client("s3").list_object_versions(Bucket=os.environ["PAPERS_BUCKET"])
    assert not [v for v in kept.get("Versions", ()) if answer.body["id"] in v["Key"]]


def test_the_same_message_again_is_the_same_with_places_for_what_has_not_come(portal: Portal) -> None:
    dossier, _ = portal.filed()
    files = [("a.pdf", make.pdf(1), PDF), ("b.jpg", make.jpeg(), JPEG)]
    body = letter("Hai tệp.", files)
    first = write(portal.citizen, dossier, body)
    key = first.body["uploads"][0]["fields"]["key"]
    bucket = os.environ["QUARANTINE_BUCKET"]
    portal.cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=files[0][1], ContentType=PDF)
    portal.arrived(bucket, key, len(files[0][1]))
    again = write(portal.citizen, dossier, body)
    assert [u["page"] for u in first.body["uploads"]] == [1, 2] and [u["page"] for u in again.body["uploads"]] == [2]
    assert [f["status"] for f in again.body["files"]] == ["kept", "expected"]
    portal.arrived(bucket, key, len(files[0][1]))  # S3 tells twice
    assert len(shown(portal.citizen, dossier)) == 1
    for other in ({**body, "text": "Khác."}, {**body, "files": body["files"][:1]}):
        refused = write(portal.citizen, dossier, other)
        assert (refused.status, refused.body["Code"]) == (409, "KeyReused")


def test_limits_name_what_is_too_much(portal: Portal) -> None:
    dossier, _ = portal.filed()
    pdf = ("a.pdf", make.pdf(1), PDF)
    many = write(portal.citizen, dossier, letter("Bốn.", [pdf] * 4))
    assert (many.status, many.body["Fields"][0]["Code"]) == (422, "TooMany")
    word = write(portal.citizen, dossier, letter("Word.", [("a.docx", b"PK", "application/msword")]))
    assert (word.status, word.body["Fields"][0]["Field"]) == (422, "files[0].type")
    body = letter("Lớn.", [pdf])
    body["files"][0]["size"] = 11 * 1024 * 1024
    assert write(portal.citizen, dossier, body).body["Fields"][0]["Code"] == "FileTooLarge"
    for _ in range(FILES_A_DAY // MOST_FILES):
        assert write(portal.citizen, dossier, letter("Ba.", [pdf] * MOST_FILES)).status == 201
    over = write(portal.citizen, dossier, letter("Nữa.", [pdf] * MOST_FILES))
    assert (over.status, over.body["Code"]) == (429, "TooManyFiles")
    assert write(portal.reception, dossier, letter("Của cơ quan.", [pdf])).status == 201, "each sender has their own"
    while (said := write(portal.citizen, dossier, letter("Lời."))).status == 201:
        assert len(shown(portal.citizen, dossier)) <= A_DAY + 1
    assert said.body["Code"] == "TooManyMessages"
    portal.later(hours=25)
    assert write(portal.citizen, dossier, letter("Hôm sau.", [pdf])).status == 201


def test_many_messages_come_page_by_page(portal: Portal) -> None:
    dossier, _ = portal.filed()
    for number in range(A_PAGE + 3):
        portal.later(minutes=1)
        write(portal.citizen, dossier, letter(str(number)))
    full = portal.reception.get(f"/desk/dossiers/{dossier}").body
    assert [m["text"] for m in full["messages"]] == [str(n) for n in range(3, A_PAGE + 3)]
    earlier = portal.reception.get(f"/dossiers/{dossier}/messages?cursor={full['messages_earlier']}").body
    assert ([m["text"] for m in earlier["items"]], earlier["earlier"]) == (["0", "1", "2"], None)
    assert portal.citizen.get(f"/dossiers/{dossier}/messages?cursor=x").status == 422
    assert portal.stranger.get(f"/dossiers/{dossier}/messages").status == 404


def test_each_side_sees_what_it_has_not_read(portal: Portal) -> None:
    dossier, _ = portal.filed()
    write(portal.citizen, dossier, letter("Hỏi."))
    portal.later(minutes=1)
    write(portal.reception, dossier, letter("Đáp."))
    assert [m["unread"] for m in shown(portal.citizen, dossier)] == [False, True]
    assert [m["unread"] for m in shown(portal.reception, dossier)] == [True, False]
    until = {"until": shown(portal.citizen, dossier)[-1]["at"]}
    assert portal.citizen.put(f"/dossiers/{dossier}/messages/read", until).status == 204
    assert portal.stranger.put(f"/dossiers/{dossier}/messages/read", until).status == 404
    assert not any(m["unread"] for m in shown(portal.citizen, dossier))
    assert [m["unread"] for m in shown(portal.reception, dossier)] == [True, False]
    portal.clerk.put(f"/dossiers/{dossier}/messages/read", until)
    assert not any(m["unread"] for m in shown(portal.reception, dossier)), "the agency has read it"


def test_the_sweeper_finishes_files_whose_event_was_lost(portal: Portal) -> None:
    dossier, _ = portal.filed()
    files = [("a.pdf", make.pdf(1), PDF), ("b.jpg", make.jpeg(), JPEG)]
    answer = write(portal.citizen, dossier, letter("Hai tệp.", files))
    place = answer.body["uploads"][0]["fields"]["key"]
    client, bucket = portal.cloud.client("s3"), os.environ["QUARANTINE_BUCKET"]
    client.put_object(Bucket=bucket, Key=place, Body=files[0][1], ContentType=PDF)
    portal.later(minutes=6)
    run(events.sweep, {}, "sweep")
    assert [f["status"] for f in shown(portal.citizen, dossier)[0]["files"]] == ["kept", "expected"]
    portal.later(hours=25)
    run(events.sweep, {}, "sweep")
    last = shown(portal.citizen, dossier)[0]["files"][1]
    assert last["status"] == "refused" and last["message"]


def test_nothing_is_kept_before_the_scanner_has_spoken(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier, _ = portal.filed()
    monkeypatch.setenv("MALWARE_SCANNER", "guardduty")
    files = [("a.pdf", make.pdf(1), PDF)]
    (key,) = upload(portal, write(portal.citizen, dossier, letter("Tệp.", files)), files)
    assert shown(portal.citizen, dossier)[0]["files"][0]["status"] == "expected"
    tags = {"TagSet": [{"Key": TAG, "Value": "NO_THREATS_FOUND"}]}
    bucket = os.environ["QUARANTINE_BUCKET"]
    portal.cloud.client("s3").put_object_tagging(Bucket=bucket, Key=key, Tagging=tags)
    portal.arrived(bucket, key, len(files[0][1]))
    assert shown(portal.citizen, dossier)[0]["files"][0]["status"] == "kept"


def test_keys_of_papers_and_of_attachments_are_never_mistaken() -> None:
    one = asked("d" * 16, "m" * 16, "me", [File("a.pdf", 1, PDF, "0" * 64)], present.now())[0]
    assert parse_key(one.upload_key) == ("d" * 16, "m" * 16, 1, False) and parse_upload_key(one.upload_key) is None
    for other in ("quarantine/attached/x/y/1", f"{one.upload_key}1", one.upload_key.replace("attached", "a" * 16)):
        assert parse_key(other) is None
    assert Attachment.from_json(one.to_json()) == one or one.created_at.microsecond % 1000
    with pytest.raises(Invalid):
        asked("d" * 16, "m" * 16, "me", [File("a.gif", 1, "image/gif", "0" * 64)], present.now())

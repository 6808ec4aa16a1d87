"""A filing of level 4 by signature (clause A11): what is signed goes on, what is not comes by post, what was altered is
refused; and nobody waits for ever to be told."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.check import GIVEN_UP_AFTER
from chalicelib.domain.form_paper import FORM
from chalicelib.services import present, publishing, relay
from chalicelib.storage import dossiers, objects
from infra.local import authorities
from tests.app.bench import calls
from tests.app.mail_room import MailRoom, certified, postal
from tests.app.portal import Answer, Portal
from tests.app.signing import OWN, Signing, signed
from tests.files import make

pytestmark = pytest.mark.clause("A11")


LEVEL_4 = "2.000638"


def signable() -> dict[str, Any]:
    """A procedure of level 4 whose papers may be files that are signed."""
    document = postal()
    papers = [{**paper, "provenance": ["photo", "scan", "digital"]} for paper in document["papers"]]
    return document | {"code": LEVEL_4, "papers": papers}


class Filing(Signing):
    """One draft of level 4, its papers signed or not, and the form that goes with them."""

    def __init__(self, portal: Portal) -> None:
        self.room = MailRoom(portal)
        publishing.publish([publishing.Sourced("test", signable())])
        super().__init__(portal, portal.draft(procedure=LEVEL_4))

    def identity(self, content: bytes, **changes: Any) -> str:
        paper = self.send_pdf(content, provenance="digital", **changes)
        self.verify()
        return paper

    def form(self) -> bytes:
        """The form as it is issued now."""
        assert self.portal.citizen.put(f"/dossiers/{self.dossier}/form", {}).status == 200
        issued = self.bundle().issued_form
        assert issued is not None
        content = objects.read(self.shelf, issued.key, issued.size, issued.version)
        assert content is not None
        return content

    def sign_form(self, content: bytes | None = None, uid: str = OWN) -> str:
        name = "Nguyễn Thị Thử" if uid == OWN else "Lê Văn Ví Dụ"
        whole = authorities.sign(content or self.form(), name, uid)
        paper = self.send_pdf(whole, component=FORM, provenance="digital")
        self.verify()
        return paper

    def submit(self, language: str = "en") -> Answer:
        self.portal.citizen.language = language
        return self.portal.citizen.post(f"/dossiers/{self.dossier}/submission", {"declaration": True})

    def refusal(self, language: str = "en") -> dict[str, tuple[str, str]]:
        answer = self.submit(language)
        assert (answer.status, answer.body["Code"]) == (422, "Incomplete"), answer.body
        return {one["Field"]: (one["Code"], one["Message"]) for one in answer.body["Fields"]}


@pytest.fixture
def filing(portal: Portal) -> Filing:
    return Filing(portal)


def test_signed_form_and_papers_go_on_without_a_parcel(filing: Filing) -> None:
    filing.identity(signed())
    filing.sign_form()
    with calls() as made:
        answer = filing.submit()
    assert (answer.status, answer.body["state"]["code"]) == (200, "submitted"), answer.body
    assert len([call for call in made if call != "GetObject"]) <= 4  # the catalogue is kept by a warm function
    bundle = filing.bundle()
    assert bundle.dossier.signed and bundle.events[0].detail["signed"] is True
    full = filing.portal.reception.get(f"/desk/dossiers/{filing.dossier}").body
    shown = {paper["component"]: paper["check"] for paper in full["papers"]}
    assert full["signed"] and {c: check["verdict"] for c, check in shown.items()} == {
        "identity": "VALID",
        FORM: "VALID",
    }
    (one,) = shown["identity"]["signatures"]
    assert (one["signer"], one["verdict"], one["reasons"]) == ("Nguyễn Thị Thử", "VALID", [])
    assert "Motcua Public CA" in one["issuer"] and one["claimed_at"] and shown["identity"]["checked_at"]
    filing.portal.step(filing.portal.reception, filing.dossier, "receive", {})


def test_unsigned_takes_the_way_by_post_as_ever(filing: Filing) -> None:
    filing.identity(make.pdf())
    answer = filing.submit()
    assert (answer.status, answer.body["state"]["code"]) == (200, "parcel_expected")
    assert not filing.bundle().dossier.signed


def test_signed_papers_without_the_signed_form_do_too(filing: Filing) -> None:
    filing.identity(signed())
    assert filing.submit().body["state"]["code"] == "parcel_expected"


def test_only_what_is_not_signed_is_wanted_by_post(filing: Filing) -> None:
    filing.identity(make.pdf())
    filing.sign_form()
    assert filing.submit().body["state"]["code"] == "parcel_expected"
    filing.room.step(filing.dossier, "parcel", {})
    filing.room.step(filing.dossier, "parcel/opening", {})
    done = filing.room.step(filing.dossier, "parcel/checks", {"checks": {"identity": certified()}})
    assert done["state"]["code"] == "submitted"


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (lambda: make.tampered(signed()), "SignedTampered", {"en": "altered", "vi": "bị thay đổi"}),
        (
            lambda: signed("CCCD:001190000009", "Lê Văn Ví Dụ"),
            "SignatureOfAnother",
            {"en": "account", "vi": "tài khoản"},
        ),
        (lambda: signed(side="agency"), "SignatureUntrusted", {"en": "trusted", "vi": "tin cậy"}),
    ],
    ids=["tampered", "another's", "untrusted"],
)
def test_what_cannot_be_believed_is_refused_by_field_with_its_reason(
    filing: Filing, content: Any, code: str, words: dict[str, str]
) -> None:
    filing.identity(content())
    for language, word in words.items():
        found, said = filing.refusal(language)["papers.identity"]
        assert found == code and word in said
    # Another file takes its place.
    filing.identity(signed())
    assert filing.submit().status == 200


def test_a_scan_with_a_signature_of_its_program_is_no_signed_file(filing: Filing) -> None:
    filing.send_pdf(signed(side="agency"), provenance="scan")
    filing.verify()
    assert filing.submit().body["state"]["code"] == "parcel_expected"


def test_a_tampered_scan_is_refused(filing: Filing) -> None:
    filing.send_pdf(make.tampered(signed()), provenance="scan")
    filing.verify()
    assert filing.refusal() == {"papers.identity": ("SignedTampered", filing.refusal()["papers.identity"][1])}


def test_a_check_under_way_is_waited_for_and_not_for_ever(filing: Filing) -> None:
    paper = filing.send_pdf(signed(), provenance="digital")
    assert filing.refusal("vi")["papers.identity"] == (
        "SignatureBeingChecked",
        "Chữ ký số đang được kiểm tra, hãy chờ trong giây lát rồi nộp lại.",
    )
    present.freeze(present.now() + GIVEN_UP_AFTER)
    relay.sweep(present.now())
    answer = filing.submit()
    assert answer.body["state"]["code"] == "parcel_expected"
    full = filing.portal.reception.get(f"/desk/dossiers/{filing.dossier}").body
    (shown,) = (one for one in full["papers"] if one["id"] == paper)
    assert shown["check"]["verdict"] == "UNCHECKED" and "receiving officer" in shown["check"]["message"]


def test_the_signed_form_must_begin_with_the_bytes_issued(filing: Filing) -> None:
    filing.identity(signed())
    filing.form()
    filing.sign_form(make.pdf())
    assert filing.refusal()[f"papers.{FORM}"][0] == "FormNotIssued"


def test_the_form_must_be_of_these_answers_and_papers(filing: Filing) -> None:
    filing.identity(signed())
    filing.sign_form()
    filing.identity(signed("CCCD:062190000123", "Nguyễn Thị Thử (lần hai)"))
    assert filing.refusal()[f"papers.{FORM}"][0] == "FormOutdated"
    filing.sign_form()
    draft = filing.portal.citizen.get(f"/dossiers/{filing.dossier}").body
    answers = {**draft["answers"], "copies": 4}
    filing.portal.draft(filing.dossier, procedure=LEVEL_4, answers=answers, version=draft["version"])
    assert filing.refusal()[f"papers.{FORM}"][0] == "FormOutdated"
    filing.sign_form()
    assert filing.submit().body["state"]["code"] == "submitted"


def test_a_form_that_is_unsigned_or_signed_by_another_is_refused(filing: Filing) -> None:
    filing.identity(signed())
    filing.send_pdf(filing.form(), component=FORM, provenance="digital")
    filing.verify()
    assert filing.refusal()[f"papers.{FORM}"][0] == "FormNotSigned"
    filing.sign_form(uid="CCCD:001190000009")
    assert filing.refusal()[f"papers.{FORM}"][0] == "SignatureOfAnother"


def test_level_three_knows_no_signed_form(portal: Portal) -> None:
    bench = Signing(portal)
    answer = bench.ask([{"name": "a.pdf", "size": 9, "type": "application/pdf", "sha256": "0" * 64}], component=FORM)
    assert (answer.status, answer.body["Code"]) == (422, "ComponentUnknown")
    bench.send_pdf(make.tampered(signed()))
    bench.verify()
    assert bench.portal.citizen.post(f"/dossiers/{bench.dossier}/submission", {"declaration": True}).status == 200
    assert not dossiers.head(bench.dossier).signed

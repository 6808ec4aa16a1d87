"""Real and hostile files under the inspector's eyes."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from chalicelib import settings
from chalicelib.domain.paper import Page
from chalicelib.domain.upload import JPEG, PDF, PNG
from chalicelib.services import inspection
from chalicelib.services.inspection import Sound, Unfit, inspect
from tests.files import make

MADE_AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def declared(content: bytes, media_type: str) -> Page:
    return Page(1, "tệp", len(content), media_type, hashlib.sha256(content).hexdigest())


def look(content: bytes, media_type: str, max_pages: int = 30) -> Sound:
    return inspect(content, declared(content, media_type), max_pages)


def reason(content: bytes, media_type: str, max_pages: int = 30) -> str:
    with pytest.raises(Unfit) as caught:
        look(content, media_type, max_pages)
    return caught.value.reason


def opened(jpeg: bytes) -> Any:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


HOSTILE = {
    "text as a PDF": (b"xin chao" * 100, PDF, "NotWhatItClaims"),
    "text with the end of a PDF": (b"xin chao %%EOF", PDF, "NotWhatItClaims"),
    "text as a JPEG": (b"xin chao" * 100, JPEG, "NotWhatItClaims"),
    "a PNG as a JPEG": (make.png(), JPEG, "NotWhatItClaims"),
    "a JPEG as a PNG": (make.jpeg(), PNG, "NotWhatItClaims"),
    "a JPEG as a PDF": (make.jpeg(), PDF, "NotWhatItClaims"),
    "HTML before a PDF": (b"<html>" + make.pdf(), PDF, "NotWhatItClaims"),
    "only the first bytes of a JPEG": (b"\xff\xd8\xff\xe0" + b"<script>" * 50, JPEG, "Unreadable"),
    "only the first bytes of a PNG": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, PNG, "Unreadable"),
    "a JPEG cut off": (make.truncated_jpeg(), JPEG, "Unreadable"),
    "a PNG cut off": (make.truncated_png(), PNG, "Unreadable"),
    "900 megapixels in 110 kB": (make.bomb_png(), PNG, "ImageTooLarge"),
    "just over 60 megapixels": (make.bomb_png(10_000, 6_016), PNG, "ImageTooLarge"),
    "a thumbnail": (make.jpeg((299, 1000)), JPEG, "ImageTooSmall"),
    "a PDF cut off": (make.pdf()[:700], PDF, "Unreadable"),
    "a PDF and an archive": (make.pdf_then_zip(), PDF, "NotWhatItClaims"),
    "a PDF around an archive": (make.pdf_around_zip(), PDF, "NotWhatItClaims"),
    "a PDF with a password": (make.encrypted_pdf(), PDF, "Encrypted"),
    "a PDF with an empty password": (make.encrypted_pdf(""), PDF, "Encrypted"),
    "a PDF with a script": (make.pdf_with_script(), PDF, "ActiveContent"),
    "a PDF with a file": (make.pdf_with_attachment(), PDF, "ActiveContent"),
    "a PDF that opens a program": (make.pdf_with_action("/Launch"), PDF, "ActiveContent"),
    "a PDF that sends a form": (make.pdf_with_action("/SubmitForm"), PDF, "ActiveContent"),
    "a PDF that opens another": (make.pdf_with_action("/GoToE"), PDF, "ActiveContent"),
    "a form of its own": (make.pdf_with_object(b"<< /XFA (x) >>"), PDF, "ActiveContent"),
    "a name in disguise": (make.pdf_with_object(b"<< /S /J#61vaScript >>"), PDF, "ActiveContent"),
    "a script in a compressed object": (
        make.pdf_with_object(b"<< /S /JavaScript /J#53 (x) >>", compressed=True), PDF, "ActiveContent",
    ),
    "a script deep inside": (make.pdf_with_object(b"[[<< /A [<< /JS (x) >>] >>]]", True), PDF, "ActiveContent"),
    "a script that no table knows": (
        make.pdf().replace(b"startxref", b"9 0 obj << /S /JavaScript >> endobj\nstartxref"), PDF, "ActiveContent",
    ),
    "a hundred thousand brackets": (make.deep_pdf(), PDF, "Unreadable"),
    "pages that are their own parent": (make.circular_pdf(), PDF, "Unreadable"),
    "an endless table": (make.endless_pdf(), PDF, "Unreadable"),
    "no pages": (make.pdf_with_object(b"null").replace(b"[3 0 R] /Count 1", b"[     ] /Count 0"), PDF, "Unreadable"),
}  # fmt: skip


@pytest.mark.clause("A8")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_reason(name: str) -> None:
    content, media_type, why = HOSTILE[name]
    assert reason(content, media_type) == why


def test_what_differs_from_its_declaration_is_refused() -> None:
    content = make.jpeg()
    page = declared(content, JPEG)
    for changed, why in (
        (replace(page, size=page.size + 1), "SizeDiffers"),
        (replace(page, sha256="0" * 64), "HashDiffers"),
    ):
        with pytest.raises(Unfit, match=why):
            inspect(content, changed, 4)
    with pytest.raises(Unfit, match="Empty"):
        inspect(b"", page, 4)


@pytest.mark.parametrize("pages", [1, 4, 30])
def test_a_pdf_is_kept_byte_for_byte(pages: int) -> None:
    content = make.pdf(pages)
    assert look(content, PDF) == Sound(content, pages)


def test_harmless_pdfs_pass() -> None:
    for content in (
        make.pdf_with_object(b"<< /A (the word JavaScript in a text) >>"),
        make.pdf_with_object(b"<< /S /URI /URI (https://example.invalid) >>", compressed=True),
        make.pdf() + b"\r\n \0",
    ):
        assert look(content, PDF).pages >= 1


def test_more_pages_than_the_procedure_allows_are_refused() -> None:
    assert reason(make.pdf(5), PDF, max_pages=4) == "TooManyPages"


@pytest.mark.parametrize(
    ("content", "media_type", "mode"),
    [
        (make.jpeg(), JPEG, "RGB"),
        (make.cmyk(), JPEG, "RGB"),
        (make.mpo(), JPEG, "RGB"),
        (make.png(), PNG, "RGB"),
        (make.png(mode="L"), PNG, "L"),
        (make.png(mode="1"), PNG, "L"),
        (make.png(mode="P"), PNG, "RGB"),
        (make.png(mode="LA"), PNG, "RGB"),
        (make.png(mode="RGBA"), PNG, "RGB"),
        (make.png(mode="I;16"), PNG, "L"),
    ],
)
def test_pictures_of_every_kind_become_plain_jpegs(content: bytes, media_type: str, mode: str) -> None:
    found = opened(look(content, media_type).content)
    assert (found.format, found.mode, found.size) == ("JPEG", mode, (600, 800))


def test_what_is_transparent_is_white_and_sixteen_bits_keep_their_shade() -> None:
    assert opened(look(make.png(mode="RGBA"), PNG).content).getpixel((300, 400)) == (255, 255, 255)
    assert opened(look(make.png(mode="I;16"), PNG).content).getpixel((300, 400)) == pytest.approx(128, abs=2)


def test_the_first_picture_of_two_is_the_page() -> None:
    red, green, _ = opened(look(make.mpo(), JPEG).content).getpixel((10, 10))
    assert green > red


@pytest.mark.clause("C7")
def test_place_camera_and_comments_do_not_survive() -> None:
    before = make.jpeg()
    assert opened(before).getexif().get_ifd(0x8825)
    after = look(before, JPEG).content
    found = opened(after)
    assert not found.getexif() and not found.getexif().get_ifd(0x8825)
    for trace in (b"Exif", b"Camera of An", b"taken at home", b"http://ns.adobe.com", b"ICC_PROFILE"):
        assert trace not in after
    assert b"taken at home" in before and b"Camera of An" in before


def test_a_second_file_behind_a_picture_does_not_survive() -> None:
    content = make.jpeg() + make.archive()
    assert b"PK\x03\x04" not in look(content, JPEG).content


CORNERS = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}


@pytest.mark.parametrize("orientation", CORNERS)
def test_pictures_are_turned_upright(orientation: int) -> None:
    found = opened(look(make.quadrants(orientation), JPEG).content)
    assert found.size == ((800, 600) if orientation < 5 else (600, 800))
    wide, high = found.size
    across, down = CORNERS[orientation]
    red, green, _ = found.getpixel((wide * (1 + 2 * across) // 4, high * (1 + 2 * down) // 4))
    assert red > 150 and green < 80


def test_pictures_beyond_300_dpi_are_made_smaller() -> None:
    assert opened(look(make.jpeg((5000, 4000)), JPEG).content).size == (3508, 2806)


@pytest.mark.parametrize("mode", ["1", "P"])
def test_thin_strokes_of_a_scan_at_600_dpi_survive(mode: str) -> None:
    """A black column of one pixel in seven: each is still there at half the size."""
    size = (7016, 600)
    scan = Image.new("L", size, 255)
    for column in range(0, size[0], 7):
        scan.paste(0, (column, 0, column + 1, 600))
    out = io.BytesIO()
    scan.convert(mode).save(out, "PNG")
    found = opened(look(out.getvalue(), PNG).content).convert("L")
    row = [found.getpixel((x, 150)) for x in range(0, found.width)]
    strokes = sum(1 for a, b, c in zip(row, row[1:], row[2:], strict=False) if b < 200 and b <= a and b < c)
    assert strokes == pytest.approx(len(range(0, size[0], 7)), rel=0.02)


@pytest.mark.clause("A8")
def test_pictures_are_joined_in_order_a_page_each() -> None:
    colours = (make.RED, make.GREEN, make.BLUE)
    contents = [make.jpeg((600, 800), make.RED), make.jpeg((800, 600), make.GREEN), make.jpeg((600, 800), make.BLUE)]
    joined = inspection.join([look(c, JPEG).content for c in contents], MADE_AT)
    pages = PdfReader(io.BytesIO(joined)).pages
    assert len(pages) == 3
    for page, colour in zip(pages, colours, strict=True):
        (image,) = page.images
        assert image.image is not None
        assert image.image.getpixel((20, 20)) == pytest.approx(colour, abs=12)
    assert [p.mediabox.width < p.mediabox.height for p in pages] == [True, False, True]
    assert {round(float(max(p.mediabox.width, p.mediabox.height))) for p in pages} == {842}


def test_the_same_pictures_give_the_same_bytes() -> None:
    pictures = [look(make.jpeg(text=str(n)), JPEG).content for n in range(3)]
    program = (
        "import sys, datetime; from chalicelib.services import inspection as i; d = sys.stdin.buffer.read();"
        "c = [d[j:j + len(d) // 3] for j in range(0, len(d), len(d) // 3)];"
        "sys.stdout.buffer.write(i.join(c, datetime.datetime(2026, 11, 23, 2, tzinfo=datetime.UTC)))"
    )
    # Another process and another moment: neither its hash seed nor the clock may show.
    same = [pictures[0]] * 3
    there = subprocess.run([sys.executable, "-c", program], input=b"".join(same), capture_output=True, check=True)
    assert there.stdout == inspection.join(same, MADE_AT)
    assert inspection.join(pictures, MADE_AT) == inspection.join(pictures, MADE_AT)


def test_a_joined_pdf_passes_the_inspector_itself() -> None:
    joined = inspection.join([look(make.jpeg(), JPEG).content], MADE_AT)
    assert look(joined, PDF).pages == 1


def test_the_api_does_not_load_the_inspectors_libraries() -> None:
    program = (
        "import sys, chalicelib.api.papers;"
        "print([m for m in ('PIL', 'pypdf', 'fpdf', 'chalicelib.services.inspection') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_child_that_reads_a_pdf_gets_no_credentials() -> None:
    assert not [name for name in settings.bare_environment() if "AWS" in name or "TABLE" in name or "BUCKET" in name]

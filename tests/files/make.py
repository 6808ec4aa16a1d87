"""Real and hostile files, made when they are asked for: no binary lies in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache
from typing import Any

from fpdf import FPDF
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 60), (30, 60, 200), (250, 250, 250)
HA_NOI = {1: "N", 2: (21.0, 1.0, 42.0), 3: "E", 4: (105.0, 51.0, 15.0)}


def _page(size: tuple[int, int], colour: tuple[int, int, int], text: str = "") -> Image.Image:
    image = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(image)
    for line in range(40, size[1] - 40, 40):
        draw.line((40, line, size[0] - 40, line), fill=(20, 20, 20), width=2)
    draw.text((50, 50), text, fill=(0, 0, 0))
    return image


def _encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@cache
def jpeg(
    size: tuple[int, int] = (600, 800), colour: tuple[int, int, int] = WHITE, text: str = "", orientation: int = 1
) -> bytes:
    """A photograph: with a place, a camera, a comment and an orientation, as telephones write them."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera of An"
    exif.get_ifd(0x8825).update(HA_NOI)
    return _encoded(_page(size, colour, text), "JPEG", quality=90, exif=exif, comment=b"taken at home")


@cache
def png(size: tuple[int, int] = (600, 800), mode: str = "RGB") -> bytes:
    if mode == "I;16":
        wide, high = size
        return _encoded(Image.frombytes("I;16", size, struct.pack("<H", 0x8000) * (wide * high)), "PNG")
    if mode == "RGBA":
        return _encoded(Image.new("RGBA", size, (0, 0, 0, 0)), "PNG")
    return _encoded(_page(size, WHITE).convert(mode), "PNG")


@cache
def mpo() -> bytes:
    """A photograph with a second picture behind the first, as telephones with two lenses make."""
    return _encoded(_page((600, 800), GREEN), "MPO", save_all=True, append_images=[_page((600, 800), RED)])


@cache
def cmyk() -> bytes:
    return _encoded(_page((600, 800), GREEN).convert("CMYK"), "JPEG")


@cache
def quadrants(orientation: int) -> bytes:
    """A JPEG of 800 x 600 whose upper left quarter is red as stored, with an EXIF orientation."""
    image = Image.new("RGB", (800, 600), WHITE)
    image.paste(RED, (0, 0, 400, 300))
    exif = Image.Exif()
    exif[0x0112] = orientation
    return _encoded(image, "JPEG", quality=95, exif=exif)


@cache
def truncated_jpeg() -> bytes:
    whole = jpeg((1200, 1600))
    return whole[: len(whole) // 2]


@cache
def truncated_png() -> bytes:
    whole = png()
    return whole[: len(whole) // 2]


@cache
def bomb_png(wide: int = 30_000, high: int = 30_000) -> bytes:
    """A picture of a few hundred kilobytes that would be 900 megapixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", wide, high, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((wide // 8 + 1) * 64) * (high // 64), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@cache
def pdf(pages: int = 2, text: str = "Giay khai sinh") -> bytes:
    out = FPDF()
    out.set_font("helvetica", size=14)
    for number in range(pages):
        out.add_page()
        out.cell(text=f"{text} {number + 1}/{pages}")
    return bytes(out.output())


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _copy() -> PdfWriter:
    return PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))


@cache
def encrypted_pdf(password: str = "bi-mat") -> bytes:
    writer = _copy()
    writer.encrypt(password, algorithm="RC4-128")
    return _written(writer)


@cache
def pdf_with_script() -> bytes:
    writer = _copy()
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('xin chao');")}
    )
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    return _written(writer)


@cache
def pdf_with_attachment() -> bytes:
    writer = _copy()
    writer.add_attachment("payload.exe", b"MZ")
    return _written(writer)


def pdf_with_action(kind: str) -> bytes:
    """A PDF that acts when it is opened: /Launch, /SubmitForm, /GoToE, /JavaScript."""
    writer = _copy()
    action = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("calc.exe")})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    return _written(writer)


def pdf_with_object(body: bytes, compressed: bool = False) -> bytes:
    """A small PDF written by hand with one more object; in a compressed object stream if asked."""
    head = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    }
    if compressed:
        inner = b"4 0 " + body
        packed = zlib.compress(inner)
        objects[5] = (
            b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
            + packed
            + b"\nendstream"
        )
    else:
        objects[4] = body
    out, offsets = bytearray(head), {}
    for number, text in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    start = len(out)
    if compressed:
        offsets[6] = start
        rows = b"".join(_xref_rows(offsets))
        out += (
            b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n" % len(rows)
            + rows
            + b"\nendstream\nendobj\n"
        )
    else:
        out += b"xref\n0 5\n0000000000 65535 f \n"
        out += b"".join(b"%010d 00000 n \n" % offsets[number] for number in range(1, 5))
        out += b"trailer\n<< /Size 5 /Root 1 0 R >>\n"
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _xref_rows(offsets: dict[int, int]) -> list[bytes]:
    rows = [struct.pack(">BIB", 0, 0, 255)]
    for number in range(1, 7):
        rows.append(struct.pack(">BIB", 2, 5, 0) if number == 4 else struct.pack(">BIB", 1, offsets[number], 0))
    return rows


@cache
def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("payload.exe", b"MZ")
    return out.getvalue()


@cache
def pdf_then_zip() -> bytes:
    """Two files in one: a PDF reader sees the beginning, an archive tool the end."""
    return pdf() + archive()


@cache
def pdf_around_zip() -> bytes:
    """The same, with the archive's comment made to look like the end of the PDF."""
    whole = pdf()
    start = whole.rpartition(b"startxref")[2].split()[0]
    out = io.BytesIO(whole)
    with zipfile.ZipFile(out, "a") as made:
        made.writestr("payload.exe", b"MZ")
        made.comment = b"startxref\n" + start + b"\n%%EOF\n"
    return out.getvalue()


@cache
def endless_pdf() -> bytes:
    """A few hundred bytes whose cross-reference stream has entries of no width: parsers loop on it."""
    body = (
        b"1 0 obj\n<< /Type /XRef /Size 2000000000 /W [0 0 0] /Root 1 0 R /Length 0 >>\nstream\n\nendstream\nendobj\n"
    )
    head = b"%PDF-1.5\n"
    return head + body + b"startxref\n%d\n%%%%EOF\n" % len(head)


@cache
def deep_pdf(depth: int = 100_000) -> bytes:
    return pdf_with_object(b"[" * depth + b"]" * depth)


@cache
def circular_pdf() -> bytes:
    """The tree of pages bites its own tail."""
    return pdf_with_object(b"null").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")


def tampered(content: bytes) -> bytes:
    """The file with one character of its text changed, which is still a sound PDF."""
    at = content.index(b"/MediaBox")
    digit = next(i for i in range(at, at + 80) if content[i : i + 1].isdigit() and content[i : i + 1] != b"0")
    return content[:digit] + (b"8" if content[digit : digit + 1] == b"9" else b"9") + content[digit + 1 :]

"""Whether bytes are the file that was declared, and what of them is kept.

The only module that touches Pillow, pypdf and fpdf2, and only when it is at work: the API never pays for them.
Pictures are decoded and encoded anew, so that nothing that hides beside the picture (place, serial numbers, a second
file) survives. PDFs are kept byte for byte, for a signature may cover them; so what could act in one is refused.

A few hundred bytes of PDF can ask a parser for gigabytes or hours. PDFs are therefore read by a child process with
limits on memory and time, which gets none of the environment (run as `python -m chalicelib.services.inspection`).
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib import settings
from chalicelib.domain.paper import Page
from chalicelib.domain.upload import JPEG, MAX_PICTURE_PIXELS, MIN_PICTURE_SIDE, PDF, PNG
from chalicelib.values import dataclass

LONG_SIDE = 3508  # pixels of an A4 page at 300 dpi; more is not needed to read, and thirty pages must stay sendable
JPEG_QUALITY = 85
A4 = (595.28, 841.89)  # points

CHILD_MEMORY = 768 * 1024 * 1024
CHILD_CPU_SECONDS = 20
CHILD_SECONDS = 60  # a child with its CPU limit ends long before, unless the machine is starved

_SHRINKS_WELL = {"L", "LA", "RGB", "RGBA", "CMYK"}
_MAGIC = {PDF: b"%PDF-", JPEG: b"\xff\xd8\xff", PNG: b"\x89PNG\r\n\x1a\n"}


class Unfit(Exception):
    """The file cannot be used; `reason` is the key of a text in the messages' "reasons"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Sound:
    """A file that passed: the bytes to keep (a PDF as it came, a picture encoded anew as JPEG) and its pages."""

    content: bytes
    pages: int


def inspect(content: bytes, page: Page, max_pages: int) -> Sound:
    """Compare a file with its declaration and look inside. Raises Unfit."""
    if not content:
        raise Unfit("Empty")
    if len(content) != page.size:
        raise Unfit("SizeDiffers")
    if hashlib.sha256(content).hexdigest() != page.sha256:
        raise Unfit("HashDiffers")
    if not content.startswith(_MAGIC[page.type]):
        raise Unfit("NotWhatItClaims")
    if page.type != PDF:
        return Sound(_picture(content, page.type), 1)
    pages = _pdf(content)
    if pages > max_pages:
        raise Unfit("TooManyPages")
    return Sound(content, pages)


# Pictures.


def _picture(content: bytes, media_type: str) -> bytes:
    """The picture upright, at most A4 at 300 dpi, on white, as JPEG without any metadata."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # the size is checked below, between the header and the decoding
    try:
        with Image.open(io.BytesIO(content), formats=["PNG" if media_type == PNG else "JPEG"]) as image:
            if image.width * image.height > MAX_PICTURE_PIXELS:
                raise Unfit("ImageTooLarge")
            if min(image.size) < MIN_PICTURE_SIDE:
                raise Unfit("ImageTooSmall")
            # First smaller, then the rest: 60 megapixels are copied as seldom as can be. Black-and-white scans and
            # palettes must be made grey or colour before, or thin strokes vanish.
            page: Any = image if image.mode in _SHRINKS_WELL else _flat(image)
            page.thumbnail((LONG_SIDE, LONG_SIDE))
            flat = _flat(ImageOps.exif_transpose(page))
    except (Unfit, MemoryError):
        raise
    except Exception as error:
        # Decoders meet bad data with OSError, SyntaxError, ValueError, struct.error, zlib.error and more.
        raise Unfit("Unreadable") from error
    flat.info.clear()  # comments and profiles would be written again
    encoded = io.BytesIO()
    flat.save(encoded, "JPEG", quality=JPEG_QUALITY)
    return encoded.getvalue()


def _flat(image: Any) -> Any:
    """Grey or RGB; what is transparent becomes white, 16 bits become the upper 8."""
    from PIL import Image

    if image.mode in {"L", "RGB"} and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in {"LA", "PA", "RGBA"} or "transparency" in image.info:
        seen = image.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(white, seen).convert("RGB")
    return image.convert("L" if image.mode == "1" else "RGB")


def join(pictures: Sequence[bytes], made_at: datetime) -> bytes:
    """One PDF of these JPEGs, a page each, A4 upright or lying; the same input gives the same bytes."""
    from fpdf import FPDF
    from PIL import Image

    pdf = FPDF(unit="pt", format=A4)
    pdf.set_creation_date(made_at)
    pdf.set_producer("Motcua")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    for picture in pictures:
        with Image.open(io.BytesIO(picture), formats=["JPEG"]) as image:
            wide, high = image.size
        sheet = A4 if high >= wide else A4[::-1]
        scale = min(sheet[0] / wide, sheet[1] / high)
        width, height = wide * scale, high * scale
        pdf.add_page(format=A4, orientation="portrait" if high >= wide else "landscape")
        left, top = (sheet[0] - width) / 2, (sheet[1] - height) / 2
        pdf.image(io.BytesIO(picture), x=left, y=top, w=width, h=height)
    return bytes(pdf.output())


# PDFs: the parent's side.


def _pdf(content: bytes) -> int:
    """The number of pages, as the child process finds it. Raises Unfit; TimeoutExpired when the machine is starved."""
    if not content.rstrip(b"\r\n\t \0").endswith(b"%%EOF"):
        # Cut off; or something follows the end, and the file is two files at once.
        raise Unfit("NotWhatItClaims" if b"%%EOF" in content else "Unreadable")
    child = subprocess.run(
        [sys.executable, "-m", __spec__.name],
        input=content,
        capture_output=True,
        timeout=CHILD_SECONDS,
        cwd=Path(__file__).parents[2],
        env=settings.bare_environment() | {"PYTHONPATH": ":".join(path for path in sys.path if path)},
    )
    if child.returncode < 0:  # killed by its limits
        raise Unfit("Unreadable")
    if child.returncode:
        raise RuntimeError(f"the child process failed: {child.stderr.decode(errors='replace')[-500:]}")
    verdict = json.loads(child.stdout)
    if "reason" in verdict:
        raise Unfit(verdict["reason"])
    return int(verdict["pages"])


# PDFs: the child's side.

# Keys that stand only where a document carries scripts, other files, or forms of its own making.
_ACTIVE_KEYS = {"/JS", "/JavaScript", "/EF", "/EmbeddedFile", "/EmbeddedFiles", "/XFA", "/RichMediaContent"}
_ACTIVE_VALUES = {
    "/S": {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/RichMediaExecute"},
    "/Type": {"/EmbeddedFile"},
    "/Subtype": {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"},
}
# The same in the bytes: what the cross-reference table hides from this parser another one may find by itself. Only
# names long enough never to turn up by chance in compressed data.
_ACTIVE_BYTES = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|FileAttachment|RichMedia|SubmitForm|ImportData)(?![A-Za-z0-9])"
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def _verdict(content: bytes) -> dict[str, Any]:
    import pypdf

    try:
        return {"pages": _pages(pypdf.PdfReader(io.BytesIO(content)), content)}
    except Unfit as unfit:
        return {"reason": unfit.reason}
    except Exception:
        # Bad PDFs raise PdfReadError and nearly everything else, MemoryError and RecursionError among it.
        return {"reason": "Unreadable"}


def _pages(reader: Any, content: bytes) -> int:
    if reader.is_encrypted:
        raise Unfit("Encrypted")
    names = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), content)
    if _ACTIVE_BYTES.search(names) or any(_acts(found) for found in _objects(reader)):
        raise Unfit("ActiveContent")
    if zipfile.is_zipfile(io.BytesIO(content)) and _opens_as_zip(content):
        raise Unfit("NotWhatItClaims")
    if not len(reader.pages) or any(p.mediabox.width <= 0 or p.mediabox.height <= 0 for p in reader.pages):
        raise Unfit("Unreadable")
    return len(reader.pages)


def _objects(reader: Any) -> Iterator[Any]:
    """Every object that the cross-reference tables know, reachable from the pages or not, and the trailer."""
    from pypdf.generic import IndirectObject

    yield reader.trailer
    known = {(number, generation) for generation, table in reader.xref.items() for number in table}
    known |= {(number, 0) for number in reader.xref_objStm}
    for number, generation in sorted(known):
        yield reader.get_object(IndirectObject(number, generation, reader))


def _acts(found: Any) -> bool:
    """Whether an object, or anything written inside it, is something that can act. References are not followed."""
    heap = [found]
    while heap:
        item = heap.pop()
        if isinstance(item, dict):
            if not _ACTIVE_KEYS.isdisjoint(item):
                return True
            raw = dict(dict.items(item))  # pypdf's own look-ups would follow references
            if any(isinstance(raw.get(key), str) and raw[key] in values for key, values in _ACTIVE_VALUES.items()):
                return True
            heap.extend(raw.values())
        elif isinstance(item, list):
            heap.extend(list.__iter__(item))
    return False


def _opens_as_zip(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return bool(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):  # the last: a way of packing it lacks
        return False  # four bytes that look like an archive's end, by chance


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_CPU_SECONDS, CHILD_CPU_SECONDS))


if __name__ == "__main__":
    import pypdf  # noqa: F401  a missing library must fail here, not look like a bad file

    _limit()
    sys.stdout.write(json.dumps(_verdict(sys.stdin.buffer.read())))

"""Hypothesis changes real files at will: each gets a verdict, and what passes carries nothing that acts."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from chalicelib import messages
from chalicelib.domain.paper import Page
from chalicelib.domain.upload import JPEG, PDF, PNG
from chalicelib.services.inspection import Sound, Unfit, inspect
from tests.files import make
from tests.thorough import with_examples

pytestmark = pytest.mark.clause("A8")
ACTS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/SubmitForm", b"/ImportData", b"/RichMedia")
NAMED = re.compile(b"(" + b"|".join(ACTS) + rb")s?(?![A-Za-z0-9])")  # /Launcher is another name, and does nothing
Change = tuple[int, int, bytes]  # where, how much is taken out, what is put in


@cache
def originals(media_type: str) -> tuple[bytes, ...]:
    if media_type == JPEG:
        return make.jpeg((320, 400)), make.mpo(), make.cmyk()
    if media_type == PNG:
        return make.png((320, 400)), make.png((320, 400), "P")
    return make.pdf(), make.pdf_with_script(), make.pdf_with_attachment(), make.pdf_with_action("/Launch")


def changed(content: bytes, changes: list[Change]) -> bytes:
    for where, out, put in changes:
        at = where % (len(content) + 1)
        content = content[:at] + put + content[at + out :]
    return content


CHANGES = st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 400), st.binary(max_size=40)), max_size=3)
WORDS = st.sampled_from([*ACTS, b"/JS", b"/OpenAction", b"<</S/#4aavaScript/JS(x)>>", b"%%EOF\n", b"endobj\n1 0 obj"])
OBJECTS = st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 40), WORDS), max_size=2)


def look(content: bytes, media_type: str) -> Sound | None:
    """What the inspector makes of a file that is what its sender says it is; None for a refusal that has words."""
    page = Page(1, "tệp", len(content), media_type, hashlib.sha256(content).hexdigest())
    try:
        return inspect(content, page, 30)
    except Unfit as unfit:
        assert all(messages.text(language, "reasons", unfit.reason) for language in ("vi", "en"))
        return None


def tried(examples: int, check: Callable[..., None], **given_: st.SearchStrategy[object]) -> None:
    quiet = settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    quiet(given(**given_)(check))()


@with_examples(250)
@pytest.mark.parametrize("media_type", [JPEG, PNG])
def test_a_picture_is_a_clean_one_or_none(examples: int, media_type: str) -> None:
    def check(which: int, changes: list[Change]) -> None:
        found = originals(media_type)
        sound = look(changed(found[which % len(found)], changes), media_type)
        if sound is not None:
            with Image.open(io.BytesIO(sound.content), formats=["JPEG"]) as image:
                image.load()
                assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}

    tried(examples, check, which=st.integers(0, 5), changes=CHANGES)


@with_examples(60)
def test_a_pdf_that_passes_does_nothing(examples: int) -> None:
    passed = []

    def check(which: int, changes: list[Change], objects: list[Change]) -> None:
        found = originals(PDF)
        content = changed(found[which % len(found)], [*changes, *objects])
        sound = look(content, PDF)
        if sound is not None:
            passed.append(sound)
            assert sound.content == content, "kept byte for byte"
            assert NAMED.search(content) is None

    tried(examples, check, which=st.integers(0, 5), changes=CHANGES, objects=OBJECTS)
    assert passed, "what is not changed passes, or this shows nothing"

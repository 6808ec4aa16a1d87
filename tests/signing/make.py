"""PDF files signed with pyHanko, and what may be done to them afterwards."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from typing import Any

from asn1crypto import algos
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.files import make as files
from tests.signing.pki import NOW, Party, World

DETACHED, PADES = SigSeedSubFilter.ADOBE_PKCS7_DETACHED, SigSeedSubFilter.PADES


def signer(party: Party, chain: bool = True, pss: bool = False, digest: str | None = None) -> signers.SimpleSigner:
    store = SimpleCertificateStore()
    above, leading = party.issuer, []
    while chain and above is not None:
        leading.append(above.asn1)
        above = above.issuer
    store.register_multiple(leading)
    mechanism = None
    if digest == "sha1":
        mechanism = algos.SignedDigestAlgorithm({"algorithm": "sha1_rsa"})
    return signers.SimpleSigner(
        signing_cert=party.asn1,
        signing_key=party.asn1_key,
        cert_registry=store,
        prefer_pss=pss,
        signature_mechanism=mechanism,
    )


def stamper(party: Party, when: datetime | None = None) -> DummyTimeStamper:
    store = SimpleCertificateStore()
    return DummyTimeStamper(party.asn1, party.asn1_key, certs_to_embed=store, fixed_dt=when or NOW)


@cache
def plain() -> bytes:
    """An unsigned file of two pages."""
    return files.pdf()


@cache
def streamed() -> bytes:
    """An unsigned file whose tables and objects are compressed streams, as most programs write them today."""
    writer = PdfFileWriter(stream_xrefs=True)
    objects = writer.prepare_object_stream()
    contents = writer.add_object(generic.StreamObject(stream_data=b"0 0 99 99 re f"), obj_stream=None)
    writer.insert_page(PageObject(contents=contents, media_box=(0, 0, 300, 300), resources=generic.DictionaryObject()))
    writer.add_object(generic.pdf_string("trong luong"), obj_stream=objects)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@cache
def scan(size: int) -> bytes:
    """An unsigned file with a picture of so many bytes, which do not compress."""

    def add(writer: IncrementalPdfFileWriter) -> None:
        writer.root["/Scan"] = writer.add_object(generic.StreamObject(stream_data=random.Random(1).randbytes(size)))
        writer.update_root()

    return updated(plain(), add)


@cache
def form() -> bytes:
    """An unsigned page with a text field "ten" and a signature field "Ky1" that waits."""
    writer = IncrementalPdfFileWriter(io.BytesIO(plain()))
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    text = generic.DictionaryObject(
        {
            generic.pdf_name("/FT"): generic.pdf_name("/Tx"),
            generic.pdf_name("/T"): generic.pdf_string("ten"),
            generic.pdf_name("/V"): generic.pdf_string("Lan"),
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Widget"),
            generic.pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (50, 50, 200, 80)]),
            generic.pdf_name("/P"): page,
        }
    )
    reference = writer.add_object(text)
    writer.root["/AcroForm"] = generic.DictionaryObject({generic.pdf_name("/Fields"): generic.ArrayObject([reference])})
    writer.update_root()
    leaf = page.get_object()
    leaf["/Annots"] = generic.ArrayObject([reference])
    writer.mark_update(page)
    fields.append_signature_field(writer, fields.SigFieldSpec("Ky1"))
    return written(writer)


def written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def updated(content: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The file with one more revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    change(writer)
    return written(writer)


def signed(
    by: Party,
    content: bytes | None = None,
    field: str = "Ky1",
    subfilter: SigSeedSubFilter = PADES,
    timestamp: DummyTimeStamper | None = None,
    context: ValidationContext | None = None,
    certify: bool = False,
    digest: str = "sha256",
    lta: bool = False,
    **how: Any,
) -> bytes:
    """The file signed; with `context`, with what is needed to verify it later (B-LT, or B-LTA with `lta`)."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content if content is not None else plain()))
    meta = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=digest,
        subfilter=subfilter,
        embed_validation_info=context is not None,
        use_pades_lta=lta,
        validation_context=context,
        certify=certify,
        docmdp_permissions=MDPPerm.NO_CHANGES if certify else MDPPerm.FILL_FORMS,
        name=by.name,
    )
    of = signers.PdfSigner(
        meta, signer=signer(by, digest="sha1" if digest == "sha1" else None, **how), timestamper=timestamp
    )
    out = beside(of.sign_pdf, writer)
    found: bytes = out.getbuffer().tobytes()
    return found


def beside(call: Callable[..., Any], *given: Any) -> Any:
    """What runs an event loop, in a thread of its own: a browser's tests may have one running in this."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call, *given).result()


def context(world: World, crls: list[bytes] | None = None) -> ValidationContext:
    """What a signer needs to embed for verification later."""
    return ValidationContext(
        trust_roots=[world.root.asn1],
        other_certs=[world.sub.asn1, world.other.asn1],
        crls=crls if crls is not None else world.crls(),
        revocation_mode="require",
        allow_fetching=False,
    )


# What is done to a file afterwards.


def gap(content: bytes, last: bool = True) -> tuple[int, int]:
    """Where the (last) signature's hexadecimal string begins and ends, brackets included."""
    ranges = re.findall(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", content)
    start, again, _ = (int(n) for n in ranges[-1 if last else 0])
    return start, again


def swapped(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


def filled(content: bytes, value: str = "Mai") -> bytes:
    """The text field of `form` gets another value."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        found = writer.root["/AcroForm"]["/Fields"].raw_get(0)
        found.get_object()["/V"] = generic.pdf_string(value)
        writer.mark_update(found)

    return updated(content, change)


def annotated(content: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"].raw_get(0)
        note = writer.add_object(
            generic.DictionaryObject(
                {
                    generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
                    generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
                    generic.pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (9, 9, 99, 99)]),
                    generic.pdf_name("/Contents"): generic.pdf_string("100 trieu"),
                }
            )
        )
        there = page.get_object().get("/Annots", generic.ArrayObject())
        page.get_object()["/Annots"] = generic.ArrayObject([*there, note])
        writer.mark_update(page)

    return updated(content, change)


def repainted(content: bytes) -> bytes:
    """The page shows something else."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"].raw_get(0)
        stream = generic.StreamObject(stream_data=b"q 1 0 0 rg 0 0 500 500 re f Q")
        page.get_object()["/Contents"] = writer.add_object(stream)
        writer.mark_update(page)

    return updated(content, change)


def lengthened(content: bytes) -> bytes:
    """One more page."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root.raw_get("/Pages")
        page = generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Page"),
                generic.pdf_name("/Parent"): pages,
                generic.pdf_name("/MediaBox"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 99, 99)]),
            }
        )
        tree = pages.get_object()
        tree["/Kids"] = generic.ArrayObject([*tree["/Kids"], writer.add_object(page)])
        tree["/Count"] = generic.NumberObject(int(tree["/Count"]) + 1)
        writer.mark_update(pages)

    return updated(content, change)

"""The signatures of a PDF file, by stricter rules than the library's.

pyHanko parses, checks digests, chains and what was changed after signing. Its answer alone is not enough: what it
calls covered is reckoned from lengths, it passes changed form fields and data behind the end, and it leaves out
signatures of kinds that it does not know. The rules here close that; each has a case in tests/signing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import IO, Any

from asn1crypto.crl import CertificateList
from asn1crypto.ocsp import OCSPResponse
from asn1crypto.parser import peek
from pyhanko.pdf_utils.decode_limits import (
    DEFAULT_PURPOSE_LIMITS,
    DecodeLimits,
    DecodePurpose,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.generic import TrailerReference, read_object
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionType
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel

from chalicelib.domain.signature import MAX_REVISIONS, MAX_SIGNATURES, Signature, Verdict, overall
from chalicelib.services.verification import describing
from chalicelib.services.verification.chain import KEY_USAGE, Others, Trust, reasons_against

_MIB = 1024 * 1024
LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=32 * _MIB),
    per_purpose={
        **DEFAULT_PURPOSE_LIMITS,
        DecodePurpose.XREF_STREAM: StreamDecodeLimits(max_output_size=_MIB),
        DecodePurpose.OBJECT_STREAM: StreamDecodeLimits(max_output_size=8 * _MIB),
    },
    document_budget=DocumentDecodeBudget(base_allowance=32 * _MIB, max_ratio=4),
)
_TAIL = 2048
_END = re.compile(rb"%%EOF[\s\0]*\Z")
_RANGES = re.compile(rb"/ByteRange\s*\[\s*0\s+[0-9]{1,9}\s+([0-9]{1,9}\s+[0-9]{1,9})\s*\]")
_UPDATE = re.compile(rb"\s*(?:[0-9]{1,10}\s+[0-9]{1,5}\s+obj\b|xref\b|\Z)")
_CONTENTS = re.compile(rb"<(?:(?:[0-9A-F]{2})*|(?:[0-9a-f]{2})*)>")  # in one case, as any signer writes it
_LAST = re.compile(rb"\s*(?:endobj\s*)?startxref\s+[0-9]+\s+%%EOF(?:\r\n|\r|\n)?")
_MAINTENANCE = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES}

Found = tuple[Verdict, tuple[Signature, ...]]


def verify(file: IO[bytes], size: int, trust: Trust) -> Found:
    """The verdict of a PDF file and its signatures, in the order of signing. Anything may be raised: it is bad then."""
    end = _end(file, size)
    if end < size:
        return _behind_the_end(file, end), ()
    try:
        reader = PdfFileReader(file, strict=True, decode_limits=LIMITS)
    except PdfReadError:
        return _behind_the_end(file, size), ()
    if reader.encrypted:
        return Verdict.ENCRYPTED, ()
    if reader.total_revisions > MAX_REVISIONS:
        return Verdict.TOO_MANY, ()
    fields = sum(1 for _ in enumerate_sig_fields(reader, filled_status=True))
    if not fields:
        return Verdict.UNSIGNED, ()
    if fields > MAX_SIGNATURES:
        return Verdict.TOO_MANY, ()
    embedded = reader.embedded_signatures
    if len(embedded) != fields:
        return Verdict.UNSUPPORTED, ()
    others = _brought_along(reader)
    names = {name for name, _, _ in enumerate_sig_fields(reader)}
    found = []
    for one in embedded:
        try:
            said = describing.signature(one)
            judged = _judge(file, size, one, trust, others, names, last=one is embedded[-1])
        except SignatureValidationError:  # its parts contradict each other: no such certificate, another digest
            said, judged = (
                Signature(Verdict.SIG_ERROR, field=str(one.field_name)),
                _said(Verdict.SIG_ERROR, "SelfContradicting"),
            )
        found.append(replace(said, **judged))
    # What no signature covers can only be an update that maintains one; it must be all there is behind them.
    if all(_signed_to(file, size, one) != size for one in embedded) and not _ends_with_its_table(file, size, reader):
        found = [replace(one, verdict=Verdict.TRAILING_DATA, reasons=("TrailingData",)) for one in found]
    return overall(found), tuple(found)


# The end of the file.


def _end(file: IO[bytes], size: int) -> int:
    """Where the PDF ends: after the last end mark and white space behind it, `size` when nothing else follows."""
    file.seek(max(0, size - _TAIL))
    if _END.search(file.read()):
        return size
    file.seek(0)
    mark = file.read().rfind(b"%%EOF")
    return mark + len(b"%%EOF") if mark >= 0 else 0


def _behind_the_end(file: IO[bytes], end: int) -> Verdict:
    """The bytes up to `end` are no sound PDF. When a signed file ends among them, and no update of it begins there,
    something was put behind it; else the file is cut or broken."""
    file.seek(0)
    content = file.read()
    for digits in _RANGES.findall(content[:end]):
        start, length = (int(number) for number in digits.split())
        signed = start + length
        if _END.search(content[max(0, signed - _TAIL) : signed]) and not _UPDATE.match(content, signed):
            return Verdict.TRAILING_DATA
    return Verdict.MALFORMED


def _ends_with_its_table(file: IO[bytes], size: int, reader: Any) -> bool:
    """Whether nothing lies between the last cross-reference section and the mark that ends the file."""
    section = reader.xrefs.get_xref_container_info(reader.total_revisions - 1)
    file.seek(section.end_location)
    if section.xref_section_type is not XRefSectionType.STREAM:  # a table, and its trailer after it
        read_object(file, TrailerReference(reader))
    return bool(_LAST.fullmatch(file.read(size)))


# One signature.


def _judge(
    file: IO[bytes], size: int, one: Any, trust: Trust, others: Others, names: set[str], *, last: bool
) -> dict[str, Any]:
    """What to write into the Signature: verdict, reasons, and the time that a trusted timestamp proves."""
    end = _signed_to(file, size, one)
    if end is None:
        return _said(Verdict.CONTENTS_GAP, "ContentsGap")
    status, problems = _status(one, trust, others)
    if not (status.intact and status.valid):
        return _said(Verdict.TAMPERED, "Tampered")
    if _is_timestamp(one):
        told = {} if problems else {"proven_at": describing.moment(status.timestamp)}
    else:
        told = {"proven_at": describing.proven_at(status, problems)}
    changed = _changed(status, names, last=last)
    if changed:
        return _said(changed, "FormChanged" if changed is Verdict.FORM_CHANGED else "Modified", **told)
    if end != size and one.signed_revision == one.reader.total_revisions - 1:
        return _said(Verdict.TRAILING_DATA, "TrailingData", **told)
    if problems:
        return _said(Verdict.REVOKED if "Revoked" in problems else Verdict.UNTRUSTED, *problems, **told)
    return _said(Verdict.VALID, **told)


def _said(verdict: Verdict, *reasons: str, **more: Any) -> dict[str, Any]:
    return {"verdict": verdict, "reasons": tuple(dict.fromkeys(reasons)), **more}


def _signed_to(file: IO[bytes], size: int, one: Any) -> int | None:
    """Where the signed bytes end; None unless they are all but the signature's own hexadecimal string, exactly.

    The heart of the verifier: everything between the two ranges is unsigned, and a reader that looks there instead of
    where pyHanko does would be shown something else than what was signed.
    """
    numbers = [int(number) for number in one.byte_range]
    if len(numbers) != 4 or any(not isinstance(n, int) or n < 0 for n in one.byte_range):
        return None
    start, length, again, rest = numbers
    if start != 0 or again <= length or again + rest > size:
        return None
    file.seek(length)
    gap = file.read(again - length)
    if not _CONTENTS.fullmatch(gap):
        return None
    contents = bytes.fromhex(gap[1:-1].decode("ascii"))
    if contents != one.pkcs7_content or contents[peek(contents) :].strip(b"\0"):
        return None
    return again + rest


def _is_timestamp(one: Any) -> bool:
    return bool(one.sig_object_type == "/DocTimeStamp")


def _status(one: Any, trust: Trust, others: Others) -> tuple[Any, list[str]]:
    """pyHanko's status and what speaks against trusting it, from the first context that finds nothing, or the last."""
    crls, ocsps = describing.kept_inside(one)
    others = replace(others, crls=[*others.crls, *crls], ocsps=[*others.ocsps, *ocsps])
    status: Any = None
    problems = ["BadChain"]
    for later, context in trust.contexts(others):
        if _is_timestamp(one):
            status = validate_pdf_timestamp(one, context)
            problems = describing.document_timestamp_problems(status, trust, one)
        else:
            status = validate_pdf_signature(one, context, key_usage_settings=KEY_USAGE)
            problems = describing.problems(status, trust, one)
        if not problems:
            problems = _against(status, trust, others, later, signer=not _is_timestamp(one))
        if not problems or "Revoked" in problems or not (status.intact and status.valid):
            break
    return status, problems


def _against(status: Any, trust: Trust, others: Others, later: bool, *, signer: bool) -> list[str]:
    found = reasons_against(status.validation_path, trust, others, later=later, signer=signer)
    stamps = (status.timestamp_validity, status.content_timestamp_validity) if signer else ()
    for stamp in stamps:
        if stamp is not None and reasons_against(stamp.validation_path, trust, others, later=later, signer=False):
            found.append("TimestampUntrusted")
    return found


def _changed(status: Any, names: set[str], *, last: bool) -> Verdict | None:
    """What was done to the file after this signature, when it is more than keeping or adding signatures."""
    if status.coverage not in {SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION}:
        return Verdict.MODIFIED
    if status.modification_level in _MAINTENANCE:
        return Verdict.MODIFIED if status.docmdp_ok is False else None
    if status.modification_level is not ModificationLevel.FORM_FILLING or status.docmdp_ok is False:
        return Verdict.MODIFIED
    return Verdict.FORM_CHANGED if last or not set(status.diff_result.changed_form_fields) <= names else None


def _brought_along(reader: Any) -> Others:
    """Certificates, lists and OCSP answers of the document's security store, none when it has none."""
    others = Others()
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return others
    others.certificates = list(store.load_certs())
    others.crls = [CertificateList.load(ref.get_object().data) for ref in store.crls]
    others.ocsps = [OCSPResponse.load(ref.get_object().data) for ref in store.ocsps]
    return others

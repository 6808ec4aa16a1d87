"""Files with the verdict that each must get: what is good, and every way that we know to make it bad."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from chalicelib.domain.signature import Verdict
from tests.files import make as files
from tests.signing import make, pki
from tests.signing.pki import DAY, NOW, World

V = Verdict


@dataclass(frozen=True)
class Case:
    """A file, what it must come to, and what differs from the usual trust folder and moment."""

    name: str
    content: bytes
    verdict: Verdict
    roots: list[pki.Party] | None = None
    intermediates: list[pki.Party] | None = None
    crls: list[bytes] | None = None
    at: datetime | None = None


def good(w: World) -> Iterator[Case]:
    yield Case("B-B", make.signed(w.an), V.VALID)
    yield Case("PKCS7", make.signed(w.an, subfilter=make.DETACHED), V.VALID)
    yield Case("PSS", make.signed(w.an, pss=True), V.VALID)
    yield Case("ECDSA", make.signed(w.firm), V.VALID)
    yield Case("SHA-512", make.signed(w.an, digest="sha512"), V.VALID)
    yield Case("only the leaf embedded", make.signed(w.an, chain=False), V.VALID)
    yield Case("intermediates only embedded", make.signed(w.an), V.VALID, intermediates=[])
    yield Case("certified", make.signed(w.an, certify=True), V.VALID)
    yield Case("B-T", make.signed(w.an, timestamp=make.stamper(w.tsa)), V.VALID)
    long = make.signed(w.an, timestamp=make.stamper(w.tsa), context=make.context(w))
    yield Case("B-LT", long, V.VALID)
    yield Case("B-LT by its own store", long, V.VALID, intermediates=[], crls=[])
    lta = make.signed(w.an, timestamp=make.stamper(w.tsa), context=make.context(w), lta=True)
    yield Case("B-LTA", lta, V.VALID)
    archived = make.signed(w.an, subfilter=make.DETACHED, context=make.context(w))
    yield Case("PKCS7 with lists inside", archived, V.VALID, intermediates=[], crls=[])
    yield Case("streams", make.signed(w.an, make.streamed()), V.VALID)
    streamed = make.signed(w.an, make.streamed(), timestamp=make.stamper(w.tsa), context=make.context(w))
    yield Case("streams, B-LT", streamed, V.VALID, crls=[])
    yield Case("signed form", make.signed(w.an, make.form()), V.VALID)
    two = make.signed(w.binh, make.signed(w.an), "Ky2")
    yield Case("two signatures", two, V.VALID)
    three = make.signed(w.firm, two, "Ky3")
    yield Case("three signatures", three, V.VALID)
    signing_only = w.sub.issue("Chỉ ký", usage={"digital_signature": True})
    yield Case("digitalSignature alone", make.signed(signing_only), V.VALID)
    yield Case("older moment with list", make.signed(w.an), V.VALID, at=NOW - DAY / 2)
    yield Case("older moment than the list", make.signed(w.an), V.VALID, at=NOW - 20 * DAY)
    yield Case("before the revocation", make.signed(w.revoked), V.VALID, at=NOW - 20 * DAY)
    old = w.sub.issue("Hết Hạn", valid=(NOW - 99 * DAY, NOW - 9 * DAY))
    then = [w.root.crl(NOW - 60 * DAY, NOW), w.sub.crl(NOW - 50 * DAY, NOW - 10 * DAY, empty=True)]
    yield Case("expired, but not then", make.signed(old), V.VALID, crls=then, at=NOW - 30 * DAY)


def tampered(w: World) -> Iterator[Case]:
    one = make.signed(w.an)
    start, again = make.gap(one)
    yield Case("a byte of the page", make.swapped(one, one.index(b"/MediaBox") + 12, b"9"), V.TAMPERED)
    yield Case("a byte behind the signature", make.swapped(one, one.rindex(b"/Size"), b"/Sizf"), V.MALFORMED)
    other = make.signed(w.an, files.pdf(text="Giay khac"))
    from_start, from_again = make.gap(other)
    if (from_again - from_start) == again - start:
        yield Case("CMS of another file", one[:start] + other[from_start:from_again] + one[again:], V.TAMPERED)
    yield Case("another certificate inside", _other_certificate(one), V.SIG_ERROR)
    yield Case("annotation added", make.annotated(one), V.MODIFIED)
    yield Case("page added", make.lengthened(one), V.MODIFIED)
    yield Case("page repainted", make.repainted(one), V.MODIFIED)
    yield Case("repainted, then signed by another", make.signed(w.binh, make.repainted(one), "Ky2"), V.MODIFIED)
    form = make.signed(w.an, make.form())
    yield Case("field changed", make.filled(form), V.FORM_CHANGED)
    yield Case("field changed, then signed", make.signed(w.binh, make.filled(form), "Ky2"), V.FORM_CHANGED)
    yield Case("certified, field changed", make.filled(make.signed(w.an, make.form(), certify=True)), V.MODIFIED)
    yield Case("garbage behind", one + b"rac " * 10, V.TRAILING_DATA)
    yield Case("one byte behind", one + b"\n", V.TRAILING_DATA)
    yield Case("a zero behind", one + b"\0", V.TRAILING_DATA)
    yield Case("garbage with an end", one + b"rac\n%%EOF\n", V.TRAILING_DATA)
    yield Case("garbage with a table's address", one + b"rac\n" + one[one.rindex(b"startxref") :], V.TRAILING_DATA)
    yield Case("archive behind", one + files.archive(), V.TRAILING_DATA)
    long = make.signed(w.an, timestamp=make.stamper(w.tsa), context=make.context(w))
    streamed = make.signed(w.an, make.streamed(), timestamp=make.stamper(w.tsa), context=make.context(w))
    tail = streamed[streamed.rindex(b"startxref") :]
    yield Case("garbage behind B-LT of streams", streamed + b"rac\n" + tail, V.TRAILING_DATA)
    yield Case("garbage behind B-LT", long + b"rac\n" + long[long.rindex(b"startxref") :], V.TRAILING_DATA)


def _other_certificate(one: bytes) -> bytes:
    """Bytes of the signer's certificate inside the CMS changed, so that it is not the one that was signed with."""
    start, again = make.gap(one)
    inside = bytes.fromhex(one[start + 1 : again - 1].decode())
    return one[: start + 1] + inside.replace("Trần".encode(), "Trấn".encode()).hex().encode() + one[again - 1 :]


def gaps(w: World) -> Iterator[Case]:
    one = make.signed(w.an)
    start, again = make.gap(one)
    hexed = one[start + 1 : again - 1]
    used = len(hexed.rstrip(b"0")) + 64
    spare = b"0" * (len(hexed) - used)

    def with_gap(inside: bytes) -> bytes:
        assert len(inside) == again - start
        return one[:start] + inside + one[again:]

    hidden = b">/Hidden(an day)" + b" " * 40
    yield Case(
        "a dictionary entry in the gap", with_gap(b"<" + hexed[:used] + hidden.ljust(len(spare) + 1)), V.CONTENTS_GAP
    )
    yield Case("white space in the gap", with_gap(b"<" + hexed[:used] + b">" + b" " * len(spare)), V.CONTENTS_GAP)
    yield Case("white space in the string", with_gap(b"<" + hexed[:-2] + b"  >"), V.CONTENTS_GAP)
    yield Case("something behind the CMS", with_gap(b"<" + hexed[:-4] + b"beef>"), V.CONTENTS_GAP)
    for name, numbers in {
        "a range that does not begin at zero": lambda a, b, c: (1, a - 1, b, c),
        "a range that overlaps": lambda a, b, c: (0, a, a - 9, c),
        "a gap too wide": lambda a, b, c: (0, a - 20, b, c),
    }.items():
        yield Case(name, _ranged(one, numbers), V.CONTENTS_GAP)


def _ranged(one: bytes, numbers: Callable[[int, int, int], tuple[int, ...]]) -> bytes:
    start, again = make.gap(one)
    at = one.rindex(b"/ByteRange", 0, again + 400)
    left, right = one.index(b"[", at), one.index(b"]", at)
    new = " ".join(str(n) for n in numbers(start, again, len(one) - again)).encode()
    return one[: left + 1] + new.ljust(right - left - 1)[: right - left - 1] + one[right:]


def untrusted(w: World) -> Iterator[Case]:
    one = make.signed(w.an)
    alike = pki.root(secret="khac")
    fake = alike.issue("Thử Nghiệm Sub CA", kind="p384", authority=True).issue("Trần Thị Thử", [pki.AN])
    yield Case("another root", one, V.UNTRUSTED, roots=[pki.root("Gốc Khác", "p256")])
    yield Case("a root of the same name", make.signed(fake), V.UNTRUSTED)
    yield Case("self-signed", make.signed(pki.root("Tự Ký", usage={"digital_signature": True})), V.UNTRUSTED)
    yield Case("no intermediate", make.signed(w.an, chain=False), V.UNTRUSTED, intermediates=[])
    yield Case("issued by a signer", make.signed(w.an.issue("Con", [pki.AN])), V.UNTRUSTED)
    expired = w.sub.issue("Hết Hạn", valid=(NOW - 99 * DAY, NOW - 9 * DAY))
    yield Case("expired", make.signed(expired), V.UNTRUSTED)
    stamped = make.signed(expired, timestamp=make.stamper(w.tsa))
    yield Case("expired before its timestamp", stamped, V.UNTRUSTED)
    yield Case("expired before its timestamp, then", stamped, V.UNTRUSTED, at=NOW - 30 * DAY)
    yield Case("expired, and the list too young", make.signed(expired), V.UNTRUSTED, at=NOW - 30 * DAY)
    early = w.sub.issue("Chưa Có", valid=(NOW + 9 * DAY, NOW + 99 * DAY))
    yield Case("not yet valid", make.signed(early), V.UNTRUSTED)
    yield Case("valid now, not then", one, V.UNTRUSTED, at=NOW - 400 * DAY)
    yield Case("valid now, not later", one, V.UNTRUSTED, at=NOW + 400 * DAY)
    yield Case("the list out of date later", one, V.UNTRUSTED, at=NOW + 60 * DAY)
    root = w.root.crl()
    stale = w.sub.crl(NOW - 40 * DAY, NOW - 10 * DAY)
    yield Case("no list", one, V.UNTRUSTED, crls=[])
    yield Case("no list of the root", one, V.UNTRUSTED, crls=[w.sub.crl()])
    yield Case("no list of the sub", one, V.UNTRUSTED, crls=[root])
    yield Case("stale list", one, V.UNTRUSTED, crls=[root, stale])
    yield Case("forged list", one, V.UNTRUSTED, crls=[root, w.sub.crl(signed_by=pki.key("p256", "ke gian"))])
    yield Case("list of the future", one, V.UNTRUSTED, crls=[root, w.sub.crl(NOW + 5 * DAY)])
    yield Case("list by SHA-1", one, V.UNTRUSTED, crls=[pki.by_sha1(root, w.root.key, crl=True), w.sub.crl()])
    yield Case("list of another", one, V.UNTRUSTED, crls=[root, w.other.crl()])
    yield Case("SHA-1", make.signed(w.an, subfilter=make.DETACHED, digest="sha1"), V.UNTRUSTED)
    yield Case("RSA-1024", make.signed(w.sub.issue("Yếu", kind="rsa1024")), V.UNTRUSTED)
    yield Case("ECDSA-192", make.signed(w.sub.issue("Yếu", kind="p192")), V.UNTRUSTED)
    weak = w.root.issue("Sub Yếu", kind="rsa1024", authority=True)
    yield Case("weak authority", make.signed(weak.issue("Ai", [pki.AN])), V.UNTRUSTED, crls=[root, weak.crl()])
    old = w.other.issue("Cũ")
    old.certificate = x509.load_der_x509_certificate(pki.by_sha1(old.der, w.other.key))
    yield Case("certificate by SHA-1", make.signed(old), V.UNTRUSTED)
    yield Case("for encryption", make.signed(w.sub.issue("Mã hóa", usage={"key_encipherment": True})), V.UNTRUSTED)
    web = w.sub.issue("Web", purposes=[ExtendedKeyUsageOID.SERVER_AUTH])
    yield Case("of a web server", make.signed(web), V.UNTRUSTED)
    yield Case("two, one by an attacker", make.signed(fake, one, "Ky2"), V.INVALID)
    yield Case("root expired", one, V.UNTRUSTED, at=NOW + 4000 * DAY)
    bad_stamp = make.stamper(
        alike.issue("TSA", usage={"digital_signature": True}, purposes=[ExtendedKeyUsageOID.TIME_STAMPING])
    )
    yield Case("timestamp by nobody known", make.signed(w.an, timestamp=bad_stamp), V.UNTRUSTED)
    yield Case("timestamp by a signer", make.signed(w.an, timestamp=make.stamper(w.binh)), V.UNTRUSTED)
    yield Case("timestamp of the future", make.signed(w.an, timestamp=make.stamper(w.tsa, NOW + DAY)), V.UNTRUSTED)
    yield Case(
        "moment before the timestamp", make.signed(w.an, timestamp=make.stamper(w.tsa)), V.UNTRUSTED, at=NOW - DAY / 2
    )


def revoked(w: World) -> Iterator[Case]:
    one = make.signed(w.revoked)
    yield Case("revoked", one, V.REVOKED)
    yield Case("two, one revoked", make.signed(w.revoked, make.signed(w.an), "Ky2"), V.REVOKED)
    clean = [w.root.crl(), w.sub.crl(NOW - 9 * DAY, empty=True), w.other.crl()]
    hidden = make.signed(w.revoked, timestamp=make.stamper(w.tsa), context=make.context(w, clean))
    yield Case("revoked, an older list inside", hidden, V.REVOKED)
    yield Case("revoked, a list of before beside it", one, V.REVOKED, crls=[*clean, w.sub.crl()])
    yield Case("revoked by a stale list", hidden, V.REVOKED, crls=[w.sub.crl(NOW - 4 * DAY, NOW - DAY)])
    sub = w.root.issue("Sub Bị Thu Hồi", kind="p256", authority=True)
    signed = make.signed(sub.issue("Ai", [pki.AN]))
    w.root.revoke(sub)
    lists = [w.root.crl(), sub.crl()]
    w.root.revoked.clear()
    yield Case("authority revoked", signed, V.REVOKED, crls=lists)


def malformed(w: World) -> Iterator[Case]:
    one = make.signed(w.an)
    yield Case("empty", b"", V.EMPTY)
    yield Case("JPEG", files.jpeg(), V.NOT_PDF)
    yield Case("HTML", b"<!DOCTYPE html><html><body>xin chao</body></html>", V.NOT_PDF)
    yield Case("bytes before", b"junk" + one, V.NOT_PDF)
    yield Case("random", bytes(range(256)) * 40, V.NOT_PDF)
    yield Case("unsigned", make.plain(), V.UNSIGNED)
    yield Case("empty field", make.form(), V.UNSIGNED)
    yield Case("no root", make.plain().replace(b"/Root 2 0 R", b""), V.UNSIGNED)
    yield Case("only %PDF-", b"%PDF-1.7\n%%EOF", V.MALFORMED)
    yield Case("encrypted", files.encrypted_pdf(), V.ENCRYPTED)
    yield Case("encrypted with an empty password", files.encrypted_pdf(""), V.ENCRYPTED)
    yield Case("unsupported kind", _of_kind(one, b"adbe.pkcs7.sha1"), V.UNSUPPORTED)
    yield Case("cut in the middle", one[: len(one) // 2], V.MALFORMED)
    yield Case("cut at the end", one[:-6], V.MALFORMED)
    yield Case("cut by half of the update", one[:-700], V.MALFORMED)
    yield Case("bad address of the table", one.replace(b"startxref\n", b"startxref\n9", 2), V.MALFORMED)
    yield Case("CMS of zeros", _zeroed(one), V.MALFORMED)
    yield Case("deep nesting where nobody looks", files.deep_pdf(), V.UNSIGNED)
    deep = b"trailer\n<<\n/Deep " + b"[" * 100_000 + b"\n"
    yield Case("deep nesting", make.plain().replace(b"trailer\n<<\n", deep), V.MALFORMED)
    yield Case("a table of ranges", one.replace(b"/ByteRange [0 ", b"/ByteRange [0 0 0 0 0 ", 1), V.MALFORMED)
    yield Case("two signatures, cut in the second", make.signed(w.firm, one, "Ky2")[:-900], V.MALFORMED)
    yield Case("a circle of pages", files.circular_pdf(), V.UNSIGNED)
    yield Case("table that never ends", files.endless_pdf(), V.MALFORMED)
    yield Case("table that unpacks to much", _bomb(), V.MALFORMED)
    yield Case("too large", one + b" " * (25 * 1024 * 1024), V.TOO_LARGE)
    yield Case("many revisions", _revised(one, 45), V.TOO_MANY)
    many = one
    for number in range(2, 12):
        many = make.signed(w.firm, many, f"Ky{number}")
    yield Case("many signatures", many, V.TOO_MANY)


def _of_kind(one: bytes, kind: bytes) -> bytes:
    at = one.index(b"/SubFilter")
    end = one.index(b"\n", at)
    new = b"/SubFilter /" + kind
    return (
        one[:at] + new.ljust(end - at) + one[end:]
        if len(new) <= end - at
        else one.replace(b"/SubFilter /ETSI.CAdES.detached", new.ljust(31)[:31])
    )


def _zeroed(one: bytes) -> bytes:
    start, again = make.gap(one)
    return one[: start + 1] + b"0" * (again - start - 2) + one[again - 1 :]


def _revised(one: bytes, times: int) -> bytes:
    for _ in range(times):
        one = make.updated(one, lambda writer: writer.update_root())
    return one


def _bomb(size: int = 200 * 1024 * 1024) -> bytes:
    """A cross-reference stream of 200 kB that unpacks to 200 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(size // (1024 * 1024))) + packer.flush()
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, 2)
    at = out.tell()
    rows = size // 4
    out.write(
        b"1 0 obj\n<< /Type /XRef /W [1 2 1] /Size %d /Root 2 0 R /Filter /FlateDecode /Length %d >>\nstream\n"
        % (rows, len(packed))
    )
    out.write(packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % at)
    return out.getvalue()


def everything(w: World) -> list[Case]:
    kinds = (good, tampered, gaps, untrusted, revoked, malformed)
    return [case for kind in kinds for case in kind(w)]

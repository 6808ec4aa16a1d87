"""The signature of an XML file (W3C XML Signature, also as XAdES): one, enveloped, over the whole document.

signxml checks digest and signature and knows nothing of revocation; the chain is judged as for PDF files. Only what it
says was signed is believed: that must be all of the document, so that a signed part moved aside is worth nothing.
"""

from __future__ import annotations

import base64
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from lxml import etree
from signxml import SignatureConfiguration, XMLVerifier
from signxml.exceptions import InvalidInput, InvalidSignature

from chalicelib.domain.signature import Signature, Verdict
from chalicelib.services.verification import describing
from chalicelib.services.verification.certificate import problems as certificate_problems
from chalicelib.services.verification.chain import Others, Trust

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_XADES_TIME = ".//{http://uri.etsi.org/01903/v1.3.2#}SigningTime"

Found = tuple[Verdict, tuple[Signature, ...]]


def looks_like(start: bytes) -> bool:
    """Whether a file that begins like this is to be read as XML. HTML is none."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    lower = text.lower()
    return text.startswith(b"<") and not lower.startswith((b"<!doctype html", b"<html")) and b"<html" not in lower


def verify(content: bytes, trust: Trust) -> Found:
    """The verdict of an XML file and its signature. Anything may be raised: the file is bad then."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.doctype:
        return Verdict.MALFORMED, ()  # entities and defaults could make readers see different documents
    signatures = list(root.iter(f"{_DS}Signature"))
    if not signatures:
        return Verdict.UNSIGNED, ()
    if len(signatures) > 1 or signatures[0] is root:
        return Verdict.UNSUPPORTED, ()
    node = signatures[0]
    certificates = [base64.b64decode(found.text) for found in node.iter(f"{_DS}X509Certificate")]
    if not certificates:
        return Verdict.UNSUPPORTED, ()
    leaf = _leaf([asn1_x509.Certificate.load(der, strict=True) for der in certificates])
    others = Others(certificates=[asn1_x509.Certificate.load(der) for der in certificates])
    verdict, reasons = _judge(content, root, node, leaf, others, trust)
    method = node.find(f"{_DS}SignedInfo/{_DS}SignatureMethod")
    claimed = node.find(_XADES_TIME)
    said = Signature(
        verdict,
        tuple(reasons),
        algorithm=str(method.get("Algorithm", "")).rpartition("#")[2] if method is not None else "",
        claimed_at=claimed.text if claimed is not None else None,
        **describing.about(leaf),
    )
    return verdict, (said,)


def _leaf(certificates: list[Any]) -> Any:
    """The certificate that issued none of the others: the signer's, wherever it stands."""
    issuers = {one.issuer.hashable for one in certificates if one.issuer != one.subject}
    return next((one for one in certificates if one.subject.hashable not in issuers), certificates[0])


def _judge(content: bytes, root: Any, node: Any, leaf: Any, others: Others, trust: Trust) -> tuple[Verdict, list[str]]:
    configuration = SignatureConfiguration(
        location=".//",
        expect_references=True,
        # The chain is judged below, for the moment asked about; here the certificate is only a key.
        verification_time=leaf.not_valid_before,
    )
    try:
        certificate = x509.load_der_x509_certificate(leaf.dump())
        results = XMLVerifier().verify(content, x509_cert=certificate, expect_config=configuration)
    except InvalidInput:
        return Verdict.UNTRUSTED, ["WeakAlgorithm"]
    except InvalidSignature:
        return Verdict.TAMPERED, ["Tampered"]
    whole = _canonical(root, without=node)
    signed = [one.signed_xml for one in (results if isinstance(results, list) else [results])]
    if not any(part is not None and _canonical(part) == whole for part in signed):
        return Verdict.MODIFIED, ["PartlySigned"]
    problems = certificate_problems(leaf, others, trust)
    if problems:
        return Verdict.REVOKED if "Revoked" in problems else Verdict.UNTRUSTED, problems
    return Verdict.VALID, []


def _canonical(element: Any, without: Any = None) -> bytes:
    """Canonical XML without comments, and without the signature itself."""
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    if without is not None:
        for found in list(copy.iter(f"{_DS}Signature")):
            parent, tail = found.getparent(), found.tail or ""
            before = found.getprevious()
            if before is not None:
                before.tail = (before.tail or "") + tail
            else:
                parent.text = (parent.text or "") + tail
            parent.remove(found)
    canonical: bytes = etree.tostring(copy, method="c14n", with_comments=False)
    return canonical

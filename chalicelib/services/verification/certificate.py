"""Whether a certificate that signed by itself, in no PDF and no CMS, leads to whom we trust."""

from __future__ import annotations

import asyncio
from typing import Any

from pyhanko.sign.validation.generic_cms import handle_certvalidator_errors
from pyhanko_certvalidator import CertificateValidator

from chalicelib.services.verification import describing
from chalicelib.services.verification.chain import Others, Trust, reasons_against


def problems(leaf: Any, others: Others, trust: Trust) -> list[str]:
    """Why it is not to be believed, as keys of "signatures"; empty when it is."""
    found = ["BadChain"]
    for later, context in trust.contexts(others):
        validator = CertificateValidator(leaf, others.certificates, validation_context=context)
        result = asyncio.run(handle_certvalidator_errors(leaf, validator.async_validate_usage(set())))
        if result.error_subindic is None and result.success_result is not None:
            found = reasons_against(result.success_result, trust, others, later=later)
        else:
            found = describing.chain_problems(result.error_subindic, leaf, trust)
        if not found or "Revoked" in found:
            break
    return found

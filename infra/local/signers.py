"""The agencies' signing keys of the local cloud: one key in its KMS, a certificate over it for each agency that signs.

Agencies in production have keys of their own; here the keys are nobody's secret, so that one is enough.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives import serialization

from infra.local import authorities
from infra.local.environment import STAGE

ALIAS = f"alias/motcua-{STAGE}-signing-development"
_ALGORITHM = "ECDSA_SHA_256"


def register(kms: Any, ssm: Any, agencies: Iterable[tuple[str, str, str]]) -> None:
    """Let these agencies sign: (code, name, tax code or "") of each. Keys and certificates are made once a process."""
    known = {alias["AliasName"] for alias in kms.list_aliases()["Aliases"]}
    if ALIAS not in known:
        made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=ALIAS, TargetKeyId=made)
    public: Any = serialization.load_der_public_key(kms.get_public_key(KeyId=ALIAS)["PublicKey"])
    for code, name, tax_code in agencies:
        uids = [f"MST:{tax_code}"] if tax_code else []
        holder = authorities.authorities()["agency"].issue(name, uids, name, public_key=public)
        chain = [holder.der, *(one.public_bytes(serialization.Encoding.DER) for one in holder.chain)]
        said = {"key": ALIAS, "algorithm": _ALGORITHM, "chain": [base64.b64encode(der).decode() for der in chain]}
        path = f"/motcua/{STAGE}/signing/{code}"
        ssm.put_parameter(Name=path, Value=json.dumps(said), Type="SecureString", Overwrite=True)

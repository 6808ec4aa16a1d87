"""The signing keys of agencies: asymmetric keys in KMS, and the certificates that authorities issued over them.

Parameter `/motcua/<stage>/signing/<agency>` (SecureString), one for each agency that signs here:

    {"key": the key's ARN or alias, "algorithm": RSASSA_PKCS1_V1_5_SHA_256 or ECDSA_SHA_256,
     "chain": [base64 DER: the agency's certificate, then the authorities above it]}

The key is RSA (2048 bits or more) or ECDSA on P-256, made in KMS to sign and verify. What is signed is given to KMS
itself (MessageType RAW), never its digest: the signed attributes of a signature have some 250 bytes, KMS takes 4096.
"""

from __future__ import annotations

import base64
import json

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws, settings
from chalicelib.errors import FieldError, Invalid, UpstreamFailed
from chalicelib.gateways import parameters
from chalicelib.values import dataclass

MOST_BYTES = 4096
_STANDARD = 4096  # characters of a parameter that costs nothing
ALGORITHMS = ("RSASSA_PKCS1_V1_5_SHA_256", "ECDSA_SHA_256")
"""PSS is left out: KMS and the emulator that it is tested with differ in the length of its salt."""
# What a person must put right; trying again helps nobody.
_UNUSABLE = {"AccessDeniedException", "DisabledException", "InvalidKeyUsageException", "KMSInvalidStateException"}
_UNUSABLE |= {"NotFoundException"}


class NoKey(Exception):
    """The agency has no key here."""


class KeyUnusable(Exception):
    """KMS does not sign with this key: it is disabled, gone, not for signing, or not ours to use."""


@dataclass(frozen=True)
class SigningKey:
    """`chain` is DER: the certificate over the key, then those above it."""

    key: str
    algorithm: str
    chain: tuple[bytes, ...]


def of(agency: str) -> SigningKey:
    """The key of an agency; raises NoKey, UpstreamFailed when that is not known."""
    from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

    try:
        said = parameters.read("signing", agency)
    except GetParameterError as error:
        if "ParameterNotFound" in str(error):
            raise NoKey(agency) from error
        raise UpstreamFailed("UpstreamFailed") from error
    return SigningKey(str(said["key"]), str(said["algorithm"]), tuple(base64.b64decode(one) for one in said["chain"]))


def connect(agency: str, key: SigningKey) -> None:
    """Let an agency sign with this key, over what it had before; for operators."""
    chain = [base64.b64encode(der).decode() for der in key.chain]
    said = json.dumps({"key": key.key, "algorithm": key.algorithm, "chain": chain})
    name = f"/motcua/{settings.stage()}/signing/{agency}"
    tier = "Standard" if len(said) <= _STANDARD else "Advanced"
    aws.client("ssm").put_parameter(Name=name, Value=said, Type="SecureString", Tier=tier, Overwrite=True)
    parameters.forget()


def public_key(key: str) -> tuple[bytes, str]:
    """DER of the public half, and the algorithm that is used with it; Invalid when it cannot sign here."""
    try:
        answer = aws.client("kms").get_public_key(KeyId=key)
    except ClientError as error:
        raise Invalid("BadRequest", [FieldError.of("--key", "KeyUnusable")]) from error
    algorithm = next((one for one in ALGORITHMS if one in answer.get("SigningAlgorithms", ())), None)
    if algorithm is None:
        raise Invalid("BadRequest", [FieldError.of("--key", "KeyUnusable")])
    return bytes(answer["PublicKey"]), algorithm


def sign(by: SigningKey, message: bytes) -> bytes:
    """The signature of the message. Raises KeyUnusable, UpstreamFailed."""
    if len(message) > MOST_BYTES:
        raise ValueError(f"{len(message)} bytes are more than KMS signs")
    if by.algorithm not in ALGORITHMS:
        raise KeyUnusable(by.algorithm)
    try:
        answer = aws.client("kms").sign(KeyId=by.key, Message=message, MessageType="RAW", SigningAlgorithm=by.algorithm)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _UNUSABLE:
            raise KeyUnusable(code) from error
        raise UpstreamFailed("UpstreamFailed") from error
    except BotoCoreError as error:
        raise UpstreamFailed("UpstreamFailed") from error
    signature: bytes = answer["Signature"]
    return signature

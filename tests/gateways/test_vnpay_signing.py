"""How VNPay's messages are signed: the vectors of others, encodings, what is left out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payment import Evidence, Source
from chalicelib.gateways.payments import vnpay
from chalicelib.gateways.payments.contract import VIETNAM
from chalicelib.gateways.payments.vnpay import VNPay
from tests.gateways import vectors
from tests.gateways.orders import got, order
from tests.gateways.test_vnpay import API, GATEWAY, IPN, PAY, signed

pytestmark = pytest.mark.clause("B6")


def of_vector(vector: dict[str, Any], **more: Any) -> VNPay:
    return VNPay(**{"merchant": "TEST_TMN_CODE", "secrets": [vector["secret"]], "pay_url": PAY, "api_url": API, **more})


@pytest.mark.parametrize("vector", vectors.of("vnpay", "ipn_or_return"))
def test_an_ipn_signed_by_others_is_believed(vector: dict[str, Any]) -> None:
    fields = {name: str(value) for name, value in vector["params"].items()}
    assert vnpay.canonical(fields) == vector["string_to_sign"]
    message = got({**fields, "vnp_SecureHash": vector["signature"]})
    evidence = of_vector(vector).read_callback(message)
    assert evidence.reference == fields["vnp_TxnRef"] and evidence.amount == int(fields["vnp_Amount"]) // 100
    assert of_vector(vector).read_return(message) == replaced(evidence, source=Source.RETURN)


@pytest.mark.parametrize("vector", vectors.of("vnpay"))
def test_every_vectors_string_is_signed_as_others_sign_it(vector: dict[str, Any]) -> None:
    """Also the vectors that a release of this project has never seen: by the shape of their string."""
    fields = {name: str(value) for name, value in vector["params"].items()}
    text = vector["string_to_sign"]
    assert vnpay.sign(vector["secret"], text) == vector["signature"]
    orders = {
        "refund_request": vnpay.REFUND,
        "querydr_request": vnpay.QUERY,
        "querydr_response": vnpay.QUERY_ANSWER,
        "refund_response": vnpay.REFUND_ANSWER,
    }
    names = orders.get(vector["operation"])
    assert (vnpay.joined(fields, names) if names else vnpay.canonical(fields)) == text


@pytest.mark.parametrize("vector", vectors.of("vnpay", "pay_url"))
def test_the_address_to_pay_at_is_the_one_that_others_make(vector: dict[str, Any]) -> None:
    given = vector["params"]
    gateway = of_vector(vector, pay_url=vector["expected_url"].partition("?")[0])
    started = gateway.start(
        order(
            reference=given["vnp_TxnRef"],
            amount=int(given["vnp_Amount"]) // 100,
            info=given["vnp_OrderInfo"],
            created_at=datetime.strptime(given["vnp_CreateDate"], "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM),
            expires_at=datetime.strptime(given["vnp_ExpireDate"], "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM),
            ip=given["vnp_IpAddr"],
            language={"vn": "vi"}.get(given["vnp_Locale"], given["vnp_Locale"]),
            return_url=given["vnp_ReturnUrl"],
        )
    )
    assert started.pay_url == vector["expected_url"]


def replaced(evidence: Evidence, **changes: Any) -> Evidence:
    return Evidence(**{**vars(evidence), **changes})


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("a b", "a+b"),
        ("~", "%7E"),
        ("*", "*"),
        ("!'()", "%21%27%28%29"),
        ("-_.", "-_."),
        ("&=+%#/?:@", "%26%3D%2B%25%23%2F%3F%3A%40"),
        ("Nộp đủ", "N%E1%BB%99p+%C4%91%E1%BB%A7"),
    ],
)
def test_values_are_encoded_as_javascript_and_java_do(text: str, encoded: str) -> None:
    assert vnpay.canonical({"vnp_A": text}) == f"vnp_A={encoded}"


def test_only_what_counts_is_signed_in_order() -> None:
    fields = {"vnp_b": "2", "vnp_B": "1", "vnp_Empty": "", "vnp_SecureHash": "x", "vnp_SecureHashType": "y", "utm": "z"}
    assert vnpay.canonical(fields) == "vnp_B=1&vnp_b=2"


WEIRD = "Hồ sơ ~ * ! ( ) ' & = + % 100%20"


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: quote(text, safe="*").replace("~", "%7E").replace("%20", "+"),  # JavaScript, Java
        lambda text: quote(text, safe="").replace("%20", "+"),  # Python
        lambda text: quote(text, safe="").replace("~", "%7E").replace("%20", "+"),  # PHP
        lambda text: quote(text, safe="!*()").replace("~", "%7E").replace("%20", "+"),  # .NET
        lambda text: quote(text, safe="!~*'()").replace("%20", "+"),  # encodeURIComponent, as in VNPay's sample
        lambda text: quote(text, safe="!~*'()"),  # the same with %20
        lambda text: quote(text, safe="*").replace("~", "%7E"),
        lambda text: quote(text, safe=""),
    ],
)
def test_each_encoding_in_use_is_understood(encode: Any) -> None:
    fields = {**IPN, "vnp_OrderInfo": WEIRD}
    text = "&".join(f"{name}={encode(fields[name])}" for name in sorted(fields))
    assert GATEWAY.read_callback(got(signed(fields, text=text))).amount == 150_000


@given(st.dictionaries(st.sampled_from(["vnp_A", "vnp_B", "vnp_C"]), st.text(alphabet=WEIRD + "+ab", min_size=1)))
def test_no_two_values_share_a_string_in_any_encoding(fields: dict[str, str]) -> None:
    """Believing several encodings is safe because each string decodes to these values only."""
    for text in vnpay.variants(fields):
        plus = text if "%20" in text else text.replace("+", " ")
        assert dict(parse_qsl(text, keep_blank_values=True)) == fields or dict(parse_qsl(plus)) == fields

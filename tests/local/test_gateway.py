"""The portal's origin over HTTP: API behind a real token check, published catalogue, start page, sandbox."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.services import present
from infra.local.cloud import Cloud
from infra.local.template import USER_POOL_CLIENT_ID as CLIENT
from tests.local import tiny
from tests.local.test_tokens import HOSTILE

pytestmark = pytest.mark.xdist_group("local-gateway")  # they share one cloud

Json = dict[str, Any]
Answer = tuple[int, Any, dict[str, str]]


def call(cloud: Cloud, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    given = {"Content-Type": "application/json"} if data is not None else {}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(cloud.url + path, data=data, method=method, headers=given)
    try:
        with urllib.request.urlopen(request) as answer:
            status, text, told = answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            status, text, told = error.code, error.read(), dict(error.headers)
    kind = told.get("Content-Type", "")
    return status, json.loads(text) if kind.startswith("application/json") and text else text, told


@pytest.fixture(scope="module")
def bearer(running: Cloud) -> str:
    cognito, username = running.client("cognito-idp"), "001085012345"
    attributes = {"email": "an@example.com", "name": "Nguyễn An", "custom:kind": "person"}
    listed = [{"Name": name, "Value": value} for name, value in attributes.items()]
    cognito.sign_up(ClientId=CLIENT, Username=username, Password="mat khau dai", UserAttributes=listed)
    code = running.code("an@example.com")
    cognito.confirm_sign_up(ClientId=CLIENT, Username=username, ConfirmationCode=code)
    answer = cognito.initiate_auth(
        ClientId=CLIENT,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": "mat khau dai"},
    )
    return str(answer["AuthenticationResult"]["IdToken"])


@pytest.fixture
def clock() -> Iterator[None]:
    yield
    present.shift(0)


@pytest.mark.clause("A4")
def test_a_cognito_token_opens_and_its_claims_arrive(cloud: Cloud, bearer: str) -> None:
    status, claims, headers = call(cloud, "GET", "/api/me", Authorization=f"Bearer {bearer}")
    assert status == 200 and claims["name"] == "Nguyễn An" and claims["token_use"] == "id"


@pytest.mark.clause("A4")
@pytest.mark.parametrize("name", [None, *HOSTILE])
def test_without_a_good_token_the_function_is_not_called(cloud: Cloud, name: str | None) -> None:
    headers = {} if name is None else {"Authorization": f"Bearer {HOSTILE[name]}"}
    status, body, told = call(cloud, "GET", "/api/me", **headers)
    assert status == 401 and set(body) == {"Code", "Message", "Fields"} and told["x-amzn-RequestId"]


def test_a_bad_token_is_not_looked_at_where_nobody_asks_for_one(cloud: Cloud) -> None:
    status, body, _ = call(cloud, "GET", "/api/open", Authorization="Bearer nonsense")
    assert (status, body) == (200, {"claims": None})


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/nothing"), ("GET", "/api"), ("DELETE", "/api/open"), ("POST", "/"), ("GET", "/sandbox/nothing")],
)
def test_what_is_not_there_is_told_in_the_apis_shape(cloud: Cloud, method: str, path: str) -> None:
    status, body, _ = call(cloud, method, path)
    assert status == 404 and set(body) == {"Code", "Message", "Fields"}


def test_paths_bodies_and_errors_pass_as_through_api_gateway(cloud: Cloud) -> None:
    status, body, _ = call(cloud, "POST", "/api/echo/gi%E1%BA%A5y%20t%E1%BB%9D", {"a": "ấ"})
    assert status == 200 and body["bytes"] > 0
    assert call(cloud, "POST", "/api/echo/x", b"x" * (6 * 1024 * 1024 + 1))[0] == 413
    assert call(cloud, "GET", "/api/broken")[0] == 500


def test_the_published_catalogue_comes_from_the_site_bucket(cloud: Cloud) -> None:
    bucket = cloud.environment["SITE_BUCKET"]
    given = {"ContentType": "application/json", "CacheControl": "max-age=60"}
    cloud.client("s3").put_object(Bucket=bucket, Key="catalogue/index.json", Body=b'{"n": 1}', **given)
    status, body, headers = call(cloud, "GET", "/catalogue/index.json")
    assert (status, body, headers["Cache-Control"]) == (200, {"n": 1}, "max-age=60")
    assert call(cloud, "GET", "/catalogue/nothing.json")[0] == 404
    assert call(cloud, "HEAD", "/catalogue/index.json")[1] == b""


def test_the_start_page_leads_to_everything(cloud: Cloud) -> None:
    status, body, _ = call(cloud, "GET", "/")
    text = body.decode()
    assert status == 200
    if "Motcua" in text and "/sandbox/outbox" in text:
        assert "/catalogue/index.json" in text
    status, body, _ = call(cloud, "GET", "/sandbox")
    assert status == 200 and b"/sandbox/outbox" in body


def test_no_file_outside_the_site_is_served(cloud: Cloud) -> None:
    for path in ("/../pyproject.toml", "/..%2f..%2fpyproject.toml", "/%2e%2e/pyproject.toml"):
        assert b"setuptools" not in json.dumps(str(call(cloud, "GET", path)[1])).encode()


def test_what_was_sent_can_be_read(cloud: Cloud, bearer: str) -> None:
    sender = cloud.environment["MAIL_FROM"]
    message = {"Subject": {"Data": "Hồ sơ <b>"}, "Body": {"Text": {"Data": "Đã tiếp nhận"}}}
    cloud.client("ses").send_email(Source=sender, Destination={"ToAddresses": ["b@example.com"]}, Message=message)
    cloud.client("sns").publish(PhoneNumber="+84901234567", Message="Kết quả đã có")
    status, body, _ = call(cloud, "GET", "/sandbox/outbox?format=json")
    kinds = {letter["to"]: letter["kind"] for letter in body["letters"]}
    assert kinds == {"an@example.com": "code", "b@example.com": "mail", "+84901234567": "sms"}
    _, found, _ = call(cloud, "GET", "/sandbox/outbox?format=json&to=an@example.com")
    assert len(found["letters"]) == 1 and len(found["letters"][0]["code"]) == 6
    _, page, _ = call(cloud, "GET", "/sandbox/outbox")
    assert "Hồ sơ &lt;b&gt;" in page.decode()


def test_the_clock_can_be_moved_and_the_sweeper_follows(cloud: Cloud, clock: None) -> None:
    before = present.now()
    status, told, _ = call(cloud, "POST", "/sandbox/clock", {"shift": 86_400})
    assert status == 200 and told["shifted_by"] == 86_400
    assert 86_300 < (present.now() - before).total_seconds() < 86_500
    assert tiny.called("sweep") == [{"source": "sandbox"}]
    _, told, _ = call(cloud, "POST", "/sandbox/clock", {"to": "2026-02-13T15:00:00+07:00"})
    assert told["now"].startswith("2026-02-13T08:00:00")
    assert call(cloud, "GET", "/sandbox/clock")[1]["now"].startswith("2026-02-13T08:00:0")


@pytest.mark.parametrize(
    "body",
    [{}, {"shift": "1"}, {"shift": True}, {"to": "tomorrow"}, {"to": "2026-02-13T15:00:00"}, {"go": 1}, b"{", b"[]"],
)
def test_a_clock_is_not_moved_by_nonsense(cloud: Cloud, body: Any, clock: None) -> None:
    status, told, _ = call(cloud, "POST", "/sandbox/clock", body)
    assert status == 422 and set(told) == {"Code", "Message", "Fields"}
    assert present.shifted_by() == 0 and tiny.called("sweep") == []


def test_a_form_of_another_page_cannot_move_the_clock(cloud: Cloud, clock: None) -> None:
    status, _, _ = call(cloud, "POST", "/sandbox/clock", b'{"shift": 5}', Content_Type="text/plain")
    assert status == 422 and present.shifted_by() == 0


def test_the_sweeper_and_faults_can_be_called(cloud: Cloud) -> None:
    tiny.ACTS["sweep"] = lambda event: {"swept": event}
    assert call(cloud, "POST", "/sandbox/sweep", {"all": True})[1] == {"answer": {"swept": {"all": True}}}
    tiny.ACTS["reckon"] = lambda event: {"reckoned": 1}
    assert call(cloud, "POST", "/sandbox/reckon", {})[1] == {"answer": {"reckoned": 1}}
    assert call(cloud, "POST", "/sandbox/faults", {"duplicate": 2})[1] == {"duplicate": 2}
    assert cloud.pump.faults.duplicate == 2
    cloud.pump.faults.duplicate = 0
    assert call(cloud, "POST", "/sandbox/faults", {"duplicate": -1})[0] == 422
    assert call(cloud, "GET", "/sandbox/dead-letters")[1]["RelayDeadLetters"] == []

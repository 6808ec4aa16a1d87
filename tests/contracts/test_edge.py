"""infra/edge.yaml does what the embedded cloud's gateway does: routes, headers, log; its wall names real routes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain import access_log
from infra.local.template import EDGE, Template, load
from infra.local.website import KINDS, PUBLISHED, Website, security_headers

ROOT = Path(__file__).resolve().parents[2]
BODY = load(EDGE)
RESOURCES = BODY["Resources"]
PATHS = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))["paths"]
CONFIG = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]


@pytest.mark.slow
def test_it_lints(tmp_path: Path) -> None:
    """As it is deployed: anchors written out."""
    file = tmp_path / "edge.json"
    file.write_text(json.dumps(BODY), "utf-8")
    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(
        [lint, "--regions", "us-east-1", "--", str(file)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "" and done.returncode == 0


def test_it_is_small_enough_to_be_sent_as_it_is() -> None:
    assert len(json.dumps(BODY, ensure_ascii=False).encode()) < 51_200  # bytes of a template in a request


def test_main_stack_and_edge_fit_together() -> None:
    outputs = set(load()["Outputs"])
    told = {name for name, spec in BODY["Parameters"].items() if "Default" not in spec}
    assert told <= outputs, "infra/deploy hands these on"


# ---- Headers -----------------------------------------------------------------------------------------------------


def _told(policy: str, origins: str) -> dict[str, str]:
    """The headers of a response headers policy, as browsers get them."""
    config = RESOURCES[policy]["Properties"]["ResponseHeadersPolicyConfig"]
    security, found = config["SecurityHeadersConfig"], {}
    if "ContentSecurityPolicy" in security:
        text = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
        found["Content-Security-Policy"] = text.replace("${PaperOrigins}", origins)
    if "ContentTypeOptions" in security:
        found["X-Content-Type-Options"] = "nosniff"
    if "ReferrerPolicy" in security:
        found["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    items = config.get("CustomHeadersConfig", {}).get("Items", [])
    return found | {item["Header"]: item["Value"] for item in items}


@pytest.mark.clause("C7")
def test_the_site_has_the_headers_that_the_embedded_cloud_sends() -> None:
    origins = "https://papers.example"
    assert _told("SecurityHeaders", origins) == security_headers(origins)


@pytest.mark.clause("C7")
def test_nothing_travels_in_the_clear() -> None:
    for behavior in (CONFIG["DefaultCacheBehavior"], *CONFIG["CacheBehaviors"]):
        assert behavior["ViewerProtocolPolicy"] in ("https-only", "redirect-to-https")
        policy = RESOURCES[behavior["ResponseHeadersPolicyId"]["Ref"]]["Properties"]["ResponseHeadersPolicyConfig"]
        assert policy["SecurityHeadersConfig"]["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    named = CONFIG["ViewerCertificate"]["Fn::If"][1]
    assert named["MinimumProtocolVersion"] == "TLSv1.2_2021"
    for origin in CONFIG["Origins"]:
        if "CustomOriginConfig" in origin:
            assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


def test_answers_of_the_api_are_never_kept() -> None:
    (api,) = CONFIG["CacheBehaviors"]
    assert api["PathPattern"] == "/api/*"
    assert api["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # Managed-CachingDisabled
    assert set(api["AllowedMethods"]) >= {method.upper() for path in PATHS.values() for method in path}
    assert "CustomErrorResponses" not in CONFIG  # they would take the place of the API's refusals


# ---- Routes ------------------------------------------------------------------------------------------------------

# Address -> what the embedded cloud answers when the bucket holds all that is asked for, or nothing of it.
ADDRESSES = [
    "/", "/index.html", "/tra-cuu", "/ho-so/abc", "/can-bo", "/can-bo/hang-doi/H34.05",
    "/assets/core-AbCd1234.js", "/assets/site.css", "/sw.js", "/favicon.ico", "/font.WOFF2", "/a.b", "/khong.xml",
    "/tt", "/tt/", "/tt/1.004227", "/tt/tat-ca", "/tt/1.004227/", "/cq/H34.05", "/cq", "/en/tt", "/en/tt/",
    "/en/tt/1.004227",
    "/en/ve", "/en/cq/H34.05", "/catalogue/index.json", "/catalogue/khong-co", "/statistics/index.json", "/sitemap.xml",
    "/robots.txt",
    "/tra-cuu/", "//x.example/", "/tt//", "/thong-ke",
]  # fmt: skip


def _at_the_edge(paths: list[str]) -> dict[str, str]:
    """Path -> "301 <location>" or the key of the object that is asked for."""
    node = shutil.which("node")
    if node is None:
        assert not os.environ.get("CI"), "CI has Node"
        pytest.skip("Node is not there")
    code = RESOURCES["Routing"]["Properties"]["FunctionCode"]
    run = f"""{code}
    const found = {{}};
    for (const uri of {json.dumps(paths)}) {{
      const said = handler({{request: {{uri, method: "GET", headers: {{}}, querystring: {{}}}}}});
      found[uri] = said.statusCode ? said.statusCode + " " + said.headers.location.value : said.uri;
    }}
    console.log(JSON.stringify(found));"""
    done = subprocess.run([node, "-e", run], capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


class _Bucket:
    """Takes the place of S3 behind the embedded site: every object is there, and is its own key."""

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803  botocore's names
        import io

        return {"Body": io.BytesIO(Key.encode()), "ContentType": "text/plain", "ETag": '"x"'}


def test_every_address_leads_to_the_object_that_the_embedded_cloud_serves(tmp_path: Path) -> None:
    for path in ADDRESSES:
        if Path(path).suffix.lower() in KINDS and not PUBLISHED.fullmatch(path):
            file = tmp_path / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(path.lstrip("/"))
    (tmp_path / "index.html").write_text("index.html")
    website = Website(tmp_path, _Bucket(), "bucket", "")
    edge = _at_the_edge(ADDRESSES)
    for path in ADDRESSES:
        found = website.answer(path, {})
        assert found is not None, path
        status, headers, body = found
        here = f"301 {headers['Location']}" if status == 301 else "/" + body.decode()
        assert edge[path] == here, path


def test_what_is_not_there_is_refused_in_the_apis_shape() -> None:
    """S3's 404 becomes the answer of the API's stage to an address without a route."""
    (group,) = CONFIG["OriginGroups"]["Items"]
    assert group["FailoverCriteria"]["StatusCodes"]["Items"] == [404]
    first, second = (member["OriginId"] for member in group["Members"]["Items"])
    origins = {origin["Id"]: origin for origin in CONFIG["Origins"]}
    stage = load()["Resources"]["RestAPI"]["Properties"]["StageName"]
    assert origins[first]["DomainName"] == {"Ref": "SiteDomain"}
    assert origins[second]["DomainName"] == {"Ref": "ApiDomain"} and origins[second]["OriginPath"] == f"/{stage}"
    assert not [path for path in PATHS if PUBLISHED.match(path) or path.startswith("/assets")]


# ---- Logs and the wall ---------------------------------------------------------------------------------------------


@pytest.mark.clause("C7")
def test_logs_have_the_fields_that_are_read_and_nobodys_address() -> None:
    fields = RESOURCES["LogDelivery"]["Properties"]["RecordFields"]
    assert set(access_log._NEEDED) | {access_log._KIND} == set(fields)
    assert RESOURCES["LogsAtHome"]["Properties"]["OutputFormat"] == "w3c"


def _matches(statement: Any) -> Iterator[tuple[str, str]]:
    """(constraint, text) of every comparison with a path, wherever it stands."""
    if isinstance(statement, dict):
        if "SearchString" in statement:
            yield statement["PositionalConstraint"], statement["SearchString"]
        for inner in statement.values():
            yield from _matches(inner)
    elif isinstance(statement, list):
        for inner in statement:
            yield from _matches(inner)


RULES = {rule["Name"]: rule for rule in RESOURCES["Wall"]["Properties"]["Rules"]}


def _caught(rule: str) -> set[str]:
    """The routes of the API, as people call them, that a rule's statement names."""
    routes, found = {"/api" + path for path in PATHS}, set()
    wanted = list(_matches(RULES[rule]["Statement"]))
    every = "AndStatement" in json.dumps(RULES[rule])
    for route in routes:
        hits = [
            route.startswith(text) if constraint == "STARTS_WITH" else route.endswith(text)
            for constraint, text in wanted
        ]
        if all(hits) if every else any(hits):
            found.add(route)
    return found


def test_every_class_of_the_wall_names_routes_that_there_are() -> None:
    for name in ("callbacks", "accounts", "lookups", "uploads"):
        for constraint, text in _matches(RULES[name]["Statement"]):
            assert any(
                ("/api" + path).startswith(text) if constraint == "STARTS_WITH" else path.endswith(text)
                for path in PATHS
            ), f"{name}: {text}"
    assert _caught("uploads") == {"/api/dossiers/{dossier_id}/papers"}
    assert _caught("everything") == {"/api" + path for path in PATHS}


@pytest.mark.clause("C7")
def test_callbacks_pass_the_wall_first_and_nothing_else_does() -> None:
    assert RULES["callbacks"]["Priority"] == min(rule["Priority"] for rule in RULES.values())
    assert "Allow" in RULES["callbacks"]["Action"]
    assert _caught("callbacks") == {"/api/payments/{gateway}", "/api/post/{carrier}", "/api/signing-hints/{provider}"}


@pytest.mark.clause("C7")
def test_every_route_for_strangers_is_counted_more_strictly() -> None:
    """Whoever needs no login gets in only so often, but for what is cached or harmless."""
    strict = _caught("accounts") | _caught("lookups") | _caught("callbacks")
    document = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    open_to_all = {
        "/api" + path
        for path, methods in document["paths"].items()
        for method in methods.values()
        if not method.get("security", document.get("security"))
    }
    assert open_to_all - strict <= {"/api/health", "/api/consent-purposes"} | {
        path for path in open_to_all if "payment-attempts" in path
    }


def test_only_bodies_are_excepted_from_the_managed_rules() -> None:
    for rule in RULES.values():
        managed = rule["Statement"].get("ManagedRuleGroupStatement", {})
        for override in managed.get("RuleActionOverrides", []):
            assert override["Name"].endswith("_BODY") and override["ActionToUse"] == {"Count": {}}


def test_the_api_listens_to_the_distribution_alone_once_there_is_a_secret() -> None:
    main = load()["Resources"]
    (rule,) = main["ApiGuard"]["Properties"]["Rules"]
    match = rule["Statement"]["ByteMatchStatement"]
    for origin in CONFIG["Origins"][1:]:
        (header,) = origin["OriginCustomHeaders"]["Fn::If"][1]
        assert header["HeaderName"] == match["FieldToMatch"]["SingleHeader"]["Name"]
        assert header["HeaderValue"] == match["SearchString"] == {"Ref": "EdgeSecret"}
    assert main["ApiGuard"]["Properties"]["DefaultAction"] == {"Block": {}}
    for body in (BODY, load()):
        assert body["Parameters"]["EdgeSecret"]["NoEcho"] is True


def test_throttled_routes_are_routes() -> None:
    settings = Template({}).body["Resources"]["RestAPI"]["Properties"]["MethodSettings"]
    for each in settings:
        path = each["ResourcePath"].replace("~1", "/").replace("//", "/")
        if path != "/*":
            assert each["HttpMethod"].lower() in PATHS[path], path
    assert len({(each["ResourcePath"], each["HttpMethod"]) for each in settings}) == len(settings)
    assert re.fullmatch(r"/~1\S+", settings[1]["ResourcePath"])

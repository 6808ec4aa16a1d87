"""The site opens; guidance is read, printed and looked at in every theme; a paper reaches the bucket from the page."""

from __future__ import annotations

import io
import json
from typing import Any

import botocore.session
import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from infra.local.environment import REGION
from tests.browser.conftest import Enter
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor

A4 = (595, 842)  # points


@pytest.mark.clause("A2")
@pytest.mark.parametrize("who", ["phone", "desk"])
def test_the_home_page_opens(who: str, request: pytest.FixtureRequest) -> None:
    visitor: Visitor = request.getfixturevalue(who)
    page = visitor.open("/")
    page.get_by_role("heading", level=1).wait_for()
    assert not visitor.scrolls_sideways(page)


@pytest.mark.clause("A3")
def test_guidance_is_read_without_javascript(enter: Enter) -> None:
    visitor = enter("phone-no-script", 390, 844, java_script_enabled=False)
    page = visitor.open("/tt/2.000635")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Cấp bản sao Trích lục hộ tịch")
    assert page.get_by_text("8.000 đồng nhân với").is_visible()
    assert page.get_by_role("link", name="Nộp hồ sơ trực tuyến").first.get_attribute("href") == "/nop/2.000635"
    assert not page.get_by_role("button").count(), "no button that can do nothing"
    page.get_by_role("link", name="English").click()
    assert page.url.endswith("/en/tt/2.000635")
    page.get_by_role("link", name="List of procedures").first.click()
    assert page.url.endswith("/en/tt/")
    page.get_by_role("link", name="Karaoke business permit").click()


@pytest.mark.clause("A3")
@pytest.mark.parametrize(("path", "most"), [("/tt/2.000635", 2), ("/en/tt/2.000635", 3), ("/tt/1.001193", 3)])
def test_guidance_is_printed_on_few_sheets(desk: Visitor, path: str, most: int) -> None:
    page = desk.open(path)
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    assert len(sheets) <= most
    box = sheets[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx(A4, abs=2)
    text = " ".join(sheet.extract_text() for sheet in sheets)
    assert path in text and "JSON" not in text


@pytest.mark.clause("A17")
@pytest.mark.parametrize("path", ["/", "/tt/2.000635"])
def test_size_and_theme_are_remembered(phone: Visitor, path: str) -> None:
    """On a page that the site draws and on one that is published; what one remembers the other has."""
    page = phone.open(path)
    root = page.locator("html")
    bar = page.locator(".display")
    bar.get_by_role("button", name="Cỡ chữ lớn").click()
    bar.get_by_role("button", name="Tối").click()
    page.goto("/tt/2.000635" if path == "/" else "/")
    expect(root).to_have_attribute("data-size", "large")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(bar.get_by_role("button", name="Tối")).to_have_attribute("aria-pressed", "true")
    expect(bar.get_by_role("button", name="Thường")).to_have_attribute("aria-pressed", "false")


def test_a_page_that_is_not_there_is_missing_in_words(desk: Visitor) -> None:
    desk.expect("404")
    page = desk.context.new_page()
    answer = page.goto("/tt/9.999999", wait_until="networkidle")
    assert answer is not None and answer.status == 404
    page.get_by_role("heading", level=1).wait_for()


@pytest.mark.clause("A8")
def test_the_page_may_post_papers_to_the_bucket_and_sees_the_progress(desk: Visitor, portal: Portal) -> None:
    """The policy of the site and the sharing rules of the bucket let it, with a preflight and upload events."""
    told: dict[str, str] = portal.told["environment"]
    session = botocore.session.Session()
    session.set_credentials(told["AWS_ACCESS_KEY_ID"], told["AWS_SECRET_ACCESS_KEY"])
    s3: Any = session.create_client("s3", region_name=REGION, endpoint_url=portal.aws_url)
    form = s3.generate_presigned_post(told["QUARANTINE_BUCKET"], "browser/paper")
    page = desk.open("/tt/2.000635")
    seen: dict[str, Any] = page.evaluate(
        """async ([url, fields]) => {
          const body = new FormData();
          for (const [name, value] of Object.entries(fields)) body.append(name, value);
          body.append("file", new Blob([new Uint8Array(2_000_000)]));
          return new Promise((done) => {
            const sent = [], request = new XMLHttpRequest();
            request.upload.onprogress = (event) => sent.push(event.loaded);
            request.onloadend = () => done({status: request.status, sent});
            request.open("POST", url);
            request.send(body);
          });
        }""",
        [form["url"], form["fields"]],
    )
    assert seen["status"] in (200, 204) and max(seen["sent"]) > 2_000_000, json.dumps(seen)
    body = s3.get_object(Bucket=told["QUARANTINE_BUCKET"], Key="browser/paper")["Body"].read()
    assert body == bytes(2_000_000)


def test_the_policy_is_in_force(desk: Visitor) -> None:
    desk.expect("Content Security Policy")
    page = desk.open("/tt/2.000635")
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.broken = true";
      document.body.append(script);
      document.body.setAttribute("style", "color: red");
    }""")
    assert page.evaluate("window.broken") is None
    assert desk.complaints, "what the policy refuses is heard"

"""A PDF signed digitally as anybody, under /sandbox/signing: for whoever has no certificate and wants to try.

GET  signing                    a page that does it
POST signing?name=…&uid=…       the body is a PDF; the answer is the same PDF with one more signature (PAdES B-B)
GET  crl/<side>/<name>.crl      a revocation list of the development authorities

`uid` is the number in the certificate, as the public authorities write it: CCCD:062190000123, MST:0100000001; may be
left out. `side` is citizen (when left out) or agency.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from infra.local import authorities
from infra.local.sandboxes.pages import frame

Answer = tuple[int, dict[str, str], bytes]
_HTML = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
MOST = 25 * 1024 * 1024

_PAGE = """<form id="ky"><p><label>Tệp PDF <span lang="en">/ PDF file</span>
<input class="wide" type="file" name="file" accept="application/pdf" required></label></p>
<p><label>Người ký <span lang="en">/ Signer</span>
<input class="wide" name="name" required value="{name}"></label></p>
<p><label>Số trong chứng thư <span lang="en">/ Number in the certificate</span>
<input class="wide" name="uid" value="{uid}" placeholder="CCCD:…, MST:…"></label></p>
<p><label>Thuộc <span lang="en">/ Under</span> <select name="side">
<option value="citizen">CA công cộng / public CA</option>
<option value="agency">CA Chính phủ / government CA</option></select></label></p>
<p class="row"><button>Ký <span lang="en">/ Sign</span></button></p><p id="ket-qua" role="status"></p></form>
<script>
document.getElementById("ky").addEventListener("submit", async event => {{
  event.preventDefault();
  const form = new FormData(event.target), file = form.get("file"), said = document.getElementById("ket-qua");
  const query = new URLSearchParams({{name: form.get("name"), uid: form.get("uid"), side: form.get("side")}});
  const answer = await fetch("/sandbox/signing?" + query, {{
    method: "POST", body: file, headers: {{"Content-Type": "application/pdf"}},
  }});
  if (!answer.ok) {{ said.textContent = (await answer.json()).Message; return; }}
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = file.name.replace(/[.]pdf$/i, "") + "-da-ky.pdf";
  link.textContent = link.download;
  said.replaceChildren(link);
}});
</script>"""


def answer(path: str, environ: Mapping[str, Any]) -> Answer:
    """Answer one request at `signing` or `crl/…`."""
    method = environ["REQUEST_METHOD"]
    query = {name: values[-1] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
    name, uid, side = query.get("name", ""), query.get("uid", ""), query.get("side", "citizen")
    if path.startswith("crl/"):
        return _crl(path.removeprefix("crl/"))
    if method == "GET":
        filled = _PAGE.format(name=html.escape(name or "Nguyễn Thị Thử"), uid=html.escape(uid))
        return 200, dict(_HTML), frame("Ký số thử", "Ký số / Signing", filled, english=False).encode()
    length = int(environ.get("CONTENT_LENGTH") or 0)
    # A page of another origin cannot send this type without asking first.
    if method != "POST" or environ.get("CONTENT_TYPE") != "application/pdf" or not 0 < length <= MOST:
        return _refused("POST application/pdf", 404 if method != "POST" else 422)
    if not name or side not in authorities.authorities():
        return _refused("?name=…&uid=CCCD:…&side=citizen|agency")
    try:
        signed = authorities.sign(environ["wsgi.input"].read(length), name, uid, side)
    except ValueError as error:
        return _refused(str(error))
    return 200, {"Content-Type": "application/pdf", "Cache-Control": "no-store"}, signed


def _crl(path: str) -> Answer:
    side, _, name = path.removesuffix(".crl").partition("/")
    found = authorities.authorities().get(side)
    crl = found.crls().get(name) if found else None
    if crl is None:
        return _refused("crl/<side>/<name>.crl", 404)
    return 200, {"Content-Type": "application/pkix-crl", "Cache-Control": "no-store"}, crl


def _refused(message: str, status: int = 422) -> Answer:
    body = json.dumps({"Code": "Invalid", "Message": message, "Fields": []}, ensure_ascii=False).encode()
    return status, {"Content-Type": "application/json", "Cache-Control": "no-store"}, body

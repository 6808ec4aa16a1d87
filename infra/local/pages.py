"""The start page of the local cloud, at / while no site is built and at /sandbox: start.html with the accounts."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template

from chalicelib.domain.access import Role
from infra.docs.words import ROLES

START = Path(__file__).with_name("start.html")

_KINDS = {
    "person": ("Công dân", "Citizen"),
    "organisation": ("Tổ chức", "Organisation"),
    "officer": ("Cán bộ", "Officer"),
}

_TABLE = """<h2>Tài khoản mẫu <span lang="en">/ Demo accounts</span></h2>
<div class="wide"><table>
<thead><tr><th scope="col">Ai <span lang="en">/ Who</span></th>
<th scope="col">Việc <span lang="en">/ May</span></th>
<th scope="col">Tên đăng nhập <span lang="en">/ User name</span></th>
<th scope="col">Mật khẩu <span lang="en">/ Password</span></th></tr></thead>
<tbody>
{rows}
</tbody></table></div>
"""


def start(accounts: Iterable[Mapping[str, str]]) -> bytes:
    """The page as HTML. Each account has `who` ("name (duties)"), `username` and `password`."""
    rows = "\n".join(_row(each) for each in accounts)
    table = _TABLE.format(rows=rows) if rows else ""
    return Template(START.read_text(encoding="utf-8")).substitute(accounts=table).encode()


def _row(account: Mapping[str, str]) -> str:
    name, _, duties = account["who"].partition(" (")
    told = "<br>".join(_duty(duty) for duty in duties.removesuffix(")").split())
    cells = (
        html.escape(name),
        told,
        f"<code>{html.escape(account['username'])}</code>",
        f"<code>{html.escape(account['password'])}</code>",
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _duty(post: str) -> str:
    """ "H34.05:reception" or "person", in words."""
    agency, colon, role = post.rpartition(":")
    vi, en = ROLES[Role(role)][1] if colon else _KINDS.get(role, (role, role))
    return f'{html.escape(agency + colon)} {html.escape(vi)} <span lang="en">/ {html.escape(en)}</span>'

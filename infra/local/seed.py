"""What a fresh local cloud is filled with: the agency tree, the calendar, procedures, and people to try it with.

The same python functions as `motcua agencies publish`, `motcua catalogue publish` and the demo people of
`infra/seed`; nothing here knows more than the operator's command does. A restored cloud that was saved before there
were pages gets them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.local.cloud import Cloud

SEED = Path(__file__).resolve().parent.parent / "seed"


def plant(cloud: Cloud) -> list[dict[str, str]]:
    """Fill the cloud; the demo accounts: who, username, password. A restored cloud keeps what it has."""
    from chalicelib.services import publishing
    from infra.cli import officers
    from infra.site import publishing as site

    if not cloud.restored:
        publishing.publish_calendar(_read(SEED / "calendar.json"))
        publishing.publish_agencies(_read(SEED / "agencies.json"))
        files = sorted((SEED / "procedures").glob("*.json"))
        publishing.publish([publishing.Sourced(path.name, _read(path)) for path in files])
    if not cloud.restored or not site.there():
        site.publish()
    people = officers.plant(silent=True) if not cloud.restored else _listed(SEED / "officers.json")
    return [{**each, "who": f"{each['name']} ({each['posts'] or each['who']})"} for each in people]


def agencies() -> list[tuple[str, str, str]]:
    """(code, name, tax code or "") of the seeded agencies."""
    tree = _read(SEED / "agencies.json")["agencies"]
    return [(one["code"], one["name"]["vi"], one.get("tax_code") or "") for one in tree]


def _listed(path: Path) -> list[dict[str, str]]:
    """The demo people as the seed names them; in a restored cloud they may have changed their passwords since."""
    people = _read(path)
    rows = []
    for each in [*people["officers"], *people["citizens"]]:
        username = each.get("email") if "posts" in each else each["identity"]
        posts, kind = " ".join(each.get("posts", [])), each.get("kind", "officer")
        rows.append(
            {
                "who": kind,
                "username": username,
                "password": people["password"],
                "name": each["name"],
                "posts": posts,
            }
        )
    return rows


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))

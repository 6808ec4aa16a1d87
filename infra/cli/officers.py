"""`motcua officers`: who works in the portal, and with which posts. Also plants the demo people of a seed file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from infra.cli.cloud import bar, cloud

PEOPLE = Path(__file__).resolve().parent.parent / "seed" / "officers.json"

_WORDS = {
    "vi": {
        "added": "Đã thêm cán bộ {who}.",
        "kept": "Đã cập nhật cán bộ {who}.",
        "invited": "Mật khẩu tạm đã được gửi đến địa chỉ này; có hiệu lực ba ngày.",
        "posts": "{who}: {posts}",
        "later": "Phiên đang mở nhận vị trí mới khi làm mới, chậm nhất sau 30 phút.",
        "disabled": "Đã khóa {who}; phiên đang mở hết hạn chậm nhất sau 30 phút.",
        "off": " (đã khóa)",
        "enrolled": "Đã ghi {count} cán bộ vào danh sách của các cơ quan.",
        "right": "Số hồ sơ đang giữ của cán bộ {agency} khớp với hàng chờ.",
        "wrong": "{officer}: đang ghi {counted}, đúng là {right}",
        "repaired": "Đã sửa.",
        "dry": "Chưa sửa gì; thêm --repair để sửa.",
    },
    "en": {
        "added": "Added the officer {who}.",
        "kept": "Updated the officer {who}.",
        "invited": "A temporary password was mailed to this address; it is good for three days.",
        "posts": "{who}: {posts}",
        "later": "An open session gets the new posts when it is refreshed, within 30 minutes.",
        "disabled": "Disabled {who}; an open session ends within 30 minutes.",
        "off": " (disabled)",
        "enrolled": "Wrote {count} officers into the rosters of their agencies.",
        "right": "What is counted for the officers of {agency} agrees with the queue.",
        "wrong": "{officer}: {counted} counted, {right} is right",
        "repaired": "Set right.",
        "dry": "Nothing was changed; add --repair to set it right.",
    },
}
_language = click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
_json = click.option("--json", "as_json", is_flag=True, help="For machines.")


@click.group()
def officers() -> None:
    """Officers and their posts."""


@officers.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As it stands on the timeline of dossiers.")
@click.option("--post", "posts", multiple=True, required=True, metavar="AGENCY:ROLE", help="May be repeated.")
@click.option("--password", help="For demos only; without it a temporary one is mailed to a new officer.")
@_language
@_json
def add_command(email: str, name: str, posts: tuple[str, ...], password: str | None, lang: str, as_json: bool) -> None:
    """Make an officer, or set the name and posts of the one there is.

    ROLE is reception, appraiser, approver, cashier, clerk or administrator.
    """
    with cloud():
        from chalicelib.services import accounts

        new = accounts.ensure_officer(email, name, posts, password)
    if as_json:
        _echo({"username": email.strip().lower(), "new": new, "invited": new and password is None})
        return
    words = _WORDS[lang]
    click.echo(words["added" if new else "kept"].format(who=email))
    if new and password is None:
        click.echo(words["invited"])


@officers.command("list")
@_language
@_json
def list_command(lang: str, as_json: bool) -> None:
    """All officers: address, name, posts."""
    with cloud():
        from chalicelib.services import accounts

        found = sorted(accounts.officers(), key=lambda officer: officer.username)
    if as_json:
        _echo({"officers": [_shape(officer) for officer in found]})
        return
    for officer in found:
        state = "" if officer.enabled else _WORDS[lang]["off"]
        click.echo(f"{officer.username}  {officer.name}  {' '.join(officer.posts)}{state}")


@officers.command("posts")
@click.argument("email")
@click.option("--set", "posts", multiple=True, required=True, metavar="AGENCY:ROLE", help="All of them; repeat it.")
@_language
@_json
def posts_command(email: str, posts: tuple[str, ...], lang: str, as_json: bool) -> None:
    """Replace all posts of an officer."""
    with cloud():
        from chalicelib.services import accounts

        officer = accounts.set_posts(email, posts)
    if as_json:
        _echo(_shape(officer))
        return
    words = _WORDS[lang]
    click.echo(words["posts"].format(who=officer.username, posts=" ".join(officer.posts)))
    click.echo(words["later"])


@officers.command("disable")
@click.argument("email")
@_language
@_json
def disable_command(email: str, lang: str, as_json: bool) -> None:
    """Let an officer log in no more; what they did stays under their name."""
    with cloud():
        from chalicelib.services import accounts

        accounts.disable_officer(email)
    if as_json:
        _echo({"username": email.strip().lower(), "enabled": False})
    else:
        click.echo(_WORDS[lang]["disabled"].format(who=email))


@officers.command("enrol")
@_language
@_json
def enrol_command(lang: str, as_json: bool) -> None:
    """Write every officer into the rosters of their agencies: after an upgrade, or when a command was interrupted."""
    with cloud():
        from chalicelib.services import accounts

        count = accounts.enrol_officers()
    if as_json:
        _echo({"officers": count})
    else:
        click.echo(_WORDS[lang]["enrolled"].format(count=count))


@officers.command("recount")
@click.argument("agency")
@click.option("--repair", is_flag=True, help="Set right what is wrong; without it nothing is changed.")
@_language
@_json
def recount_command(agency: str, repair: bool, lang: str, as_json: bool) -> None:
    """Compare the dossiers counted for each officer of AGENCY, by which they are assigned, with its queue."""
    with cloud():
        from chalicelib.services import present, teams

        wrong = teams.recount(agency, present.now(), repair=repair)
    if as_json:
        found = [{"officer": officer, "counted": counted, "right": right} for officer, counted, right in wrong]
        _echo({"agency": agency, "wrong": found, "repaired": repair})
        return
    words = _WORDS[lang]
    for officer, counted, right in wrong:
        click.echo(words["wrong"].format(officer=officer, counted=counted, right=right))
    click.echo(words["right"].format(agency=agency) if not wrong else words["repaired" if repair else "dry"])


def plant(file: Path = PEOPLE, silent: bool = False) -> list[dict[str, str]]:
    """Make the demo people of a seed file, again and again without harm; who they are, for showing.

    Each row has `who`, `username`, `password`, `name` and `posts`. For local clouds: their passwords are public.
    """
    from chalicelib.domain.account import Agreed, sign_up
    from chalicelib.services import accounts

    people: dict[str, Any] = json.loads(file.read_text("utf-8"))
    password = people["password"]
    rows: list[dict[str, str]] = []
    with bar(len(people["officers"]) + len(people["citizens"]), "people", silent) as progress:
        for officer in people["officers"]:
            accounts.ensure_officer(officer["email"], officer["name"], officer["posts"], password)
            rows.append(_row("officer", officer["email"], password, officer["name"], " ".join(officer["posts"])))
            progress.update(1)
        for citizen in people["citizens"]:
            agreed = [Agreed(**one) for one in citizen["consents"]]
            given = {"representative": None, **citizen, "consents": agreed, "password": password}
            form = sign_up(**given, today=accounts.today())
            accounts.ensure_citizen(form)
            rows.append(_row(form.kind, form.identity, password, form.name, ""))
            progress.update(1)
    return rows


def _row(who: str, username: str, password: str, name: str, posts: str) -> dict[str, str]:
    return {"who": who, "username": username, "password": password, "name": name, "posts": posts}


def _shape(officer: Any) -> dict[str, Any]:
    return {
        "username": officer.username,
        "name": officer.name,
        "posts": list(officer.posts),
        "enabled": officer.enabled,
        "status": officer.status,
    }


def _echo(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))

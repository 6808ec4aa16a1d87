"""`motcua sync`: what the national portal was told of dossiers, what waits, and how to go on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from chalicelib.domain.clock import ZONE
from chalicelib.domain.event import iso
from chalicelib.errors import FieldError, Invalid, NotFound
from infra.cli.cloud import cloud, quietly

if TYPE_CHECKING:
    from chalicelib.domain.sync import Cursor

_language = click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
_json = click.option("--json", "as_json", is_flag=True, help="For machines.")
_yes = click.option("--yes", is_flag=True, help="Do it; without this it is only said what would be done.")
MOST_DAYS = 366
_SAYS = {
    "vi": {
        "shard": "Phân đoạn {shard}: {behind} hồ sơ chờ, {refused} hồ sơ bị từ chối, cũ nhất {oldest}",
        "none": "không có",
        "refused": "  {dossier}  diễn biến {event}, mã {code}: {text}",
        "told": "{dossier}: đã báo {told}/{wanted} diễn biến",
        "due": "  báo tiếp lúc {due}",
        "would": "Sẽ báo lại {count} hồ sơ từ diễn biến đầu; thêm --yes để làm.",
        "done": "Đang báo lại {count} hồ sơ từ diễn biến đầu.",
        "retry": "{dossier}: báo tiếp trong một phút nữa.",
    },
    "en": {
        "shard": "Shard {shard}: {behind} dossiers behind, {refused} refused, the oldest since {oldest}",
        "none": "none",
        "refused": "  {dossier}  event {event}, code {code}: {text}",
        "told": "{dossier}: {told} of {wanted} events told",
        "due": "  goes on at {due}",
        "would": "{count} dossiers would be told anew from their first event; add --yes to do it.",
        "done": "{count} dossiers are told anew from their first event.",
        "retry": "{dossier}: goes on within a minute.",
    },
}


@click.group()
def sync() -> None:
    """What the national portal was told: status, show, retry, replay."""


@sync.command("status")
@click.option("--refused", default=20, show_default=True, help="Refused dossiers shown of each shard.")
@_language
@_json
def status_command(refused: int, lang: str, as_json: bool) -> None:
    """How much waits, since when, and what was refused; exit code 1 when a dossier waits for a person."""
    with cloud():
        from chalicelib.services import sync as service

        found = service.backlog(service.SHARDS)
        parked = service.refused(service.SHARDS, refused) if any(one.refused for one in found) else []
    if as_json:
        shards = [{**asdict(one), "oldest": iso(one.oldest) if one.oldest else None} for one in found]
        click.echo(json.dumps({"shards": shards, "refused": [_told(one) for one in parked]}, ensure_ascii=False))
    else:
        says = _SAYS[lang]
        for one in found:
            oldest = _moment(one.oldest) if one.oldest else says["none"]
            click.echo(says["shard"].format(shard=one.shard, behind=one.behind, refused=one.refused, oldest=oldest))
        for line in (_refusal(one, lang) for one in parked):
            click.echo(line)
    if parked:
        raise click.exceptions.Exit(1)


@sync.command("show")
@click.argument("code")
@_language
@_json
def show_command(code: str, lang: str, as_json: bool) -> None:
    """What was told of the dossier CODE."""
    with cloud():
        from chalicelib.services import sync as service

        cursor = service.cursor_of(_dossier(code))
    if as_json:
        click.echo(json.dumps(_told(cursor), ensure_ascii=False))
        return
    says = _SAYS[lang]
    click.echo(says["told"].format(dossier=code, told=cursor.told, wanted=cursor.wanted))
    if cursor.due:
        click.echo(says["due"].format(due=_moment(cursor.due)))
    if cursor.refusal:
        click.echo(_refusal(cursor, lang))


@sync.command("retry")
@click.argument("code")
@_language
@_json
def retry_command(code: str, lang: str, as_json: bool) -> None:
    """Go on with the dossier CODE, which was refused or has to wait, within a minute."""
    with cloud(), quietly():
        from chalicelib.services import present
        from chalicelib.services import sync as service

        cursor = service.retry(_dossier(code), present.now())
    click.echo(json.dumps(_told(cursor)) if as_json else _SAYS[lang]["retry"].format(dossier=code))


@sync.command("replay")
@click.argument("code", required=False)
@click.option("--from", "first", help="First day of filing, YYYY-MM-DD.")
@click.option("--to", "last", help="Last day of filing.")
@_yes
@_language
@_json
def replay_command(code: str | None, first: str | None, last: str | None, yes: bool, lang: str, as_json: bool) -> None:
    """Tell the dossier CODE, or all that were filed in a period, anew from their first event.

    Dossiers of a period are found by their codes, which are numbered by agency and day: nothing is scanned. What the
    national portal has already it knows again by the number of the event.
    """
    if bool(code) == bool(first or last):
        raise click.UsageError("give CODE, or --from and --to")
    with cloud(), quietly():
        from chalicelib.services import present
        from chalicelib.services import sync as service

        found = [_dossier(code)] if code else list(service.filed(_days(first, last)))
        for dossier_id in found if yes else ():
            service.replay(dossier_id, present.now())
    if as_json:
        click.echo(json.dumps({"dossiers": found, "done": yes}))
    else:
        click.echo(_SAYS[lang]["done" if yes else "would"].format(count=len(found)))


def _days(first: str | None, last: str | None) -> Iterable[date]:
    try:
        start, end = date.fromisoformat(first or ""), date.fromisoformat(last or first or "")
    except ValueError as error:
        raise Invalid("BadRequest", [FieldError.of("--from", "BadFormat")]) from error
    if not 0 <= (end - start).days < MOST_DAYS:
        raise Invalid(
            "BadRequest", [FieldError.of("--to", "OutOfRange", least=start, most=start + timedelta(days=365))]
        )
    return [start + timedelta(days=more) for more in range((end - start).days + 1)]


def _dossier(code: str) -> str:
    from chalicelib.storage import lists

    found = lists.by_code(code)
    if found is None:
        raise NotFound("DossierNotFound")
    return found.id


def _told(cursor: Cursor) -> dict[str, Any]:
    return {
        "dossier": cursor.dossier,
        "told": cursor.told,
        "wanted": cursor.wanted,
        "since": iso(cursor.since) if cursor.since else None,
        "due": iso(cursor.due) if cursor.due else None,
        "tries": cursor.tries,
        "refusal": asdict(cursor.refusal) if cursor.refusal else None,
    }


def _refusal(cursor: Cursor, lang: str) -> str:
    why = cursor.refusal
    if why is None:
        return ""
    return _SAYS[lang]["refused"].format(dossier=cursor.dossier, event=why.event, code=why.code, text=why.text)


def _moment(of: datetime) -> str:
    return of.astimezone(ZONE).strftime("%H:%M %d/%m/%Y")

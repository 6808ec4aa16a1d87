"""`motcua agencies`: publish the agency tree and the province's calendar, list the agencies."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import click

from infra.cli.catalogue import read_json
from infra.cli.cloud import cloud

_STATUS = {
    "vi": {"active": "đang hoạt động", "merged": "đã sáp nhập", "abolished": "đã giải thể"},
    "en": {"active": "active", "merged": "merged", "abolished": "abolished"},
}
_language = click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
_json = click.option("--json", "as_json", is_flag=True, help="For machines.")


@click.group()
def agencies() -> None:
    """The agency tree: publish, list."""


@agencies.command("publish")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--calendar", type=click.Path(path_type=Path), help="Publish this table of hours and holidays as well.")
@_language
@_json
def publish_command(file: Path, calendar: Path | None, lang: str, as_json: bool) -> None:
    """Check FILE (the whole tree) and publish it; with any defect nothing is published."""
    tree = read_json(file)
    table = None if calendar is None else read_json(calendar)
    with cloud():
        from chalicelib.domain.calendar import Calendar
        from chalicelib.services import calendars, present, publishing
        from infra.site import publishing as site

        if table is not None:
            Calendar.from_json(table)  # both are right before either is written
        count = publishing.publish_agencies(tree)
        if table is not None and publishing.publish_calendar(table):
            calendars.province_changed(str(uuid.uuid4()), present.now())  # open dossiers are counted again
        site.publish([entry["code"] for entry in publishing.listed() if entry["online"]])  # they name agencies
    if as_json:
        click.echo(json.dumps({"agencies": count, "calendar": table is not None}))
    else:
        click.echo(f"Đã công bố {count} cơ quan." if lang == "vi" else f"Published {count} agencies.")


@agencies.command("list")
@_language
@_json
def list_command(lang: str, as_json: bool) -> None:
    """The published tree: code, state, name."""
    with cloud():
        from chalicelib.services import catalogue

        tree = catalogue.agencies()
    if as_json:
        rows = [
            {"code": a.code, "name": a.name.to_json(), "kind": a.kind, "parent": a.parent, "status": a.status}
            for a in tree.values()
        ]
        click.echo(json.dumps({"agencies": rows}, ensure_ascii=False, indent=2))
        return
    for agency in tree.values():
        depth, above = 0, agency.parent
        while above is not None:
            depth, above = depth + 1, tree[above].parent
        state = "" if agency.active else f" ({_STATUS[lang][agency.status]} → {agency.successor})"
        click.echo(f"{'  ' * depth}{agency.code:<{18 - 2 * depth}} {getattr(agency.name, lang)}{state}")

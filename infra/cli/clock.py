"""`motcua clock`: reckon a due date and compare the table of holidays with the library. No cloud, no AWS import."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from chalicelib.domain.clock import ZONE, Calendar, Duration, Pause, due
from chalicelib.errors import FieldError, Invalid

SEED = Path(__file__).resolve().parent.parent / "seed"
TABLE = SEED / "calendar.json"
AGENCIES = SEED / "agencies.json"

_OPTIONS = {
    "start": "--from",
    "duration": "--for",
    "pauses": "--pause",
    "same_day_until": "--same-day-until",
    "hours": "--agency",
}
KINDS = {
    "vi": {
        "received": "tiếp nhận",
        "starts": "bắt đầu",
        "duration": "thời hạn",
        "counted": "tính",
        "skipped": "không tính",
        "pause": "tạm dừng",
        "period": "thời hạn",
        "moved": "chuyển ngày",
        "same_day": "trong ngày",
        "no_table": "lưu ý",
        "due": "hạn trả",
    },
    "en": {
        "received": "received",
        "starts": "starts",
        "duration": "period",
        "counted": "counted",
        "skipped": "skipped",
        "pause": "pause",
        "period": "period",
        "moved": "moved",
        "same_day": "same day",
        "no_table": "note",
        "due": "due",
    },
}


@click.group()
def clock() -> None:
    """Due dates by the legal clock, with the reckoning; holidays. Needs no cloud."""


@clock.command("due")
@click.option("--from", "start", required=True, metavar="MOMENT", help="Receipt, e.g. 2026-02-13T15:00 (Vietnam time).")
@click.option("--for", "duration", required=True, help='E.g. "3 working days", "8 working hours", "10 calendar days".')
@click.option("--pause", "pauses", multiple=True, metavar="A/B", help="The citizen held the dossier; may be repeated.")
@click.option("--same-day-until", metavar="HH:MM", help="Same-day service: received by then, due at closing that day.")
@click.option("--agency", metavar="CODE", help="Use this agency's opening hours.")
@click.option("--agencies", type=click.Path(path_type=Path), default=AGENCIES, help="Another list of agencies.")
@click.option("--calendar", "table", type=click.Path(path_type=Path), help="Another table of hours and holidays.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help='{"due": …, "explanation": […]}')
def due_command(
    start: str,
    duration: str,
    pauses: tuple[str, ...],
    same_day_until: str | None,
    agency: str | None,
    agencies: Path,
    table: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """When a dossier is due, and how that was reckoned, day by day."""
    hours = None if agency is None else _agency_hours(agency, agencies)
    limit = None if same_day_until is None else _time(same_day_until)
    held = [_pause(text) for text in pauses]
    calendar = load_calendar(table or TABLE)
    try:
        calendar = calendar.with_hours(hours)
        result = due(_moment(start, "--from"), Duration.parse(duration), calendar, held, limit)
    except Invalid as error:
        raise _by_option(error) from error
    if as_json:
        answer = {"due": result.at.isoformat(), "explanation": list(result.explanation)}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    kinds = KINDS[lang]
    width = max(map(len, kinds.values()))
    for item in result.explanation:
        click.echo(f"{kinds[item['kind']]:<{width}}  {item[lang]}")


@clock.command("holidays")
@click.option("--year", type=click.IntRange(2001, 2198), required=True)
@click.option("--calendar", "table", type=click.Path(path_type=Path), help="Another table of hours and holidays.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True)
def holidays_command(year: int, table: Path | None, lang: str, as_json: bool) -> None:
    """What the library `holidays` says of a year beside our table; every difference is marked."""
    rows = compare_holidays(year, load_calendar(table or TABLE))
    if as_json:
        answer = {"year": year, "rows": rows, "differences": sum(not row["same"] for row in rows)}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for row in rows:
        ours, library = (row[side][lang] if row[side] else "-" for side in ("table", "library"))
        kinds = "/".join(sorted({row[side]["kind"] for side in ("table", "library") if row[side]}))
        click.echo(f"{' ' if row['same'] else '!'} {row['date']} {row['weekday']}  {kinds:<7} {ours}  |  {library}")


def load_calendar(path: Path) -> Calendar:
    """The province's table in a file; what is wrong with the file is said under --calendar."""
    document = _read_json(path, "--calendar")
    try:
        return Calendar.from_json(document)
    except Invalid as error:
        raise Invalid(
            error.code, [FieldError(f"--calendar {field.field}", field.code, field.params) for field in error.fields]
        ) from error


def compare_holidays(year: int, calendar: Calendar) -> list[dict[str, Any]]:
    """A row for each date of the year on which the table or the library has something to say (off or worked)."""
    try:
        import holidays  # a development package: the deployed code never needs it
    except ImportError as error:
        raise click.ClickException("pip install holidays (see requirements-dev.txt), then run this again") from error
    vi, en = (holidays.country_holidays("VN", years=year, language=language) for language in ("vi", "en_US"))
    rows = []
    for offset in range((date(year, 12, 31) - date(year, 1, 1)).days + 1):
        on = date(year, 1, 1) + timedelta(days=offset)
        ours: dict[str, str] | None = None
        theirs: dict[str, str] | None = None
        day = calendar.day(on)
        if day.name is not None:
            ours = {"kind": "worked" if day.periods else "off", **day.name.to_json()}
        if on in vi:
            theirs = {"kind": "off", "vi": str(vi[on]), "en": str(en[on])}
        elif on in vi.weekend_workdays:
            theirs = {"kind": "worked", "vi": "Ngày làm bù", "en": "Worked make-up day"}
        if ours or theirs:
            same = (ours or {}).get("kind") == (theirs or {}).get("kind")
            rows.append({"date": str(on), "weekday": f"{on:%a}", "table": ours, "library": theirs, "same": same})
    return rows


def _agency_hours(code: str, path: Path) -> Mapping[str, Any] | None:
    """The agency's own hours or the next ones above it in the tree, as the portal does; None for the province's."""
    agencies = _read_json(path, "--agencies").get("agencies")
    if not isinstance(agencies, list) or not all(isinstance(agency, dict) for agency in agencies):
        raise _wrong("--agencies", "WrongType")
    tree = {str(agency.get("code")): agency for agency in agencies}
    wanted = code.strip().upper()
    if wanted not in tree:
        raise _wrong("--agency", "AgencyUnknown", agency=code[:40], known=", ".join(list(tree)[:5]))
    # Taken out of the tree on the way up, so that a list with a circle ends as well.
    while (found := tree.pop(wanted, None)) is not None:
        if found.get("hours") is not None:
            hours: Mapping[str, Any] = found["hours"]
            return hours
        wanted = str(found.get("parent"))
    return None


def _read_json(path: Path, option: str) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(option, "FileUnreadable", path=str(path)) from error
    except json.JSONDecodeError as error:
        raise _wrong(option, "FileNotJson", path=str(path), line=error.lineno) from error
    if not isinstance(document, dict):
        raise _wrong(option, "WrongType")
    return document


def _moment(text: str, option: str) -> datetime:
    """An ISO date or moment; one without an offset is Vietnamese local time, a bare date is its midnight."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise _wrong(option, "BadMoment", text=text[:40]) from error
    return at if at.tzinfo is not None else at.replace(tzinfo=ZONE)


def _pause(text: str) -> Pause:
    start, slash, end = text.partition("/")
    if not slash or "/" in end:
        raise _wrong("--pause", "BadPause", text=text[:80])
    return Pause(_moment(start, "--pause"), _moment(end, "--pause") if end.strip() else None)


def _time(text: str) -> time:
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()
    except ValueError as error:
        raise _wrong("--same-day-until", "BadTime") from error


def _by_option(error: Invalid) -> Invalid:
    """The same refusal with the options' names in place of the fields'."""

    def named(field: FieldError) -> FieldError:
        option = _OPTIONS.get(field.field.split("[")[0].split(".")[0], field.field)
        return FieldError(option, field.code, field.params)

    return Invalid(error.code, [named(field) for field in error.fields], **error.params)


def _wrong(option: str, code: str, **params: Any) -> Invalid:
    return Invalid(fields=[FieldError(option, code, params)])

"""`motcua ops`: look at a dossier wherever it leaves traces, find what is stuck, and set it going again.

Whatever changes something is a dry run until `--yes` is given, and asks for a reason. Every use is recorded: who, what,
when, why (`motcua ops log`). Nothing personal of an applicant is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import click

from infra.cli.cloud import cloud, quietly
from infra.cli.ops_words import WORDS, page

Json = dict[str, Any]
Decorator = Callable[[Callable[..., None]], Callable[..., None]]
_language = click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
_json = click.option("--json", "as_json", is_flag=True, help="For machines.")
_reason = click.option("--reason", required=True, help="Why; it is recorded.")
_yes = click.option("--yes", is_flag=True, help="Do it. Without this it is only said what would be done.")
_which = click.argument("dossier", metavar="DOSSIER")


def _act(function: Callable[..., None]) -> Callable[..., None]:
    """What every command has that changes something."""
    for option in (_json, _language, _yes, _reason):
        function = option(function)
    return function


@click.group()
def ops() -> None:
    """Dossiers that are stuck: show, find, set going again. DOSSIER is a code or an id."""


@contextmanager
def _use(what: str, about: str = "", reason: str = "", *, dry: bool = False) -> Iterator[Any]:
    """The cloud at hand and the use on record; gives the present moment."""
    with cloud(), quietly():
        from chalicelib.services import present
        from infra.operations import audit

        now = present.now()
        with audit.recorded(what, now, about=about, reason=reason, dry=dry):
            yield now


@ops.command("show")
@_which
@_language
@_json
def show_command(dossier: str, lang: str, as_json: bool) -> None:
    """One dossier across table, workflow, outbox, refunds and parcels."""
    with _use("show", dossier):
        from infra.operations import seen

        found = seen.everything(seen.find(dossier).id)
    _say(found, as_json, page(found, lang))


@ops.command("stuck")
@click.option("--older", "minutes", type=click.IntRange(0), default=15, show_default=True, help="Minutes overdue.")
@click.option("--most", type=click.IntRange(1, 200), default=20, show_default=True, help="Rows of a kind.")
@_language
@_json
def stuck_command(minutes: int, most: int, lang: str, as_json: bool) -> None:
    """What waits longer than it should: effects, deadlines, uploads, checks, signings, dead letters."""
    with _use("stuck") as now:
        from infra.operations import stuck

        found = stuck.by_kind(now, timedelta(minutes=minutes), most)
    words, lines = WORDS[lang], []
    for kind, part in found.items():
        lines.append(f"{words[kind]}: {len(part['found'])}{'+' if part['more'] else ''}")
        lines += [f"  {'  '.join(str(v) for k, v in row.items() if k != 'url')}" for row in part["found"]]
    _say(found, as_json, lines)


@ops.command("requeue")
@_which
@click.argument("effect", default="")
@click.option("--event", "number", type=int, help="Ask again for an effect of this event that was performed before.")
@_act
def requeue_command(
    dossier: str, effect: str, number: int | None, reason: str, yes: bool, lang: str, as_json: bool
) -> None:
    """Perform the effects that lie in the outbox (all, or of one kind) now; with --event one that was performed."""
    if number is not None and not effect:
        raise click.UsageError("--event needs the effect that is to be asked for again.")
    with _use("requeue", f"{dossier} {effect}".strip(), reason, dry=not yes) as now:
        from infra.operations import acts, seen

        found = seen.find(dossier).id
        names = acts.waiting(found, effect) if number is None else [acts.again(found, effect, number)]
        left = acts.requeue(found, names, now, anew=number is not None) if yes else names
    done = [name for name in names if name not in left]
    words = WORDS[lang]
    lines = [*(f"{words['performed']}: {name}" for name in done), *(f"{words['waits']}: {name}" for name in left)]
    _told({"performed": done, "left": left}, as_json, yes, lang, lines or [words["nothing"]])


@ops.command("redrive")
@_which
@_act
def redrive_command(dossier: str, reason: str, yes: bool, lang: str, as_json: bool) -> None:
    """Let a failed run of the workflow go on from where it failed (AWS only)."""
    with _use("redrive", dossier, reason, dry=not yes):
        from infra.operations import acts, seen

        found = seen.find(dossier).id
        run = acts.run_of(found)
        if yes:
            acts.redrive(found)
    _told({"execution": run.name, "status": run.status}, as_json, yes, lang, [f"{run.name}: {run.status}"])


@ops.command("restart")
@_which
@click.option("--force", is_flag=True, help="End a run that goes on first.")
@_act
def restart_command(dossier: str, force: bool, reason: str, yes: bool, lang: str, as_json: bool) -> None:
    """Start the next attempt of the workflow, in the state in which the dossier is."""
    with _use("restart", dossier, reason, dry=not yes) as now:
        from infra.operations import acts, seen

        found = seen.find(dossier)
        name = acts.restart(found.id, now, force=force) if yes else ""
    _told({"state": found.state.value, "execution": name}, as_json, yes, lang, [name or found.state.value])


@ops.command("recompute")
@_which
@click.option("--reason", default="", help="Why; it is recorded. Asked for with --yes.")
@_yes
@_language
@_json
def recompute_command(dossier: str, reason: str, yes: bool, lang: str, as_json: bool) -> None:
    """The due date as kept, and as the agency's present calendar makes it; with --yes a later one is set."""
    if yes and not reason:
        raise click.UsageError("--yes needs --reason.")
    with _use("recompute", dossier, reason, dry=not yes) as now:
        from infra.operations import acts, seen

        which = seen.find(dossier).id
        found = seen.recomputed(which)
        moved = yes and acts.recompute(which, now)
    words = WORDS[lang]
    lines = [f"{words[name]}: {found[name]}" for name in ("kept", "computed", "moves_to") if found[name]]
    if not found["moves_to"]:
        stands = "earlier" if found["computed"] < found["kept"] else "stands"
        lines.append(words["same" if found["kept"] == found["computed"] else stands])
    head = words["done" if moved else "unchanged" if yes or not found["moves_to"] else "dry"]
    _say({"dry": not yes, "moved": moved, **found}, as_json, [head, *lines])


@ops.group("dead-letters")
def dead_letters() -> None:
    """What a function could not do however often it was asked."""


@dead_letters.command("list")
@click.argument("queue", default="")
@click.option("--most", type=click.IntRange(1, 200), default=20, show_default=True)
@_language
@_json
def list_letters_command(queue: str, most: int, lang: str, as_json: bool) -> None:
    """The queues with how many letters lie there; of one QUEUE (relay, inspect, …) its letters."""
    with _use("dead-letters list", queue):
        from infra.operations import letters

        if queue:
            found = [
                {"id": one.id, "stream": one.stream, "error": one.error}
                for one in letters.read(letters.queue_of(queue), most)
            ]
        else:
            found = [{"queue": one.name, "count": one.count} for one in letters.queues()]
    _say(
        {"items": found},
        as_json,
        ["  ".join(str(value) for value in one.values()) for one in found] or [WORDS[lang]["nothing"]],
    )


@dead_letters.command("replay")
@click.argument("queue")
@click.option("--most", type=click.IntRange(1, 200), default=20, show_default=True)
@_act
def replay_command(queue: str, most: int, reason: str, yes: bool, lang: str, as_json: bool) -> None:
    """Ask the function of QUEUE again for each letter, and take the letter away."""
    with _use("dead-letters replay", queue, reason, dry=not yes):
        from infra.operations import letters

        found = letters.queue_of(queue)
        count = letters.replay(found, most) if yes else min(found.count, most)
    _told({"queue": queue, "letters": count}, as_json, yes, lang, [f"{queue}: {count}"])


@ops.command("log")
@click.option("--month", metavar="YYYY-MM", help="The present one when left out.")
@click.option("--most", type=click.IntRange(1, 1000), default=50, show_default=True)
@_language
@_json
def log_command(month: str | None, most: int, lang: str, as_json: bool) -> None:
    """Who used this command, for what and why; newest first."""
    with cloud(), quietly():
        from chalicelib.services import present
        from infra.operations import audit

        found = audit.uses(month or f"{present.now():%Y-%m}", most)
    trial = WORDS[lang]["trial"]
    lines = [
        f"{one['at']}  {one['who']}  {one['what']} {one['about']}  {one.get('outcome', '?')}"
        f"{f'  ({trial})' if one['dry'] else ''}{'  ' + one['reason'] if one['reason'] else ''}"
        for one in found
    ]
    _say({"items": found}, as_json, lines or [WORDS[lang]["nothing"]])


def _told(value: Json, as_json: bool, yes: bool, lang: str, lines: list[str]) -> None:
    """An act: what was done, or, in a dry run, what would be."""
    said = [WORDS[lang]["done" if yes else "dry"], *lines]
    _say({"dry": not yes, **value}, as_json, said)


def _say(value: Json, as_json: bool, lines: list[str]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))

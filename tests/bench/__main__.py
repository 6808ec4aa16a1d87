"""Prints the figures. Nothing here is a test: the machine that runs it may be busy."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout

import click

from infra.local.testing import prepare

prepare()


def _calls() -> Iterable[str]:
    from tests.bench import calls

    with calls.opened() as portal:
        lines = list(calls.measured(portal))
    return calls.table(lines)


def _cold() -> Iterable[str]:
    from tests.bench import cold

    return cold.table()


def _cost() -> Iterable[str]:
    from tests.bench import cost

    return cost.table()


def _imports() -> Iterable[str]:
    from tests.bench import imports

    return imports.table()


def _submit() -> Iterable[str]:
    from tests.bench import submit

    return submit.table()


def _reconciling() -> Iterable[str]:
    from tests.bench import reconciling

    return reconciling.table()


def _site() -> Iterable[str]:
    from tests.bench import site

    return site.table()


def _transitions() -> Iterable[str]:
    from tests.bench import transitions

    return transitions.table()


def _sweep() -> Iterable[str]:
    from tests.bench import sweep

    return sweep.table()


def _verifying() -> Iterable[str]:
    from tests.bench import verifying

    return verifying.table()


FIGURES: dict[str, tuple[str, Callable[[], Iterable[str]]]] = {
    "calls": ("AWS calls per request", _calls),
    "cold": ("Init and first request of a function, packed by us, by stock Chalice, and bare", _cold),
    "cost": ("What a dossier costs", _cost),
    "imports": ("What importing the application costs", _imports),
    "reconciling": ("A settlement file read into the ledger on the local cloud", _reconciling),
    "site": ("Pages at 400 kbit/s and 400 ms, processor at a quarter of its speed, cold cache", _site),
    "transitions": ("Step Functions: state transitions of a dossier's review, and their cost", _transitions),
    "sweep": ("What the sweeper reads, among 100 and 100,000 open dossiers", _sweep),
    "verifying": ("Digital signatures verified, in a child process that runs already", _verifying),
    "submit": ("A submission on the local cloud, in milliseconds", _submit),
}


@click.command()
@click.argument("figures", nargs=-1, type=click.Choice(list(FIGURES)))
def main(figures: tuple[str, ...]) -> None:
    """Print all figures, or those named."""
    from chalicelib.telemetry import logger

    logger.setLevel(logging.ERROR)
    for name in figures or FIGURES:
        title, figure = FIGURES[name]
        click.echo(f"\n{title}\n")
        with redirect_stdout(io.StringIO()):  # metrics go to the standard output
            lines = list(figure())
        for line in lines:
            click.echo(line)


if __name__ == "__main__":
    main()

"""`python -m infra.local`: the local cloud until Ctrl-C."""

from __future__ import annotations

import argparse
import gc
import json
import logging
import sys
import time
from pathlib import Path

from infra.local import start
from infra.local.environment import credentials
from infra.local.metrics import Tap


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="Motcua's cloud in one process.")
    parser.add_argument("--port", type=int, default=8000, help="site and API (a free port if taken; 0: any)")
    parser.add_argument("--aws-port", type=int, default=5055, help="AWS endpoint (a free port if taken; 0: any)")
    parser.add_argument("--data", type=Path, help="folder that keeps everything between runs; otherwise in memory")
    parser.add_argument("--dist", type=Path, help="folder of the built site, if not web/dist")
    parser.add_argument("--no-seed", action="store_true", help="start empty")
    parser.add_argument(
        "--second-factor", action="store_true", help="officers log in with an authenticator app, as in production"
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON when ready, and nothing else")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    terminal, sys.stdout = sys.stdout, Tap(sys.stderr)  # what functions log goes where a terminal's reader can part it
    began = time.monotonic()
    gc.set_threshold(100_000, 50, 50)  # moto is a million objects that stay; to go through them often costs a tenth
    from infra.local.cloud import signals
    from infra.local.gateway import DIST
    from infra.local.snapshot import FolderInUse

    try:
        cloud = start(
            port=given.port,
            aws_port=given.aws_port,
            data=given.data,
            seed=not given.no_seed,
            dist=given.dist,
            second_factor=given.second_factor,
        )
    except FolderInUse as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with cloud:
        exported = {**credentials(), **cloud.environment}
        told = {
            "url": cloud.url,
            "aws_url": cloud.aws_url,
            "outbox": f"{cloud.url}/sandbox/outbox",
            "accounts": cloud.accounts,
            "environment": exported,
            "site": ((given.dist or DIST) / "index.html").is_file(),
            "seconds": round(time.monotonic() - began, 1),
        }
        wait = signals()  # before anybody is told that it runs, and may end it
        terminal.write(json.dumps(told) + "\n" if given.json else _banner(told, given.data))
        terminal.flush()
        wait()
    return 0


def _banner(told: dict[str, object], data: Path | None) -> str:
    accounts = told["accounts"]
    environment = told["environment"]
    assert isinstance(accounts, list) and isinstance(environment, dict)
    lines = [
        "",
        f"  Motcua is ready after {told['seconds']} s.",
        "",
        f"  Site        {told['url']}/{'' if told['site'] else '   not built (`make web`, needs Node 20): API only'}",
        f"  API         {told['url']}/api",
        f"  Sandbox     {told['url']}/sandbox",
        f"  Mails, SMS  {told['outbox']}",
        f"  AWS         {told['aws_url']}",
        f"  Data        {data if data else 'in memory; DATA=<folder> keeps it'}",
        "",
    ]
    if accounts:
        lines += ["  Demo accounts", ""]
        wide = max(len(each["username"]) for each in accounts)
        lines += [f"    {each['username']:<{wide}}  {each['password']}  {each['who']}" for each in accounts]
        lines += [""]
    lines += ["  For the command motcua in another terminal:", ""]
    lines += [f"    export {name}={value}" for name, value in sorted(environment.items())]
    return "\n".join([*lines, "", "  Ctrl-C ends it.", "", ""])


if __name__ == "__main__":
    sys.exit(main())

"""`python -m infra.privileges [--missing] FILE …`: compare what was noted with the roles; 1 when they differ.

The files are those that the tests and the story leave in build/calls, or answers of /sandbox/calls. With
`--missing` only what is not allowed counts: one run does not do everything.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.local.testing import PARAMETERS
from infra.privileges import policies, reasons


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.privileges")
    parser.add_argument("--missing", action="store_true", help="look for what is missing alone")
    parser.add_argument("files", nargs="+", type=Path, help="what was noted")
    given = parser.parse_args(argv)
    template = policies.resolved(PARAMETERS)
    roles, granted = policies.roles(template), policies.grants(template)
    names = {template.function_name(name): name for name in roles if name != "APIHandler"}
    needed: dict[str, list[tuple[str, str, str]]] = {}
    unknown: set[str] = set()
    for file in given.files:
        noted = json.loads(file.read_text("utf-8"))
        unknown |= set(noted["unknown"])
        for function, (action, resource, leading) in noted["calls"]:
            needed.setdefault(names.get(function, function), []).append((action, resource, leading))
    found = policies.compare(needed, granted, roles)
    problems = [f"unknown   {problem}" for problem in sorted(unknown)]
    missing = sorted({(function, need[0], need[1].partition("/")[0], need) for function, need in found.missing})
    problems += [f"missing   {function}: {' '.join(need)}" for function, _, _, need in missing]
    if not given.missing:
        unseen = sorted(roles.keys() - needed.keys())
        problems += [f"unseen    {function} was called by no test and no story" for function in unseen]
        problems += [f"unused    {grant}" for grant in found.unused if not reasons.reason(grant)]
        problems += [f"idle list {line}" for line in reasons.idle(granted, found.unused)]
    sys.stdout.write("".join(f"  {problem}\n" for problem in problems))
    asked = len({(function, need) for function, needs in needed.items() for need in needs})
    sys.stdout.write(f"  {len(needed)} functions, {asked} permissions needed, {len(problems)} problems\n")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())

"""`python -m infra.privileges FILE`: compare what was noted (/sandbox/calls) with the roles; 1 when they differ."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from infra.local.testing import PARAMETERS
from infra.privileges import policies, reasons


def main() -> int:
    noted = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    template = policies.resolved(PARAMETERS)
    names = {template.function_name(name): name for name in policies.roles(template) if name != "APIHandler"}
    needed: dict[str, list[tuple[str, str, str]]] = {}
    for function, (action, resource, leading) in noted["calls"]:
        needed.setdefault(names.get(function, function), []).append((action, resource, leading))
    found = policies.compare(needed, policies.grants(template), policies.roles(template))
    for problem in noted["unknown"]:
        sys.stdout.write(f"  unknown   {problem}\n")
    for function, (action, resource, leading) in found.missing:
        sys.stdout.write(f"  missing   {function}: {action} on {resource} {leading}\n")
    unexplained = [grant for grant in found.unused if not reasons.reason(grant)]
    for grant in unexplained:
        sys.stdout.write(f"  unused    {grant}\n")
    for line in reasons.idle(found.unused):
        sys.stdout.write(f"  no longer needed in infra/privileges/reasons.py: {line}\n")
    asked = sum(len(each) for each in needed.values())
    sys.stdout.write(
        f"  {len(needed)} functions, {asked} permissions needed, {len(found.unused)} unused with a reason\n"
    )
    return int(bool(noted["unknown"] or found.missing or unexplained or reasons.idle(found.unused)))


if __name__ == "__main__":
    sys.exit(main())

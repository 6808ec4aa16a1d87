"""`python -m infra.deploy deploy|rollback|remove|environment STAGE`; `make deploy`, `make rollback`, `make remove`.

Credentials are found as boto3 finds them (environment, profile, single sign-on, role of the machine). Ends with 1 when
something was refused or the smoke test failed.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import yaml

from infra.deploy import EDGE_REGION, Refused, release, removal, site, smoke, stages
from infra.deploy.steps import Deployment
from infra.local.template import EDGE, load

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "web" / "dist"
_ROUNDS, _BETWEEN = 6, 10.0  # looks of the smoke test, seconds between two: an edge may still be learning


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def ask(question: str) -> bool:
    if not sys.stdin.isatty():
        tell(f"{question} Nobody is there to answer; YES=1 answers for them")
        return False
    return input(f"{question} [yes/no] ").strip().lower() in ("yes", "y")


def packaged(stage: str) -> tuple[Path, Mapping[str, Any]]:
    """The folder that `make package` made, and its template."""
    folder = ROOT / "build" / stage
    file = folder / "sam.yaml"
    if not file.is_file():
        raise Refused(f"build/{stage} is not packaged: make package STAGE={stage}")
    template: Mapping[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return folder, template


def plan(stage: stages.Stage, folder: Path, main: Mapping[str, Any], dist: Path = DIST) -> None:
    """Everything that a deployment would begin with, without a call to AWS."""
    tell(f"stage {stage.name} in {stage.region}; edge in {EDGE_REGION}")
    for sentence in stages.unfit(stage):
        tell(f"  not ready: {sentence}")
    for name in sorted(release.local_files(main)):
        content = (folder / name).read_bytes()
        tell(f"  would upload {len(content) / 1e6:6.1f} MB  {name} as {release.key_of(name, content)}")
    for name, body in ((stage.stack, main), (stage.edge_stack, load(EDGE))):
        size = len(json.dumps(body, ensure_ascii=False).encode())
        tell(f"  would change the stack {name}: {len(body['Resources'])} resources, {size / 1000:.0f} kB")
    for part in ("main", "edge"):
        for name, value in sorted(getattr(stage, part).items()):
            tell(f"  {part}.{name} = {value}")
    if (dist / "index.html").is_file():
        files = [(p.relative_to(dist).as_posix(), p.read_bytes()) for p in dist.rglob("*") if p.is_file()]
        tell(f"  would publish {len(site.files(files))} files of the site")
    tell("  then look at it as a visitor does; nothing was done now")


def look(found: Mapping[str, str], walled: bool) -> bool:
    """The smoke test, told line by line; whether the stage is well."""
    visitor = smoke.Visitor(found["Address"], found["PaperOrigins"], found["ApiDomain"] if walled else "")
    for left in reversed(range(_ROUNDS)):
        checks = list(visitor.look())
        if left == 0 or not any(check.wrong for check in checks):
            break
        time.sleep(_BETWEEN)
    for check in checks:
        tell(f"  {'ok   ' if not check.wrong else 'WRONG'} {check.name}{': ' + check.wrong if check.wrong else ''}")
    return not any(check.wrong for check in checks)


def catalogue(deployment: Deployment, bucket: str) -> None:
    """Publish the sample agencies and procedures, where there are none and the stage wants them."""
    if site.has_catalogue(deployment.client("s3"), bucket):
        return
    if not deployment.stage.catalogue:
        deployment.tell("  no catalogue is published yet: docs/operating.md says how, and how to add officers")
        return
    seed = ROOT / "infra" / "seed"
    motcua = str(Path(sys.executable).with_name("motcua"))
    environment = {**os.environ, **deployment.environment()}
    for words in (
        ["agencies", "publish", str(seed / "agencies.json"), "--calendar", str(seed / "calendar.json")],
        ["catalogue", "publish", *map(str, sorted((seed / "procedures").glob("*.json")))],
    ):
        subprocess.run([motcua, *words], env=environment, check=True)


def close(deployment: Deployment, found: Mapping[str, str]) -> int:
    stage = deployment.stage
    catalogue(deployment, found["SiteBucketName"])
    well = look(found, stage.walled)
    tell("")
    tell(f"  site        {found['Address']}")
    tell(f"  API         {found['Address']}/api/health")
    tell(f"  dashboards  CloudWatch, {stage.region}, names that begin with {stage.stack}")
    tell(f'  motcua      eval "$(python -m infra.deploy environment {stage.name})"')
    if stage.edge.get("DomainName") and not stage.edge.get("HostedZoneId"):
        tell(f"  DNS         {stage.edge['DomainName']} CNAME {found['DistributionDomain']}")
    if not well:
        tell(f"  The stage is not well: make rollback STAGE={stage.name}")
    return int(not well)


def run(arguments: argparse.Namespace) -> int:
    stage = stages.read(arguments.stage, arguments.region or None)
    if arguments.verb == "deploy" and arguments.dry_run:
        plan(stage, *packaged(stage.name))
        return 0
    yes = arguments.yes
    deployment = Deployment(
        stage, boto3.client, (lambda question: True) if yes else ask, tell, arguments.accept.replace(",", " ").split()
    )
    if arguments.verb == "environment":
        for name, value in sorted(deployment.environment().items()):
            tell(f"export {name}={shlex.quote(value)}")
        return 0
    if arguments.verb == "remove":
        removal.allowed(stage, boto3.client)
        if not yes and not ask(f"Delete {stage.stack} in {stage.region} with everything it holds?"):
            raise Refused("nothing was removed")
        removal.remove(stage, boto3.client, EDGE_REGION, tell)
        return 0
    if unfit := stages.unfit(stage):
        raise Refused(f"infra/stages/{stage.name}.json is not ready:\n  " + "\n  ".join(unfit))
    if arguments.verb == "rollback":
        return close(deployment, deployment.rollback())
    folder, main = packaged(stage.name)
    return close(deployment, deployment.deploy(deployment.assemble(folder, main, load(EDGE), DIST)))


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__)
    made.add_argument("verb", choices=("deploy", "rollback", "remove", "environment"))
    made.add_argument("stage")
    made.add_argument("--region", default="", help="instead of the one in the stage's file")
    made.add_argument("--yes", action="store_true", help="do not ask")
    made.add_argument("--accept", default="", help="resources that may be replaced as far as CloudFormation can tell")
    made.add_argument("--dry-run", action="store_true", help="say what would be done; asks AWS nothing")
    return made


def main() -> int:
    try:
        return run(parser().parse_args())
    except Refused as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())

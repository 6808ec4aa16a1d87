"""What is said about a stage in infra/stages/<stage>.json.

`region`, `keeps` (a stage of real people: it cannot be removed and its stacks are protected), `catalogue` (publish the
sample agencies and procedures when there are none yet), parameters of the two templates (`main`, `edge`), `tags`.
Nothing secret stands there: secrets lie in Parameter Store and Secrets Manager (docs/operating.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.deploy import Refused
from infra.local.template import EDGE, load
from infra.monitoring.resources import whole

FOLDER = Path(__file__).resolve().parents[1] / "stages"
_KEYS = {"region", "keeps", "catalogue", "main", "edge", "tags"}
# Set by the deployment itself.
_OURS = {"Stage", "EdgeSecret", "SiteDomain", "ApiDomain", "PaperOrigins", "LogsBucketArn"}


@dataclass(frozen=True)
class Stage:
    """A stage as its file has it. `main` and `edge` are parameters of the templates, all as text."""

    name: str
    region: str
    keeps: bool
    catalogue: bool
    main: Mapping[str, str]
    edge: Mapping[str, str]
    tags: Mapping[str, str]

    @property
    def stack(self) -> str:
        return f"motcua-{self.name}"

    @property
    def edge_stack(self) -> str:
        return f"motcua-{self.name}-edge"

    @property
    def walled(self) -> bool:
        return self.edge.get("Firewall", "on") == "on"


def read(name: str, region: str | None = None, folder: Path = FOLDER) -> Stage:
    """The stage; `region` overrides its file's. Refused when the file is missing or names what there is not."""
    file = folder / f"{name}.json"
    if not file.is_file():
        raise Refused(f"{file.name} is not there: copy another stage's in {file.parent.name}/ and change it")
    said = json.loads(file.read_text("utf-8"))
    if unknown := set(said) - _KEYS:
        raise Refused(f"{file.name}: nobody reads {', '.join(sorted(unknown))}")
    if missing := _KEYS - set(said):
        raise Refused(f"{file.name} lacks {', '.join(sorted(missing))}")
    for part, template in (("main", whole(load())), ("edge", load(EDGE))):
        known = set(template["Parameters"]) - _OURS
        if unknown := set(said[part]) - known:
            raise Refused(f"{file.name}: the template ({part}) has no parameter {', '.join(sorted(unknown))}")
    return Stage(
        name=name,
        region=region or said["region"],
        keeps=said["keeps"],
        catalogue=said["catalogue"],
        main={key: str(value) for key, value in said["main"].items()},
        edge={key: str(value) for key, value in said["edge"].items()},
        tags={"Project": "motcua", "Stage": name, **said["tags"]},
    )


def unfit(stage: Stage) -> list[str]:
    """What stands against letting real people in, in sentences; empty for a stage that keeps nothing."""
    if not stage.keeps:
        return []
    found = [
        f"{part}.{name} is still an example: {value}"
        for part in ("main", "edge")
        for name, value in getattr(stage, part).items()
        if value.endswith(".invalid")
    ]
    if stage.main.get("MalwareScanner", "guardduty") != "guardduty":
        found.append("main.MalwareScanner must be guardduty where people upload papers")
    if not stage.walled:
        found.append("edge.Firewall must be on")
    if stage.edge.get("DomainName") and not stage.edge.get("CertificateArn"):
        found.append("edge.CertificateArn is empty: the name needs a certificate in us-east-1")
    if stage.edge.get("DomainName") and stage.main.get("PublicUrl") != f"https://{stage.edge['DomainName']}":
        found.append("main.PublicUrl and edge.DomainName must name the same origin")
    if not stage.main.get("PagesMail"):
        found.append("main.PagesMail is empty: nobody would be woken by an alarm")
    return found

"""A deployment from beginning to end, and the way back.

The main stack comes first: the edge names its bucket and its API. A stage without a name of its own learns its address
from the edge, and its functions in a second, small change of the main stack.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from infra.deploy import EDGE_REGION, Client, Refused, Tell, release, site, stack
from infra.deploy.release import Release
from infra.deploy.stages import Stage

_HANDED_ON = ("SiteDomain", "ApiDomain", "PaperOrigins", "LogsBucketArn")  # outputs of main, parameters of the edge
_MOST_IN_REQUEST = 51_200  # bytes of a template

Ask = Callable[[str], bool]


@dataclass
class Deployment:
    """One stage in one account, and who is asked and told."""

    stage: Stage
    clients: Client
    ask: Ask
    tell: Tell
    accepted: Collection[str] = ()
    _made: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str = "") -> Any:
        where = region or self.stage.region
        if (service, where) not in self._made:
            self._made[service, where] = self.clients(service, region_name=where)
        return self._made[service, where]

    @property
    def bucket(self) -> str:
        account = self.client("sts").get_caller_identity()["Account"]
        return release.bucket_name(account, self.stage.region)

    # ---- The parts --------------------------------------------------------------------------------------------------

    def assemble(self, folder: Path, main: Mapping[str, Any], edge: Mapping[str, Any], dist: Path) -> Release:
        """Upload the packages of `folder` and the built site; the release, kept. `main` names files in `folder`."""
        s3 = self.client("s3")
        if release.ensure_bucket(s3, self.bucket, self.stage.region):
            self.tell(f"  made the bucket {self.bucket}")
        keys = {}
        for name in sorted(release.local_files(main)):
            keys[name] = self._upload(name, (folder / name).read_bytes())
        site_key = self._upload("site.zip", release.pack_site(dist)) if (dist / "index.html").is_file() else ""
        made = release.identify(
            Release("", self.stage.name, release.located(main, self.bucket, keys), dict(edge), site_key)
        )
        self.tell(f"  release {made.id}")
        return made

    def _upload(self, name: str, content: bytes) -> str:
        key, sent = release.upload(self.client("s3"), self.bucket, name, content)
        self.tell(f"  {'uploaded' if sent else 'is there'} {len(content) / 1e6:6.1f} MB  {name}")
        return key

    def secret(self) -> str:
        """What the distribution says to the API; made once, kept in Parameter Store. Empty without a wall."""
        if not self.stage.walled:
            return ""
        ssm, name = self.client("ssm"), f"/motcua/{self.stage.name}/edge"
        try:
            return str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
        except ssm.exceptions.ParameterNotFound:
            made = secrets.token_urlsafe(32)
            ssm.put_parameter(Name=name, Value=made, Type="SecureString")
            return made

    def change(self, name: str, body: Mapping[str, Any], values: Mapping[str, str], region: str) -> None:
        """One stack: change set made, shown, refused or asked about, carried out."""
        cloudformation = self.client("cloudformation", region)
        known = {key: value for key, value in values.items() if key in body.get("Parameters", {})}
        template = self._template(name, body)
        change_set = stack.prepare(cloudformation, name, template, known, self.stage.tags)
        if change_set is None:
            self.tell(f"  {name}: nothing to change")
            return
        for line in stack.show(change_set):
            self.tell(line)
        if refused := stack.refusals(change_set, self.accepted):
            stack.discard(cloudformation, change_set)
            raise Refused("not deployed:\n  " + "\n  ".join(refused))
        if not self.ask(f"Carry this out on {name}?"):
            stack.discard(cloudformation, change_set)
            raise Refused("not deployed: nobody said yes")
        stack.execute(cloudformation, change_set, self.tell)
        if self.stage.keeps:
            cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=True)

    def _template(self, name: str, body: Mapping[str, Any]) -> dict[str, str]:
        """As it is when it fits into a request, else by its address in the artefact bucket."""
        content = json.dumps(body, ensure_ascii=False).encode()
        if len(content) <= _MOST_IN_REQUEST:
            return {"TemplateBody": content.decode()}
        key, _ = release.upload(self.client("s3"), self.bucket, f"{name}.json", content)
        host = f"{self.bucket}.s3.{self.stage.region}.amazonaws.com"
        return {"TemplateURL": f"https://{host}/{key}"}

    # ---- The whole --------------------------------------------------------------------------------------------------

    def bring(self, wanted: Release) -> dict[str, str]:
        """Make the stage run a release; what operators and the smoke test need of it: outputs of both stacks."""
        secret = self.secret()
        here = self.client("cloudformation")
        address = wanted.main_parameters.get("PublicUrl") or stack.parameters(here, self.stage.stack).get("PublicUrl")
        values = {**wanted.main_parameters, "Stage": self.stage.name, "EdgeSecret": secret}
        values |= {"PublicUrl": address} if address else {}
        self.change(self.stage.stack, wanted.main, values, self.stage.region)
        found = stack.outputs(here, self.stage.stack)
        at_edge = {**wanted.edge_parameters, "Stage": self.stage.name, "EdgeSecret": secret}
        at_edge |= {name: found[name] for name in _HANDED_ON}
        self.change(self.stage.edge_stack, wanted.edge, at_edge, EDGE_REGION)
        found |= stack.outputs(self.client("cloudformation", EDGE_REGION), self.stage.edge_stack)
        if not wanted.main_parameters.get("PublicUrl") and address != found["Address"]:
            self.tell(f"  {self.stage.stack} is told its address, {found['Address']}")
            self.change(self.stage.stack, wanted.main, {**values, "PublicUrl": found["Address"]}, self.stage.region)
        self.publish(wanted, found)
        return found

    def publish(self, wanted: Release, found: Mapping[str, str]) -> None:
        """The release's site into its bucket, and every edge told to ask anew."""
        if not wanted.site:
            self.tell("  no site was built: the stage has only the API and what is published")
            return
        s3 = self.client("s3")
        packed = s3.get_object(Bucket=self.bucket, Key=wanted.site)["Body"].read()
        written = site.publish(s3, found["SiteBucketName"], release.unpack_site(packed))
        self.tell(f"  {written} files of the site written")
        if written:
            site.invalidate(self.client("cloudfront"), found["DistributionId"])

    def deploy(self, made: Release) -> dict[str, str]:
        """Bring a new release, with the stage's parameters as they stand now, and remember it."""
        kept = replace(made, main_parameters=dict(self.stage.main), edge_parameters=dict(self.stage.edge))
        s3, name = self.client("s3"), self.stage.name
        release.keep(s3, self.bucket, kept)
        state = release.read_state(s3, self.bucket, name)
        release.write_state(s3, self.bucket, name, replace(state, trying=kept.id))
        found = self.bring(kept)
        release.write_state(s3, self.bucket, name, state.after(kept.id))
        return found

    def rollback(self) -> dict[str, str]:
        """Bring the release before: templates, packages, parameters, site. Data stays as it is.

        Before a deployment that broke off halfway is the release that ran until then.
        """
        s3 = self.client("s3")
        state = release.read_state(s3, self.bucket, self.stage.name)
        try:
            back = state.back()
        except LookupError as error:
            raise Refused(f"{self.stage.name} has no release before {state.current or 'the first'}") from error
        self.tell(f"  from {state.trying or state.current} back to {back.current}")
        found = self.bring(release.load(s3, self.bucket, self.stage.name, back.current))
        release.write_state(s3, self.bucket, self.stage.name, back)
        return found

    def environment(self) -> dict[str, str]:
        """The variables that the command `motcua` needs for this stage: those that its functions have."""
        about = self.client("lambda").get_function_configuration(FunctionName=f"{self.stage.stack}-relay")
        found = dict(about["Environment"]["Variables"])
        return {**found, "AWS_REGION": self.stage.region, "AWS_DEFAULT_REGION": self.stage.region}

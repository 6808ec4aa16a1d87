"""Starts and stops the local cloud: endpoint, resources, application, events, gateway, in this order and back."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any
from urllib.request import urlopen

import botocore.session
from moto.core.base_backend import BackendDict

from chalicelib import aws
from infra.local import answers, authorities, codes, deploy, interpreter, memo, outbox, serving, signers, transactions
from infra.local.access_log import AccessLog
from infra.local.calls import listen
from infra.local.environment import REGION, REHEARSAL, STAGE, force, restore
from infra.local.functions import Functions, Outcome, invoke
from infra.local.moto_server import AwsEndpoint
from infra.local.payments import Town
from infra.local.pump import Pump
from infra.local.template import USER_POOL_CLIENT_ID, USER_POOL_ID, Template
from infra.local.testing import PARAMETERS, forget_caches

PORT, AWS_PORT = 8000, 5055

Json = dict[str, Any]

_running: Cloud | None = None


@dataclass
class Options:
    """What a caller of `start` may choose; ports fall back to free ones when they are taken."""

    port: int = PORT
    aws_port: int = AWS_PORT
    data: Path | None = None  # folder that keeps everything between runs
    seed: bool = True
    second_factor: bool = False  # officers need an authenticator app, as in every stage with real people
    schedules: bool = True  # whether the sweeper comes by itself
    app: Any = None  # another Chalice application, for the local cloud's own tests
    definition: str | None = None  # another state machine, likewise
    dist: Path | None = None  # another folder of the built site, likewise


@dataclass
class Cloud:
    """A running local cloud. A context manager: leaving it stops everything."""

    options: Options
    url: str = ""
    aws_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)  # for processes that shall talk to it
    accounts: list[dict[str, str]] = field(default_factory=list)  # demo accounts: who, username, password
    restored: bool = False

    def __enter__(self) -> Cloud:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def client(self, service: str) -> Any:
        """A botocore client that talks to this cloud over HTTP."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._session.create_client(
                    service, region_name=REGION, endpoint_url=self.aws_url
                )
            return self._clients[service]

    def outbox(self, to: str | None = None) -> list[outbox.Letter]:
        """What was sent, oldest first."""
        return outbox.outbox.letters(to)

    def code(self, to: str) -> str:
        """The last code that was sent to an address."""
        return outbox.outbox.code(to)

    def invoke(self, name: str, event: Json) -> Outcome:
        """Call a function of the application, by its Chalice name, in this thread."""
        found = self.functions.find(f"motcua-{STAGE}-{name}")
        if found is None:
            raise LookupError(f"the application has no function {name}")
        return invoke(*found, event)

    def sweep(self, event: Json | None = None) -> Any:
        """Let the sweeper come now; its answer. RuntimeError if it fails."""
        outcome = self.invoke("sweep", event or {"source": "schedule"})
        if outcome.failed:
            raise RuntimeError(f"the sweeper failed: {outcome.payload}")
        return outcome.payload

    def publish_statistics(self) -> Json:
        """Count the visits until now and publish the public statistics; what was published."""
        if self._access_log is not None:
            self._access_log.deliver()
        self.settle()
        outcome = self.invoke("publish-statistics", {"source": "sandbox"})
        if outcome.failed:
            raise RuntimeError(f"the statistics were not published: {outcome.payload}")
        answer = self.client("s3").get_object(Bucket=self.environment["SITE_BUCKET"], Key="statistics/index.json")
        published: Json = json.loads(answer["Body"].read())
        return published

    def reckon(self) -> Any:
        """Let the books of the day before be reckoned now, as they are every morning."""
        outcome = self.invoke("reckon", {"source": "sandbox"})
        if outcome.failed:
            raise RuntimeError(f"the books were not reckoned: {outcome.payload}")
        return outcome.payload

    def settle(self, seconds: float = 10.0) -> bool:
        """Wait until all events were handled; False if that takes longer."""
        return self.pump.settle(seconds)

    def dead_letters(self) -> dict[str, list[Any]]:
        """Per queue what lies in it; reading takes nothing away."""
        sqs, found = self.client("sqs"), {}
        for name, _ in self.template.resources("AWS::SQS::Queue"):
            url = self.template.known[name, "Ref"]
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
            found[name] = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        return found

    def save(self) -> bool:
        """Take a snapshot now, if the cloud keeps data and anything changed."""
        return self._snapshots is not None and bool(self._snapshots.save())

    def stop(self) -> None:
        """End everything; what is kept is saved first. Twice is the same as once."""
        global _running
        if _running is not self:
            return
        self.town.close()  # while there is still somebody to call: what is under way ends at once
        self._gateway.stop()
        self._portal.close()
        if self._access_log is not None and self._access_log.stop():
            self.pump.settle(2.0)  # the last visits are counted too
        self.pump.stop()
        if self._snapshots is not None:
            self._snapshots.stop()
        self.endpoint.closed = True
        interpreter.stop()
        self._aws.stop()
        BackendDict.reset()
        restore(self._environment_before)
        _running = None

    # ---- start ----

    def _start(self) -> None:
        self._lock = RLock()
        self._clients: dict[str, Any] = {}
        self._snapshots: Any = None
        self._access_log: AccessLog | None = None
        self._aws = serving.Server(serving.reserve(self.options.aws_port))
        self._gateway = serving.Server(serving.reserve(self.options.port))
        self.url, self.aws_url = self._gateway.url, self._aws.url
        self.template = Template({**PARAMETERS, "PublicUrl": self.url, "NationalPortal": "on"})
        self.environment = {
            **self.template.environment(),
            "STAGE": REHEARSAL if self.options.second_factor else STAGE,
            "AWS_ENDPOINT_URL": self.aws_url,
        }
        self._environment_before = force(self.environment)
        self._session = botocore.session.Session()
        forget_caches(clients=True)
        listen(aws.session())
        self._serve_aws()
        deploy.deploy(self.template, self.client, self.options.definition)
        self.town = Town(self.url)
        self.town.register(self.client("ssm"))
        self._restore()
        self.town.national_portal.forgot = self.restored
        authorities.register(self.client("ssm"), self.client("s3"), self.environment["TRUST_BUCKET"], self.url)
        if self.options.app is None:  # also where nothing is seeded: whoever publishes agencies takes these
            from infra.local import seed

            signers.register(self.client("kms"), self.client("ssm"), seed.agencies())
        self._load()
        self.pump.start(schedules=self.options.schedules)
        if self._snapshots is not None:
            self._snapshots.start()
        if self.restored and "sweep" in self.functions.names():
            self.sweep({"all": True})  # executions died with the last process; every open dossier gets a new one
        if self.options.seed:
            from infra.local import seed

            self.accounts = seed.plant(self)
        self._serve_portal()

    def _serve_aws(self) -> None:
        BackendDict.reset()
        transactions.tokens.clear()
        codes.codes.clear()
        outbox.outbox.clear()
        transactions.install()
        answers.install()
        memo.install()
        codes.install()
        outbox.install()
        interpreter.install(self.aws_url)
        self.endpoint = AwsEndpoint(lambda name, event: self.pump.invoke_later(name, event))
        self._aws.start(self.endpoint)

    def _restore(self) -> None:
        if self.options.data is None:
            return
        from infra.local.snapshot import Snapshots

        gate = self.endpoint.gate
        self._snapshots = Snapshots(self.options.data, lambda: gate, lambda: self.endpoint.changes)
        self.restored = self._snapshots.restore()

    def _load(self) -> None:
        self.app = self.options.app or importlib.import_module("app").app
        others = self.template.own_functions() if self.options.app is None else {}
        self.functions = Functions.of_app(self.app, f"motcua-{STAGE}-", others)
        self.endpoint.functions = self.functions
        self.pump = Pump(self.template, self.functions, self.client("sqs"))
        self.pump.listen()

    def _serve_portal(self) -> None:
        from infra.local.gateway import DIST, Gateway
        from infra.local.sandbox import Sandbox
        from infra.local.tokens import Verifier
        from infra.local.website import Website

        issuer = f"https://cognito-idp.{REGION}.amazonaws.com/{USER_POOL_ID}"
        verifier = Verifier(issuer, USER_POOL_CLIENT_ID, self._keys)
        sandbox = Sandbox(
            outbox.outbox,
            self.sweep,
            self._duplicate,
            self.dead_letters,
            self.publish_statistics,
            self.reckon,
            self.town,
            self.template,
        )
        sandbox.accounts = self.accounts
        dist = self.options.dist or DIST
        website = Website(dist, self.client("s3"), self.environment["SITE_BUCKET"], self.aws_url)
        if "count-visits" in self.functions.names():
            logs = self.template.properties("LogsBucket")["BucketName"]
            self._access_log = AccessLog(self.client("s3"), logs)
        self._portal = Gateway(self.app, verifier, sandbox, website, self._access_log)
        self._gateway.start(self._portal)
        if self.options.schedules and self._access_log is not None:
            self._access_log.start()
        if self.options.schedules and self.options.seed:  # who opens the statistics now need not wait for the schedule
            self.pump.invoke_later(self.template.function_name("PublishStatistics"), {"source": "start"})

    def _keys(self) -> list[Json]:
        with urlopen(f"{self.aws_url}/{USER_POOL_ID}/.well-known/jwks.json", timeout=5) as answer:
            keys: list[Json] = json.load(answer)["keys"]
            return keys

    def _duplicate(self, times: int) -> None:
        self.pump.faults.duplicate = times


def start(**options: Any) -> Cloud:
    """Start the local cloud of this process; see `Options`. RuntimeError if one runs already."""
    global _running
    if _running is not None:
        raise RuntimeError("a local cloud runs in this process already")
    cloud = Cloud(Options(**options))
    _running = cloud
    try:
        cloud._start()
    except BaseException:
        _abandon(cloud)
        raise
    return cloud


def _abandon(cloud: Cloud) -> None:
    """A start that failed leaves nothing behind: no port, no environment, no data folder held."""
    global _running
    _running = None
    for name in ("_gateway", "_aws"):
        server = cloud.__dict__.get(name)
        if server is not None:
            server.stop()
    if cloud.__dict__.get("pump") is not None:
        cloud.pump.stop()
    if cloud.__dict__.get("_snapshots") is not None:
        cloud._snapshots.abandon()
    interpreter.stop()
    restore(cloud.__dict__.get("_environment_before", {}))


def signals() -> Callable[[], None]:
    """Listen for Ctrl-C and SIGTERM from now on; what is given back sleeps until one came."""
    import signal

    ended = False

    def end(*_: object) -> None:
        nonlocal ended
        ended = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)

    def wait() -> None:
        while not ended:
            time.sleep(0.1)

    return wait

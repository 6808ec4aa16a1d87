"""The cloud for tests of handlers: in this process, without a server, a thread, or the workflow's interpreter.

    from infra.local.testing import embedded, prepare

    prepare()                               # conftest.py, before anything of chalicelib is imported

    @pytest.fixture
    def cloud():
        with embedded() as cloud:
            yield cloud

    def test_x(cloud):
        cloud.client("s3")                  # a botocore client of the embedded cloud
        cloud.outbox.code("an@example.com") # the last code Cognito sent there
        cloud.deliver(events.relay)         # give a function the stream records it has not had yet
        cloud.kept()                        # tables and buckets, to be called back in an emptied cloud
        run(events.sweep, {}, "sweep")      # call a function; what it asks of AWS is noted for `make privileges`
        cloud.trust()                       # the development authorities are trusted from here on
        cloud.invoked                       # what functions were asked for later: [(name, event), ...]
        cloud.executions()                  # what was started: [{"name", "input", "status"}, ...]
        cloud.tokens                        # task tokens that were answered: [(token, output or error), ...]

Resources are built from infra/template.yaml once per process; entering again empties them, which takes milliseconds.
Names and ids are the same every time (`environment()`), so models may read them when they are imported.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from typing import Any

import botocore.session
from moto.awslambda.models import LambdaBackend
from moto.cognitoidp.models import cognitoidp_backends
from moto.core.base_backend import BackendDict
from moto.core.models import botocore_stubber
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import ssm_backends
from moto.stepfunctions.exceptions import InvalidToken
from moto.stepfunctions.models import StepFunctionBackend, stepfunctions_backends

from infra.local import answers, authorities, causes, codes, deploy, memo, outbox, signers, streams, transactions
from infra.local.calls import listen, made_by
from infra.local.environment import ACCOUNT, REGION, STAGE, force, restore
from infra.local.patching import replace
from infra.local.payments import CARRIERS, GATEWAYS, PROVIDERS, Town
from infra.local.template import Template

_NOT_INTERPRETED = '{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}'
PARAMETERS = {
    "Stage": STAGE,
    "PublicUrl": "http://127.0.0.1:8000",
    "PaymentGateways": GATEWAYS,
    "PostCarriers": CARRIERS,
    "SigningProviders": PROVIDERS,
    "MalwareScanner": "eicar",
}

Json = dict[str, Any]


@cache
def environment() -> dict[str, str]:
    """The variables of the embedded cloud's functions, the same in every test."""
    return Template(PARAMETERS).environment()


def prepare() -> None:
    """Set the environment for the rest of the process; for a conftest.py, before chalicelib is imported."""
    force(environment())


class Embedded:
    """What a test sees of the cloud."""

    def __init__(self) -> None:
        self.outbox = outbox.outbox
        self.codes = codes.codes
        self.tokens: list[tuple[str, Json]] = []
        self.invoked: list[tuple[str, Json]] = []
        self.dead_tokens: set[str] = set()  # tokens that Step Functions shall not know
        self._template = Template(PARAMETERS)
        self._session = botocore.session.get_session()
        self._clients: dict[str, Any] = {}
        self.streams = {name: streams.Stream(environment()["DOSSIERS_TABLE"]) for name in ("Relay", "Verify")}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._session.create_client(service, region_name=REGION)
        return self._clients[service]

    def records(self, of: str = "Relay") -> list[Json]:
        """The dossiers stream's records that a function did not take yet and that its filter lets through.

        `of` is the function's logical id in the template.
        """
        events = self._template.properties(of)["Events"].values()
        (source,) = (event["Properties"] for event in events if event["Type"] == "DynamoDB")
        patterns = [json.loads(rule["Pattern"]) for rule in source["FilterCriteria"]["Filters"]]
        return [record for record in self.streams[of].take(10_000) if streams.matches(patterns, record)]

    def deliver(self, function: Callable[[Json, Any], Any], of: str = "Relay") -> Any:
        """Call a stream function with everything new, in one batch; None when there is nothing."""
        records = self.records(of)
        return run(function, {"Records": records}, of.lower()) if records else None

    def trust(self) -> None:
        """Let signatures under the development authorities (infra/local/authorities.py) be trusted."""
        bucket = environment()["TRUST_BUCKET"]
        authorities.register(self.client("ssm"), self.client("s3"), bucket, PARAMETERS["PublicUrl"])

    def sign_for(self, agencies: Iterable[tuple[str, str, str]]) -> None:
        """Let agencies sign results, and be trusted: (code, name, tax code or "") of each."""
        self.trust()
        signers.register(self.client("kms"), self.client("ssm"), agencies)

    def executions(self) -> list[Json]:
        machines = stepfunctions_backends[ACCOUNT][REGION].state_machines
        return [
            {"name": e.name, "input": json.loads(e.execution_input), "status": e.status}
            for machine in machines
            for e in machine.executions
        ]

    def kept(self) -> Callable[[], None]:
        """What tables and buckets hold now: call it in an emptied cloud to have them hold it again."""
        tables, s3 = dynamodb_backends[ACCOUNT][REGION].tables, s3_backends[ACCOUNT]["aws"]
        rows = {name: deepcopy(table.items) for name, table in tables.items() if table.items}
        objects = [
            (bucket.name, key.name, key.value, dict(key.metadata))
            for bucket in s3.buckets.values()
            for key in bucket.keys.values()
        ]

        def again() -> None:
            for name, items in rows.items():
                tables[name].items = deepcopy(items)
            for bucket, name, value, metadata in objects:
                s3.put_object(bucket, name, value, disable_notification=True).set_metadata(metadata)

        return again

    def reset(self) -> None:
        """Empty everything and keep the resources."""
        for table in dynamodb_backends[ACCOUNT][REGION].tables.values():
            table.items.clear()
            if table.stream_shard is not None:
                table.stream_shard.items = []
        for bucket in s3_backends[ACCOUNT]["aws"].buckets.values():
            for _, versions in bucket.keys.iterlists():
                for version in versions:
                    if hasattr(version, "dispose"):
                        version.dispose()
            bucket.keys.clear()
        for queue in sqs_backends[ACCOUNT][REGION].queues.values():
            queue._messages.clear()
            queue.pending_messages.clear()
            queue.deleted_messages.clear()
        for pool in cognitoidp_backends[ACCOUNT][REGION].user_pools.values():
            for held in (pool.users, pool.refresh_tokens, pool.access_tokens, pool.id_tokens):
                held.clear()
            for group in pool.groups.values():
                group.users.clear()
        ssm_backends[ACCOUNT][REGION]._parameters.clear()
        for machine in stepfunctions_backends[ACCOUNT][REGION].state_machines:
            machine.executions.clear()
        ses_backends[ACCOUNT][REGION].sent_messages.clear()
        transactions.tokens.clear()
        self.outbox.clear()
        self.codes.clear()
        self.tokens.clear()
        self.dead_tokens.clear()
        self.invoked.clear()
        for stream in self.streams.values():
            stream.position = 0
        self.town = Town("http://127.0.0.1:8000")  # answers whoever asks it directly; nobody serves it here
        self.town.register(_Parameters())


class _Parameters:
    """Parameter Store without the way to it: before every test, a dozen requests would take longer than the rest."""

    def put_parameter(self, Name: str, Value: str, Type: str, Overwrite: bool) -> None:  # noqa: N803  as the client has it
        ssm_backends[ACCOUNT][REGION].put_parameter(
            name=Name, description="", value=Value, parameter_type=Type, allowed_pattern="", keyid="alias/aws/ssm",
            overwrite=Overwrite, tags=[], data_type="text", tier="Standard", policies=None,
        )  # fmt: skip


def context(name: str, seconds: float = 60.0) -> Any:
    """A LambdaContext of a function, by its Chalice name, with the time that it has."""
    from infra.local.functions import Context

    return Context(f"motcua-{STAGE}-{name}", seconds)


def run(handler: Callable[[Any, Any], Any], event: Any, name: str, seconds: float = 60.0) -> Any:
    """Call a function's handler as Lambda does; what it asks of AWS is noted as its own, for `make privileges`."""
    with made_by(f"motcua-{STAGE}-{name}"):
        return handler(event, context(name, seconds))


_built: Embedded | None = None


def _token(original: Callable[..., Any]) -> Callable[..., Any]:
    """Without an interpreter every token is good once; a second time, or a dead one, is refused as on AWS. What is told
    is an output, or the cause of a failure."""

    def send(self: StepFunctionBackend, task_token: str, outcome: str = "", **failure: str) -> None:
        if type(self) is not StepFunctionBackend or _built is None:
            original(self, task_token, *([outcome] if outcome else []), **failure)
            return
        if task_token in _built.dead_tokens or any(task_token == used for used, _ in _built.tokens):
            raise InvalidToken("Invalid token")
        _built.tokens.append((task_token, json.loads(outcome or failure["cause"])))

    return send


def _invoked(original: Callable[..., Any]) -> Callable[..., Any]:
    """Functions that are asked for something later are noted; the test calls them."""

    def invoke(self: LambdaBackend, function_name: str, qualifier: Any, body: Any, headers: Any, given: Any) -> Any:
        if _built is None or headers.get("X-Amz-Invocation-Type") != "Event":
            return original(self, function_name, qualifier, body, headers, given)
        _built.invoked.append((function_name, json.loads(body)))
        return ""

    return invoke


def _build() -> Embedded:
    BackendDict.reset()
    transactions.install()
    answers.install()
    memo.install()
    codes.install()
    outbox.install()
    replace(LambdaBackend, "invoke", _invoked)
    causes.install()
    replace(StepFunctionBackend, "send_task_success", _token)
    replace(StepFunctionBackend, "send_task_failure", _token)
    cloud = Embedded()
    deploy.deploy(cloud._template, cloud.client, definition=_NOT_INTERPRETED)
    return cloud


def _stands() -> bool:
    """Whether nobody (another mock_aws) has taken the resources away."""
    return environment()["DOSSIERS_TABLE"] in dynamodb_backends[ACCOUNT][REGION].tables


def forget_caches(clients: bool) -> None:
    """Let chalicelib forget what it remembers of an earlier cloud, as far as it was imported."""
    for name, module in list(sys.modules.items()):
        if name == "chalicelib.aws":
            if clients:
                module.reset()
        elif name == "chalicelib.services.present":
            module.shift(0)
            module.freeze(None)
        elif name.startswith("chalicelib."):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear") and getattr(value, "__module__", "") == name:
                    value.cache_clear()


@contextmanager
def embedded() -> Iterator[Embedded]:
    """The embedded cloud, empty. Not at the same time as a `infra.local.start()` of the same process."""
    global _built
    serving = sys.modules.get("infra.local.cloud")
    if serving is not None and serving._running is not None:
        raise RuntimeError("a local cloud runs in this process; stop it before embedding another")
    before = force(environment())
    was_enabled, botocore_stubber.enabled = botocore_stubber.enabled, True
    try:
        fresh = _built is None or not _stands()
        if fresh:
            _built = _build()
        assert _built is not None
        _built.reset()
        forget_caches(clients=fresh)
        if fresh:
            from chalicelib import aws  # which reads the environment

            listen(aws.session())
        yield _built
    finally:
        botocore_stubber.enabled = was_enabled
        restore(before)

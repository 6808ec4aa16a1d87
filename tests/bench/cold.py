"""A process that begins and answers its first request: our package, what stock Chalice packs, and a bare handler.

Real processes of the interpreter alone (-I -S), nothing written beside the code (-B, as in Lambda), one request that
asks DynamoDB once, answered by a stub on loopback. All take turns; compare the ratios, not the milliseconds. A process
whose first request brings a body reads it with pydantic, which it imports for that: the fourth row.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from infra.local.environment import credentials
from infra.local.testing import environment
from infra.packing import archive, bytecode, wheels
from infra.packing.reach import ROOT
from infra.packing.recipes import HERE, RUNNING, Recipe, recipes

ROUNDS = 12
OURS, STOCK, BARE = "our package", "stock chalice package", "bare boto3 handler"
WRITE = "our package, first a body"
_FOLDER = ROOT / "build" / "bench"
_BARE_LIBRARIES = ("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3")
_BARE = """
import json, os
import boto3
from botocore.config import Config

table = boto3.client("dynamodb", config=Config(connect_timeout=1, read_timeout=3))

def app(event, context):
    found = table.query(TableName=os.environ["DOSSIERS_TABLE"], KeyConditionExpression="#k = :k",
                        ExpressionAttributeNames={"#k": "pk"}, ExpressionAttributeValues={":k": {"S": "O#1"}})
    return {"statusCode": 200, "body": json.dumps(found["Items"])}
"""
_RUN = """
import json, sys
sys.path[:0] = [sys.argv[1]]
from app import app
answer = app(json.load(open(sys.argv[2])), None)
assert answer["statusCode"] == int(sys.argv[3]), answer
"""


@dataclass(frozen=True)
class Cold:
    """Milliseconds of processes from their start to the answer: by the clock, and of the processor."""

    name: str
    wall: tuple[float, ...]
    processor: tuple[float, ...]


class _Stub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = b'{"Count":0,"Items":[],"ScannedCount":0}'
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the figures are what is printed."""


@contextmanager
def stubbed() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stub)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _ours() -> Path:
    folder = _FOLDER / "ours"
    api, _ = recipes()
    archive.pack(api, _FOLDER / "ours.zip", HERE)
    return _unzipped(_FOLDER / "ours.zip", folder)


def _stock() -> Path:
    """What `chalice package` makes of this project as it stands, for this machine."""
    project, made = _FOLDER / "project", _FOLDER / "stock-package"
    shutil.rmtree(project, ignore_errors=True)
    (project / ".chalice").mkdir(parents=True)
    settings = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    settings["lambda_architecture"] = "arm64" if HERE.name == "aarch64" else HERE.name
    (project / ".chalice" / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    shutil.copyfile(ROOT / "requirements.txt", project / "requirements.txt")
    shutil.copyfile(ROOT / "app.py", project / "app.py")
    ignored = shutil.ignore_patterns("__pycache__")  # of whoever worked here; a fresh clone has none
    shutil.copytree(ROOT / "chalicelib", project / "chalicelib", ignore=ignored)
    command = [str(Path(sys.executable).with_name("chalice")), "--project-dir", str(project), "package", str(made)]
    env = {**os.environ, "AWS_DEFAULT_REGION": "ap-southeast-1", "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, env=env, check=True, capture_output=True)
    return _unzipped(made / "deployment.zip", _FOLDER / "stock")


def _bare() -> Path:
    """A handler that asks one table through boto3, packed as ours is."""
    folder = _FOLDER / "bare"
    shutil.rmtree(folder, ignore_errors=True)
    pins = _FOLDER / "bare.txt"
    blocks = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").replace("\\\n    ", " ").splitlines()
    pins.write_text("\n".join(line for line in blocks if line.split("==")[0] in _BARE_LIBRARIES), encoding="utf-8")
    api, _ = recipes()
    name = str(pins.relative_to(ROOT))
    recipe = Recipe("bare", "bare.zip", name, RUNNING, (), api.most, api.left_out, chalice=False)
    shutil.copytree(wheels.libraries(recipe, HERE, {"dynamodb"}), folder)
    (folder / "app.py").write_text(_BARE, encoding="utf-8")
    bytecode.compiled(folder, RUNNING)
    return folder


def _unzipped(package: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(package) as opened:
        opened.extractall(folder)
    return folder


def event(method: str = "GET", path: str = "/dossiers", body: str | None = None) -> dict[str, object]:
    """A citizen asks for their dossiers, as API Gateway puts it; or sends what has many defects."""
    claims = {"sub": "citizen", "name": "Nguyễn Thị Thử", "custom:kind": "person", "cognito:username": "062190000123"}
    about = {
        "resourcePath": path,
        "httpMethod": method,
        "path": "/api/dossiers",
        "requestId": "bench",
        "stage": "api",
        "identity": {"sourceIp": "127.0.0.1"},
        "authorizer": {"claims": {**claims, "custom:identity": "062190000123", "token_use": "id"}},
    }
    return {
        "resource": path,
        "path": "/dossiers",
        "httpMethod": method,
        "headers": {"Accept": "application/json", "Accept-Language": "vi"},
        "multiValueHeaders": {"Accept": ["application/json"], "Accept-Language": ["vi"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"dossier_id": "d" * 20} if "{" in path else None,
        "stageVariables": None,
        "requestContext": about,
        "body": body,
        "isBase64Encoded": False,
    }


def measured(rounds: int = ROUNDS) -> list[Cold]:
    _FOLDER.mkdir(parents=True, exist_ok=True)
    places = {OURS: _ours(), STOCK: _stock(), BARE: _bare(), WRITE: _FOLDER / "ours"}
    asks, sends = _FOLDER / "event.json", _FOLDER / "draft.json"
    asks.write_text(json.dumps(event()), encoding="utf-8")
    sends.write_text(json.dumps(event("PUT", "/dossiers/{dossier_id}", "{}")), encoding="utf-8")
    interpreter = getattr(sys, "_base_executable", sys.executable)
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in places}
    with stubbed() as url:
        for number in range(rounds + 1):
            for name, place in places.items():
                stage = {**environment(), **credentials(), "AWS_ENDPOINT_URL": url, "LAMBDA_TASK_ROOT": str(place)}
                words = [str(sends), "422"] if name == WRITE else [str(asks), "200"]
                took = _timed([interpreter, "-I", "-S", "-B", "-c", _RUN, str(place), *words], stage)
                if number:  # the first of each warms the machine's memory of the files
                    times[name].append(took)
    return [Cold(name, *(tuple(part) for part in zip(*each, strict=True))) for name, each in times.items()]


def _timed(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    began = time.perf_counter()
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    took = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError("the handler did not answer")
    return took * 1000, (used.ru_utime + used.ru_stime) * 1000


def table() -> Iterator[str]:
    """For people to read."""
    found = {each.name: each for each in measured()}
    yield f"{'init and first request':<27}{'median ms':>10}{'processor ms':>14}"
    for each in found.values():
        yield f"{each.name:<27}{statistics.median(each.wall):>10.0f}{statistics.median(each.processor):>14.0f}"
    compared = (("stock / ours", STOCK, OURS), ("ours / bare", OURS, BARE), ("ours, first a body / bare", WRITE, BARE))
    for name, over, under in compared:
        wall, processor = (
            statistics.median(getattr(found[over], what)) / statistics.median(getattr(found[under], what))
            for what in ("wall", "processor")
        )
        yield f"{name:<27}{wall:>10.2f}{processor:>14.2f}  times"

"""AWS calls per request, counted; one session per process; nothing imported that the first request does not need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.portal import Portal
from tests.bench import calls, imports

ROOT = Path(__file__).resolve().parents[2]
# What only some requests, other functions or the developer need.
NOT_AT_START = (
    "PIL pypdf fpdf jsonschema referencing boto3 s3transfer moto hypothesis requests yaml click holidays cryptography "
    "werkzeug infra tests segno fontTools fontpkg_fira_sans"
).split()
_COUNT_SESSIONS = """
import json, sys
from infra.local.testing import embedded, prepare
prepare()
import botocore.client, botocore.session
made = {"sessions": [], "clients": []}

def ours():
    frame = sys._getframe(2)
    while frame is not None:
        if "/moto/" in frame.f_code.co_filename:
            return False  # the other side of the wire
        if "/chalicelib/" in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False

session, client = botocore.session.Session.__init__, botocore.client.ClientCreator.create_client

def counted_session(self, *args, **kwargs):
    if ours():
        made["sessions"].append("session")
    return session(self, *args, **kwargs)

def counted_client(self, service_name, *args, **kwargs):
    if ours():
        made["clients"].append(service_name)
    return client(self, service_name, *args, **kwargs)

botocore.session.Session.__init__ = counted_session
botocore.client.ClientCreator.create_client = counted_client
with embedded() as cloud:
    from tests.app.portal import open_portal
    portal = open_portal(cloud)
    portal.ready()
    portal.relay()
json.dump(made, sys.stderr)
"""


@pytest.mark.slow  # it plays a life for each request, by now a hundred of them
def test_each_request_keeps_its_budget_and_none_scans(portal: Portal) -> None:
    lines = list(calls.measured(portal))
    sys.stdout.write("\n" + "\n".join(calls.table(lines)) + "\n")  # seen with -s
    assert [line for line in lines if not line.within] == []
    assert [line for line in lines if any("Scan" in call for call in (*line.warm, *line.cold))] == []


@pytest.mark.clause("B3")
def test_a_process_has_one_session_and_one_client_per_service() -> None:
    """A whole life with its effects, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _COUNT_SESSIONS], capture_output=True, text=True, cwd=ROOT, check=True
    )
    made = json.loads(done.stderr.splitlines()[-1])
    assert len(made["sessions"]) == 1
    assert sorted(made["clients"]) == ["dynamodb", "s3", "ses", "sns", "stepfunctions"]


def test_importing_the_app_brings_nothing_that_the_first_request_can_do_without() -> None:
    loaded = imports.loaded_by_app()
    assert "chalicelib.api.http" in loaded
    assert sorted({name for name in NOT_AT_START if name in loaded}) == []
    late = {"inspection", "publishing", "form_schema", "receipt_paper", "sheet_paper", "a4"}
    assert sorted(name for name in late if f"chalicelib.services.{name}" in loaded) == []

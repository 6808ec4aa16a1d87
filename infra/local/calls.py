"""What each function asked of AWS, seen at the SDK: for the test of least privilege (infra/privileges).

All functions of the local cloud live in one process with one set of credentials; who asks is known by the invocation
that the thread is in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

from infra.privileges.needs import Need, needs

_caller: ContextVar[str] = ContextVar("caller", default="")


class Calls:
    """(function, need), once each; `unknown` are calls that nobody described. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[tuple[str, Need], None] = {}
        self.unknown: set[str] = set()

    def note(self, service: str, operation: str, params: dict[str, Any]) -> None:
        caller = _caller.get()
        if not caller:
            return  # an operator's command, the seed, a test
        try:
            found = needs(service, operation, params)
        except LookupError as error:
            with self._lock:
                self.unknown.add(f"{caller}: {error}")
            return
        with self._lock:
            for need in found:
                self._seen[caller, need] = None

    def seen(self) -> list[tuple[str, Need]]:
        with self._lock:
            return list(self._seen)

    def noted(self) -> dict[str, Any]:
        """As infra/privileges reads it."""
        return {"calls": self.seen(), "unknown": sorted(self.unknown)}


calls = Calls()


@contextmanager
def made_by(function: str) -> Iterator[None]:
    """What is asked of AWS in here is asked by this function (its name in the cloud, or APIHandler)."""
    token = _caller.set(function)
    try:
        yield
    finally:
        _caller.reset(token)


def listen(session: Any) -> None:
    """Note the calls of all clients that this botocore session will make, and what they sign for others to do."""
    session.register("before-parameter-build", _built, unique_id="noted-when-built")  # once, however often it is said
    session.register("before-sign.s3.PutObject", _signed, unique_id="noted-when-signed")


def _built(params: dict[str, Any], model: Any, **_: Any) -> None:
    calls.note(model.service_model.service_name, model.name, params)


def _signed(request: Any, signature_version: Any, **_: Any) -> None:
    """A form for uploading is signed, not called; S3 asks for the signer's permission when it is used."""
    policy = request.context.get("s3-presign-post-policy")
    if policy:
        said = {name: value for one in policy["conditions"] if isinstance(one, dict) for name, value in one.items()}
        calls.note("s3", "PutObject", {"Bucket": said["bucket"], "Key": said["key"]})

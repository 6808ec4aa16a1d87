"""The child's side: reads questions, and forks a process with limits for each file.

Run as `python -m chalicelib.services.verification.child`. It imports the libraries once (a second), parses the trust
folder once, and never looks at a file itself; the fork does, with its memory and its time capped, and dies of it
rather than the function. One line of JSON a question:

    {"path", "trust", "pinned": [SHA-256], "at": ISO 8601, "past": bool}

and one line an answer: {"report": …, "rss": kB, "seconds": …} or {"error": {"code", "folder"}} about the trust folder.
To sign a file (preparing.py says what each field means):

    {"prepare": {"path", "out", "chain": [hexadecimal DER], "field", "when": ISO 8601, "final", "name"}}
    {"complete": {"out", "chain", "attributes", "start", "end", "signature"}}

are answered with what came of it, or {"problem": a key of "signatures"}.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.domain import proof
from chalicelib.domain.signature import MAX_BYTES, Report, Verdict
from chalicelib.errors import Invalid
from chalicelib.services.verification import chain, pdf, preparing, sealed, trust, xml

MEMORY = 768 * 1024 * 1024  # bytes of address space
CPU_SECONDS = 20
SECONDS = 25  # by the clock on the wall: less than the function has
MAX_ANSWER = 1024 * 1024  # bytes of a report; ten signatures make some ten thousand

_stores: dict[Any, chain.Trust] = {}


def look(path: Path, trusted: chain.Trust) -> Report:
    """What is to be said of a file. Never raises: whatever goes wrong with a file is a fault of the file."""
    size = path.stat().st_size
    try:
        verdict, signatures = _look(path, size, trusted)
    except Exception:  # bad files raise nearly everything, MemoryError and RecursionError among it
        verdict, signatures = Verdict.MALFORMED, ()
    return Report(verdict, signatures, size=size)


def _look(path: Path, size: int, trusted: chain.Trust) -> Any:
    if not size:
        return Verdict.EMPTY, ()
    if size > MAX_BYTES:
        return Verdict.TOO_LARGE, ()
    with path.open("rb") as file:
        start = file.read(1024)
        if start.startswith(b"%PDF-"):
            return pdf.verify(file, size, trusted)
        if xml.looks_like(start):
            file.seek(0)
            return xml.verify(file.read(), trusted)
        if proof.looks_like(start):
            file.seek(0)
            return sealed.verify(file.read(), trusted)
        return Verdict.NOT_PDF, ()


def _trust(question: dict[str, Any]) -> chain.Trust:
    folder, pinned = Path(question["trust"]), tuple(question.get("pinned", ()))
    key, moment = (folder, pinned, trust.stamp(folder)), datetime.fromisoformat(question["at"])
    if key not in _stores:
        _stores.clear()  # the older state of the same folder, mostly
        _stores[key] = chain.parse(trust.read(folder, pinned), moment)
    return replace(_stores[key], moment=moment, past=bool(question.get("past")))


def _forked(act: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """What a fork made of a file, None when it was killed or said nothing, and what it cost: {"rss", "seconds"}."""
    began = time.monotonic()
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        _in_fork(act, writing)
    os.close(writing)
    answer = _heard(reading, began + SECONDS)
    if answer is None:
        os.kill(pid, signal.SIGKILL)
    os.close(reading)
    _, status, usage = os.wait4(pid, 0)
    told = {"rss": usage.ru_maxrss, "seconds": round(time.monotonic() - began, 3)}
    return (json.loads(answer) if answer and not status else None), told


def _in_fork(act: Callable[[], dict[str, Any]], writing: int) -> None:
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with os.fdopen(writing, "wb") as out:
            out.write(json.dumps(act()).encode())
        code = 0
    finally:
        os._exit(code)  # none of the parent's buffers and exits must run twice


def _heard(reading: int, ends: float) -> bytes | None:
    """What the fork writes until it closes the pipe; None when it takes too long or says too much."""
    heard = b""
    while (left := ends - time.monotonic()) > 0 and len(heard) <= MAX_ANSWER:
        ready, _, _ = select.select([reading], [], [], left)
        if ready:
            part = os.read(reading, 65536)
            if not part:
                return heard
            heard += part
    return None


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """The answer to one question; see above."""
    if "prepare" in question:
        return _made(lambda: _prepared(question["prepare"]))
    if "complete" in question:
        return _made(lambda: _completed(question["complete"]))
    try:
        trusted = _trust(question)
    except Invalid as error:
        return {"error": {"code": error.code, "folder": str(error.params.get("folder", ""))}}
    except ValueError:
        return {"error": {"code": "TrustUnreadable", "folder": question["trust"]}}
    path = Path(question["path"])
    report, cost = _forked(lambda: look(path, trusted).to_json())
    lost = Report(Verdict.MALFORMED, reasons=("TooCostly",), size=path.stat().st_size)
    return {"report": report or lost.to_json(), **cost}


def _made(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A step of signing. Nothing that a file does to its fork is more than a problem with the file."""
    made, _ = _forked(act)
    return made or {"problem": "TooCostly"}


def _prepared(wanted: dict[str, Any]) -> dict[str, Any]:
    try:
        return preparing.prepare(
            Path(wanted["path"]),
            Path(wanted["out"]),
            _ders(wanted),
            wanted["field"],
            datetime.fromisoformat(wanted["when"]),
            final=wanted["final"],
            name=wanted["name"],
        )
    except Exception:  # as when looking at one: bad files raise nearly everything
        return {"problem": "Unsignable"}


def _completed(wanted: dict[str, Any]) -> dict[str, Any]:
    attributes, signature = bytes.fromhex(wanted["attributes"]), bytes.fromhex(wanted["signature"])
    preparing.complete(Path(wanted["out"]), _ders(wanted), attributes, wanted["start"], wanted["end"], signature)
    return {"done": True}


def _ders(wanted: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(der) for der in wanted["chain"]]


def main() -> None:
    """Answer until the questions end."""
    logging.disable(logging.CRITICAL)  # the libraries tell what they find in a document; that is nobody's log
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

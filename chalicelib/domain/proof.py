"""The proof of a dossier: one file that shows, without the portal, what happened to it and that nothing was changed.

    {"closing": {"format", "dossier", "made_at", "last_hash", "signer": {"algorithm", "chain"},
                 "records": {<section>: [SHA-256 of each record, in order]}},
     "events": [...], "papers": [...], "checks": [...], "receipts": [...], "results": [...], "forms": [...],
     "signature": base64}

It is written in one way only: names sorted, no blanks, UTF-8, a line end. A record's hash is that of its own text,
written so. Events are chained besides, each sealed over the one before (domain/event.py). The closing lists every
record, so that one that was altered, dropped, added or moved is named, and how many there are, so that an end cut off
is missed; the agency's key signs the SHA-256 of the closing, with which its own certificates are covered too.

Files themselves (papers, receipts, results, forms) are not in it: their SHA-256 are, and whoever has a file compares.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.event import Event, sha256, written
from chalicelib.values import dataclass

FORMAT = "motcua-proof/1"
TYPE = "application/json"
SECTIONS = ("events", "papers", "checks", "receipts", "results", "forms")
MOST_BYTES = 20 * 1024 * 1024
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """What is wrong: `code` is a key of the messages' "proof", `record` which one, such as "events 3", `name` its own
    name as far as it is known."""

    code: str
    record: str = ""
    name: str = ""


def of_event(event: Event) -> dict[str, Any]:
    """An event as a record."""
    return {**event.body(), "hash": event.hash}


def closing(
    dossier: Record, sections: Mapping[str, Sequence[Record]], made_at: str, algorithm: str, chain: Sequence[str]
) -> dict[str, Any]:
    """What is signed: which dossier, when, every record's hash, and by whose certificate (`chain`: DER in base64)."""
    events = sections["events"]
    return {
        "format": FORMAT,
        "dossier": dict(dossier),
        "made_at": made_at,
        "last_hash": events[-1]["hash"] if events else "",
        "signer": {"algorithm": algorithm, "chain": list(chain)},
        "records": {name: [sha256(record) for record in sections[name]] for name in SECTIONS},
    }


def message(of: Mapping[str, Any]) -> bytes:
    """The bytes that are signed for a closing: few, whatever the dossier's size."""
    return f"{FORMAT} {sha256(of)}".encode()


def document(of: Mapping[str, Any], sections: Mapping[str, Sequence[Record]], signature: str) -> bytes:
    """The file. Raises ValueError when it is larger than any dossier should be."""
    records = {name: list(sections[name]) for name in SECTIONS}
    content = written({"closing": dict(of), **records, "signature": signature}) + b"\n"
    if len(content) > MOST_BYTES:
        raise ValueError(f"{len(content)} bytes of proof")
    return content


# Reading it again, from whoever had it in the meantime.


def looks_like(start: bytes) -> bool:
    """Whether a file that begins so is to be read as a proof."""
    return start.lstrip().startswith(b"{")


def read(content: bytes) -> dict[str, Any]:
    """The document, of the right shape as far as it is walked. Raises ValueError for everything else."""
    try:
        found = json.loads(content.decode("utf-8"))
        records, signer = found["closing"]["records"], found["closing"]["signer"]
        shaped = (
            found["closing"]["format"] == FORMAT
            and set(found) == {"closing", "signature", *SECTIONS}
            and set(records) == set(SECTIONS)
            and isinstance(found["signature"], str)
            and isinstance(signer["algorithm"], str)
            and all(isinstance(one, str) for one in signer["chain"])
            and all(isinstance(one, dict) for name in SECTIONS for one in found[name])
            and all(isinstance(one, str) for name in SECTIONS for one in records[name])
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError("no proof of a dossier") from error
    if not shaped or not all(isinstance(found[name], list) for name in SECTIONS):
        raise ValueError("no proof of a dossier")
    return dict(found)


def examine(content: bytes) -> tuple[Finding, ...]:
    """Everything in the file that contradicts its closing, each record by its name; whether the closing itself is what
    was signed is for whoever knows signatures."""
    try:
        found = read(content)
    except ValueError:
        return (Finding("Unreadable"),)
    closing = found["closing"]
    findings = []
    for name in SECTIONS:
        findings += _compared(name, found[name], closing["records"][name])
    findings += broken_links(found["events"], closing.get("last_hash"))
    if not findings and content != written(found) + b"\n":
        findings.append(Finding("Rewritten"))
    return tuple(findings)


def _compared(section: str, records: Sequence[Record], wanted: Sequence[str]) -> list[Finding]:
    there = [sha256(record) for record in records]
    if there == list(wanted):
        return []
    if Counter(there) == Counter(wanted):
        moved = [at for at, (one, other) in enumerate(zip(there, wanted, strict=True)) if one != other]
        return [_finding("Moved", section, at, records[at]) for at in moved]
    known, held = set(wanted), set(there)
    strange = [at for at, one in enumerate(there) if one not in known]
    missed = [at for at, one in enumerate(wanted) if one not in held]
    found = []
    for at in strange:
        altered = at in missed  # something else stands in its place
        found.append(_finding("Altered" if altered else "Added", section, at, records[at]))
        if altered:
            missed.remove(at)
    found += [Finding("Missing", f"{section} {at + 1}") for at in missed]
    if not found:  # the same records, some of them more than once
        more = Counter(there) - Counter(wanted)
        found = [_finding("Added", section, len(there) - 1 - there[::-1].index(one), {}) for one in more]
        less = Counter(wanted) - Counter(there)
        found += [Finding("Missing", f"{section} {list(wanted).index(one) + 1}") for one in less]
    return found


def _finding(code: str, section: str, at: int, record: Record) -> Finding:
    name = record.get("action") or record.get("component") or record.get("code") or record.get("form") or ""
    return Finding(code, f"{section} {at + 1}", name if isinstance(name, str) else "")


def broken_links(events: Sequence[Record], last_hash: Any = None) -> list[Finding]:
    """Where the chain of events is broken: an event that is not what it was sealed as, that does not follow the one
    before it, or after which there were more."""
    found, previous = [], ""
    for at, event in enumerate(events):
        body = {name: value for name, value in event.items() if name != "hash"}
        if event.get("number") != at + 1 or event.get("previous_hash") != previous:
            found.append(_finding("Unlinked", "events", at, event))
        if event.get("hash") != sha256(body):
            found.append(_finding("Unsealed", "events", at, event))
        previous = str(event.get("hash"))
    if last_hash is not None and previous != last_hash:
        found.append(Finding("CutOff", f"events {len(events)}"))
    return found


def chain_is_whole(events: Sequence[Event], last_hash: str | None = None) -> bool:
    """Whether the events number on from one, each sealed over the one before, up to `last_hash` when that is known."""
    return not broken_links([of_event(event) for event in events], last_hash)

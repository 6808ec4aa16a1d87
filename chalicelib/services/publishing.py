"""Publishing the catalogue. Everything is checked before anything is written; then, in this order:

    a procedure that can be filed   version object (only where there is none) → pointer (only forward) → latest object
    guidance (levels 1-2)           pointer (only forward) → latest object
    and for all of them             index, once, at the end

A publisher that dies in between leaves at worst a version nobody points to, or a latest version that search does not
show yet; publishing the same files again takes up each procedure where it was left. Two publishers at once cannot
overwrite a version: who comes second takes the next number, and whose pointer is overtaken is told so (StaleWrite).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalicelib.domain import codes
from chalicelib.domain.agency import read_tree
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.procedure import Procedure
from chalicelib.errors import Conflict, FieldError, Invalid
from chalicelib.services import catalogue, form_schema, present
from chalicelib.storage import catalogue as kept
from chalicelib.values import dataclass

PART_SIZE = 1000  # entries of one part of the index, about 450 kB, 65 kB compressed
_WRITERS = 8
_ATTEMPTS = 20  # at a version number or the index, each lost to another publisher
_STAMPS = ("version", "published_at")


@dataclass(frozen=True)
class Sourced:
    """A document and where it came from: a file's name, a line. The name goes before the path of every defect."""

    where: str
    document: Any


@dataclass(frozen=True)
class Published:
    """What became of one document: new | changed | unchanged | resumed (an earlier publication was completed) |
    kept (guidance for a procedure that can be filed here: the province's own stands). `published_at` stands where
    guidance was written now: with it and the version the document is the latest object."""

    code: str
    version: int
    outcome: str
    published_at: str = ""


@dataclass(frozen=True)
class Report:
    published: tuple[Published, ...]

    def count(self, outcome: str) -> int:
        return sum(one.outcome == outcome for one in self.published)


def check(documents: Sequence[Sourced], tree: Mapping[str, Any]) -> tuple[Procedure, ...]:
    """The procedures, once all are right; `tree` are the agencies there are.

    Raises Invalid("CatalogueInvalid") with every defect of every document.
    """
    defects: list[FieldError] = []
    procedures: list[Procedure] = []
    seen: set[str] = set()
    for one in documents:
        try:
            procedure = Procedure.from_json(one.document)
        except Invalid as refused:
            defects += [_placed(one.where, f) for f in refused.fields]
            continue
        procedures.append(procedure)
        found = list(form_schema.check(procedure.form)) if procedure.online else []
        if procedure.code in seen:
            found.append(FieldError.of("code", "NotUnique"))
        seen.add(procedure.code)
        named = {f"agencies[{index}]": code for index, code in enumerate(procedure.agencies)}
        named |= {f"parts[{index}].agency": part.agency for index, part in enumerate(procedure.parts)}
        for where, code in named.items():
            if code not in tree or not tree[code].active:
                known = ", ".join(list(tree)[:5])
                found.append(FieldError.of(where, "AgencyUnknown", agency=code, known=known))
        defects += [_placed(one.where, f) for f in found]
    if defects:
        raise Invalid("CatalogueInvalid", defects)
    return tuple(procedures)


def _placed(where: str, defect: FieldError) -> FieldError:
    return FieldError(f"{where}: {defect.field}", defect.code, defect.params)


def publish(documents: Sequence[Sourced], tell: Callable[[Published], None] = lambda one: None) -> Report:
    """Publish documents; `tell` hears of each as it is done. Raises as `check` does, or Conflict("StaleWrite")."""
    procedures = check(documents, catalogue.agencies())
    pointers = kept.pointers(p.code for p in procedures)
    entries, tag = _index()
    outcomes: list[Published] = []
    fresh: dict[str, dict[str, Any]] = {}

    def done(one: Published, procedure: Procedure) -> None:
        outcomes.append(one)
        if one.outcome not in ("unchanged", "kept"):
            fresh[one.code] = _entry(procedure, one.version)
        tell(one)

    guidance = [p for p in procedures if not p.online]
    for one, procedure in zip(_publish_guidance(guidance, pointers, entries), guidance, strict=True):
        done(one, procedure)
    for procedure in procedures:
        if procedure.online:
            pointer, entry = pointers.get(procedure.code), entries.get(procedure.code)
            done(_publish(procedure, pointer, entry), procedure)
    if fresh or tag is None:
        _update_index(fresh)
    catalogue.forget()
    return Report(tuple(outcomes))


def publish_agencies(document: Any) -> int:
    """Publish the whole tree; the number of agencies. An agency that was published may change but not disappear."""
    tree = read_tree(document)
    gone = [code for code in catalogue.agencies() if code not in tree]
    if gone:
        raise Invalid("CatalogueInvalid", [FieldError.of(f"agencies.{code}", "Required") for code in gone])
    kept.write(kept.AGENCIES, document)
    catalogue.forget()
    return len(tree)


def publish_calendar(document: Any) -> bool:
    """Publish the province's hours and holidays; what agencies have of their own stands. Whether anything changed.

    Raises StaleWrite when an agency changed its part meanwhile.
    """
    there, tag = kept.read_tagged(kept.CALENDAR)
    own = {"agencies": there["agencies"]} if there and "agencies" in there else {}
    new = {**Calendar.from_json(document).to_json(), **own}
    if new != there and not kept.replace(kept.CALENDAR, new, tag):
        raise Conflict("StaleWrite")
    catalogue.forget()
    return new != there


def listed() -> list[dict[str, Any]]:
    """The index's entries, by code."""
    entries, _ = _index()
    return [entries[code] for code in sorted(entries)]


def _publish(procedure: Procedure, pointer: kept.Pointer | None, entry: Mapping[str, Any] | None) -> Published:
    """Publish one procedure that can be filed, all but its entry in the index."""
    code = procedure.code
    content = _content(procedure)
    digest = _digest(content)
    if pointer is not None and pointer.digest == digest:
        if _shown(pointer, entry):
            return Published(code, pointer.version, "unchanged")
        outcome, version = "resumed", pointer.version
        document = kept.read(kept.version_key(code, version))
    else:
        version, document = _create(code, content, digest, pointer.version if pointer else 0)
        kept.point(code, kept.Pointer(version, digest, procedure.level), document["published_at"])
        outcome = "changed" if pointer else "new"
    _write_latest(code, version, document)
    return Published(code, version, outcome)


def _publish_guidance(
    procedures: Sequence[Procedure], pointers: Mapping[str, kept.Pointer], entries: Mapping[str, Mapping[str, Any]]
) -> Iterable[Published]:
    """Publish guidance, in order; many at a time, for the national catalogue has thousands."""
    now = _stamp()
    new: dict[str, kept.Pointer] = {}
    for procedure in procedures:
        pointer, digest = pointers.get(procedure.code), _digest(_content(procedure))
        if not _stands(procedure, pointer) and (pointer is None or pointer.digest != digest):
            new[procedure.code] = kept.Pointer(pointer.version + 1 if pointer else 1, digest, procedure.level)
    if kept.point_all(new, now):
        raise Conflict("StaleWrite")

    def one(procedure: Procedure) -> Published:
        code = procedure.code
        before, pointer = pointers.get(code), new.get(code)
        if pointer is None and before is not None:
            if _stands(procedure, before):
                return Published(code, before.version, "kept")
            if _shown(before, entries.get(code)):
                return Published(code, before.version, "unchanged")
        version = (pointer or before or kept.Pointer(1, "", 0)).version
        kept.write(kept.latest_key(code), {**_content(procedure), "version": version, "published_at": now})
        outcome = "resumed" if pointer is None else "changed" if before else "new"
        return Published(code, version, outcome, now)

    with ThreadPoolExecutor(_WRITERS) as pool:
        yield from pool.map(one, procedures)


def _stands(guidance: Procedure, pointer: kept.Pointer | None) -> bool:
    """Imported guidance does not replace a procedure that can be filed here."""
    return guidance.source is not None and pointer is not None and pointer.level >= 3


def _shown(pointer: kept.Pointer, entry: Mapping[str, Any] | None) -> bool:
    """The index is written last: what it does not show was left half way."""
    return entry is not None and int(entry["version"]) >= pointer.version


def _content(procedure: Procedure) -> dict[str, Any]:
    return {k: v for k, v in procedure.to_json().items() if k not in _STAMPS}


def _stamp() -> str:
    return present.now().isoformat(timespec="seconds")


def _create(code: str, content: Mapping[str, Any], digest: str, after: int) -> tuple[int, dict[str, Any]]:
    """Write the next version; one that holds this very content already (a publication left half way) is taken up."""
    for version in range(after + 1, after + 1 + _ATTEMPTS):
        document = {**content, "version": version, "published_at": _stamp()}
        if kept.create(kept.version_key(code, version), document):
            return version, document
        there = kept.read(kept.version_key(code, version))
        if there is not None and _digest({k: v for k, v in there.items() if k not in _STAMPS}) == digest:
            return version, there
    raise Conflict("StaleWrite")


def _write_latest(code: str, version: int, document: Any) -> None:
    """Write the latest object, and again if meanwhile somebody else has published: the pointer is what counts."""
    for _ in range(_ATTEMPTS):
        kept.write(kept.latest_key(code), document)
        pointer = kept.pointers([code]).get(code)
        if pointer is None or pointer.version == version:
            return
        version, document = pointer.version, kept.read(kept.version_key(code, pointer.version))
    raise Conflict("StaleWrite")


def _digest(document: Any) -> str:
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(procedure: Procedure, version: int) -> dict[str, Any]:
    """What search shows and filters by; `folded` is what it searches: small letters without diacritics."""
    name, field = procedure.name, procedure.field
    return {
        "code": procedure.code,
        "version": version,
        "name": name.to_json() if name.en else {"vi": name.vi},
        "field": {"code": field.code, **(field.name.to_json() if field.name.en else {"vi": field.name.vi})},
        "agencies": list(procedure.agencies),
        "level": procedure.level,
        "audience": list(procedure.audience),
        "online": procedure.online,
        "folded": codes.fold(" ".join([procedure.code, name.vi, name.en, field.name.vi, field.name.en])),
    }


def _index() -> tuple[dict[str, dict[str, Any]], str | None]:
    """Every entry by code, and the tag the index was read with."""
    index, tag = kept.read_tagged(kept.INDEX)
    if index is None:
        return {}, tag
    entries = list(index["procedures"])
    for part in index["parts"]:
        entries += kept.read(part["path"]) or []
    return {entry["code"]: entry for entry in entries}, tag


def _update_index(fresh: Mapping[str, dict[str, Any]]) -> None:
    """Merge the entries into the index."""
    for _ in range(_ATTEMPTS):
        entries, tag = _index()
        newer = {c: e for c, e in fresh.items() if c not in entries or entries[c]["version"] <= e["version"]}
        parts, own = _parts({**entries, **newer})
        document = {"published_at": _stamp(), "procedures": own, "parts": parts}
        if kept.replace(kept.INDEX, document, tag):
            return
    raise Conflict("StaleWrite")


def _parts(entries: Mapping[str, dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Guidance in parts named by their content, written where they are new; and the entries of the index itself."""
    ordered = [entries[code] for code in sorted(entries)]
    guidance = [entry for entry in ordered if not entry["online"]]
    parts = []
    for part in _chunks(guidance, PART_SIZE):
        digest = _digest(part)[:16]
        kept.create(kept.part_key(digest), part)
        size = len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())
        parts.append({"path": kept.part_key(digest), "count": len(part), "bytes": size})
    return parts, [entry for entry in ordered if entry["online"]]


def _chunks(items: Sequence[Any], size: int) -> Iterable[list[Any]]:
    return (list(items[start : start + size]) for start in range(0, len(items), size))

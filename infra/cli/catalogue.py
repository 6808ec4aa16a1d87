"""`motcua catalogue`: publish procedures, list them, import the guidance of the national portal; write their pages."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chalicelib.errors import FieldError, Invalid
from infra.cli.cloud import bar, cloud

if TYPE_CHECKING:
    from chalicelib.services.publishing import Published
    from infra.national.reading import Source

BATCH = 500  # imported documents that are in memory at a time
_OUTCOMES = {
    "vi": {
        "new": "mới",
        "changed": "phiên bản mới",
        "unchanged": "không đổi",
        "resumed": "hoàn tất lần công bố dở dang",
        "kept": "giữ thủ tục của tỉnh",
    },
    "en": {
        "new": "new",
        "changed": "new version",
        "unchanged": "unchanged",
        "resumed": "unfinished publication completed",
        "kept": "the province's own stands",
    },
}
_FIELDS = {
    "vi": {"channels": "cách thức nộp", "durations": "thời hạn", "fees": "phí, lệ phí", "papers": "thành phần hồ sơ"},
    "en": {"channels": "channels", "durations": "durations", "fees": "fees", "papers": "papers"},
}
_LINES = {
    "vi": {
        "read": "Đã đọc {records} bản ghi, công bố {published}, từ chối {refused}.",
        "trial": "Chạy thử: đọc {records} bản ghi, công bố được {published}, từ chối {refused}; không ghi gì.",
        "head": "Trường|Có dữ liệu|Hiểu trọn vẹn|Tỷ lệ",
        "unit": "Trong đó {count} thủ tục có thời hạn không ghi đơn vị: giữ nguyên, không suy đoán.",
        "refused": "Từ chối",
    },
    "en": {
        "read": "Read {records} records, published {published}, refused {refused}.",
        "trial": "Trial: read {records} records, {published} can be published, {refused} refused; nothing was written.",
        "head": "Field|Present|Understood|Rate",
        "unit": "{count} of the procedures state a time without a unit: shown as it is, not guessed.",
        "refused": "Refused",
    },
}

_language = click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
_json = click.option("--json", "as_json", is_flag=True, help="For machines.")


@click.group()
def catalogue() -> None:
    """Procedures: publish, import the national ones, list."""


@catalogue.command("publish")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_language
@_json
def publish_command(files: tuple[Path, ...], lang: str, as_json: bool) -> None:
    """Check all FILES (one procedure each), then publish them; with any defect nothing is published."""
    documents = [(path.name, read_json(path)) for path in files]
    with cloud():
        from chalicelib.services import publishing

        sourced = [publishing.Sourced(name, document) for name, document in documents]
        with bar(len(sourced), "publishing", as_json) as progress:
            report = publishing.publish(sourced, lambda one: progress.update(1))
        _pages([one.code for one in report.published])
    _say(report.published, lang, as_json)


@catalogue.command("list")
@_language
@_json
def list_command(lang: str, as_json: bool) -> None:
    """What is published: code, version, level, name."""
    with cloud():
        from chalicelib.services import publishing

        entries = publishing.listed()
    if as_json:
        click.echo(json.dumps({"procedures": entries}, ensure_ascii=False, indent=2))
        return
    for entry in sorted(entries, key=lambda one: not one["online"]):
        name = entry["name"].get(lang) or entry["name"]["vi"]
        click.echo(f"{entry['code']:<24} v{entry['version']:<4} {entry['level']}  {name}")


@catalogue.command("import-national")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and count only; needs no cloud.")
@_language
@_json
def import_command(file: Path, dry_run: bool, lang: str, as_json: bool) -> None:
    """Publish the guidance of the national portal's records in FILE (.jsonl, .jsonl.xz, .json)."""
    from infra.national.importing import Import
    from infra.national.reading import opened

    importing = Import(lang)
    kept = 0
    try:
        with opened(file) as source, bar(source.size, "import", as_json) as progress:
            documents = _following(importing.documents(source), source, progress)
            while batch := list(islice(documents, BATCH)):
                kept += 0 if dry_run else _publish(batch)
            if not dry_run:
                _pages([])
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise _file_defect(file) from error
    report = importing.report()
    if not dry_run:
        report = {**report, "published": report["published"] - kept, "kept": kept}
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    lines = _LINES[lang]
    counts = {"records": report["records"], "published": report["published"], "refused": len(report["refused"])}
    click.echo(lines["trial" if dry_run else "read"].format(**counts))
    _table(lines["head"].split("|"), report["understood"], lang)
    if importing.without_unit:
        click.echo(lines["unit"].format(count=importing.without_unit))
    if kept:
        click.echo(f"{_OUTCOMES[lang]['kept']}: {kept}")
    for refused in report["refused"]:
        click.echo(f"{lines['refused']}: {refused['code'] or '-'}: {refused['reason']}")


@catalogue.command("pages")
@_json
def pages_command(as_json: bool) -> None:
    """Write the pages of everything that is published again: after the pages' templates have changed."""
    with cloud():
        from chalicelib.services import publishing
        from infra.site import publishing as site

        with bar(len(publishing.listed()), "pages", as_json) as progress:
            count = site.publish(tell=progress.update)
    click.echo(json.dumps({"procedures": count}) if as_json else f"{count}")


def _following(documents: Iterator[dict[str, Any]], source: Source, progress: Any) -> Iterator[dict[str, Any]]:
    seen = 0
    for document in documents:
        yield document
        progress.update(source.position - seen)
        seen = source.position


def _publish(batch: list[dict[str, Any]]) -> int:
    """Publish a batch; how many were left alone, because the province has the procedure itself."""
    with cloud():
        from chalicelib.services import publishing
        from infra.site import publishing as site

        report = publishing.publish([publishing.Sourced(document["code"], document) for document in batch])
        documents = {document["code"]: document for document in batch}
        written = [one for one in report.published if one.outcome != "kept"]
        site.publish_procedures([one.code for one in written], known=site.latest(written, documents))
    return report.count("kept")


def _pages(codes: list[str]) -> None:
    """Write the pages of what was published, also of what had not changed: an earlier publisher may have died."""
    with cloud():
        from infra.site import publishing as site

        site.publish(codes)


def _say(published: tuple[Published, ...], lang: str, as_json: bool) -> None:
    if as_json:
        rows = [{"code": p.code, "version": p.version, "outcome": p.outcome} for p in published]
        click.echo(json.dumps({"published": rows}, ensure_ascii=False, indent=2))
        return
    for one in published:
        click.echo(f"{one.code:<24} v{one.version:<4} {_OUTCOMES[lang][one.outcome]}")


def _table(head: list[str], understood: dict[str, dict[str, int]], lang: str) -> None:
    width = max(len(head[0]), *map(len, _FIELDS[lang].values()))
    click.echo(f"{head[0]:<{width}}  {head[1]:>12}  {head[2]:>14}  {head[3]:>8}")
    for field, count in understood.items():
        rate = f"{100 * count['understood'] / count['present']:.1f} %" if count["present"] else "-"
        click.echo(f"{_FIELDS[lang][field]:<{width}}  {count['present']:>12}  {count['understood']:>14}  {rate:>8}")


def read_json(path: Path) -> Any:
    """The JSON in a file. Invalid names the file when it cannot be read or is none."""
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise _file_defect(path) from error
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise Invalid(
            "CatalogueInvalid", [FieldError.of(path.name, "FileNotJson", path=str(path), line=line)]
        ) from error


def _file_defect(path: Path) -> Invalid:
    return Invalid("BadRequest", [FieldError.of(path.name, "FileUnreadable", path=str(path))])

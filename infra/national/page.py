"""Cuts a crawled page into the text of its sections.

The crawler's own sections end early when a description happens to contain the heading of another section, so the
sections are cut again from the whole page (`raw_text`) wherever it is there; the crawler's fields are the fallback.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

CHANNELS_TABLE = "Hình thức nộpThời gianPhí, lệ phíMô tả"
PAPERS_TABLE = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
ABSENT = "Không có thông tin"

_PAPERS_HEADING = "Thành phần hồ sơ"
# A heading is glued to what follows; the same words inside a sentence are followed by a space or a sign.
_PAPERS_START = re.compile(rf"{_PAPERS_HEADING}(?![\s:,.;)])")
_LEGAL_START = re.compile(rf"Căn cứ pháp lý(?=Tên văn bản pháp lýMã văn bản|{ABSENT})")


@dataclasses.dataclass(frozen=True)
class Sections:
    """The text of the two tables, without their headings; empty when the page has none."""

    channels: str
    papers: str


def cut(record: dict[str, Any]) -> Sections:
    whole = cut_whole(text(record, "raw_text"))
    channels = text(record, "cach_thuc_thuc_hien").strip()
    channels = channels.removeprefix(CHANNELS_TABLE).strip()
    papers = text(record, "thanh_phan_ho_so").strip()
    if whole is None:
        return Sections(_present(channels), _present(papers))
    # The crawler's field is the beginning of the true section, or else the page is not of the known build.
    if not whole.channels.startswith(channels):
        return Sections(_present(channels), _present(papers))
    return Sections(_present(whole.channels), _present(whole.papers))


def cut_whole(page: str) -> Sections | None:
    start = page.find(CHANNELS_TABLE)
    if start < 0:
        return None
    start += len(CHANNELS_TABLE)
    heading = _PAPERS_START.search(page, start)
    legal = _LEGAL_START.search(page, heading.end() if heading else start)
    if heading is None or legal is None:
        return None
    return Sections(page[start : heading.start()].strip(), page[heading.end() : legal.start()].strip())


def _present(part: str) -> str:
    return "" if part == ABSENT else part


def text(record: dict[str, Any], key: str) -> str:
    """The field as text; anything else (null, a number) is as good as absent."""
    value = record.get(key)
    return value if isinstance(value, str) else ""


def stated(record: dict[str, Any], key: str) -> str:
    """The field, tidied, or "" where the portal says that it has nothing."""
    value = text(record, key).strip()
    return "" if value == ABSENT else value

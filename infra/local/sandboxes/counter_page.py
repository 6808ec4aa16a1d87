"""The page of the post office's counter: a form for a slip, the day's slips, the day's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from infra.local.sandboxes.pages import VIETNAM, frame, money, say
from infra.local.sandboxes.transfer_pages import templates

if TYPE_CHECKING:
    from infra.local.sandboxes.counter import Slip

WAYS = (
    ("twice", "Ghi trùng trong tệp", "Stands twice in the file"),
    ("mangle", "Ghi sai mã hồ sơ", "Reference misread"),
    ("spoil", "Dòng hỏng, không đọc được", "A row that cannot be read"),
)
WORDS: Mapping[str, tuple[str, str]] = {
    "take": ("Đã thu", "Taken"),
    "counter": ("Tại bưu cục", "At the post office"),
    "postal": ("Thu tận nơi", "By the postal service"),
    **{way: (vi, en) for way, vi, en in WAYS},
}


def counter(url: str, day: date, found: Sequence[Slip], values: Mapping[str, str], wrong: str, english: bool) -> str:
    """Of a day; `values` are what was typed, `wrong` why it could not be taken."""
    body = templates.get_template("counter.html").render(
        url=url,
        day=day.isoformat(),
        date=day.strftime("%d/%m/%Y"),
        slips=found,
        values={name: values.get(name, "") for name in ("reference", "payer", "amount", "office")},
        wrong=wrong,
        ways=WAYS,
        english=english,
        money=money,
        local=_time,
        word=lambda code: say(WORDS[code], english),
        say=lambda vi, en: say((vi, en), english),
    )
    return frame(
        say(("Bưu điện", "Post office"), english), say(("Nộp phí, lệ phí", "Pay a fee"), english), body, english
    )


def _time(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).strftime("%H:%M:%S")

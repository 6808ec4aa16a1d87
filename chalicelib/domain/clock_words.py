"""The sentences of the legal clock: one item of an explanation each, in Vietnamese and English.

An item is a JSON object: "kind", the values (dates `YYYY-MM-DD`, moments ISO with offset, time in whole seconds) and
the sentence in "vi" and "en". Moments come in as local seconds (see calendar.py). No decision is taken here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from chalicelib.domain.calendar import DAY, Day, Period, clock, datetime_of, moment_date

Item = dict[str, Any]

_WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_UNITS_VI = {
    "working hours": "giờ làm việc",
    "working days": "ngày làm việc",
    "calendar days": "ngày",
    "months": "tháng",
}


def received(moment: int) -> Item:
    return _item(
        "received",
        f"Tiếp nhận lúc {_moment(moment, 'vi')}.",
        f"Received at {_moment(moment, 'en')}.",
        at=_iso(moment),
    )


def starts(moment: int, begin: int, day: Day) -> Item:
    """Where the count starts and why there; `day` is the day of the receipt."""
    reason = "in_hours"
    if begin > moment:
        reason = day.reason
        if day.periods:
            before = [closing <= moment for _, closing in day.spans]
            reason = "after_closing" if all(before) else "midday" if any(before) else "before_opening"
    why = {
        "in_hours": ("trong giờ làm việc", "within opening hours"),
        "before_opening": ("trước giờ mở cửa", "before opening time"),
        "midday": ("trong giờ nghỉ trưa", "in the midday break"),
        "after_closing": ("sau giờ làm việc", "after closing time"),
        "weekend": ("ngày nghỉ hằng tuần", "a weekly day of rest"),
        "holiday": ("ngày nghỉ lễ, tết", "a public holiday"),
        "swap": ("ngày nghỉ hoán đổi", "a day off in exchange"),
    }[reason]
    if begin == moment:
        vi, en = f"Nhận {why[0]} nên tính từ lúc nhận.", f"Received {why[1]}: the time counts from the receipt."
    else:
        vi = f"Nhận ngoài giờ làm việc ({why[0]}) nên tính từ giờ mở cửa kế tiếp: {_moment(begin, 'vi')}."
        en = f"Received outside opening hours ({why[1]}): counts from the next opening, {_moment(begin, 'en')}."
    return _item("starts", vi, en, at=_iso(begin), reason=reason)


def duration(amount: int, unit: str, seconds: int | None) -> Item:
    """The period to be counted; `seconds` for the working units only."""
    vi, en = f"Thời hạn: {_amount(amount, unit, 'vi')}", f"Period: {_amount(amount, unit, 'en')}"
    values: Item = {"amount": amount, "unit": unit}
    if seconds is not None:
        values["seconds"] = seconds
        if unit == "working days":
            vi += f", tức {_span(seconds, 'vi')} làm việc (một ngày làm việc là 8 giờ)"
            en += f", that is {_span(seconds, 'en')} of working time (one working day is 8 hours)"
    return _item("duration", vi + ".", en + ".", **values)


def counted(day: Day, pieces: Sequence[Period], seconds: int, total: int) -> Item:
    """What one day contributed: the pieces of its opening hours, their length and the sum so far."""
    hours = [[clock(start - day.start), clock(end - day.start)] for start, end in pieces]
    vi_hours = ", ".join(f"{a} - {b}" for a, b in hours)
    vi = f"{_capital(_date(day.on, 'vi'))}: tính {_span(seconds, 'vi')} ({vi_hours}); cộng dồn {_span(total, 'vi')}."
    en = f"{_date(day.on, 'en')}: {_span(seconds, 'en')} counted ({vi_hours}); {_span(total, 'en')} so far."
    values: Item = {"date": str(day.on), "hours": hours, "seconds": seconds, "total": total}
    if day.name is not None:
        values |= {"reason": day.reason, "name": day.name.to_json()}
        vi, en = vi[:-1] + f" ({day.name.vi}).", en[:-1] + f" ({day.name.en})."
    return _item("counted", vi, en, **values)


def skipped(day: Day) -> Item:
    """A day on which the agency is closed, with the reason: weekend, a named holiday, or a swap and its worked day."""
    vi, en = {
        "weekend": ("nghỉ hằng tuần", "weekly day of rest"),
        "holiday": ("nghỉ lễ", "public holiday"),
        "swap": ("nghỉ hoán đổi", "day off in exchange"),
    }[day.reason]
    values: Item = {"date": str(day.on), "reason": day.reason}
    if day.name is not None:
        values["name"] = day.name.to_json()
        vi, en = f"{vi}: {day.name.vi}", f"{en}: {day.name.en}"
    if day.other is not None:
        values["worked_on"] = str(day.other)
        vi, en = f"{vi}, làm bù {_date(day.other, 'vi')}", f"{en}, worked on {_date(day.other, 'en')}"
    return _item(
        "skipped",
        f"{_capital(_date(day.on, 'vi'))}: không tính ({vi}).",
        f"{_date(day.on, 'en')}: not counted ({en}).",
        **values,
    )


def held(on: date) -> Item:
    """A working day that lies wholly inside a pause."""
    return _item(
        "skipped",
        f"{_capital(_date(on, 'vi'))}: không tính (đang chờ người nộp hồ sơ).",
        f"{_date(on, 'en')}: not counted (waiting for the applicant).",
        date=str(on),
        reason="pause",
    )


def pause(
    start: int, end: int, *, seconds: int | None = None, days: int | None = None, last: date | None = None
) -> Item:
    """A pause and what it added: `seconds` of working time, or `days` of a period that then ends on `last`."""
    vi = f"Tạm dừng từ {_moment(start, 'vi')} đến {_moment(end, 'vi')}"
    en = f"Paused from {_moment(start, 'en')} to {_moment(end, 'en')}"
    values: Item = {"from": _iso(start), "to": _iso(end)}
    if seconds is not None:
        values["added_seconds"] = seconds
    if days is not None:
        values["added_days"] = days
    if not seconds and last is None:
        vi, en = f"{vi}: không làm thay đổi thời hạn.", f"{en}: adds nothing to the period."
    elif last is None:
        vi = f"{vi}: {_span(seconds or 0, 'vi')} làm việc không tính."
        en = f"{en}: {_span(seconds or 0, 'en')} of working time not counted."
    else:
        values["last_day"] = str(last)
        vi = f"{vi}: kéo dài {days} ngày, ngày cuối cùng là {_date(last, 'vi')}."
        en = f"{en}: extended by {_amount(days or 0, 'days', 'en')}, the last day is {_date(last, 'en')}."
    return _item("pause", vi, en, **values)


def pause_same_day(start: int, end: int) -> Item:
    return _item(
        "pause",
        f"Tạm dừng từ {_moment(start, 'vi')} đến {_moment(end, 'vi')}: thời hạn tính lại từ lúc hết tạm dừng.",
        f"Paused from {_moment(start, 'en')} to {_moment(end, 'en')}: the rule is applied anew to its end.",
        **{"from": _iso(start), "to": _iso(end)},
    )


def moved_past_pause(last: date) -> Item:
    return _item(
        "moved",
        f"Tạm dừng kết thúc sau giờ làm việc nên chuyển sang ngày làm việc kế tiếp: {_date(last, 'vi')}.",
        f"The pause ended after closing time: moved to the next working day, {_date(last, 'en')}.",
        date=str(last),
        reason="pause",
    )


def period(unit: str, amount: int, first: date, last: date) -> Item:
    """A period of calendar days or months from `first`, which is not counted, to `last`."""
    vi = f"Không tính ngày đầu tiên ({_date(first, 'vi')}); đủ {_amount(amount, unit, 'vi')} vào {_date(last, 'vi')}."
    en = f"The first day ({_date(first, 'en')}) is not counted; the period ends on {_date(last, 'en')}."
    return _item("period", vi, en, first_day=str(first), last_day=str(last))


def same_day(moment: int, until: int, today: date, *, same: bool) -> Item:
    """The same-day rule applied to a receipt (or to the end of a pause)."""
    limit, at = clock(until), clock(moment % DAY)
    if same:
        vi = f"Nhận lúc {at}, không sau {limit}, trong ngày làm việc: trả kết quả trong {_date(today, 'vi')}."
        en = f"Received at {at}, not after {limit}, on a working day: due the same day, {_date(today, 'en')}."
    else:
        vi = f"Nhận lúc {at} {_date(today, 'vi')}, sau {limit} hoặc ngoài giờ: trả vào ngày làm việc kế tiếp."
        en = f"Received at {at} on {_date(today, 'en')}, after {limit} or outside hours: due the next working day."
    return _item("same_day", vi, en, date=str(today), until=limit, same=same)


def no_table(year: int) -> Item:
    return _item(
        "no_table",
        f"Chưa có bảng ngày nghỉ năm {year}: chỉ trừ ngày nghỉ hằng tuần và ngày lễ có ngày cố định; "
        "chưa trừ Tết Nguyên đán, Giỗ Tổ Hùng Vương và ngày nghỉ bù.",
        f"There is no holiday table for {year}: only weekends and holidays with a fixed date are left out; "
        "Tết, Hùng Kings' Day and days in lieu are not known yet.",
        year=year,
    )


def result(moment: int) -> Item:
    return _item(
        "due", f"Hạn trả kết quả: {_moment(moment, 'vi')}.", f"Due at {_moment(moment, 'en')}.", at=_iso(moment)
    )


def restarted(first: int, again: int) -> Item:
    """The period starts again from nought; what went before it is not counted."""
    return _item(
        "restarted",
        f"Đã tiếp nhận lần đầu lúc {_moment(first, 'vi')}; sau khi bổ sung, thời hạn tính lại từ đầu, từ "
        f"{_moment(again, 'vi')}.",
        f"First received at {_moment(first, 'en')}; after the supplement the period starts again, at "
        f"{_moment(again, 'en')}.",
        **{"from": _iso(first), "to": _iso(again)},
    )


def promised(at: int) -> Item:
    return _item(
        "promised",
        f"Ngày đã hẹn muộn hơn và được giữ: {_moment(at, 'vi')}.",
        f"The date that was promised is later and stands: {_moment(at, 'en')}.",
        at=_iso(at),
    )


def reappointed(was: int, at: int) -> Item:
    return _item(
        "reappointed",
        f"Cơ quan xin lỗi và hẹn lại một lần: thay cho {_moment(was, 'vi')}.",
        f"The agency apologised and appointed a new date, once: in place of {_moment(was, 'en')}.",
        was=_iso(was),
        at=_iso(at),
    )


def recalculated(was: int, at: int) -> Item:
    return _item(
        "recalculated",
        f"Lịch làm việc của cơ quan thay đổi nên tính lại: thay cho {_moment(was, 'vi')}.",
        f"The agency's calendar changed, so the date was counted again: in place of {_moment(was, 'en')}.",
        was=_iso(was),
        at=_iso(at),
    )


def _item(kind: str, vi: str, en: str, **values: Any) -> Item:
    return {"kind": kind, **values, "vi": vi, "en": en}


def _iso(moment: int) -> str:
    return datetime_of(moment).isoformat()


def _date(on: date, language: str) -> str:
    return f"{_WEEKDAYS[language][on.weekday()]} {on:%d/%m/%Y}"


def _moment(moment: int, language: str) -> str:
    at, on = clock(moment % DAY), _date(moment_date(moment), language)
    return f"{at} {on}" if language == "vi" else f"{at} on {on}"


def _amount(amount: int, unit: str, language: str) -> str:
    if language == "vi":
        return f"{amount} {_UNITS_VI[unit]}"
    return f"{amount} {unit[:-1] if amount == 1 else unit}"


def _span(seconds: int, language: str) -> str:
    """`7 giờ 30 phút`, `7 h 30 min`."""
    names = ("giờ", "phút", "giây") if language == "vi" else ("h", "min", "s")
    minutes, rest = divmod(seconds, 60)
    parts = zip((minutes // 60, minutes % 60, rest), names, strict=True)
    return " ".join(f"{number} {name}" for number, name in parts if number) or f"0 {names[1]}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]

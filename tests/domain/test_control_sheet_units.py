"""The control sheet (mẫu 05) names every unit that had the dossier or was asked, and how it kept its own date."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.event import Event
from chalicelib.domain.sheet_steps import control_rows

POLICE = {"agency": "H34.13", "name": "Công an tỉnh", "until": "2026-11-30T10:00:00.000Z"}
BUILDERS = {"agency": "H34.03", "name": "Sở Xây dựng", "until": "2026-12-01T10:00:00.000Z"}


def _event(place: int, action: str, before: str, after: str, at: str, role: str, **detail: Any) -> Event:
    actor = {"id": role, "name": f"Cán bộ {role}", "role": role}
    return Event(f"e-{place}", place, action, before, after, at, actor, detail, "").sealed()


EVENTS = (
    _event(
        1,
        "transfer",
        "submitted",
        "submitted",
        "2026-11-23T02:00:00.000Z",
        "reception",
        recipient="Sở Xây dựng",
        reason="Sai thẩm quyền",
        reply_due_at="2026-11-24T02:00:00.000Z",
    ),
    _event(
        2,
        "receive",
        "submitted",
        "received",
        "2026-11-23T03:00:00.000Z",
        "reception",
        due_at="2026-12-20T10:00:00.000Z",
    ),
    _event(
        3, "consult", "appraisal", "consultation", "2026-11-24T02:00:00.000Z", "appraiser", asked=[POLICE, BUILDERS]
    ),
    _event(
        4,
        "give_opinion",
        "consultation",
        "consultation",
        "2026-12-01T02:00:00.000Z",
        "consultant",
        **POLICE,
        answer="disagree",
        document="7/CV",
    ),
    _event(5, "consulted", "consultation", "appraisal", "2026-12-01T10:05:00.000Z", "system", silent=[BUILDERS]),
)


def test_each_unit_has_its_row_its_hour_and_its_result() -> None:
    rows = [row[1:7] for row in control_rows(EVENTS)]
    assert rows[0][2:] == ("Sở Xây dựng", "09:00 23/11/2026", "", "Sai thẩm quyền")
    assert rows[2][2] == "Công an tỉnh; Sở Xây dựng"
    assert rows[3] == (
        "Cho ý kiến phối hợp",
        "Cán bộ consultant (Công an tỉnh)",
        "Hệ thống",
        "09:00 01/12/2026",
        "Quá hạn",  # by its own date; the dossier's lies weeks ahead
        "Không đồng ý, văn bản số 7/CV",
    )
    assert rows[4][1:] == ("Sở Xây dựng", "", "17:05 01/12/2026", "Quá hạn", "Không trả lời")

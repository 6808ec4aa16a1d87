"""The hand-overs of a dossier, as the control sheet (mẫu 05 of TT 01/2018/TT-VPCP) lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain import dates
from chalicelib.domain.clock import ZONE
from chalicelib.domain.event import Event
from chalicelib.domain.life import Action

STEPS = {
    Action.SUBMIT: "Nộp hồ sơ",
    Action.PAY: "Thu phí, lệ phí",
    Action.ANNOUNCE_PARCEL: "Báo đã gửi hồ sơ giấy",
    Action.REGISTER_PARCEL: "Ghi nhận hồ sơ giấy",
    Action.OPEN_PARCEL: "Mở bưu gửi",
    Action.CHECK_PARCEL: "Kiểm tra giấy tờ gửi qua bưu chính",
    Action.RETURN_PARCEL: "Gửi trả bưu gửi",
    Action.RECEIVE: "Tiếp nhận",
    Action.REQUEST_SUPPLEMENT: "Yêu cầu bổ sung",
    Action.SUPPLEMENT: "Bổ sung hồ sơ",
    Action.LAPSE: "Hết thời hạn chờ",
    Action.REFUSE: "Từ chối tiếp nhận",
    Action.CLAIM: "Nhận thẩm định",
    Action.ASSIGN: "Phân công thẩm định",
    Action.REASSIGN: "Giao lại người thẩm định",
    Action.HAND_OVER: "Bàn giao người thẩm định",
    Action.CONSULT: "Lấy ý kiến phối hợp",
    Action.CONSULTED: "Hết thời hạn cho ý kiến, coi như đồng ý",
    Action.GIVE_OPINION: "Cho ý kiến phối hợp",
    Action.WITHDRAW_QUESTION: "Rút câu hỏi lấy ý kiến",
    Action.TRANSFER: "Chuyển hồ sơ đến đúng thẩm quyền",
    Action.PROPOSE: "Trình phê duyệt",
    Action.SEND_BACK: "Trả lại để thẩm định lại",
    Action.APPROVE: "Phê duyệt",
    Action.ENTER_RESULT: "Nhập kết quả",
    Action.SEAL: "Ký số, niêm phong kết quả",
    Action.REFUSE_RESULT: "Tệp kết quả không ký số được hoặc chữ ký không hợp lệ",
    Action.RETURN_RESULT: "Rút lại kết quả",
    Action.ASK_REVOCATION: "Đề nghị thu hồi kết quả",
    Action.KEEP_RESULT: "Giữ nguyên kết quả",
    Action.REVOKE_RESULT: "Thu hồi kết quả",
    Action.COMPARE: "Đối chiếu bản chính",
    Action.POST: "Gửi kết quả qua bưu chính",
    Action.TRACK: "Bưu chính báo",
    Action.PARCEL_RETURNED: "Bưu gửi bị trả lại",
    Action.DELIVER: "Trả kết quả",
    Action.CLOSE: "Lưu hồ sơ",
    Action.WITHDRAW: "Rút hồ sơ",
    Action.STOP: "Dừng giải quyết",
    Action.REAPPOINT: "Hẹn lại ngày trả",
    Action.WARN: "Cảnh báo sắp đến hạn",
    Action.RECALCULATE: "Tính lại hạn theo lịch làm việc",
    Action.ESCALATE: "Báo quá hạn",
    Action.SURPLUS: "Nhận khoản không phải nộp",
    Action.CLAIM_REFUND: "Đề nghị hoàn phí",
    Action.REFUND: "Hoàn phí",
    Action.REOPEN: "Mở lại hồ sơ",
    Action.COMPLAIN: "Khiếu nại",
    Action.ANSWER_COMPLAINT: "Trả lời khiếu nại",
}
ROLES = {
    "applicant": "người nộp",
    "reception": "tiếp nhận",
    "appraiser": "thẩm định",
    "approver": "phê duyệt",
    "cashier": "thu phí",
    "accountant": "kế toán",
    "clerk": "văn thư",
    "administrator": "quản trị",
    "consultant": "cơ quan phối hợp",
}
ANSWERS = {
    "agree": "Đồng ý",
    "disagree": "Không đồng ý",
    "more": "Đề nghị bổ sung thông tin",
    "not_competent": "Không thuộc thẩm quyền",
}
BY_ITSELF = "hệ thống"
# After these the agency owes nothing more, or the applicant holds the dossier: a date in them is not the agency's.
_RESTS = frozenset(
    {Action.REQUEST_SUPPLEMENT, Action.ENTER_RESULT, Action.REFUSE, Action.STOP, Action.WITHDRAW, Action.LAPSE}
)


def control_rows(events: Sequence[Event]) -> tuple[tuple[str, ...], ...]:
    """TT, work, giver, taker, hour and day, result, note, and a cell to sign in; one row for each hand-over."""
    steps = [event for event in events if event.action not in (Action.ESCALATE, Action.WARN)]
    rows: list[tuple[str, ...]] = []
    due = ""
    for place, event in enumerate(steps):
        following = steps[place + 1] if place + 1 < len(steps) else None
        by_agency = event.actor["role"] not in ("applicant", "system")
        theirs = _their_due(event)
        result = result_of(event.at, theirs or due) if (theirs or due) and by_agency else ""
        detail = event.detail
        # A step that sets no date leaves the one in force, but for acceptance: with it the reply is given.
        if event.action in _RESTS:
            due = ""
        else:
            due = str(
                detail.get("due_at") or detail.get("reply_due_at") or ("" if event.action == Action.RECEIVE else due)
            )
        if event.action == Action.CLAIM:
            continue  # who claims a dossier stands as the taker in the row before
        when = dates.minute(event.at)
        step = STEPS[Action(event.action)]
        for silent in detail.get("silent", ()):
            # Nobody handed anything over: the row says whose time ran out.
            rows.append((str(len(rows) + 1), step, silent["name"], "", when, "Quá hạn", "Không trả lời", ""))
        if "silent" in detail:
            continue
        taker = str(detail.get("recipient") or detail.get("to_name") or "") or _asked(detail)
        taker = taker or (_who(following) if following else "")
        rows.append((str(len(rows) + 1), step, _who(event), taker, when, result, _note(detail), ""))
    return tuple(rows)


def _their_due(event: Event) -> str:
    """The date that bound another agency which answers; "" when the step is the agency's own."""
    return str(event.detail["until"]) if event.action == Action.GIVE_OPINION else ""


def _asked(detail: Mapping[str, Any]) -> str:
    return "; ".join(one["name"] for one in detail.get("asked", ()))


def _note(detail: Mapping[str, Any]) -> str:
    """What was said with a step; of an answer what it was, and the number of the document that carries it."""
    if answer := detail.get("answer"):
        return ", văn bản số ".join(filter(None, (ANSWERS[str(answer)], str(detail.get("document") or ""))))
    note = str(detail.get("reason") or detail.get("opinion") or detail.get("note") or "")
    units = "; ".join(one["name"] for one in detail.get("withdrawn", ()))
    return ": ".join(filter(None, (units, note)))


def result_of(moment: str, due: str) -> str:
    """Trước hạn (an earlier day of Vietnam), Đúng hạn, Quá hạn."""
    done, end = datetime.fromisoformat(moment), datetime.fromisoformat(due)
    if done > end:
        return "Quá hạn"
    return "Trước hạn" if done.astimezone(ZONE).date() < end.astimezone(ZONE).date() else "Đúng hạn"


def _who(event: Event) -> str:
    if event.action == Action.GIVE_OPINION:
        return f"{event.actor['name']} ({event.detail['name']})"
    role = ROLES.get(event.actor["role"])
    stead = f" thay {event.actor['for']}" if event.actor.get("for") else ""
    return f"{event.actor['name']}{stead} ({role})" if role else "Hệ thống"

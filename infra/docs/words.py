"""What states' actions, roles and conditions are called in documents, Vietnamese and English.

The states' own names stand in the table itself (chalicelib/domain/life.py).
"""

from __future__ import annotations

from chalicelib.domain.access import Role
from chalicelib.domain.entry_life import EntryEvent
from chalicelib.domain.life import Action
from chalicelib.domain.post import Finding, Inbound, Shipment
from chalicelib.domain.refund import RefundEvent, RefundState

Names = tuple[str, str]  # Vietnamese, English

ROLES: dict[Role, tuple[Names, Names]] = {  # short for the diagram, in full for the glossary
    Role.APPLICANT: (("Người nộp", "applicant"), ("Người nộp hồ sơ (công dân, tổ chức)", "Citizen or organisation")),
    Role.RECEPTION: (("Một cửa", "reception"), ("Cán bộ tiếp nhận, bộ phận một cửa", "One-stop reception officer")),
    Role.APPRAISER: (("Thẩm định", "appraiser"), ("Cán bộ thẩm định (chuyên viên thụ lý)", "Appraising officer")),
    Role.APPROVER: (("Lãnh đạo", "approver"), ("Lãnh đạo có thẩm quyền phê duyệt", "Approving head")),
    Role.CASHIER: (("Thu ngân", "cashier"), ("Cán bộ thu phí, lệ phí", "Cashier at the counter")),
    Role.CLERK: (("Văn thư", "clerk"), ("Văn thư, cán bộ trả kết quả", "Clerk: issues and hands over results")),
    Role.ACCOUNTANT: (
        ("Kế toán", "accountant"),
        ("Kế toán: hoàn phí, đối soát", "Accountant: refunds, reconciliation"),
    ),
    Role.ADMINISTRATOR: (("Quản trị", "administrator"), ("Quản trị của cơ quan", "Administrator of the agency")),
    Role.SYSTEM: (
        ("Hệ thống", "system"),
        ("Hệ thống (thời hạn, hệ thống khác báo)", "The portal: deadlines, other systems"),
    ),
}

ACTIONS: dict[Action, Names] = {
    Action.SUBMIT: ("nộp hồ sơ", "file"),
    Action.PAY: ("nộp phí", "pay the fee"),
    Action.ANNOUNCE_PARCEL: ("báo đã gửi", "announce a parcel"),
    Action.REGISTER_PARCEL: ("ghi nhận bưu gửi", "register the parcel"),
    Action.OPEN_PARCEL: ("mở bưu gửi", "open the parcel"),
    Action.CHECK_PARCEL: ("kiểm tra giấy tờ", "check its papers"),
    Action.RETURN_PARCEL: ("gửi trả bưu gửi", "send the parcel back"),
    Action.RECEIVE: ("tiếp nhận", "accept"),
    Action.REQUEST_SUPPLEMENT: ("yêu cầu bổ sung", "ask for a supplement"),
    Action.SUPPLEMENT: ("bổ sung hồ sơ", "supplement"),
    Action.LAPSE: ("hết hạn chờ", "time runs out"),
    Action.REFUSE: ("từ chối tiếp nhận", "refuse to accept"),
    Action.CLAIM: ("nhận thẩm định", "take to appraise"),
    Action.ASSIGN: ("phân công", "assign by rule"),
    Action.REASSIGN: ("điều chuyển", "reassign"),
    Action.HAND_OVER: ("bàn giao", "hand over"),
    Action.CONSULT: ("lấy ý kiến", "consult agencies"),
    Action.CONSULTED: ("có ý kiến", "opinions are in"),
    Action.PROPOSE: ("trình phê duyệt", "propose approval"),
    Action.SEND_BACK: ("trả lại thẩm định", "send back"),
    Action.APPROVE: ("phê duyệt", "approve"),
    Action.ENTER_RESULT: ("phát hành kết quả", "issue the result"),
    Action.SEAL: ("ký số, niêm phong", "sign and seal"),
    Action.REFUSE_RESULT: ("không ký được", "cannot be signed"),
    Action.RETURN_RESULT: ("rút lại", "take the result back"),
    Action.ASK_REVOCATION: ("đề nghị thu hồi kết quả", "ask for the result's revocation"),
    Action.KEEP_RESULT: ("giữ nguyên kết quả", "let the result stand"),
    Action.REVOKE_RESULT: ("thu hồi kết quả", "revoke the result"),
    Action.COMPARE: ("đối chiếu bản chính", "compare originals"),
    Action.POST: ("gửi bưu chính", "send by post"),
    Action.TRACK: ("bưu chính báo", "the post reports"),
    Action.PARCEL_RETURNED: ("bưu gửi hoàn", "parcel came back"),
    Action.DELIVER: ("trả kết quả", "deliver"),
    Action.CLOSE: ("lưu hồ sơ", "archive"),
    Action.WITHDRAW: ("rút hồ sơ", "withdraw"),
    Action.STOP: ("dừng xử lý", "stop"),
    Action.REAPPOINT: ("hẹn lại ngày trả", "re-appoint"),
    Action.WARN: ("cảnh báo sắp đến hạn", "warn of the due date"),
    Action.RECALCULATE: ("tính lại hạn", "count the date again"),
    Action.ESCALATE: ("báo quá hạn", "report overdue"),
    Action.REOPEN: ("mở lại", "reopen"),
    Action.COMPLAIN: ("khiếu nại", "complain"),
    Action.ANSWER_COMPLAINT: ("trả lời khiếu nại", "answer the complaint"),
    Action.SURPLUS: ("thừa tiền", "receive money not owed"),
    Action.CLAIM_REFUND: ("đề nghị hoàn phí", "ask for the fee back"),
    Action.REFUND: ("chi hoàn phí", "pay back"),
}

# Every filed dossier can take these steps (every posted one: what the post reports; one that is over: a complaint), and
# they lead nowhere: the figure says it once and draws none.
MONEY = (Action.SURPLUS, Action.REFUND, Action.TRACK, Action.COMPLAIN, Action.ANSWER_COMPLAINT)
MONEY_READING = (
    "Sau khi nộp: thừa tiền, chi hoàn phí; sau khi gửi: bưu chính báo; khi kết thúc: khiếu nại, trả lời khiếu nại. / "
    "Once filed: receive money not owed, pay back; once posted: the post reports; once over: complain, answer the "
    "complaint."
)

PARCELS: dict[Inbound | Shipment, Names] = {  # to the agency, then with the result
    Inbound.ANNOUNCED: ("Người nộp báo đã gửi", "announced by the applicant"),
    Inbound.RECEIVED: ("Đã nhận, chưa mở", "received, not opened"),
    Inbound.OPENED: ("Đã mở, đang kiểm tra", "opened, being checked"),
    Inbound.COMPLETE: ("Đủ giấy tờ", "complete"),
    Inbound.DEFICIENT: ("Chưa đủ giấy tờ", "not complete"),
    Inbound.SENT_BACK: ("Đã gửi trả người gửi", "sent back to its sender"),
    Inbound.GIVEN_UP: ("Không chờ nữa", "no longer awaited"),
    Shipment.HANDED_IN: ("Đã giao bưu chính", "handed to the post"),
    Shipment.ACCEPTED: ("Bưu chính đã nhận", "accepted by the post"),
    Shipment.IN_TRANSIT: ("Đang chuyển", "on its way"),
    Shipment.LOST: ("Thất lạc", "lost"),
    Shipment.RETURNED: ("Chuyển hoàn", "returned"),
    Shipment.DELIVERED: ("Đã phát, có ký nhận", "delivered, signed for"),
}

FINDINGS: dict[Finding, Names] = {
    Finding.CERTIFIED: ("Đủ, đã chứng thực", "certified copy"),
    Finding.MISSING: ("Thiếu", "missing"),
    Finding.WRONG: ("Không hợp lệ", "not valid"),
    Finding.DIFFERS: ("Khác bản đã tải lên", "differs from the upload"),
}

# Every issued result can be revoked: said once, too.
REVOCATION = (Action.ASK_REVOCATION, Action.KEEP_RESULT, Action.REVOKE_RESULT)
REVOCATION_READING = (
    "Kết quả đã phát hành (trừ khi đang gửi bưu chính): Văn thư / Lãnh đạo đề nghị thu hồi, Lãnh đạo khác thu hồi → D1 "
    "hoặc giữ nguyên. / An issued result: one asks for its revocation, another approver decides."
)

# Whom a dossier lies with: said once for the states that an appraiser holds.
PEOPLE = (Action.ASSIGN, Action.REASSIGN, Action.HAND_OVER)
PEOPLE_READING = (
    "Được tiếp nhận: Hệ thống phân công, Quản trị điều chuyển → C2; sau đó người được giao bàn giao (C2, C3), Quản trị "
    "điều chuyển (C2–C4). / Accepted: assigned by rule, the administrator reassigns; then hand over, reassign."
)

# What the portal does about the date of an open dossier leads nowhere either: said once, too.
DATES = (Action.WARN, Action.RECALCULATE)
DATES_READING = (
    "Khi hạn tính cho cơ quan: Hệ thống cảnh báo sắp đến hạn, tính lại hạn khi lịch làm việc thay đổi. / "
    "While a date runs: the portal will warn of the due date, and count the date again when a calendar changed."
)
SAID_ONCE = frozenset({*MONEY, *REVOCATION, *DATES, *PEOPLE})
READINGS = (MONEY_READING, REVOCATION_READING, PEOPLE_READING, DATES_READING)

REFUND_STATES: dict[RefundState, Names] = {
    RefundState.OPEN: ("Phải hoàn", "owed back"),
    RefundState.PREPARED: ("Đã chuẩn bị, chờ duyệt", "prepared, to be approved"),
    RefundState.APPROVED: ("Đã duyệt, chờ chi", "approved, to be paid"),
    RefundState.SENT: ("Đã gửi cổng thanh toán, chờ kết quả", "with the gateway"),
    RefundState.DONE: ("Đã hoàn", "paid back"),
}

REFUND_EVENTS: dict[RefundEvent, Names] = {
    RefundEvent.NAME_ACCOUNT: ("cung cấp tài khoản nhận tiền", "name an account"),
    RefundEvent.PREPARE: ("chuẩn bị hoàn phí", "prepare"),
    RefundEvent.APPROVE: ("duyệt hoàn phí", "approve"),
    RefundEvent.RETURN: ("trả lại để chuẩn bị lại", "send back to be prepared anew"),
    RefundEvent.SEND: ("gửi yêu cầu hoàn đến cổng thanh toán", "send to the gateway"),
    RefundEvent.PAY_OUT: ("chi trả, có chứng từ", "pay out, with proof"),
    RefundEvent.CONFIRMED: ("cổng thanh toán xác nhận đã hoàn", "the gateway confirms"),
    RefundEvent.WAITING: ("cổng thanh toán đang xử lý", "the gateway is at it, or gives no word"),
    RefundEvent.TURNED_DOWN: ("cổng thanh toán từ chối hoàn", "the gateway turns it down"),
}

CONDITIONS: dict[str, Names] = {  # by the name of the guard in the table
    "owes_filing": ("còn phí nộp hồ sơ", "filing fee owed"),
    "awaits_parcel": ("mức 4 chưa ký số", "level 4, unsigned"),
    "papers_certified": ("đủ bản chứng thực", "all copies certified"),
    "parcel_lies_here": ("bưu gửi còn ở đây", "a parcel lies here"),
    "owes_acceptance": ("còn phí tiếp nhận", "acceptance fee owed"),
    "has_file": ("có tệp", "with a file"),
    "owes_result": ("còn phí kết quả", "result fee owed"),
    "other_officer": ("không tự duyệt", "not own appraisal"),
    "is_assignee": ("người được giao, thay", "assignee, substitute"),
    "once": ("một lần", "once"),
    "originals_match": ("mức 3: đã khớp", "level 3: all match"),
    "originals_differ": ("không khớp", "papers differ"),
    "online_delivery": ("mức 4, trực tuyến", "level 4, online"),
    "by_post": ("mức 4, bưu chính", "level 4, by post"),
    "reopenable": ("không vướng phí", "no fee in the way"),
    "not_complained": ("chưa khiếu nại", "no complaint yet"),
    "complaint_open": ("có khiếu nại chờ trả lời", "a complaint waits"),
    "no_refund_open": ("đã hoàn phí", "no refund open"),
    "by_exception": ("luật cho hoàn", "its law allows"),
}

HELD_BY: dict[str, Names] = {
    "agency": ("cơ quan giữ", "with the agency"),
    "applicant": ("chờ người nộp", "with the applicant"),
    "nobody": ("kết thúc", "over"),
}

NATIONAL: dict[int, Names] = {  # the statuses of the national portal
    1: ("Mới đăng ký", "Newly filed"),
    2: ("Được tiếp nhận", "Accepted"),
    3: ("Không được tiếp nhận", "Not accepted"),
    4: ("Đang xử lý", "Being processed"),
    5: ("Yêu cầu bổ sung giấy tờ", "Supplement asked for"),
    6: ("Yêu cầu thực hiện nghĩa vụ tài chính", "Payment asked for"),
    7: ("Công dân yêu cầu rút hồ sơ", "Withdrawn by the citizen"),
    8: ("Dừng xử lý", "Stopped"),
    9: ("Đã xử lý xong", "Processed"),
    10: ("Đã trả kết quả", "Result delivered"),
}

ENTRY_EVENTS: dict[EntryEvent, Names] = {
    EntryEvent.FOUND: ("có trong tệp, đúng số tiền", "found in a file, with our amount"),
    EntryEvent.FOUND_OTHERWISE: ("có trong tệp, khác số tiền", "found in a file, with another amount"),
    EntryEvent.ATTACH: ("gắn vào hồ sơ", "attach to a dossier"),
    EntryEvent.OWE: ("quyết định hoàn trả", "decide to send back"),
    EntryEvent.PAY_OUT: ("hoàn trả, có chứng từ", "sent back, with proof"),
    EntryEvent.DISMISS: ("xác định không có thật hoặc không phải của cơ quan", "declare not ours, or never had"),
    EntryEvent.COVER: ("nhận ra khoản đã ghi sổ", "recognise as booked under another name"),
    EntryEvent.REOPEN: ("xem xét lại", "reopen"),
}

"""The table: every state of a dossier, every action, who may take it from where to where.

Several rules of one (state, action, role) are alternatives, tried in order; the first whose guard allows it wins.
Officers' titles stand in the glossary. The diagram `docs/states.svg` is drawn from this file.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.access import Actor, Role
from chalicelib.values import dataclass

if TYPE_CHECKING:
    from chalicelib.domain.dossier import Dossier


class State(StrEnum):
    DRAFT = "draft"
    FILING_FEE_DUE = "filing_fee_due"
    PARCEL_EXPECTED = "parcel_expected"
    PARCEL_RECEIVED = "parcel_received"
    SUBMITTED = "submitted"
    INTAKE_SUPPLEMENT = "intake_supplement"
    NOT_RECEIVED = "not_received"
    ACCEPTANCE_FEE_DUE = "acceptance_fee_due"
    RECEIVED = "received"
    APPRAISAL = "appraisal"
    CONSULTATION = "consultation"
    REVIEW_SUPPLEMENT = "review_supplement"
    APPROVAL = "approval"
    ISSUING = "issuing"
    SEALING = "sealing"
    RESULT_FEE_DUE = "result_fee_due"
    READY = "ready"
    HANDOVER_STOPPED = "handover_stopped"
    IN_POST = "in_post"
    POST_RETURNED = "post_returned"
    DELIVERED = "delivered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"

    @property
    def about(self) -> About:
        return STATES[self]

    @property
    def is_over(self) -> bool:
        """Nothing is left for the review to wait for."""
        return self in OVER


@dataclass(frozen=True)
class About:
    """`status` is the national code (None before filing), `queue` the officers' queue that the state waits in."""

    status: int | None
    vi: str
    en: str
    queue: str | None = None
    held_by: str = "agency"


STATES: dict[State, About] = {
    State.DRAFT: About(None, "Bản nháp", "Draft", held_by="applicant"),
    State.FILING_FEE_DUE: About(6, "Chờ nộp phí khi nộp hồ sơ", "Filing fee due", "cashier", "applicant"),
    State.PARCEL_EXPECTED: About(
        1, "Chờ hồ sơ giấy gửi qua bưu chính", "Papers expected by post", "reception", "applicant"
    ),
    State.PARCEL_RECEIVED: About(1, "Đã nhận hồ sơ giấy, đang kiểm tra", "Papers by post being checked", "reception"),
    State.SUBMITTED: About(1, "Mới đăng ký", "Filed", "reception"),
    State.INTAKE_SUPPLEMENT: About(
        5, "Yêu cầu bổ sung trước khi tiếp nhận", "Supplement asked before acceptance", held_by="applicant"
    ),
    State.NOT_RECEIVED: About(3, "Không được tiếp nhận", "Not accepted", held_by="nobody"),
    State.ACCEPTANCE_FEE_DUE: About(6, "Chờ nộp phí khi tiếp nhận", "Fee due at acceptance", "cashier", "applicant"),
    State.RECEIVED: About(2, "Được tiếp nhận", "Accepted", "appraisal"),
    State.APPRAISAL: About(4, "Đang thẩm định", "Being appraised", "appraisal"),
    State.CONSULTATION: About(4, "Đang lấy ý kiến cơ quan phối hợp", "Other agencies consulted", "appraisal"),
    State.REVIEW_SUPPLEMENT: About(
        5, "Yêu cầu bổ sung trong khi giải quyết", "Supplement asked during review", held_by="applicant"
    ),
    State.APPROVAL: About(4, "Chờ phê duyệt", "Awaiting approval", "approval"),
    State.ISSUING: About(4, "Đang phát hành kết quả", "Result being issued", "issuing"),
    State.SEALING: About(4, "Đang ký số và niêm phong kết quả", "Result being signed and sealed", "issuing"),
    State.RESULT_FEE_DUE: About(
        6, "Chờ nộp phí trước khi nhận kết quả", "Fee due before the result", "cashier", "applicant"
    ),
    State.READY: About(9, "Đã xử lý xong, chờ trả kết quả", "Done, result ready", "handover"),
    State.HANDOVER_STOPPED: About(
        9,
        "Tạm dừng trả kết quả: giấy tờ không khớp bản chính",
        "Hand-over stopped: papers differ",
        "handover",
    ),
    State.IN_POST: About(9, "Đang gửi kết quả qua bưu chính", "Result in the post", "handover"),
    State.POST_RETURNED: About(9, "Bưu chính chuyển hoàn kết quả", "Result came back by post", "handover"),
    State.DELIVERED: About(10, "Đã trả kết quả", "Result delivered", "closing", "nobody"),
    State.CLOSED: About(10, "Đã lưu hồ sơ", "Archived", held_by="nobody"),
    State.WITHDRAWN: About(7, "Công dân rút hồ sơ", "Withdrawn", held_by="nobody"),
    State.STOPPED: About(8, "Dừng xử lý", "Stopped", held_by="nobody"),
}

OVER = frozenset({State.NOT_RECEIVED, State.DELIVERED, State.CLOSED, State.WITHDRAWN, State.STOPPED})


class Action(StrEnum):
    SUBMIT = "submit"
    PAY = "pay"
    ANNOUNCE_PARCEL = "announce_parcel"
    REGISTER_PARCEL = "register_parcel"
    OPEN_PARCEL = "open_parcel"
    CHECK_PARCEL = "check_parcel"
    RETURN_PARCEL = "return_parcel"
    RECEIVE = "receive"
    REQUEST_SUPPLEMENT = "request_supplement"
    SUPPLEMENT = "supplement"
    LAPSE = "lapse"
    REFUSE = "refuse"
    CLAIM = "claim"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    HAND_OVER = "hand_over"
    CONSULT = "consult"
    CONSULTED = "consulted"
    GIVE_OPINION = "give_opinion"
    WITHDRAW_QUESTION = "withdraw_question"
    TRANSFER = "transfer"
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    ENTER_RESULT = "enter_result"
    SEAL = "seal"
    REFUSE_RESULT = "refuse_result"
    RETURN_RESULT = "return_result"
    ASK_REVOCATION = "ask_revocation"
    KEEP_RESULT = "keep_result"
    REVOKE_RESULT = "revoke_result"
    COMPARE = "compare"
    POST = "post"
    TRACK = "track"
    PARCEL_RETURNED = "parcel_returned"
    DELIVER = "deliver"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    STOP = "stop"
    REAPPOINT = "reappoint"
    WARN = "warn"
    RECALCULATE = "recalculate"
    ESCALATE = "escalate"
    REOPEN = "reopen"
    COMPLAIN = "complain"
    ANSWER_COMPLAINT = "answer_complaint"
    SURPLUS = "surplus"
    CLAIM_REFUND = "claim_refund"
    REFUND = "refund"


@dataclass(frozen=True)
class Guard:
    """A condition beside an edge; `code` names the refusal when it does not hold."""

    code: str
    holds: Callable[[Dossier, Actor], bool]

    def allows(self, dossier: Dossier, actor: Actor) -> bool:
        return self.holds(dossier, actor)


@dataclass(frozen=True)
class Rule:
    before: State
    action: Action
    after: State
    role: Role
    guard: Guard | None = None


owes_filing = Guard("FilingFeeNotDue", lambda d, a: d.owes("filing") > 0)
awaits_parcel = Guard("NoParcelExpected", lambda d, a: d.level >= 4 and not d.signed and not d.owes("filing"))
papers_certified = Guard("PapersNotCertified", lambda d, a: d.certified)
parcel_lies_here = Guard("NoParcelHere", lambda d, a: d.parcel is not None)
owes_acceptance = Guard("AcceptanceFeeNotDue", lambda d, a: d.owes("acceptance") > 0)
has_file = Guard("NoResultFile", lambda d, a: bool(d.result and d.result.get("way")))
owes_result = Guard("ResultFeeNotDue", lambda d, a: d.owes("result") > 0)
other_officer = Guard("FourEyes", lambda d, a: d.appraised_by is not None and a.id not in d.hands)
is_assignee = Guard("NotAssigned", lambda d, a: d.assignee == a.id or d.assignee in a.stands_for)
questions_open = Guard("QuestionsOpen", lambda d, a: any(d.consulted.values()))
mine_with_open = Guard("NotAssigned", lambda d, a: is_assignee.holds(d, a) and questions_open.holds(d, a))
first_transfer = Guard("TransferredBefore", lambda d, a: not d.passed_on)
once = Guard("AlreadyReappointed", lambda d, a: not d.reappointed)
originals_match = Guard("OriginalsNotCompared", lambda d, a: d.level >= 4 or d.originals_match)
originals_differ = Guard("OriginalsMatch", lambda d, a: not d.originals_match)
online_delivery = Guard("CounterOnly", lambda d, a: d.level >= 4 and d.delivery == "online")
by_post = Guard("CounterOnly", lambda d, a: d.level >= 4 and d.delivery == "post")
reopenable = Guard("NotReopenable", lambda d, a: not (d.refund or d.result or d.owes("filing")))
not_complained = Guard("ComplainedBefore", lambda d, a: d.complaint is None)
complaint_open = Guard("NoComplaintOpen", lambda d, a: bool(d.complaint and d.complaint["open"]))
no_refund_open = Guard("RefundOpen", lambda d, a: not d.refund or not d.refund["open"])
by_exception = Guard(
    "NoRefundAfterResult", lambda d, a: d.refund is None and any(f.paid and f.exception for f in d.fees)
)

S, A, R = State, Action, Role
_HELD_BEFORE_RESULT = (
    S.FILING_FEE_DUE, S.PARCEL_EXPECTED, S.PARCEL_RECEIVED, S.SUBMITTED, S.INTAKE_SUPPLEMENT, S.ACCEPTANCE_FEE_DUE,
    S.RECEIVED, S.APPRAISAL, S.CONSULTATION, S.REVIEW_SUPPLEMENT, S.APPROVAL,
)  # fmt: skip
_UNDER_REVIEW = (S.RECEIVED, S.APPRAISAL, S.CONSULTATION, S.APPROVAL, S.ISSUING)
STILL_HEARD = (S.APPRAISAL, S.REVIEW_SUPPLEMENT, S.APPROVAL, S.ISSUING)
_WITH_AN_APPRAISER = (S.APPRAISAL, S.CONSULTATION)
_ONCE_POSTED = (S.IN_POST, S.POST_RETURNED, S.DELIVERED, S.CLOSED)
# Not while it is in the post: the parcel is delivered or comes back first.
_ISSUED = (S.RESULT_FEE_DUE, S.READY, S.HANDOVER_STOPPED, S.DELIVERED, S.CLOSED)
_DECIDING = (*_UNDER_REVIEW, S.SEALING)
_COMPLAINED_OF = (S.NOT_RECEIVED, S.STOPPED, S.DELIVERED, S.CLOSED)
_FILED = tuple(s for s in State if s is not S.DRAFT)
_OPEN = tuple(s for s in _FILED if s not in OVER)

TRANSITIONS: tuple[Rule, ...] = (
    # Filing. A fee due at filing comes first, then (level 4, unsigned) the parcel, then reception.
    Rule(S.DRAFT, A.SUBMIT, S.FILING_FEE_DUE, R.APPLICANT, owes_filing),
    Rule(S.DRAFT, A.SUBMIT, S.PARCEL_EXPECTED, R.APPLICANT, awaits_parcel),
    Rule(S.DRAFT, A.SUBMIT, S.SUBMITTED, R.APPLICANT),
    *(
        rule
        for role in (R.CASHIER, R.SYSTEM)  # the counter, or a payment that another system reports
        for rule in (
            Rule(S.FILING_FEE_DUE, A.PAY, S.FILING_FEE_DUE, role, owes_filing),
            Rule(S.FILING_FEE_DUE, A.PAY, S.PARCEL_EXPECTED, role, awaits_parcel),
            Rule(S.FILING_FEE_DUE, A.PAY, S.SUBMITTED, role),
            Rule(S.ACCEPTANCE_FEE_DUE, A.PAY, S.ACCEPTANCE_FEE_DUE, role, owes_acceptance),
            Rule(S.ACCEPTANCE_FEE_DUE, A.PAY, S.RECEIVED, role),
            Rule(S.RESULT_FEE_DUE, A.PAY, S.RESULT_FEE_DUE, role, owes_result),
            Rule(S.RESULT_FEE_DUE, A.PAY, S.READY, role),
        )
    ),
    Rule(S.FILING_FEE_DUE, A.LAPSE, S.STOPPED, R.SYSTEM),
    # A parcel comes, is opened and checked; what is missing or wrong comes with another one.
    Rule(S.PARCEL_EXPECTED, A.ANNOUNCE_PARCEL, S.PARCEL_EXPECTED, R.APPLICANT),
    Rule(S.PARCEL_EXPECTED, A.REGISTER_PARCEL, S.PARCEL_RECEIVED, R.RECEPTION),
    Rule(S.PARCEL_RECEIVED, A.OPEN_PARCEL, S.PARCEL_RECEIVED, R.RECEPTION),
    Rule(S.PARCEL_RECEIVED, A.CHECK_PARCEL, S.SUBMITTED, R.RECEPTION, papers_certified),
    Rule(S.PARCEL_RECEIVED, A.CHECK_PARCEL, S.PARCEL_EXPECTED, R.RECEPTION),
    Rule(S.PARCEL_RECEIVED, A.RETURN_PARCEL, S.PARCEL_EXPECTED, R.RECEPTION),
    Rule(S.WITHDRAWN, A.RETURN_PARCEL, S.WITHDRAWN, R.RECEPTION, parcel_lies_here),
    Rule(S.PARCEL_EXPECTED, A.LAPSE, S.STOPPED, R.SYSTEM),
    # Reception.
    Rule(S.SUBMITTED, A.RECEIVE, S.ACCEPTANCE_FEE_DUE, R.RECEPTION, owes_acceptance),
    Rule(S.SUBMITTED, A.RECEIVE, S.RECEIVED, R.RECEPTION),
    Rule(S.SUBMITTED, A.REQUEST_SUPPLEMENT, S.INTAKE_SUPPLEMENT, R.RECEPTION),
    Rule(S.SUBMITTED, A.REFUSE, S.NOT_RECEIVED, R.RECEPTION),
    # Wrongly addressed: once by reception; then an administrator ends the to and fro.
    Rule(S.SUBMITTED, A.TRANSFER, S.SUBMITTED, R.RECEPTION, first_transfer),
    Rule(S.SUBMITTED, A.TRANSFER, S.SUBMITTED, R.ADMINISTRATOR),
    Rule(S.INTAKE_SUPPLEMENT, A.SUPPLEMENT, S.SUBMITTED, R.APPLICANT),
    Rule(S.INTAKE_SUPPLEMENT, A.LAPSE, S.NOT_RECEIVED, R.SYSTEM),
    Rule(S.ACCEPTANCE_FEE_DUE, A.LAPSE, S.NOT_RECEIVED, R.SYSTEM),
    # Review.
    # Given to an appraiser by the agency's rule or its administrator, or taken from the queue.
    Rule(S.RECEIVED, A.CLAIM, S.APPRAISAL, R.APPRAISER),
    Rule(S.RECEIVED, A.ASSIGN, S.APPRAISAL, R.SYSTEM),
    Rule(S.RECEIVED, A.REASSIGN, S.APPRAISAL, R.ADMINISTRATOR),
    *(Rule(s, A.REASSIGN, s, R.ADMINISTRATOR) for s in (*_WITH_AN_APPRAISER, S.REVIEW_SUPPLEMENT)),
    *(Rule(s, A.HAND_OVER, s, R.APPRAISER, is_assignee) for s in _WITH_AN_APPRAISER),
    Rule(S.APPRAISAL, A.CONSULT, S.CONSULTATION, R.APPRAISER, is_assignee),
    # The last answer, silence that counts, or the last question taken back returns it; others leave it waiting.
    Rule(S.CONSULTATION, A.GIVE_OPINION, S.CONSULTATION, R.CONSULTANT, questions_open),
    Rule(S.CONSULTATION, A.GIVE_OPINION, S.APPRAISAL, R.CONSULTANT),
    Rule(S.CONSULTATION, A.CONSULTED, S.CONSULTATION, R.SYSTEM, questions_open),
    Rule(S.CONSULTATION, A.CONSULTED, S.APPRAISAL, R.SYSTEM),
    Rule(S.CONSULTATION, A.WITHDRAW_QUESTION, S.CONSULTATION, R.APPRAISER, mine_with_open),
    Rule(S.CONSULTATION, A.WITHDRAW_QUESTION, S.APPRAISAL, R.APPRAISER, is_assignee),
    *(Rule(s, A.GIVE_OPINION, s, R.CONSULTANT) for s in STILL_HEARD),  # late
    Rule(S.APPRAISAL, A.REQUEST_SUPPLEMENT, S.REVIEW_SUPPLEMENT, R.APPRAISER, is_assignee),
    Rule(S.REVIEW_SUPPLEMENT, A.SUPPLEMENT, S.APPRAISAL, R.APPLICANT),
    Rule(S.REVIEW_SUPPLEMENT, A.LAPSE, S.STOPPED, R.SYSTEM),
    Rule(S.APPRAISAL, A.PROPOSE, S.APPROVAL, R.APPRAISER, is_assignee),
    Rule(S.APPROVAL, A.SEND_BACK, S.APPRAISAL, R.APPROVER),
    Rule(S.APPROVAL, A.APPROVE, S.ISSUING, R.APPROVER, other_officer),
    Rule(S.ISSUING, A.ENTER_RESULT, S.SEALING, R.CLERK, has_file),
    Rule(S.ISSUING, A.ENTER_RESULT, S.RESULT_FEE_DUE, R.CLERK, owes_result),
    Rule(S.ISSUING, A.ENTER_RESULT, S.READY, R.CLERK),
    # A file is signed and locked before the result is there, or goes back; the clerk need not wait for that.
    Rule(S.SEALING, A.SEAL, S.RESULT_FEE_DUE, R.SYSTEM, owes_result),
    Rule(S.SEALING, A.SEAL, S.READY, R.SYSTEM),
    Rule(S.SEALING, A.REFUSE_RESULT, S.ISSUING, R.SYSTEM),
    Rule(S.SEALING, A.RETURN_RESULT, S.ISSUING, R.CLERK),
    # Wrongly issued: one person asks, another approver decides (domain/result.py), and a right one is issued.
    *(Rule(s, A.ASK_REVOCATION, s, role) for s in _ISSUED for role in (R.CLERK, R.APPROVER)),
    *(Rule(s, A.KEEP_RESULT, s, R.APPROVER) for s in _ISSUED),
    *(Rule(s, A.REVOKE_RESULT, S.ISSUING, R.APPROVER) for s in _ISSUED),
    # Hand-over. Level 3: only at the agency, after form and originals were compared.
    Rule(S.READY, A.COMPARE, S.HANDOVER_STOPPED, R.CLERK, originals_differ),
    Rule(S.READY, A.COMPARE, S.READY, R.CLERK),
    Rule(S.HANDOVER_STOPPED, A.COMPARE, S.HANDOVER_STOPPED, R.CLERK, originals_differ),
    Rule(S.HANDOVER_STOPPED, A.COMPARE, S.READY, R.CLERK),
    Rule(S.READY, A.DELIVER, S.DELIVERED, R.CLERK, originals_match),
    Rule(S.READY, A.DELIVER, S.DELIVERED, R.APPLICANT, online_delivery),
    Rule(S.READY, A.POST, S.IN_POST, R.CLERK, by_post),
    Rule(S.IN_POST, A.DELIVER, S.DELIVERED, R.CLERK),
    Rule(S.IN_POST, A.DELIVER, S.DELIVERED, R.SYSTEM),
    Rule(S.IN_POST, A.PARCEL_RETURNED, S.POST_RETURNED, R.CLERK),
    Rule(S.IN_POST, A.PARCEL_RETURNED, S.POST_RETURNED, R.SYSTEM),
    Rule(S.POST_RETURNED, A.POST, S.IN_POST, R.CLERK, by_post),
    Rule(S.POST_RETURNED, A.DELIVER, S.DELIVERED, R.CLERK),
    *(Rule(s, A.TRACK, s, role) for s in _ONCE_POSTED for role in (R.SYSTEM, R.CLERK)),
    Rule(S.DELIVERED, A.CLOSE, S.CLOSED, R.CLERK, no_refund_open),
    # Endings before the result, deadlines, complaints.
    *(Rule(s, A.WITHDRAW, S.WITHDRAWN, R.APPLICANT) for s in _HELD_BEFORE_RESULT),
    *(Rule(s, A.STOP, S.STOPPED, R.APPROVER) for s in (*_UNDER_REVIEW, S.REVIEW_SUPPLEMENT, S.HANDOVER_STOPPED)),
    *(Rule(s, A.REAPPOINT, s, R.APPROVER, once) for s in _UNDER_REVIEW),
    *(Rule(s, A.ESCALATE, s, R.SYSTEM) for s in _OPEN),
    # One working day before the date; and when a calendar changed, where a date runs against the agency.
    *(Rule(s, A.WARN, s, R.SYSTEM) for s in _DECIDING),
    *(Rule(s, A.RECALCULATE, s, R.SYSTEM) for s in (S.PARCEL_RECEIVED, S.SUBMITTED, *_DECIDING)),
    # Money. What arrives when nothing is owed goes back (late, twice, too much); performed and not collected gives
    # nothing back, unless the law on the fee says otherwise (A16); a refund that was paid is on record.
    *(Rule(s, A.SURPLUS, s, R.SYSTEM) for s in _FILED),
    Rule(S.READY, A.CLAIM_REFUND, S.READY, R.APPLICANT, by_exception),
    Rule(S.POST_RETURNED, A.CLAIM_REFUND, S.POST_RETURNED, R.APPLICANT, by_exception),
    *(Rule(s, A.REFUND, s, role) for s in _FILED for role in (R.SYSTEM, R.ACCOUNTANT, R.CASHIER)),
    # How a dossier ended may be complained of (domain/complaint.py); the answer is waited for wherever it has gone on.
    *(Rule(s, A.COMPLAIN, s, R.APPLICANT, not_complained) for s in _COMPLAINED_OF),
    *(Rule(s, A.ANSWER_COMPLAINT, s, R.ADMINISTRATOR, complaint_open) for s in _FILED),
    # Reopened after a complaint: received anew. Not once fees are owed back or were paid back, nor after a result.
    Rule(S.NOT_RECEIVED, A.REOPEN, S.SUBMITTED, R.ADMINISTRATOR, reopenable),
    Rule(S.STOPPED, A.REOPEN, S.SUBMITTED, R.ADMINISTRATOR, reopenable),
)

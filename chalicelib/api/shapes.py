"""The shapes of answers: moments are ISO 8601 UTC texts, amounts integer đồng, names in the caller's language."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from chalicelib.api.check_views import CheckShape
from chalicelib.api.message_shapes import MessageShape
from chalicelib.api.post_views import ParcelShape
from chalicelib.api.question_shapes import QuestionShape
from chalicelib.api.typed import TypedDict


class StateShape(TypedDict):
    """`status` is the national code 1–10, null for a draft."""

    code: str
    name: str
    status: int | None


class ProcedureShape(TypedDict):
    code: str
    name: str
    version: NotRequired[int]


class AgencyShape(TypedDict):
    code: str
    name: str


class DeadlineShape(TypedDict):
    """What runs against the agency, as near as it was when asked for; `days` by dates, negative when it has passed."""

    at: str
    urgency: Literal["overdue", "today", "soon", "later"]
    days: int


class SummaryShape(TypedDict):
    """A row of a list."""

    id: str
    code: str | None
    state: StateShape
    version: int
    procedure: ProcedureShape
    agency: AgencyShape
    level: int
    applicant_name: str
    created_at: str
    submitted_at: str | None
    reply_due_at: str | None
    due_at: str | None
    deadline: DeadlineShape | None
    assignee_name: str | None
    draft_expires_at: str | None


class ListShape(TypedDict):
    items: list[SummaryShape]
    cursor: str | None


class FeeShape(TypedDict):
    code: str
    name: str
    amount: int
    moment: str
    refundable: bool
    paid: bool
    via: str | None


class PageShape(TypedDict):
    number: int
    name: str
    size: int
    type: str
    accepted: bool
    reason: str | None
    message: str | None


class PaperShape(TypedDict):
    """`counts`: it stands for its component; of a page, `reason` is why it was refused, `message` says so. `check` is
    what was found about digital signatures, null for what can bear none."""

    id: str
    component: str
    status: str
    provenance: str
    created_at: str
    sha256: str | None
    counts: bool
    pages: list[PageShape]
    check: CheckShape | None


class StepShape(TypedDict):
    """One line of the timeline; `stands_for` names the absent officer in whose place it was done."""

    number: int
    action: str
    state: StateShape
    at: str
    actor: str
    role: str
    stands_for: str | None
    detail: dict[str, Any]


class RevocationShape(TypedDict):
    """Who asked for it, when and why; `mine` when the reader did."""

    name: str
    at: str
    reason: str
    mine: bool


class SignerShape(TypedDict):
    """Who signed a file: `at` is when, as the signer says or, when `proven`, as a trusted timestamp does."""

    name: str
    organisation: str
    issuer: str
    at: str | None
    proven: bool


class SignedShape(TypedDict):
    """What was found about the signatures of a result's file `at` the moment of its issue; it stands.

    `verdict`: VALID of every result that was issued; `text` says it, `reasons` what is wrong with any other.
    """

    verdict: str
    text: str
    at: str
    signers: list[SignerShape]
    reasons: list[str]


class ProblemShape(TypedDict):
    """Why a result could not be issued, and what to do about it, in words."""

    code: str
    text: str


class ResultShape(TypedDict):
    """A result as it was entered. `state`: sealing (being signed), valid, refused (`problem` says why), returned,
    revoked (`reason` says why).

    `way`: paper, file, signed or template. `secret` with `code` opens the public check at `link`; `asked` and `may`
    (ask, keep, revoke) are for officers.
    """

    number: int
    code: str
    secret: str
    link: str
    reference: str
    title: str
    issued_at: str
    way: str
    state: str
    signed: SignedShape | None
    problem: ProblemShape | None
    sha256: str | None
    size: int | None
    revoked_at: str | None
    reason: str | None
    asked: RevocationShape | None
    may: list[str]


class SheetShape(TypedDict):
    """A form that event `event` brought: its number (01 to 07), form or cover; `ready` when it can be fetched."""

    event: int
    form: str
    name: str
    at: str
    ready: bool


class DuePartShape(TypedDict):
    """A part of the time from the first receipt to the due date, which the parts sum to. `kind`: restarted, counted,
    closed, held, reappointed, promised; `name` says it."""

    kind: str
    name: str
    seconds: int


class DossierShape(TypedDict):
    """A dossier in full, for its applicant or an officer of its agency. `signed`: form and papers were, when filed.

    `counted_late`: why it counts as late whatever its date, or null: second_supplement, late_apology.
    `assignee` is for officers: the id of the one with whom it lies, as the team has it.
    """

    id: str
    code: str | None
    state: StateShape
    version: int
    procedure: ProcedureShape
    agency: AgencyShape
    level: int
    channel: str
    delivery: str
    signed: bool
    applicant: dict[str, Any]
    answers: dict[str, Any]
    created_at: str
    submitted_at: str | None
    received_at: str | None
    reply_due_at: str | None
    due_at: str | None
    deadline: DeadlineShape | None
    due_explanation: list[dict[str, Any]]
    due_parts: list[DuePartShape]
    counted_late: str | None
    reappointed: bool
    draft_expires_at: str | None
    assignee_name: str | None
    fees: list[FeeShape]
    papers: list[PaperShape]
    supplement: dict[str, Any] | None
    originals: dict[str, str]
    form_signed: bool
    result: dict[str, Any] | None
    results: list[ResultShape]
    refund: dict[str, Any] | None
    timeline: list[StepShape]
    sheets: list[SheetShape]
    messages: list[MessageShape]
    messages_earlier: str | None
    parcels: list[ParcelShape]
    questions: list[QuestionShape]
    actions: list[str]
    assignee: NotRequired[str | None]
    receipt: NotRequired[ReceiptShape | None]
    shares: NotRequired[list[ShareShape]]


class ShareShape(TypedDict):
    """A link to the status that the applicant gave away. Its secret is not kept; `id` is the SHA-256 of it."""

    id: str
    label: str
    created_at: str
    expires_at: str


class SharesShape(TypedDict):
    """The live links of a dossier, newest first; ten at most."""

    items: list[ShareShape]


class ReceiptShape(TypedDict):
    """What the applicant needs to follow the dossier without logging in."""

    code: str
    secret: str
    submitted_at: str
    reply_due_at: str
    link: str


class MovedShape(TypedDict):
    """A dossier after a step."""

    id: str
    code: str | None
    state: StateShape
    version: int
    due_at: str | None
    reply_due_at: str | None


class FiledShape(MovedShape):
    receipt: ReceiptShape


class StatusShape(TypedDict):
    """What anybody with code and secret sees: no names, no answers. `shared_until`: when the link used expires."""

    code: str
    state: StateShape
    procedure: ProcedureShape
    agency: AgencyShape
    submitted_at: str | None
    reply_due_at: str | None
    due_at: str | None
    shared_until: str | None


class QueueShape(TypedDict):
    agency: AgencyShape
    queue: str


class PostShape(TypedDict):
    """A post of mine: a role at an agency."""

    agency: AgencyShape
    role: str


class QueuesShape(TypedDict):
    """`administers`: the agencies whose records of searches are open to me. `posts` say what else is mine to do."""

    items: list[QueueShape]
    administers: list[AgencyShape]
    posts: list[PostShape]


class CountShape(TypedDict):
    """How many wait in a queue, of each urgency; `none` is what no deadline runs for.

    `more`: there are more than were counted. What was counted is the most urgent, so the last number that is not 0 is
    "at least", and those after it are not known.
    """

    agency: str
    queue: str
    overdue: int
    today: int
    soon: int
    later: int
    none: int
    more: bool


class CountsShape(TypedDict):
    """`left_out`: queues that were not counted; ask for them by agency."""

    items: list[CountShape]
    left_out: int


class HitShape(SummaryShape):
    """`identity_end`: the last four digits of the applicant's number, to tell people of one name apart."""

    identity_end: str


class FoundShape(TypedDict):
    """`cut`: there are more than may be leafed through; ask more narrowly."""

    items: list[HitShape]
    cursor: str | None
    cut: bool


class SearchRecordShape(TypedDict):
    """A page of a search that was answered; two with the same `mark` were about the same name or number."""

    at: str
    officer_name: str
    kind: Literal["name", "identity"]
    purpose: Literal["counter", "phone", "handling", "supervision"]
    mark: str
    page: int
    hits: int
    request: str


class SearchRecordsShape(TypedDict):
    items: list[SearchRecordShape]
    cursor: str | None


class LinkShape(TypedDict):
    """A download that is good for `expires_in` seconds."""

    url: str
    expires_in: int


class HealthShape(TypedDict):
    status: str
    time: str

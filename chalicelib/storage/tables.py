"""The rows of the `dossiers` and `registry` tables, private to storage.

A dossier is one item collection, `pk` = `D#<id>`:

    HEAD                        the dossier; the only row in the owner and code indexes
    EVENT#000001                what happened, append only, each hash-chained to the one before
    PAPER#<component>#<id>      a paper: its upload slots, what the inspector found, where it is kept
    CHECK#<paper>#<version>     the digital signatures of a paper's file: asked about, and what was found
    NOTE#<moment>#<id>          a note among the officers of an agency; read by its own query, never with the dossier
    MSG#<id>                    a message between applicant and agency; the id is the sender's
    FILE#<id>#<n>               the nth file sent with the message of that id: its upload, where it is kept
    NOTEFILE#<id>#<n>           the nth file left with the note of that id, likewise; never loaded with the dossier
    READ#<side>                 up to when `applicant` or `agency` has read the other's messages
    NOTICE#000001#<what>        a notice of the event: what became of it by mail and by SMS
    RESULT#01                   a result issued: its file, its code for the public check, whether it was revoked
    TASK                        the workflow's open question to people, with its token
    PARCEL#0001                 a parcel to or from the applicant; strays have a collection of their own, `STRAY#<id>`
    COMPLAINT#000012            a complaint about the ending that event 12 was, with its answer
    SHARES                      links to the status that the applicant gave away: hashes, until when
    SHEET#000001#<form>         a form that the event brought: where its PDF is kept
    SIGNING                     the request to sign the draft's form from afar, with what was prepared for it
    CONSULT#000001#<agency>     what another agency was asked at that event, and its answer
    MOVED#<agency>              a dossier transferred to the agency: its identity index key there
    SYNC                        what the national portal was told, and whether there is more to tell
    PROOF                       the proof that was asked for last, and where its file is
    OUT#000001#<kind>           an effect that must still follow an event
    KEY#<event id>              the caller's key of a change that was made: the same request again finds it

`queue-index` holds only what somebody has yet to do: heads in an officers' queue by the deadline that runs against the
agency (behind them, from `~` on, those that no deadline runs for, by how long they wait), and for the sweeper
`outbox#n`, `upload#n`, `attached#n`, `check#n`, `signing#n`, `watch#n`, `sync#n` and `sync-refused#n` rows, an agency's
parcels under way: `<agency>#parcels-in`, `-out`, `-stray`, its complaints by the day of their answer:
`<agency>#complaint`, and the questions that others put to it by their dates: `<agency>#consultation`.
`name-index` and `identity-index` hold the keys of filed heads and their kind: written once, at submission, and not
again when the dossier moves. Timestamps are UTC, ISO 8601, so that they sort as text.
"""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    DiscriminatorAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

from chalicelib import aws, settings
from chalicelib.storage.compact import CompactJSON

HEAD, TASK, SHARES, SIGNING, SYNC, PROOF = "HEAD", "TASK", "SHARES", "SIGNING", "SYNC", "PROOF"
UNDATED = "~"  # sorts after every date
LISTED = ["kind", "id", "code", "state", "version", "procedure_code", "procedure_name", "level", "agency"]
LISTED += ["applicant_name", "submitted_at", "reply_due_at", "due_at", "assignee_name"]


class OwnerIndex(GlobalSecondaryIndex["Row"]):
    class Meta:
        index_name = "owner-index"
        projection = IncludeProjection([*LISTED, "draft_expires_at"])

    owner = UnicodeAttribute(hash_key=True)
    owner_sort = UnicodeAttribute(range_key=True)


class QueueIndex(GlobalSecondaryIndex["Row"]):
    class Meta:
        index_name = "queue-index"
        projection = IncludeProjection([*LISTED, "owner_sort", "assignee"])

    queue = UnicodeAttribute(hash_key=True)
    queue_due = UnicodeAttribute(range_key=True)


class CodeIndex(GlobalSecondaryIndex["Row"]):
    class Meta:
        index_name = "code-index"
        projection = IncludeProjection([*LISTED, "owner_sort", "receipt_secret"])

    code = UnicodeAttribute(hash_key=True)


class NameIndex(GlobalSecondaryIndex["Row"]):
    """Per agency by the applicant's folded name, of one name the newest first."""

    class Meta:
        index_name = "name-index"
        projection = IncludeProjection(["kind"])

    agency = UnicodeAttribute(hash_key=True)
    name_key = UnicodeAttribute(range_key=True)


class IdentityIndex(GlobalSecondaryIndex["Row"]):
    """By identity number or tax code; the code begins with the agency and goes on with the day."""

    class Meta:
        index_name = "identity-index"
        projection = IncludeProjection(["kind"])

    identity = UnicodeAttribute(hash_key=True)
    code = UnicodeAttribute(range_key=True)


class Row(Model):
    """Any row of the dossiers table; reading one gives the class that its `kind` names."""

    class Meta:
        table_name = settings.dossiers_table()
        region = settings.region()

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = DiscriminatorAttribute()
    id = UnicodeAttribute(null=True)
    # What the indexes are keyed on; absent where the row has no business in the index.
    owner = UnicodeAttribute(null=True)
    owner_sort = UnicodeAttribute(null=True)
    queue = UnicodeAttribute(null=True)
    queue_due = UnicodeAttribute(null=True)
    code = UnicodeAttribute(null=True)
    name_key = UnicodeAttribute(null=True)
    identity = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)

    by_owner = OwnerIndex()
    by_queue = QueueIndex()
    by_code = CodeIndex()
    by_name = NameIndex()
    by_identity = IdentityIndex()


class HeadRow(Row, discriminator="head"):
    """`owner_sort` is the moment of creation; name and identity of the applicant have attributes of their own."""

    version = NumberAttribute()
    state = UnicodeAttribute()
    event_count = NumberAttribute(default=0)
    last_hash = UnicodeAttribute(default="")
    procedure_code = UnicodeAttribute()
    procedure_version = NumberAttribute()
    procedure_name = UnicodeAttribute()
    level = NumberAttribute()
    agency = UnicodeAttribute()
    channel = UnicodeAttribute(null=True)
    applicant_name = UnicodeAttribute()
    applicant = CompactJSON()
    answers = CompactJSON(null=True)
    draft_expires_at = UnicodeAttribute(null=True)
    state_since = UnicodeAttribute(null=True)
    submitted_at = UnicodeAttribute(null=True)
    received_at = UnicodeAttribute(null=True)
    reply_due_at = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    receipt_secret = UnicodeAttribute(null=True)
    assignee = UnicodeAttribute(null=True)
    assignee_name = UnicodeAttribute(null=True)
    facts = CompactJSON(null=True)


class EventRow(Row, discriminator="event"):
    event_id = UnicodeAttribute()
    number = NumberAttribute()
    body = CompactJSON()
    hash = UnicodeAttribute()


class KeyRow(Row, discriminator="key"):
    action = UnicodeAttribute()
    actor = UnicodeAttribute()
    event_number = NumberAttribute()


class PaperRow(Row, discriminator="paper"):
    """`body` is the JSON of `domain.paper.Paper`; `version` guards it."""

    version = NumberAttribute()
    component = UnicodeAttribute()
    status = UnicodeAttribute()
    created_at = UnicodeAttribute()
    body = CompactJSON()


class CheckRow(Row, discriminator="check"):
    """`body` is the JSON of `domain.check.Check`; without a `verdict` it waits for one."""

    verdict = UnicodeAttribute(null=True)
    body = CompactJSON()


class ResultRow(Row, discriminator="result"):
    """`body` is the JSON of `domain.result.Result`; the head's version guards it."""

    body = CompactJSON()


class NoteRow(Row, discriminator="note"):
    """`body` is a `domain.note.Note`."""

    body = CompactJSON()


class MessageRow(Row, discriminator="message"):
    created_at = UnicodeAttribute()
    body = CompactJSON()


class AttachedRow(Row, discriminator="attached"):
    """`body` is the JSON of `domain.attachment.Attachment`; `version` guards it."""

    version = NumberAttribute()
    body = CompactJSON()


class NoteFileRow(Row, discriminator="note-file"):
    """As `AttachedRow`; of a kind of its own, so that no reader of the dossier's files has it."""

    version = NumberAttribute()
    body = CompactJSON()


class ReadRow(Row, discriminator="read"):
    created_at = UnicodeAttribute()  # of the newest message that was seen


class NoticeRow(Row, discriminator="notice"):
    """`body` is what was said of what; `mail` and `sms` what became of it: {state, to, at, tries, error}."""

    body = CompactJSON()
    created_at = UnicodeAttribute()
    mail = CompactJSON(null=True)
    sms = CompactJSON(null=True)


class TaskRow(Row, discriminator="task"):
    """`rounds` the attempt's execution has made (waits and escalations), `since` when it was started; `entered` when it
    came into the state whose `token` is kept, by the workflow's clock."""

    attempt = NumberAttribute()
    state = UnicodeAttribute()
    token = UnicodeAttribute(null=True)
    execution = UnicodeAttribute(null=True)
    rounds = NumberAttribute(null=True)
    since = UnicodeAttribute(null=True)
    entered = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()


class SharesRow(Row, discriminator="shares"):
    """`body` has the list of `domain.share.Share`; `version` guards it."""

    version = NumberAttribute()
    body = CompactJSON()


class ParcelRow(Row, discriminator="parcel"):
    """`body` is the JSON of `domain.post.Parcel`, `version` guards it; in the index while somebody waits for it."""

    version = NumberAttribute()
    body = CompactJSON()


class ComplaintRow(Row, discriminator="complaint"):
    """`body` is the JSON of `domain.complaint.Complaint`, `version` guards it; in the index while it is open."""

    version = NumberAttribute()
    body = CompactJSON()


class SheetRow(Row, discriminator="sheet"):
    """`body` is a `domain.sheet.Issued`."""

    body = CompactJSON()


class ConsultRow(Row, discriminator="consult"):
    """`body` is the JSON of `domain.consultation.Question`; the head's version guards it. In the index while open."""

    body = CompactJSON()


class MovedRow(Row, discriminator="moved"):
    """So that a transferred dossier is found by identity at its new agency, whose code its own does not begin with."""


class SigningRow(Row, discriminator="signing"):
    """`body` is the JSON of `domain.remote_signing.Signing`, `version` guards it; `work` while it is ours to go on."""

    version = NumberAttribute()
    body = CompactJSON()
    work = UnicodeAttribute(null=True)


class SyncRow(Row, discriminator="sync"):
    """`body` is a `domain.sync.Cursor` without `since`, which stands where the index projects it; `version` guards."""

    version = NumberAttribute()
    body = CompactJSON()
    since = UnicodeAttribute(null=True, attr_name="submitted_at")


class ProofRow(Row, discriminator="proof"):
    """`body` is a `storage.proofs.Proof`, `request` its id."""

    request = UnicodeAttribute()
    body = CompactJSON()


class OutboxRow(Row, discriminator="outbox"):
    event_number = NumberAttribute()
    effect = UnicodeAttribute()
    body = CompactJSON()
    created_at = UnicodeAttribute()
    tries = NumberAttribute(default=0)


class RegistryRow(Model):
    """Counters, pointers, consents, inboxes, markers and records of searches: few attributes, no index."""

    class Meta:
        table_name = settings.registry_table()
        region = settings.region()

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    number = NumberAttribute(null=True)
    flag = BooleanAttribute(null=True)
    body = CompactJSON(null=True)
    created_at = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)


for _table in (Row, RegistryRow):
    aws.share(_table)


def dossier_key(dossier_id: str) -> str:
    return f"D#{dossier_id}"


def shard(dossier_id: str) -> int:
    """Which of the four sweeper partitions a dossier's rows fall into, so that none grows hot."""
    return sum(dossier_id.encode()) % 4


def plain(row: Any) -> dict[str, Any]:
    """The attributes of a row that are set, without its keys."""
    values: dict[str, Any] = {k: v for k, v in row.attribute_values.items() if v is not None}
    for key in ("pk", "sk", "kind"):
        values.pop(key, None)
    return values

"""The rows of the `ledger` table, private to storage."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from chalicelib import aws, settings
from chalicelib.domain.clock import ZONE
from chalicelib.storage.compact import CompactJSON


class WorkIndex(GlobalSecondaryIndex["LedgerRow"]):
    """What somebody or the sweep must still do about money, oldest first."""

    class Meta:
        index_name = "work-index"
        projection = AllProjection()

    work = UnicodeAttribute(hash_key=True)
    work_at = UnicodeAttribute(range_key=True)


class BookIndex(GlobalSecondaryIndex["LedgerRow"]):
    """An agency's day: `<agency>#<YYYY-MM-DD>` of Vietnam, in order of time."""

    class Meta:
        index_name = "book-index"
        projection = AllProjection()

    book = UnicodeAttribute(hash_key=True)
    book_at = UnicodeAttribute(range_key=True)


class LedgerRow(Model):
    """Any row of the ledger: money in đồng, never forgotten. `kind` names what `body` holds; `version` guards changes.

    D#<dossier>     ATTEMPT#<reference> | PAYMENT#<id> | JOURNAL#<id> | REFUND#<id>
                    QUESTION#<refund id>          when the gateway is asked next about a refund that was sent
    REF#<reference>               REF             whose attempt it is
    TXN#<side>#<number>           TXN | ACT#<n>   what another side moved: it makes one payment; what people did with it
    INBOX#<gateway>#<day>#<shard> <moment>#<id>   what arrived, believed or not, with our answer
    RECEIPT#<agency>              <series>#<serial>
    SERIES#<agency>               <series>        the last serial given
    DRAWER#<agency>               <day>#<officer>#<number>
    FILE#<agency>                 <kind>#<sha256> an imported file and what became of its rows
    DAY#<agency>                  <day>           the books at the end of a day
    """

    class Meta:
        table_name = settings.ledger_table()
        region = settings.region()

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    amount = NumberAttribute(default=0)
    version = NumberAttribute(default=0)
    body = CompactJSON()
    created_at = UnicodeAttribute()
    expires_at = NumberAttribute(null=True)  # of the inbox alone
    work = UnicodeAttribute(null=True)
    work_at = UnicodeAttribute(null=True)
    book = UnicodeAttribute(null=True)
    book_at = UnicodeAttribute(null=True)

    by_work = WorkIndex()
    by_book = BookIndex()


aws.share(LedgerRow)


def book(agency: str, at: datetime) -> str:
    """The day's book of an agency, by the calendar of Vietnam."""
    return f"{agency}#{at.astimezone(ZONE).date().isoformat()}"

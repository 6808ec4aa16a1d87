"""E-mail through SES. At least once: a crash between sending and noting it sends a second copy, never none."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws, settings
from chalicelib.errors import UpstreamFailed


def mail(to: str, subject: str, text: str) -> None:
    """Send a plain-text mail; raises UpstreamFailed, so that the effect is tried again."""
    try:
        aws.client("ses").send_email(
            Source=settings.mail_from(),
            Destination={"ToAddresses": [to]},
            Message={
                "Subject": {"Data": subject, "Charset": "UTF-8"},
                "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
            },
        )
    except (ClientError, BotoCoreError) as error:
        raise UpstreamFailed("UpstreamFailed") from error

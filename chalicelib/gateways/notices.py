"""Mail through SES, SMS through SNS. At least once: a crash between sending and noting it sends a second copy."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws, settings
from chalicelib.errors import Undeliverable, UpstreamFailed

# What asking again does not change: the address is malformed, suppressed, or its owner has opted out.
_FOR_GOOD = {
    "MessageRejected",
    "InvalidParameterValue",
    "InvalidParameter",
    "InvalidParameterException",
    "ValidationError",
    "OptedOut",
}


def mail(to: str, subject: str, text: str) -> None:
    """Send a plain-text mail; raises UpstreamFailed, of that Undeliverable when it never will go."""
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
        raise _failure(error) from error


def sms(to: str, text: str) -> None:
    """Send an SMS to a number as +84…; raises as `mail` does. Transactional: carriers deliver it before any other."""
    about = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
    if sender := settings.sms_sender():
        about["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": sender}
    try:
        aws.client("sns").publish(PhoneNumber=to, Message=text, MessageAttributes=about)
    except (ClientError, BotoCoreError) as error:
        raise _failure(error) from error


def _failure(error: ClientError | BotoCoreError) -> UpstreamFailed:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    return Undeliverable("Undeliverable") if code in _FOR_GOOD else UpstreamFailed("UpstreamFailed")

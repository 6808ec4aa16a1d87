"""The only reader of the environment. Values are read when asked for, so that a process can be configured late."""

from __future__ import annotations

import os


def _get(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise LookupError(f"environment variable {name} is not set")
    return value


def stage() -> str:
    return _get("STAGE", "dev")


def region() -> str:
    return _get("AWS_REGION", os.environ.get("AWS_DEFAULT_REGION", "ap-southeast-1"))


def endpoint_url() -> str | None:
    """Set for the local cloud only; the SDK reads the same variable by itself."""
    return os.environ.get("AWS_ENDPOINT_URL") or None


def in_lambda() -> bool:
    """Whether this is a function's own process."""
    return "LAMBDA_TASK_ROOT" in os.environ


def trace_sampled() -> bool:
    """Whether X-Ray takes the trace of this invocation: Lambda says it anew for each."""
    return "Sampled=1" in os.environ.get("_X_AMZN_TRACE_ID", "")


def dossiers_table() -> str:
    return _get("DOSSIERS_TABLE")


def registry_table() -> str:
    return _get("REGISTRY_TABLE")


def ledger_table() -> str:
    return _get("LEDGER_TABLE")


def site_bucket() -> str:
    return _get("SITE_BUCKET")


def quarantine_bucket() -> str:
    return _get("QUARANTINE_BUCKET")


def papers_bucket() -> str:
    return _get("PAPERS_BUCKET")


def results_bucket() -> str:
    return _get("RESULTS_BUCKET")


def malware_scanner() -> str:
    """Who scans uploads (services/scanning.py); nothing is let in where nobody does."""
    return _get("MALWARE_SCANNER", "guardduty")


def trust_bucket() -> str:
    return _get("TRUST_BUCKET")


def user_pool_id() -> str:
    return _get("USER_POOL_ID")


def user_pool_client_id() -> str:
    return _get("USER_POOL_CLIENT_ID")


def review_machine_arn() -> str:
    return _get("REVIEW_MACHINE_ARN")


def sign_function() -> str:
    """The function that signs results, by its name in the cloud."""
    return _get("SIGN_FUNCTION")


def sign_remotely_function() -> str:
    """The function that goes on with requests to sign a form from afar, by its name in the cloud."""
    return _get("SIGN_REMOTELY_FUNCTION")


def mail_from() -> str:
    return _get("MAIL_FROM", "motcua@example.invalid")


def sms_sender() -> str:
    """The sender's name of SMS, as it is registered with the carriers; "" leaves it to the region's numbers."""
    return _get("SMS_SENDER", "")


def public_url() -> str:
    """Origin of the site and its API, without a trailing slash."""
    return _get("PUBLIC_URL", "http://127.0.0.1:8000")


def secure_cookies() -> bool:
    """Cookies carry `Secure` wherever the site is served by TLS."""
    return public_url().startswith("https://")


def payment_gateways() -> tuple[str, ...]:
    """The gateways that this stage offers, by name; the level-4 fee can be paid at the counter without any."""
    return tuple(_get("PAYMENT_GATEWAYS", "").split())


def post_carriers() -> tuple[str, ...]:
    """The postal services that report to this stage by themselves; files of theirs can be read without any."""
    return tuple(_get("POST_CARRIERS", "").split())


def signing_providers() -> tuple[str, ...]:
    """The providers of remote signing that this stage offers, by name; files signed elsewhere are taken without any."""
    return tuple(_get("SIGNING_PROVIDERS", "").split())


def national_portal() -> bool:
    """Whether the national portal is told of what happens to dossiers."""
    return _get("NATIONAL_PORTAL", "off") == "on"


def sync_function() -> str:
    """The function that tells the national portal, by its name in the cloud."""
    return _get("SYNC_FUNCTION")


def refund_threshold() -> int:
    """Refunds of more than this many đồng need a second person; up to it the original channel is used at once."""
    return int(_get("REFUND_THRESHOLD", "1000000"))


def officers_need_mfa() -> bool:
    """A second factor for officers wherever there are real people: every stage but the two of developers."""
    return stage() not in {"dev", "local"}


def bare_environment() -> dict[str, str]:
    """What a child process needs in order to start: no credentials, no names of ours."""
    return {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}

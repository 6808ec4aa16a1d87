"""Whether a file that arrived is malware: asked of whoever scans for this stage, and believed only when it says so.

    guardduty   GuardDuty Malware Protection for S3 scans what arrives in the quarantine and tags it
    eicar       a stand-in for stages of developers: finds the EICAR test file (eicar.org), and nothing else

Everything but a clear "no threat" keeps a file out; what was not scanned yet is asked about again when the tag comes,
and by the sweeper.
"""

from __future__ import annotations

from enum import Enum

from chalicelib import settings
from chalicelib.storage import objects

TAG = "GuardDutyMalwareScanStatus"
# In two parts, or scanners would find this file.
_EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scan(Enum):
    CLEAN = "clean"
    THREAT = "threat"
    PENDING = "pending"
    FAILED = "failed"  # too large, encrypted, or the scanner could not


_STATUSES = {"NO_THREATS_FOUND": Scan.CLEAN, "THREATS_FOUND": Scan.THREAT}


def scan(bucket: str, key: str, content: bytes) -> Scan:
    """What is known of an object whose bytes are `content`; ValueError for a scanner that there is not."""
    match settings.malware_scanner():
        case "eicar":
            return Scan.THREAT if _EICAR in content else Scan.CLEAN
        case "guardduty":
            status = objects.tags(bucket, key).get(TAG)
            return Scan.PENDING if status is None else _STATUSES.get(status, Scan.FAILED)
        case other:
            raise ValueError(f"no scanner {other}")

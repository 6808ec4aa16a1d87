"""The banks that a refund can be transferred to: NAPAS's six-digit number, and the name people know.

Domestic banks of the NAPAS 247 network, as several public lists print them alike; NAPAS's own is not public.
"""

from __future__ import annotations

from collections.abc import Mapping

BANKS: Mapping[str, str] = {
    "970425": "ABBANK",
    "970416": "ACB",
    "970405": "Agribank",
    "970409": "Bac A Bank",
    "970438": "BAOVIET Bank",
    "970418": "BIDV",
    "970454": "BVBank",
    "970446": "Co-opBank",
    "970431": "Eximbank",
    "970408": "GPBank",
    "970437": "HDBank",
    "970442": "Hong Leong Bank",
    "970434": "Indovina Bank",
    "970452": "KienlongBank",
    "970449": "LPBank",
    "970422": "MB",
    "970414": "MBV",
    "970426": "MSB",
    "970428": "Nam A Bank",
    "970419": "NCB",
    "970448": "OCB",
    "970430": "PGBank",
    "970439": "Public Bank Vietnam",
    "970412": "PVcomBank",
    "970403": "Sacombank",
    "970400": "SAIGONBANK",
    "970429": "SCB",
    "970440": "SeABank",
    "970443": "SHB",
    "970424": "Shinhan Bank",
    "970407": "Techcombank",
    "970423": "TPBank",
    "970458": "UOB",
    "970444": "VCBNeo",
    "970441": "VIB",
    "970427": "VietABank",
    "970433": "VietBank",
    "970436": "Vietcombank",
    "970415": "VietinBank",
    "970406": "Vikki Bank",
    "970432": "VPBank",
    "970421": "VRB",
    "970457": "Woori Bank",
}
"""By name, for people to choose from."""

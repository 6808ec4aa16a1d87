"""Documents for tests of the catalogue: the smallest procedure that can be filed, and guidance."""

from __future__ import annotations

from typing import Any


def procedure(**changes: Any) -> dict[str, Any]:
    """A level-3 procedure; `changes` replace its fields."""
    document: dict[str, Any] = {
        "code": "1.234567",
        "name": {"vi": "Đăng ký thuyền", "en": "Boat registration"},
        "field": {"code": "thuyen", "vi": "Đường thủy", "en": "Waterways"},
        "agencies": ["H34.05"],
        "level": 3,
        "audience": ["person"],
        "form": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "boat": {"type": "string", "title": "Tên thuyền", "x-title-en": "Boat", "maxLength": 50},
                "copies": {
                    "type": "integer",
                    "title": "Số bản",
                    "x-title-en": "Copies",
                    "minimum": 1,
                    "maximum": 9,
                },
                "owned": {"type": "boolean", "title": "Chính chủ", "x-title-en": "Owned"},
                "engine": {
                    "type": "string",
                    "title": "Động cơ",
                    "x-title-en": "Engine",
                    "enum": ["none", "petrol"],
                    "x-enum-vi": ["Không", "Xăng"],
                    "x-enum-en": ["None", "Petrol"],
                },
            },
            "required": ["boat", "copies"],
        },
        "papers": [
            paper("identity"),
            paper("mandate", condition={"field": "owned", "in": [False]}),
            paper("photo", required=False),
        ],
        "fees": [fee("registration")],
        "durations": {
            "online": {"amount": 3, "unit": "working days"},
            "direct": {"amount": 5, "unit": "calendar days"},
        },
        "same_day_until": None,
        "delivery": ["counter"],
        "supplement": {"within": {"amount": 10, "unit": "working days"}, "clock": "pause"},
        "result": {"code": "KQ.1", "vi": "Giấy đăng ký", "en": "Registration"},
        "legal_basis": [{"number": "1/2020/QH", "title": "Luật"}],
        "steps": [{"vi": "Nộp", "en": "File"}],
        "conditions": [],
        "note": None,
        "guidance": None,
        "source": None,
    }
    return {**document, **changes}


def paper(code: str, **changes: Any) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "code": code,
        "name": {"vi": "Giấy tờ", "en": "Paper"},
        "required": True,
        "condition": None,
        "originals": 1,
        "copies": 0,
        "provenance": ["photo", "scan"],
        "max_pages": 4,
        "note": None,
    }
    return {**rule, **changes}


def fee(code: str, **changes: Any) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "code": code,
        "name": {"vi": "Lệ phí", "en": "Fee"},
        "amount": 8000,
        "per": "copies",
        "moment": "result",
        "refundable": True,
        "channel": None,
        "effective_from": "2020-01-01",
        "effective_to": None,
        "source": "test",
    }
    return {**rule, **changes}


def guidance(code: str = "2.345678", **changes: Any) -> dict[str, Any]:
    """What the importer makes: no English, no form, the portal's texts."""
    unfiled: dict[str, Any] = {
        "form": None,
        "papers": [],
        "fees": [],
        "durations": {},
        "delivery": [],
        "supplement": None,
    }
    texts = {
        "name": {"vi": "Cấp giấy phép nuôi ong"},
        "field": {"code": "chan-nuoi", "vi": "Chăn nuôi"},
        "result": {"code": "none", "vi": "Không có thông tin"},
        "steps": [{"vi": "Bước 1: Nộp hồ sơ"}],
    }
    imported = {"level": 1, "agencies": [], "source": {"channels": "x"}, "guidance": {"channels": [], "cases": []}}
    return procedure(code=code, **{**unfiled, **texts, **imported, **changes})

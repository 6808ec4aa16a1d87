"""The papers that a clerk sends, inspected like any other; no procedure has a component of these names."""

from __future__ import annotations

from chalicelib.domain.procedure import PaperRule, Text

RESULT = "_result"
"""The file of a result, while it is issued."""
SIGNATURE = "_signature"
"""Of whoever takes a result over the counter: drawn on the clerk's screen, or the sheet that was signed."""
_ANY = ("scan", "digital")
BY_CLERK = {
    RESULT: PaperRule(RESULT, Text("Kết quả giải quyết", "The result"), True, None, 1, 0, _ANY, max_pages=30),
    SIGNATURE: PaperRule(SIGNATURE, Text("Chữ ký người nhận", "The signature"), True, None, 1, 0, _ANY, max_pages=2),
}

"""The filled form as a paper: issued by the portal as PDF, signed by the applicant, sent back. Level 4 alone."""

from __future__ import annotations

from chalicelib.domain.procedure import PaperRule, Text

FORM = "_form"
"""No procedure has a component of this name."""
FORM_RULE = PaperRule(
    FORM, Text("Tờ khai đã ký số", "The form, digitally signed"), False, None, 1, 0, ("digital",), max_pages=30
)

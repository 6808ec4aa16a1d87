"""The form of a dossier as its applicant signed it: a paper of level 4 that no procedure names, else like any other.

Made elsewhere of the file that was issued, or here by remote signing. It stands for the answers, so that the form that
is issued for signing does not list it among the papers that it vouches for.
"""

from __future__ import annotations

from chalicelib.domain.procedure import PaperRule, Text

FORM = "_form"
FORM_RULE = PaperRule(
    FORM, Text("Tờ khai đã ký số", "The form, signed digitally"), False, None, 1, 0, ("digital",), max_pages=30
)
REASON = "Ký tờ khai điện tử"
"""Why it was signed, as the signature itself says."""
LEAST_LEVEL = 4
"""Decision 08/2018: at level 3 the form is signed with the pen, when the result is collected."""

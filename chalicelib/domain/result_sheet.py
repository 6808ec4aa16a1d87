"""What stands on a result that is made of its procedure's template, and how whoever holds one checks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from chalicelib.domain import sheet_answers
from chalicelib.domain.result import Result
from chalicelib.domain.result_template import Template
from chalicelib.domain.sheet import Block, Line, Note, Sheet, Signer
from chalicelib.domain.sheet_facts import Facts, letterhead

PAGE = "/kiem-tra-ket-qua"
"""The public check, below the site's address."""
_SIZE = 11.0  # of the letters of its own text, in points
_PREVIEW = "BẢN XEM TRƯỚC, CHƯA CÓ GIÁ TRỊ"
_CHECK = (
    "Kiểm tra kết quả: quét mã QR, hoặc vào {page} và nhập mã kết quả cùng mã kiểm tra {secret}. "
    "Kết quả có giá trị khi còn nguyên tệp PDF đã ký số."
)


def sheet(template: Template, facts: Facts, result: Result, texts: Mapping[str, str], *, preview: bool) -> Sheet:
    """The document. A preview has neither code nor QR code, so that nobody takes it for the result."""
    page = f"{facts.origin}{PAGE}"
    made = Sheet(
        form=None,
        named=result.title,
        code=result.code,
        number=result.reference,
        head=letterhead(facts.agency, facts.above, desk=False),
        at=result.issued_at,
        blocks=tuple(_blocks(template, facts, texts)),
        signers=(Signer(template.signer, ""),),
        link=f"{page}/{result.fragment}",
    )
    if preview:
        return replace(made, code="", link="", subtitle=_PREVIEW)
    secret = " ".join(result.secret[at : at + 4] for at in range(0, len(result.secret), 4))
    return replace(made, blocks=(*made.blocks, Note(_CHECK.format(page=page, secret=secret))))


def _blocks(template: Template, facts: Facts, texts: Mapping[str, str]) -> Iterator[Block]:
    yield from (Note(text, _SIZE) for text in template.opening)
    form = facts.procedure.form
    properties = form.get("properties", {})
    shown = {name: {**properties[name], "x-group": None} for name in template.fields if name in properties}
    yield from _answers(sheet_answers.blocks({"properties": shown}, facts.dossier.answers))
    for rule in template.texts:
        if rule.name in texts:
            yield Line(rule.label.vi, texts[rule.name])
    yield from (Note(text, _SIZE) for text in template.closing)


def _answers(blocks: Iterator[Block]) -> Sequence[Block]:
    """Without the heading that a form's answers begin with when they have no group: here all are one."""
    found = list(blocks)
    return found[1:] if found else found

"""What stands on each form of TT 01/2018/TT-VPCP and TT 03/2025/TT-VPCP, from dossier, procedure and events.

Every form has one function, called with the facts as they are kept; what an event recorded goes before what the dossier
says now, so that a form made late says what it would have said in time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain import sheet_answers, sheet_endings
from chalicelib.domain.event import Event
from chalicelib.domain.form_paper import FORM, FORM_RULE
from chalicelib.domain.life import Action
from chalicelib.domain.paper import current
from chalicelib.domain.sheet import (
    Block,
    Form,
    Heading,
    Line,
    Note,
    Sheet,
    Signer,
    Table,
    forms_of,
    number_of,
)
from chalicelib.domain.sheet_facts import (
    CHANNELS,
    DELIVERIES,
    PROVENANCES,
    UNITS,
    Facts,
    at,
    letterhead,
    matter,
    owner,
    reason,
)
from chalicelib.domain.sheet_steps import control_rows


def sheet(form: Form, facts: Facts, number: int) -> Sheet:
    """The form that event `number` brings; Form.CONTROL tells of everything up to that event."""
    return _FORMS[form](facts, number)


def _made(
    form: Form, facts: Facts, number: int, blocks: Sequence[Block], signers: Sequence[Signer], desk: bool = True
) -> Sheet:
    event = facts.event(number)
    earlier = sum(form in _brought(one) for one in facts.events[:number])
    return Sheet(
        form=form,
        code=facts.code,
        number=number_of(form, facts.code, max(earlier, 1)),
        head=letterhead(facts.agency, facts.above, desk=desk),
        at=datetime.fromisoformat(event.at),
        blocks=tuple(blocks),
        signers=tuple(signers),
        link=f"{facts.origin}/tra-cuu#{facts.code}",
    )


def _brought(event: Event) -> tuple[Form, ...]:
    return forms_of(event.action, event.before, event.after)


def _receipt(facts: Facts, number: int) -> Sheet:
    """Mẫu 01."""
    dossier, event = facts.dossier, facts.event(number)
    within = facts.procedure.durations.get(dossier.channel)
    desk = f"{facts.agency.name.vi}, {facts.agency.address.vi}"
    officer = next((e.actor["name"] for e in reversed(facts.events[:number]) if e.action == Action.RECEIVE), "")
    blocks: list[Block] = [
        Line("Tiếp nhận hồ sơ của", facts.name, strong=True),
        *owner(facts),
        matter(facts),
        Heading("Thành phần hồ sơ nộp gồm:"),
        Table(
            ("TT", "Tên giấy tờ", "Hình thức", "Bản chính", "Bản sao", "Số trang"),
            (0.5, 4.2, 1.9, 0.9, 0.8, 0.8),
            tuple(_paper_rows(facts, number)),
        ),
        Line("Số lượng hồ sơ", f"01 bộ, nộp {CHANNELS[dossier.channel].lower()}"),
        Line("Thời gian giải quyết theo quy định", f"{within.amount:02d} {UNITS[within.unit]}" if within else ""),
        Line("Thời gian nhận hồ sơ", at(event.at)),
        Line("Thời gian trả kết quả", at(event.detail.get("due_at") or dossier.due_at), strong=True),
        Line("Hình thức, địa điểm nhận kết quả", DELIVERIES[dossier.delivery].format(desk=desk)),
        Line("Phí, lệ phí", _fees(facts)),
        Note(
            f"Tra cứu tình trạng hồ sơ: quét mã QR, hoặc vào {facts.origin}/tra-cuu và nhập mã hồ sơ cùng khóa tra cứu "
            f"trên biên nhận. Điện thoại liên hệ: {facts.agency.phone}."
        ),
    ]
    signers = (Signer("Người nộp hồ sơ", facts.name), Signer("Người tiếp nhận hồ sơ", officer))
    return _made(Form.RECEIPT, facts, number, blocks, signers)


def _paper_rows(facts: Facts, number: int) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    by_id = {paper.id: paper for paper in facts.papers}
    for place, (component, known) in enumerate(filed_papers(facts.events[:number]).items(), 1):
        rule = FORM_RULE if component == FORM else facts.procedure.paper(component)
        paper = by_id.get(str(known["id"]))
        found.append(
            (
                str(place),
                rule.name.vi if rule else component,
                PROVENANCES[paper.provenance] if paper else "",
                str(rule.originals) if rule else "",
                str(rule.copies) if rule else "",
                str(paper.stored.pages) if paper and paper.stored else "",
            )
        )
    return found


def filed_papers(events: Sequence[Event]) -> dict[str, Mapping[str, Any]]:
    """The papers that count after these events: component to {id, sha256}, as the events recorded them."""
    found: dict[str, Mapping[str, Any]] = {}
    for event in events:
        if event.action in (Action.SUBMIT, Action.SUPPLEMENT):
            found |= dict(event.detail.get("papers", {}))
    return found


def _fees(facts: Facts) -> str:
    names = {rule.code: rule.name.vi for rule in facts.procedure.fees}
    said = [f"{names.get(fee.code, fee.code)} {fee.amount:,} đồng".replace(",", ".") for fee in facts.dossier.fees]
    return "; ".join(said) or "Không"


def _supplement(facts: Facts, number: int) -> Sheet:
    """Mẫu 02."""
    event = facts.event(number)
    detail = event.detail
    rows: list[tuple[str, str]] = []
    for component, why in dict(detail.get("papers", {})).items():
        rule = facts.procedure.paper(component)
        rows.append((rule.name.vi if rule else component, str(why)))
    for name, why in dict(detail.get("fields", {})).items():
        rows.append((f"Mục khai: {sheet_answers.title(facts.procedure.form, name)}", str(why)))
    officer = str(detail.get("asked_by") or event.actor["name"])
    blocks: list[Block] = [
        Line("Hồ sơ của", facts.name, strong=True),
        *owner(facts)[1:],
        matter(facts),
        Heading("Yêu cầu bổ sung, hoàn thiện hồ sơ gồm những giấy tờ, nội dung sau:"),
        Table(
            ("TT", "Giấy tờ, nội dung cần bổ sung", "Lý do"),
            (0.5, 4.2, 4.3),
            tuple((str(place), *row) for place, row in enumerate(rows, 1)),
        ),
        *([Line("Hướng dẫn thêm", str(detail["note"]))] if detail.get("note") else []),
        *([Line("Căn cứ yêu cầu thêm một lần", str(detail["exception"]))] if detail.get("exception") else []),
        Line("Bổ sung trước", at(detail.get("due_at")), strong=True),
        Note(
            f"Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc, liên hệ với {officer}, điện thoại "
            f"{facts.agency.phone}, để được hướng dẫn."
        ),
    ]
    return _made(Form.SUPPLEMENT, facts, number, blocks, (Signer("Người hướng dẫn", officer),))


def _refusal(facts: Facts, number: int) -> Sheet:
    """Mẫu 03; also when a term ran out: then the reason is that."""
    event = facts.event(number)
    blocks: list[Block] = [
        Line("Tiếp nhận hồ sơ của", facts.name, strong=True),
        *owner(facts)[1:],
        matter(facts),
        Line("Nộp hồ sơ lúc", at(facts.dossier.submitted_at)),
        Note(
            "Qua xem xét, cơ quan thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:",
        ),
        Line("Lý do từ chối", reason(event), strong=True),
        Note(_APPEAL.format(phone=facts.agency.phone)),
    ]
    officer = event.actor["name"] if event.action == Action.REFUSE else ""
    signers = (Signer("Người nộp hồ sơ", facts.name), Signer("Người tiếp nhận hồ sơ", officer))
    return _made(Form.REFUSAL, facts, number, blocks, signers)


_APPEAL = (
    "Nếu không đồng ý, người nộp hồ sơ có quyền phản ánh, kiến nghị hoặc khiếu nại với cơ quan theo quy định. Phí, lệ "
    "phí đã nộp cho thủ tục chưa được thực hiện được hoàn trả theo quy định. Điện thoại: {phone}."
)


def _apology(facts: Facts, number: int) -> Sheet:
    """Mẫu 04 (TT 03/2025: Văn bản xin lỗi và đề nghị gia hạn): detail `due_at` is the new date, `reason` why."""
    event = facts.event(number)
    before = [str(e.detail["due_at"]) for e in facts.events[: number - 1] if e.detail.get("due_at") and _sets_due(e)]
    blocks: list[Block] = [
        Line("Kính gửi", facts.name, strong=True),
        *owner(facts)[1:],
        Line("Lĩnh vực", facts.procedure.field.name.vi),
        matter(facts),
        Line("Tiếp nhận lúc", at(facts.dossier.received_at)),
        Line("Thời gian hẹn trả kết quả", at(before[-1] if before else None)),
        Line("Lý do đến nay chưa giải quyết xong", reason(event), strong=True),
        Note(
            "Sự chậm trễ này đã gây phiền hà, tốn kém cho Ông/Bà/Tổ chức. Cơ quan chân thành xin lỗi và hẹn lại thời "
            "gian trả kết quả như sau. Cơ quan chỉ hẹn lại một lần; mong được thông cảm."
        ),
        Line("Hẹn trả kết quả vào", at(event.detail.get("due_at")), strong=True),
    ]
    return _made(Form.APOLOGY, facts, number, blocks, (Signer("Thủ trưởng cơ quan", event.actor["name"]),), desk=False)


def _sets_due(event: Event) -> bool:
    return event.action != Action.REQUEST_SUPPLEMENT  # whose date is the applicant's


def _stop(facts: Facts, number: int) -> Sheet:
    """Mẫu Thông báo dừng giải quyết hồ sơ of TT 03/2025/TT-VPCP."""
    event = facts.event(number)
    blocks: list[Block] = [
        Line("Kính gửi", facts.name, strong=True),
        *owner(facts)[1:],
        matter(facts),
        Line("Nộp hồ sơ lúc", at(facts.dossier.submitted_at)),
        Line("Tiếp nhận lúc", at(facts.dossier.received_at) or "chưa tiếp nhận"),
        Line("Dừng giải quyết lúc", at(event.at)),
        Line("Lý do dừng giải quyết", reason(event), strong=True),
        Note(_APPEAL.format(phone=facts.agency.phone)),
    ]
    head = event.actor["name"] if event.action == Action.STOP else ""
    return _made(Form.STOP, facts, number, blocks, (Signer("Thủ trưởng cơ quan", head),), desk=False)


def _withdrawal(facts: Facts, number: int) -> Sheet:
    return _made(Form.WITHDRAWAL, facts, number, *sheet_endings.withdrawal(facts, number))


def _answer(facts: Facts, number: int) -> Sheet:
    return _made(Form.ANSWER, facts, number, *sheet_endings.answer(facts, number), desk=False)


def _control(facts: Facts, number: int) -> Sheet:
    """Mẫu 05: every hand-over up to event `number`, with room for both signatures."""
    dossier, events = facts.dossier, facts.events[:number]
    done = next((e for e in reversed(events) if e.action == Action.ENTER_RESULT), None)
    consulted = dict.fromkeys(one["name"] for e in events if e.action == Action.CONSULT for one in e.detail["asked"])
    blocks: list[Block] = [
        *owner(facts)[:1],
        matter(facts),
        Line("Cơ quan (bộ phận) giải quyết", facts.agency.name.vi),
        Line("Cơ quan phối hợp giải quyết", "; ".join(consulted) or "Không"),
        Line("Tiếp nhận lúc", at(dossier.received_at) or "chưa tiếp nhận"),
        Line("Hẹn trả kết quả lúc", at(dossier.due_at) or "chưa có"),
        *([Line("Có kết quả lúc", at(done.at))] if done else []),
        Table(
            ("TT", "Công việc", "Bên giao", "Bên nhận", "Giờ, ngày giao nhận", "Kết quả", "Ghi chú", "Ký giao, nhận"),
            (0.6, 1.5, 1.7, 1.7, 1.45, 0.9, 2.1, 1.3),
            control_rows(events),
        ),
        Note("Kết quả (trước hạn, đúng hạn, quá hạn) so với thời hạn của cơ quan tại lúc giao."),
    ]
    return _made(Form.CONTROL, facts, number, blocks, ())


def _filed(facts: Facts, number: int) -> Sheet:
    """The form as it was filed, or as supplemented at event `number`; of a draft (0) what it says until now."""
    dossier, draft = facts.dossier, number == 0
    answers = dict(dossier.answers) if draft else sheet_answers.as_of(dossier.answers, facts.events, number)
    papers = _draft_papers(facts) if draft else filed_papers(facts.events[:number])
    blocks: list[Block] = [
        Line("Kính gửi", facts.agency.name.vi, strong=True),
        Line("Thủ tục", f"{facts.procedure.name.vi} ({facts.procedure.code})"),
        *owner(facts, "Người nộp hồ sơ")[:2],
        *sheet_answers.blocks(facts.procedure.form, answers),
        Heading("Giấy tờ nộp kèm theo:"),
        _hashes(facts, papers),
        Note("Tôi cam đoan nội dung khai và giấy tờ nộp kèm theo là đúng sự thật và chịu trách nhiệm trước pháp luật."),
    ]
    signers = (Signer("Người nộp hồ sơ", facts.name),)
    if not draft:
        return _made(Form.FILED, facts, number, blocks, signers, desk=False)
    mark = f"Hồ sơ nháp {dossier.id}, bản lưu thứ {dossier.version}; mã hồ sơ được cấp khi nộp"
    link = f"{facts.origin}/ho-so/{dossier.id}"
    head = letterhead(facts.agency, facts.above, desk=False)
    # A draft's own time: the same draft is the same bytes, whenever it is asked for.
    return Sheet(Form.FILED, "", "", head, dossier.created_at, tuple(blocks), signers, link, subtitle=mark)


def _hashes(facts: Facts, papers: Mapping[str, Mapping[str, Any]]) -> Block:
    names = {rule.code: rule.name.vi for rule in (FORM_RULE, *facts.procedure.papers)}
    rows = tuple(
        (str(place), names.get(component, component), _in_blocks(str(paper.get("sha256") or "")))
        for place, (component, paper) in enumerate(papers.items(), 1)
    )
    if not rows:
        return Note("Không có giấy tờ nộp kèm theo.")
    return Table(("TT", "Tên giấy tờ", "Mã băm SHA-256 của tệp"), (0.4, 3.4, 4.2), rows)


def _draft_papers(facts: Facts) -> dict[str, Mapping[str, Any]]:
    """What the form of a draft lists: the form itself comes back signed, and cannot say its own hash."""
    there = sorted(current(facts.papers).items())
    return {component: {"id": p.id, "sha256": p.sha256} for component, p in there if component != FORM}


def _in_blocks(sha256: str) -> str:
    return " ".join(sha256[at : at + 16] for at in range(0, len(sha256), 16))


def _cover(facts: Facts, number: int) -> Sheet:
    """What is laid on the papers in the envelope (clause A12): code, barcode, address, list of papers."""
    wanted = facts.procedure.papers_for(facts.dossier.answers)
    blocks: list[Block] = [
        Line("Nơi nhận", f"Bộ phận Tiếp nhận và Trả kết quả, {facts.agency.name.vi}", strong=True),
        Line("Địa chỉ", facts.agency.address.vi, strong=True),
        Line("Điện thoại", facts.agency.phone),
        *owner(facts, "Người gửi"),
        Line("Thủ tục", f"{facts.procedure.name.vi} ({facts.procedure.code})"),
        Heading("Giấy tờ gửi kèm (bản sao có chứng thực của cơ quan có thẩm quyền, hoặc bản chính nếu yêu cầu):"),
        Table(
            ("TT", "Tên giấy tờ", "Bản chính", "Bản sao", "Người gửi đánh dấu", "Bộ phận một cửa đánh dấu"),
            (0.6, 4.2, 0.8, 0.8, 1.1, 1.3),
            tuple(
                (str(place), rule.name.vi, str(rule.originals), str(rule.copies), "", "")
                for place, (rule, _) in enumerate(wanted, 1)
            ),
        ),
        Note(
            "Đặt phiếu này lên trên giấy tờ trong bưu gửi và ghi mã hồ sơ ngoài phong bì. Thời hạn giải quyết tính từ "
            "khi giấy tờ gửi đến đầy đủ, hợp lệ."
        ),
    ]
    made = _made(Form.COVER, facts, number, blocks, (Signer("Người gửi", facts.name), Signer("Người mở bưu gửi", "")))
    return replace(made, barcode=True)


_FORMS: dict[Form, Callable[[Facts, int], Sheet]] = {
    Form.RECEIPT: _receipt,
    Form.SUPPLEMENT: _supplement,
    Form.REFUSAL: _refusal,
    Form.APOLOGY: _apology,
    Form.CONTROL: _control,
    Form.STOP: _stop,
    Form.WITHDRAWAL: _withdrawal,
    Form.ANSWER: _answer,
    Form.FILED: _filed,
    Form.COVER: _cover,
}

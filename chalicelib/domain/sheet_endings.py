"""The two forms that no circular has: a dossier taken back, and the answer to a complaint about how one ended."""

from __future__ import annotations

from chalicelib.domain.complaint import Outcome
from chalicelib.domain.sheet import Block, Heading, Line, Note, Signer
from chalicelib.domain.sheet_facts import Facts, at, matter, owner, reason

Parts = tuple[list[Block], tuple[Signer, ...]]


def withdrawal(facts: Facts, number: int) -> Parts:
    """The applicant's request, and what the agency confirms with it. `back` and `kept` of the event are đồng."""
    event = facts.event(number)
    back, kept = int(event.detail.get("back", 0)), int(event.detail.get("kept", 0))
    confirmed = "Cơ quan xác nhận hồ sơ được rút và dừng giải quyết kể từ thời điểm trên."
    if event.detail.get("papers_back"):
        confirmed += " Giấy tờ đã gửi qua bưu chính được gửi trả lại người nộp."
    return [
        Line("Người đề nghị", facts.name, strong=True),
        *owner(facts)[1:],
        matter(facts),
        Line("Nộp hồ sơ lúc", at(facts.dossier.submitted_at)),
        Heading("Đề nghị rút hồ sơ"),
        Line("Đề nghị lúc", at(event.at)),
        Line("Lý do", reason(event), strong=True),
        Heading("Xác nhận của cơ quan"),
        Note(confirmed),
        Line("Phí, lệ phí được hoàn lại", _amount(back)),
        Line("Phí, lệ phí không hoàn lại", _amount(kept)),
        Note(
            "Phí, lệ phí của thủ tục chưa được thực hiện được hoàn trả theo Quyết định 08/2018/QĐ-UBND. Sau khi rút, "
            f"người nộp có thể nộp hồ sơ mới bất cứ lúc nào. Điện thoại: {facts.agency.phone}."
        ),
    ], (Signer("Người đề nghị", facts.name), Signer("Xác nhận của cơ quan", ""))


def _amount(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".") if amount else "Không"


_OUTCOMES = {
    Outcome.DECLINED: "Không thụ lý giải quyết khiếu nại, phản ánh.",
    Outcome.REJECTED: "Không chấp nhận nội dung khiếu nại, phản ánh; giữ nguyên việc kết thúc hồ sơ.",
    Outcome.REOPENED: "Chấp nhận nội dung khiếu nại, phản ánh; hồ sơ được mở lại và tiếp nhận lại từ đầu.",
    Outcome.UPHELD: "Chấp nhận nội dung khiếu nại, phản ánh; đề nghị người nộp nộp hồ sơ mới.",
}


def answer(facts: Facts, number: int) -> Parts:
    """The answer, with what was complained of."""
    event = facts.event(number)
    complained = facts.event(int(event.detail["complaint"]))
    ended = facts.event(int(complained.detail["ending"]))
    return [
        Line("Kính gửi", facts.name, strong=True),
        *owner(facts)[1:],
        matter(facts),
        Line("Việc bị khiếu nại, phản ánh", f"Hồ sơ kết thúc lúc {at(ended.at)}"),
        Line("Lý do kết thúc đã thông báo", reason(ended)),
        Line("Khiếu nại, phản ánh lúc", at(complained.at)),
        Line("Nội dung khiếu nại, phản ánh", reason(complained)),
        Line("Kết quả giải quyết", _OUTCOMES[Outcome(event.detail["outcome"])], strong=True),
        Line("Trả lời", reason(event)),
        Note(
            "Nếu không đồng ý, Ông/Bà/Tổ chức có quyền khiếu nại lần hai hoặc khởi kiện theo quy định của pháp luật. "
            f"Điện thoại: {facts.agency.phone}."
        ),
    ], (Signer("Người giải quyết khiếu nại", event.actor["name"]),)

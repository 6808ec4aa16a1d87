"""The words of `motcua ops`, and the one page on which a dossier is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.domain.clock import ZONE

Json = dict[str, Any]
WORDS = {
    "vi": {
        "done": "Đã thực hiện.",
        "dry": "Chạy thử, chưa thay đổi gì. Thêm --yes để thực hiện:",
        "trial": "chạy thử",
        "nothing": "Không có gì.",
        "performed": "đã làm",
        "waits": "còn chờ",
        "outbox": "Việc phải làm tiếp chưa làm",
        "watch": "Hồ sơ quá hạn chưa ai xử lý",
        "upload": "Tệp tải lên chưa kiểm tra",
        "check": "Chữ ký số chưa kiểm tra xong",
        "signing": "Yêu cầu ký số từ xa chưa xong",
        "letters": "Thư hỏng",
        "kept": "Ngày hẹn trả đang ghi",
        "computed": "Tính theo lịch hiện nay",
        "same": "Hai ngày trùng nhau.",
        "moves_to": "Ngày mới",
        "earlier": "Hai ngày khác nhau. Ngày đã hẹn không được sớm lên: giữ nguyên.",
        "stands": "Hai ngày khác nhau. Đã hẹn lại hoặc thời hạn không còn tính cho cơ quan: giữ nguyên.",
        "unchanged": "Không có gì thay đổi.",
        "dossier": "Hồ sơ",
        "events": "Sự kiện gần nhất",
        "task": "Bước quy trình đang chờ",
        "execution": "Lần chạy quy trình",
        "steps": "Các bước gần nhất",
        "refunds": "Hoàn phí",
        "parcels": "Bưu gửi",
        "complaints": "Khiếu nại",
        "rows": "Số dòng dữ liệu",
        "well": "Mọi thứ khớp nhau.",
        "wrong": "Không khớp: {what}.",
        "chain": "chuỗi sự kiện bị đứt hoặc bị sửa",
        "runs-though-over": "quy trình vẫn chạy dù hồ sơ đã kết thúc",
        "not-running": "hồ sơ đang mở mà quy trình không chạy",
        "waits-elsewhere": "quy trình chờ ở tình trạng khác với hồ sơ",
    },
    "en": {
        "done": "Done.",
        "dry": "Dry run, nothing was changed. Add --yes to do it:",
        "trial": "dry run",
        "nothing": "Nothing.",
        "performed": "performed",
        "waits": "waits",
        "outbox": "Effects not performed",
        "watch": "Deadlines that nobody acted on",
        "upload": "Uploads never looked at",
        "check": "Signatures not verified",
        "signing": "Remote signings under way",
        "letters": "Dead letters",
        "kept": "Due date as kept",
        "computed": "By the present calendar",
        "same": "The two agree.",
        "moves_to": "New date",
        "earlier": "The two differ. A date that was promised never comes earlier: it stands.",
        "stands": "The two differ. It was appointed anew, or no time runs against the agency: it stands.",
        "unchanged": "Nothing changes.",
        "dossier": "Dossier",
        "events": "Last events",
        "task": "Task that waits",
        "execution": "Run of the workflow",
        "steps": "Last steps",
        "refunds": "Refunds",
        "parcels": "Parcels",
        "complaints": "Complaints",
        "rows": "Rows kept",
        "well": "Everything agrees.",
        "wrong": "Does not agree: {what}.",
        "chain": "the chain of events is broken or was changed",
        "runs-though-over": "the workflow runs although the dossier is over",
        "not-running": "the dossier is open and no workflow runs",
        "waits-elsewhere": "the workflow waits in another state than the dossier's",
    },
}
LABEL = 26


def page(found: Json, lang: str) -> list[str]:
    """A dossier as lines of text; moments in the time of Vietnam."""
    words = WORDS[lang]
    wrong = "; ".join(words[one] for one in found["wrong"])
    lines = [words["wrong"].format(what=wrong) if wrong else words["well"], "", words["dossier"]]
    lines += [f"  {name:<{LABEL}}{_value(value)}" for name, value in found["dossier"].items() if value is not None]
    for part in ("task", "execution"):
        if found[part]:
            shown = {name: value for name, value in found[part].items() if name != "steps" and value not in ("", None)}
            lines += ["", words[part], *(f"  {name:<{LABEL}}{_value(value)}" for name, value in shown.items())]
    if found["execution"] and found["execution"]["steps"]:
        lines += ["", words["steps"], *(f"  {step}" for step in found["execution"]["steps"])]
    for part in ("events", "outbox", "refunds", "parcels", "complaints"):
        if found[part]:
            lines += ["", words[part], *(f"  {'  '.join(_value(v) for v in row.values())}" for row in found[part])]
    return [*lines, "", f"{words['rows']}: {', '.join(f'{kind} {count}' for kind, count in found['rows'].items())}"]


def _value(value: Any) -> str:
    text = str(value)
    if len(text) == 24 and text[10] == "T" and text.endswith("Z"):
        return f"{datetime.fromisoformat(text).astimezone(ZONE):%H:%M:%S %d/%m/%Y}"
    return text

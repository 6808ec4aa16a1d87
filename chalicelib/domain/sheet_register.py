"""The register of dossiers (mẫu 06 of TT 01/2018/TT-VPCP): Sổ theo dõi hồ sơ of an agency for a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from chalicelib.domain import dates
from chalicelib.domain.agency import Agency
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.sheet import Form, Note, Sheet, Signer, Table
from chalicelib.domain.sheet_facts import ADDRESS_FIELD, CHANNELS, letterhead, phone_of
from chalicelib.values import dataclass

HEADS = (
    "TT", "Mã hồ sơ", "Thủ tục", "Số bộ", "Chủ hồ sơ; địa chỉ, điện thoại, số định danh", "Cơ quan giải quyết", "Nộp",
    "Tiếp nhận", "Hẹn trả", "Có kết quả", "Trả kết quả", "Phương thức nộp", "Tình trạng", "Người nhận ký",
)  # fmt: skip
_WIDTHS = (8, 30, 28, 8, 36, 20, 19, 19, 19, 19, 19, 16, 17, 17)


@dataclass(frozen=True)
class Entered:
    """A dossier with when (ISO 8601) and to whom its result was given, "" until then."""

    dossier: Dossier
    returned_at: str
    recipient: str


def sheet(agency: Agency, above: str, first: date, last: date, lines: Sequence[Entered], now: datetime) -> Sheet:
    """The register of what was filed from `first` to `last` (days of Vietnam, both counted), as it is `now`."""
    rows = tuple(_row(place, line, agency) for place, line in enumerate(lines, 1))
    return Sheet(
        form=Form.REGISTER,
        code="",
        number="",
        head=letterhead(agency, above),
        at=now,
        blocks=(Table(HEADS, _WIDTHS, rows, size=7.5), Note(f"Số hồ sơ trong tờ này: {len(rows)}.")),
        signers=(Signer("Người lập sổ", ""), Signer("Thủ trưởng cơ quan", "")),
        subtitle=f"Hồ sơ nộp từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}",
        landscape=True,
    )


def _row(place: int, line: Entered, agency: Agency) -> tuple[str, ...]:
    dossier = line.dossier
    applicant = dossier.applicant
    reach = (dossier.answers.get(ADDRESS_FIELD), phone_of(applicant), applicant.get("identity"))
    result = dossier.result or {}
    return (
        str(place),
        dossier.code or "",
        f"{dossier.procedure_name} ({dossier.procedure_code})",
        "01",
        "; ".join([str(applicant.get("name", "")), *(str(one) for one in reach if one)]),
        agency.name.vi,
        _when(dossier.submitted_at),
        _when(dossier.received_at),
        _when(dossier.due_at),
        _when(result.get("issued_at")),
        _when(line.returned_at),
        CHANNELS[dossier.channel],
        dossier.state.about.vi,
        line.recipient,
    )


def _when(moment: datetime | str | None) -> str:
    if not moment:
        return ""
    when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return dates.minute(when)

"""Invented records in the shape of the national portal's pages."""

from __future__ import annotations

from typing import Any

from infra.national.page import ABSENT, CHANNELS_TABLE, PAPERS_TABLE


def record(channels: str = "", papers: str = "--", page: bool = True, **changes: Any) -> dict[str, Any]:
    """A record whose tables read so; `page` also gives the whole page, as the crawler does."""
    listed = f"--{PAPERS_TABLE}{papers}" if papers != "--" else papers
    fields: dict[str, Any] = {
        "ma_thu_tuc": "9.000001",
        "ten_thu_tuc": "Cấp giấy phép nuôi ong",
        "so_quyet_dinh": "1/QĐ-BNN",
        "cap_thuc_hien": "Cấp tỉnh",
        "loai_thu_tuc": "Loại khác",
        "linh_vuc": "Chăn nuôi",
        "doi_tuong_thuc_hien": "Công dân Việt Nam, Tổ chức (không bao gồm doanh nghiệp, HTX)",
        "co_quan_co_tham_quyen": "",
        "trinh_tu_thuc_hien": "Bước 1: Nộp hồ sơ.\nBước 2: Nhận giấy phép.",
        "cach_thuc_thuc_hien": CHANNELS_TABLE + channels,
        "thanh_phan_ho_so": listed,
        "can_cu_phap_ly": ABSENT,
        "co_quan_thuc_hien": "Sở Nông nghiệp",
        "yeu_cau_dieu_kien": "Không",
        "ket_qua_xu_ly": "Giấy phép nuôi ongMã: KQ.G10.000001Từ khóaKhông có thông tinMô tảKhông có thông tin",
    }
    if page:
        fields["raw_text"] = (
            f"{fields['ten_thu_tuc']}Cách Thức Thực Hiện {CHANNELS_TABLE}{channels}"
            f"Thành phần hồ sơ{listed}Căn cứ pháp lý{ABSENT}"
        )
    return {**fields, **changes}

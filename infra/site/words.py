"""What the pages say besides the catalogue's own texts, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("vi", "en")

_WORDS: dict[str, tuple[str, str]] = {
    "portal": ("Dịch vụ công trực tuyến", "Online public services"),
    "place": ("Tỉnh Kon Tum", "Kon Tum Province"),
    "site": ("Dịch vụ công trực tuyến tỉnh Kon Tum", "Online public services of Kon Tum Province"),
    "about": (
        "Cổng tiếp nhận và trả kết quả thủ tục hành chính của Ủy ban nhân dân tỉnh Kon Tum và các cơ quan trực thuộc.",
        "Where the People's Committee of Kon Tum Province and its agencies receive administrative procedures and "
        "return their results.",
    ),
    "no_script": (
        "Trang này đọc và in được mà không cần JavaScript.",
        "This page can be read and printed without JavaScript.",
    ),
    "offline": (
        "Đang không có mạng. Đây là bản đã lưu trên máy này; có thể đã có bản mới hơn.",
        "There is no network. This is the copy kept on this device; there may be a newer one.",
    ),
    "skip": ("Đến nội dung chính", "Skip to main content"),
    "display": ("Hiển thị", "Display"),
    "size": ("Cỡ chữ", "Text size"),
    "size_small": ("Cỡ chữ nhỏ", "Small text"),
    "size_normal": ("Cỡ chữ vừa", "Medium text"),
    "size_large": ("Cỡ chữ lớn", "Large text"),
    "theme": ("Màu sắc", "Colours"),
    "theme_normal": ("Thường", "Normal"),
    "theme_contrast": ("Tương phản", "Contrast"),
    "theme_dark": ("Tối", "Dark"),
    "other_language": ("English", "Tiếng Việt"),
    "home": ("Trang chủ", "Home"),
    "menu": ("Danh mục chính", "Main menu"),
    "search": ("Tìm thủ tục", "Find a procedure"),
    "list": ("Danh mục thủ tục", "List of procedures"),
    "track": ("Tra cứu hồ sơ", "Look up a dossier"),
    "here": ("Bạn đang ở", "You are here"),
    "more": ("Thông tin chung", "General information"),
    "accessibility": ("Hỗ trợ tiếp cận", "Accessibility"),
    "contact": ("Liên hệ", "Contact"),
    "sitemap": ("Sơ đồ trang", "Site map"),
    "statistics": ("Thống kê", "Statistics"),
    "rating": ("Bạn có hài lòng với trang này không?", "Are you satisfied with this page?"),
    "rating_hint": (
        "Chỉ cần chọn một mức. Cổng không lưu ai đã đánh giá.",
        "Just choose a level. The portal does not keep who rated.",
    ),
    "rating_very_satisfied": ("Rất hài lòng", "Very satisfied"),
    "rating_satisfied": ("Hài lòng", "Satisfied"),
    "rating_unsatisfied": ("Chưa hài lòng", "Not satisfied"),
    "rating_thanks": ("Cảm ơn bạn. Đã ghi nhận đánh giá:", "Thank you. Your rating was counted:"),
    "rating_results": ("Xem kết quả đánh giá", "See the ratings"),
    "rating_failed": (
        "Chưa gửi được đánh giá. Hãy kiểm tra mạng rồi chọn lại.",
        "The rating could not be sent. Check your connection and choose again.",
    ),
    "summary": ("Thông tin chung", "Summary"),
    "code": ("Mã thủ tục", "Code"),
    "field": ("Lĩnh vực", "Field"),
    "level": ("Mức độ", "Level"),
    "audience": ("Đối tượng thực hiện", "For whom"),
    "agencies": ("Cơ quan thực hiện", "Agencies in charge"),
    "version": ("Phiên bản", "Version"),
    "published": ("công bố ngày {day}", "published on {day}"),
    "file_online": ("Nộp hồ sơ trực tuyến", "File online"),
    "not_online": (
        "Thủ tục này chưa nộp trực tuyến tại cổng này. Vui lòng nộp theo các cách nêu dưới đây.",
        "This procedure cannot be filed online here. Please file it in one of the ways below.",
    ),
    "steps": ("Trình tự thực hiện", "Steps"),
    "times": ("Thời hạn giải quyết", "Time to decide"),
    "channel": ("Cách nộp", "Channel"),
    "time": ("Thời hạn", "Time"),
    "same_day": (
        "Hồ sơ nhận trước {time} được giải quyết trong ngày; nhận từ {time} thì trả kết quả trong ngày làm việc "
        "tiếp theo.",
        "What is received before {time} is done the same day; from {time} on, on the next working day.",
    ),
    "supplement": ("Thời hạn bổ sung hồ sơ", "Time for a supplement"),
    "clock_pause": (
        "Thời gian chờ bổ sung không tính vào thời hạn giải quyết.",
        "The time to decide stands still while the supplement is awaited.",
    ),
    "clock_restart": (
        "Thời hạn giải quyết tính lại từ đầu khi nhận đủ hồ sơ bổ sung.",
        "The time to decide starts anew when the supplement has arrived.",
    ),
    "no_times": ("Không quy định thời hạn.", "No time is stated."),
    "delivery": ("Cách nhận kết quả", "How the result is handed over"),
    "papers": ("Thành phần hồ sơ", "Papers"),
    "paper": ("Giấy tờ", "Paper"),
    "when": ("Khi nào phải nộp", "When"),
    "always": ("Luôn phải nộp", "Always"),
    "optional": ("Không bắt buộc", "Optional"),
    "condition": ("Khi “{field}” là: {values}", "When “{field}” is: {values}"),
    "condition_not": ("Khi “{field}” không phải là: {values}", "When “{field}” is not: {values}"),
    "optional_then": ("không bắt buộc", "optional"),
    "originals": ("Bản chính", "Originals"),
    "copies": ("Bản sao", "Copies"),
    "provenance": ("Nộp trực tuyến bằng", "Online as"),
    "max_pages": ("tối đa {n} trang", "at most {n} pages"),
    "no_papers": ("Không phải nộp giấy tờ.", "No papers are asked for."),
    "papers_unread": (
        "Xem nguyên văn của Cổng Dịch vụ công quốc gia dưới đây.",
        "See the national portal's own text below.",
    ),
    "forms": ("Mẫu", "Form"),
    "fees": ("Phí, lệ phí", "Fees"),
    "fee": ("Khoản thu", "Fee"),
    "amount": ("Mức thu", "Amount"),
    "moment": ("Khi nào nộp", "When to pay"),
    "dong": ("{amount} đồng", "{amount} VND"),
    "per": ("nhân với “{field}”", "times “{field}”"),
    "most": ("nhiều nhất {amount} đồng", "at most {amount} VND"),
    "waived": ("Miễn", "Free"),
    "reduced": ("Giảm {percent}%", "{percent}% less"),
    "refund_uncollected": (
        "Hoàn lại cả khi kết quả không được nhận, theo pháp luật về khoản phí này",
        "Returned also when the result is not collected, by the law on this fee",
    ),
    "only_channel": ("khi nộp: {channel}", "when filed: {channel}"),
    "refundable": ("Được hoàn lại theo quy định", "Refundable as the rules say"),
    "not_refundable": ("Không hoàn lại", "Not refundable"),
    "from": ("áp dụng từ {day}", "in force from {day}"),
    "to": ("đến {day}", "until {day}"),
    "fee_source": ("Căn cứ", "Source"),
    "free": ("Không thu phí, lệ phí.", "There is no fee."),
    "questions": ("Thông tin phải khai", "What the form asks"),
    "question_required": ("bắt buộc", "required"),
    "yes": ("Có", "Yes"),
    "no": ("Không", "No"),
    "conditions": ("Yêu cầu, điều kiện", "Conditions"),
    "no_conditions": ("Không có.", "None."),
    "result": ("Kết quả", "Result"),
    "basis": ("Căn cứ pháp lý", "Legal basis"),
    "note": ("Ghi chú", "Note"),
    "data": ("Dữ liệu của trang này (JSON)", "This page as data (JSON)"),
    "sources": ("Nguyên văn từ Cổng Dịch vụ công quốc gia", "The national portal's own text"),
    "sources_why": (
        "Phần chưa đọc được tự động được giữ nguyên văn, không suy đoán.",
        "What could not be read by machine is shown as it stands; nothing was guessed.",
    ),
    "vietnamese_only": (
        "",
        "The national catalogue has this guidance in Vietnamese only; its texts are shown in Vietnamese.",
    ),
    "source_channels": ("Cách thức thực hiện, thời hạn, phí", "Channels, times, fees"),
    "source_papers": ("Thành phần hồ sơ", "Papers"),
    "source_legal_basis": ("Căn cứ pháp lý", "Legal basis"),
    "source_results": ("Kết quả xử lý", "Results"),
    "source_agency": ("Cơ quan thực hiện", "Agency in charge"),
    "source_authority": ("Cơ quan có thẩm quyền", "Competent authority"),
    "source_address": ("Địa chỉ tiếp nhận hồ sơ", "Where to file"),
    "source_audience": ("Đối tượng thực hiện", "For whom"),
    "source_government": ("Cấp thực hiện", "Level of government"),
    "source_decision": ("Số quyết định", "Decision number"),
    "source_kind": ("Loại thủ tục", "Kind of procedure"),
    "source_conditions": ("Yêu cầu, điều kiện", "Conditions"),
    "fee_free": ("Miễn phí", "Free"),
    "fee_elsewhere": ("Theo văn bản quy định riêng", "Set by another rule"),
    "fee_not set": ("Chưa được quy định", "Not set yet"),
    "fee_nothing": ("Không có thông tin", "No information"),
    "given_nothing": ("Không có thông tin", "No information"),
    "given_no unit": ("{text} (không ghi đơn vị)", "{text} (no unit is given)"),
    "given_no limit": ("Không quy định thời hạn", "No limit"),
    "given_no result": ("Không phải trả kết quả", "Nothing is returned"),
    "print_address": ("Địa chỉ trang này", "Address of this page"),
    "fileable": ("Thủ tục nộp trực tuyến được", "Procedures that can be filed online"),
    "by_field": ("Theo lĩnh vực", "By field"),
    "all": ("Toàn bộ danh mục trên một trang", "Everything on one page"),
    "all_why": (
        "Để tìm bằng chức năng tìm trong trang của trình duyệt, hoặc để in.",
        "To search with the browser's own find, or to print.",
    ),
    "all_agencies": ("Cơ quan", "Agencies"),
    "count": ("{n} thủ tục", "{n} procedures"),
    "none": ("Chưa có thủ tục nào được công bố.", "No procedure has been published yet."),
    "agency_code": ("Mã cơ quan", "Code"),
    "kind": ("Loại", "Kind"),
    "kind_province": ("Tỉnh", "Province"),
    "kind_department": ("Sở, ngành", "Department"),
    "kind_district": ("Cấp huyện", "District"),
    "kind_commune": ("Cấp xã", "Commune"),
    "kind_unit": ("Đơn vị trực thuộc", "Unit"),
    "parent": ("Trực thuộc", "Part of"),
    "children": ("Đơn vị trực thuộc", "Parts"),
    "status_merged": ("Đã sáp nhập vào", "Merged into"),
    "status_abolished": ("Đã giải thể; việc còn lại chuyển đến", "Abolished; its work went to"),
    "address": ("Địa chỉ", "Address"),
    "phone": ("Điện thoại", "Phone"),
    "email": ("Thư điện tử", "E-mail"),
    "hours": ("Giờ làm việc", "Opening hours"),
    "day": ("Ngày", "Day"),
    "closed": ("Nghỉ", "Closed"),
    "holidays": ("Nghỉ các ngày lễ, Tết theo quy định.", "Closed on public holidays."),
    "accounts": ("Tài khoản nộp phí, lệ phí", "Accounts for fees"),
    "bank": ("Nơi mở", "Bank"),
    "number": ("Số tài khoản", "Account number"),
    "number_missing": ("chưa công bố", "not published"),
    "holder": ("Chủ tài khoản", "Holder"),
    "purpose": ("Nội dung", "For"),
    "offered": ("Thủ tục tiếp nhận trực tuyến", "Procedures it receives online"),
    "none_offered": ("Cơ quan này chưa tiếp nhận thủ tục nào trực tuyến.", "This agency receives nothing online yet."),
}

_LEVELS = {
    1: ("Mức độ 1 / cung cấp thông tin", "Level 1 / information"),
    2: ("Mức độ 2 / cung cấp thông tin và mẫu", "Level 2 / information and forms"),
    3: ("Mức độ 3 / dịch vụ công trực tuyến một phần", "Level 3 / partly online service"),
    4: ("Mức độ 4 / dịch vụ công trực tuyến toàn trình", "Level 4 / fully online service"),
}
_TERMS = {
    "audience": {"person": ("Cá nhân", "Persons"), "organisation": ("Tổ chức", "Organisations")},
    "channel": {
        "online": ("Trực tuyến", "Online"),
        "direct": ("Trực tiếp", "At the counter"),
        "post": ("Dịch vụ bưu chính", "By post"),
    },
    "delivery": {
        "counter": ("Nhận tại cơ quan", "At the agency"),
        "online": ("Nhận trực tuyến", "Online"),
        "post": ("Nhận qua dịch vụ bưu chính", "By post"),
    },
    "provenance": {
        "photo": ("ảnh chụp từ bản chính", "a photograph of the original"),
        "scan": ("bản quét từ bản chính", "a scan of the original"),
        "digital": ("bản điện tử", "a digital document"),
    },
    "moment": {
        "filing": ("Khi nộp hồ sơ", "When filing"),
        "acceptance": ("Khi hồ sơ được tiếp nhận", "When the dossier is received"),
        "result": ("Trước khi nhận kết quả", "Before the result is handed over"),
    },
    "weekday": {
        "mon": ("Thứ Hai", "Monday"),
        "tue": ("Thứ Ba", "Tuesday"),
        "wed": ("Thứ Tư", "Wednesday"),
        "thu": ("Thứ Năm", "Thursday"),
        "fri": ("Thứ Sáu", "Friday"),
        "sat": ("Thứ Bảy", "Saturday"),
        "sun": ("Chủ Nhật", "Sunday"),
    },
}
_UNITS = {
    "working hours": ("giờ làm việc", "working hour"),
    "working days": ("ngày làm việc", "working day"),
    "calendar days": ("ngày", "day"),
    "hours": ("giờ", "hour"),
    "minutes": ("phút", "minute"),
    "weeks": ("tuần", "week"),
    "months": ("tháng", "month"),
    "years": ("năm", "year"),
}


def words(language: str) -> Mapping[str, str]:
    """Every text of the pages in one language."""
    at = LANGUAGES.index(language)
    return {key: pair[at] for key, pair in _WORDS.items()}


def level(number: int, language: str) -> str:
    """A level by both of its names: of Decision 08/2018 and of Decree 42/2022."""
    return _LEVELS[number][LANGUAGES.index(language)]


def term(kind: str, value: str, language: str) -> str:
    """One of the catalogue's own values (a channel, a moment, …) in words."""
    return _TERMS[kind][value][LANGUAGES.index(language)]


def duration(amount: float, unit: str | None, language: str) -> str:
    """A time in words; without a unit the number alone."""
    number = f"{amount:g}" if language == "en" else f"{amount:g}".replace(".", ",")
    if unit is None:
        return number
    name = _UNITS[unit][LANGUAGES.index(language)]
    return f"{number} {name}" + ("s" if language == "en" and amount != 1 else "")


def money(amount: int, language: str) -> str:
    """Thousands parted as the language does."""
    return f"{amount:,}" if language == "en" else f"{amount:,}".replace(",", ".")


def day(iso: str, language: str) -> str:
    """`2018-04-20…` as 20/04/2018."""
    year, month, number = iso[:10].split("-")
    return f"{number}/{month}/{year}" if language == "vi" else f"{int(number)} {_MONTHS[int(month) - 1]} {year}"


_MONTHS = "January February March April May June July August September October November December".split()

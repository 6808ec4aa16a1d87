export const statistics = {
  "statistics.updated": "Cập nhật lúc {moment}. Số liệu được công bố lại mỗi giờ.",
  "statistics.none":
    "Chưa có số liệu nào được công bố. Số liệu đầu tiên có sau khi hệ thống chạy nhiều nhất một giờ; hãy quay lại sau.",
  "statistics.json": "Tải toàn bộ số liệu (JSON)",
  "statistics.share": "{share} %",
  "statistics.span": "từ {least} đến {most}",
  "statistics.few": "dưới {least}",
  "statistics.withheld": "chưa đủ để công bố",

  "statistics.day": "Ngày",
  "statistics.views": "Lượt xem",
  "statistics.page": "Trang",
  "statistics.page.start": "Bắt đầu nộp hồ sơ",
  "statistics.page.filing": "Lập hồ sơ",
  "statistics.page.dossier": "Theo dõi một hồ sơ",
  "statistics.page.receipt": "Biên nhận",
  "statistics.page.contents": "Danh mục thủ tục",
  "statistics.page.everything": "Toàn bộ danh mục trên một trang",
  "statistics.page.field": "Thủ tục của một lĩnh vực",
  "statistics.count": "Số đánh giá",
  "statistics.agency": "Cơ quan",
  "statistics.received": "Tiếp nhận",
  "statistics.on_time": "Giải quyết đúng hạn",
  "statistics.late": "Giải quyết trễ hạn",
  "statistics.overdue": "Đang quá hạn",

  "statistics.visits": "Lượt xem trang",
  "statistics.visits.none": "Chưa ghi nhận lượt xem nào.",
  "statistics.visits.sentence": "Trong {days} ngày qua có {count} lượt xem trang, nhiều nhất là ngày {day} với {most} lượt.",
  "statistics.visits.quiet": "Trong {days} ngày qua không có lượt xem nào.",
  "statistics.visits.total": "Từ ngày {since} đến nay có tất cả {count} lượt.",
  "statistics.visits.table": "Xem số liệu từng ngày",
  "statistics.visits.days": "Lượt xem trong {days} ngày qua",
  "statistics.visits.most": "Trang được xem nhiều nhất từ ngày {since}",
  "statistics.visits.how":
    "Cách tính: đếm từ nhật ký truy cập; mỗi lần một trang công khai được tải từ máy chủ là một lượt, không tính máy tự động và cán bộ. Chuyển sang trang khác trong cổng mà trình duyệt không tải lại thì không tính. Không lưu địa chỉ mạng hay thông tin nào về người xem. Lượt xem có thể được tính chậm đến một ngày.",
  "statistics.visits.file": "Tải lượt xem từng ngày (CSV)",

  "statistics.ratings": "Mức độ hài lòng với các trang",
  "statistics.ratings.none": "Chưa có đánh giá nào. Kết quả được công bố từ {least} đánh giá trở lên.",
  "statistics.ratings.few": "{count} đánh giá: chưa đủ để công bố. Kết quả được công bố từ {least} đánh giá trở lên.",
  "statistics.ratings.few.one": "{count} đánh giá: chưa đủ để công bố. Kết quả được công bố từ {least} đánh giá trở lên.",
  "statistics.ratings.sentence":
    "{count} đánh giá: {share} rất hài lòng hoặc hài lòng, {unsatisfied} chưa hài lòng.",
  "statistics.ratings.pages": "Đánh giá từng trang",
  "statistics.ratings.most": "{shown} trang có nhiều đánh giá nhất, trong {all} trang được đánh giá",
  "statistics.ratings.all": "Tất cả các trang",
  "statistics.ratings.how":
    "Cách tính: ai cũng đánh giá được ở cuối mỗi trang, không cần tài khoản. Cổng không lưu ai đã đánh giá nên không ngăn được một người đánh giá nhiều lần.",
  "statistics.ratings.file": "Tải đánh giá từng trang (CSV)",

  "statistics.dossiers": "Tiếp nhận và giải quyết hồ sơ",
  "statistics.dossiers.year": "Năm {year}",
  "statistics.dossiers.none": "Năm {year} chưa có hồ sơ nào được tiếp nhận.",
  "statistics.dossiers.sentence":
    "Các cơ quan đã tiếp nhận {received} hồ sơ, giải quyết đúng hạn {on_time} và trễ hạn {late} hồ sơ.",
  "statistics.dossiers.overdue": "Hiện có {overdue} hồ sơ đang quá hạn.",
  "statistics.dossiers.agencies": "Hồ sơ của từng cơ quan, năm {year}",
  "statistics.dossiers.all": "Tất cả cơ quan",
  "statistics.dossiers.how":
    "Cách tính: hồ sơ được tính là tiếp nhận khi cơ quan nhận và thời hạn giải quyết bắt đầu; được tính là giải quyết khi có kết quả, đúng hạn nếu kết quả có trước hoặc đúng lúc hẹn trả, không kể thời gian chờ người nộp bổ sung. Mở lại sau khiếu nại thì tính thêm một lần. Số từ 1 đến 4 được ghi là dưới 5 để không lộ việc của từng người; khi đó tổng số được ghi thành khoảng. Cơ quan không có trong bảng thì chưa có hồ sơ.",
  "statistics.dossiers.file": "Tải số liệu hồ sơ từng cơ quan (CSV)",
} as const;

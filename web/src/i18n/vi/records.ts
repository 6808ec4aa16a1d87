/** What an agency's desk keeps: the record of searches and the register of dossiers. */
export const records = {
  "desk.register.text": "Sổ (mẫu 06) ghi các hồ sơ nộp tại cơ quan trong một khoảng thời gian, dài nhất 31 ngày trong cùng một năm; mỗi tệp PDF có tối đa một trăm hồ sơ.",
  "desk.register.from": "Từ ngày",
  "desk.register.to": "Đến ngày",
  "desk.register.make": "Lập sổ",
  "desk.register.made": "Đã lập sổ: {count} hồ sơ.",
  "desk.register.part": "Tải phần {part}: {count} hồ sơ (PDF)",
  "desk.register.soon": "Liên kết tải có hiệu lực trong hai phút; hết hạn thì lập lại.",
  "desk.register.next": "Lập phần tiếp theo",
  "desk.records.text":
    "Mọi lần tìm hồ sơ theo họ tên hoặc số định danh tại cơ quan này, mới nhất trước; được giữ hai năm. Nội dung đã tìm không được lưu: hai lần tìm có cùng ký hiệu là tìm cùng một nội dung.",
  "desk.records.none": "Chưa có lần tìm nào.",
  "desk.records.more": "Đã tải thêm {count} lần tìm.",
  "desk.records.at": "Thời điểm",
  "desk.records.officer": "Người tìm",
  "desk.records.kind": "Tìm theo",
  "desk.records.purpose": "Mục đích",
  "desk.records.hits": "Số kết quả",
  "desk.records.page": "{hits} (trang {page})",
  "desk.records.mark": "Ký hiệu",
} as const;

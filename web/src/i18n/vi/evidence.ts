export const evidence = {
  "evidence.title": "Bằng chứng hồ sơ",
  "evidence.what":
    "Một tệp ghi lại mọi diễn biến của hồ sơ, mã băm của từng giấy tờ, biên lai và kết quả, do cơ quan ký số. Ai có tệp cũng tự kiểm tra được, không cần Cổng: sửa, bớt, thêm hay đổi thứ tự bất cứ điều gì đều bị phát hiện.",
  "evidence.private": "Tệp có tên bạn, tên cán bộ và nội dung trao đổi trong các bước xử lý. Chỉ gửi cho người cần kiểm tra.",
  "evidence.make": "Lập tệp bằng chứng",
  "evidence.again": "Lập lại với diễn biến mới nhất",
  "evidence.waits": "Đang lập và ký tệp, thường mất dưới một phút. Bạn có thể rời trang này và quay lại sau.",
  "evidence.ready": "Tệp bằng chứng đã sẵn sàng.",
  "evidence.download": "Tải bằng chứng hồ sơ (JSON, {size})",
  "evidence.made": "Lập lúc",
  "evidence.events": "Số diễn biến",
  "evidence.hash": "Mã SHA-256 của tệp",
  "evidence.check": "Cách kiểm tra",
  "evidence.check.text":
    "Cần phần mềm motcua (mã nguồn mở) và thư mục chứng thư gốc của cơ quan chứng thực mà bạn tin cậy. Mở cửa sổ lệnh ở nơi có tệp rồi chạy:",
  "evidence.check.command": "motcua verify <tệp bằng chứng> --trust <thư mục chứng thư>",
  "evidence.check.files":
    "Để biết một giấy tờ, biên lai hay kết quả bạn đang giữ có đúng là bản trong hồ sơ không, tính mã SHA-256 của tệp đó và so với mã ghi trong bằng chứng.",
} as const;

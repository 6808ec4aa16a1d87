/** Why a result is due when it is, for the applicant and on the desk. */
export const due = {
  "due.parts": "Từ lúc tiếp nhận đến hạn gồm:",
  "due.total": "Tổng thời gian",
  "due.steps": "Cách tính từng bước:",
  "due.hours": "{count} giờ",
  "due.minutes": "{count} phút",
  "due.seconds": "{count} giây",
};

export const entry = {
  "home.title": "Bạn cần làm thủ tục gì?",
} as const;

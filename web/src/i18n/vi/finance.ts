export const finance = {
  "finance.nav": "Thu, chi",
} as const;

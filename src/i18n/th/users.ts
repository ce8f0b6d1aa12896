export const users = {
  title: 'จัดการผู้ใช้งานระบบ',
} as const;

export const logins = {
  title: 'ประวัติการเข้าสู่ระบบ',
} as const;

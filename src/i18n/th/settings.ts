export const settings = {
  title: 'ตั้งค่าระบบ',
} as const;

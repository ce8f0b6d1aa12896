export const mail = {
  title: 'จดหมายของระบบ',
} as const;

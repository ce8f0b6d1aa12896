export const requests = {
  title: 'คำขอแก้ไขข้อมูล',
} as const;
